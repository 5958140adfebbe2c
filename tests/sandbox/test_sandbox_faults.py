"""Every fault as a raw socket sees it, on the fast parts (uvloop, httptools) and on the plain ones (asyncio, h11)."""

import json
import socket

import pytest

from tests.support.sandbox_api import Api, Raw, until


@pytest.fixture
def box(each_box):
    each_box.settings(refusal={"mode": "never"})
    return each_box


@pytest.fixture
def api(box):
    api = Api(box.url, box.account, box.password)
    api.login()
    return api


def _refuse(api, uuid):
    raw = Raw(api)
    raw.send("POST", f"/orders/{uuid}/refusal")
    return raw


def _parts(data):
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    return lines[0], dict(line.lower().split(": ", 1) for line in lines[1:]), body


def _receipt(box, uuid):
    (receipt,) = box.truth(uuid)["refusals"]
    return receipt


def _entries(box, uuid):
    return [row["type"] for row in box.truth(uuid)["requests"]]


def _last_call(box):
    row = box.calls()[-1]
    return row["operation"], row["status"], row["fault"]


@pytest.mark.parametrize("action", ["reset", "close"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_differs_from_a_lost_request_only_in_what_was_done(box, api, action, when):
    uuid = box.order()
    box.fault(action, operation="refusal", when=when)
    raw = _refuse(api, uuid)
    if action == "reset":
        with pytest.raises(ConnectionResetError):
            raw.everything()
        raw.socket.close()
    else:
        assert raw.everything() == b""
    receipt = _receipt(box, uuid)
    assert (receipt["http_status"], receipt["answer_lost"]) == (None, True)
    done = when == "after"
    assert _entries(box, uuid) == (["CREATE_REFUSAL", "CREATE"] if done else ["CREATE"])
    assert receipt["state"] == ("ACCEPTED" if done else None)
    assert (receipt["request_uuid"] is not None) == done
    assert _last_call(box) == ("refusal", None, action)


@pytest.mark.parametrize("when", ["before", "after"])
def test_another_answer_comes_in_place_of_cdeks(box, api, when):
    uuid = box.order()
    action = {"type": "answer", "status": 502, "text": "<html>Qrator</html>", "headers": {"Retry-After": "7"}}
    box.fault(action, operation="refusal", when=when, times=1)
    raw = _refuse(api, uuid)
    raw.socket.shutdown(socket.SHUT_WR)
    line, headers, body = _parts(raw.everything())
    assert line == "HTTP/1.1 502 Bad Gateway"
    assert (headers["retry-after"], headers["content-type"]) == ("7", "text/html; charset=utf-8")
    assert body == b"<html>Qrator</html>"
    receipt = _receipt(box, uuid)
    assert (receipt["http_status"], receipt["answer_lost"]) == (502, True)
    assert len(_entries(box, uuid)) == (2 if when == "after" else 1)


def test_another_answer_may_be_json(box, api):
    box.fault({"type": "answer", "status": 429, "body": {"message": "медленнее"}}, times=1)
    answer = api.card(box.order())
    assert (answer.status, answer.body) == (429, {"message": "медленнее"})
    assert answer.headers["content-type"] == "application/json"


def test_a_cut_answer_promises_its_full_length_and_stops_short(box, api):
    uuid = box.order()
    box.fault({"type": "truncate", "bytes": 10}, operation="refusal")
    line, headers, body = _parts(_refuse(api, uuid).everything())
    assert line == "HTTP/1.1 202 Accepted"
    assert body == b'{"entity":'
    assert int(headers["content-length"]) > 100
    assert (_receipt(box, uuid)["state"], _receipt(box, uuid)["answer_lost"]) == ("ACCEPTED", True)


def test_a_dripping_answer_arrives_whole_where_the_client_has_the_patience(box, api):
    uuid = box.order()
    box.fault({"type": "slow_body", "interval": 0, "bytes": 7}, operation="refusal")
    line, headers, body = _parts(_refuse(api, uuid).everything())
    assert line == "HTTP/1.1 202 Accepted"
    assert len(body) == int(headers["content-length"])
    assert json.loads(body)["entity"]["uuid"] == uuid
    receipt = _receipt(box, uuid)
    assert (receipt["http_status"], receipt["answer_lost"]) == (202, False)


def test_a_dripping_answer_is_lost_where_the_client_leaves(box, api):
    uuid = box.order()
    box.fault({"type": "slow_body", "interval": 3600}, operation="refusal")
    raw = _refuse(api, uuid)
    assert raw.socket.recv(65536) == b"H"
    raw.reset()
    assert (_receipt(box, uuid)["state"], _receipt(box, uuid)["answer_lost"]) == ("ACCEPTED", True)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hanging_call_is_taken_and_never_answered(box, api, when):
    uuid = box.order()
    box.fault("hang", operation="refusal", when=when)
    raw = _refuse(api, uuid)
    until(lambda: box.calls() and _last_call(box) == ("refusal", None, "hang"))
    raw.socket.setblocking(False)  # noqa: FBT003 - the standard library's signature
    with pytest.raises(BlockingIOError):
        raw.socket.recv(1)
    raw.socket.close()
    assert len(_entries(box, uuid)) == (2 if when == "after" else 1)
    assert _receipt(box, uuid)["answer_lost"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delayed_call_is_done_and_answered_as_usual(box, api, when):
    uuid = box.order()
    box.fault({"type": "delay", "seconds": 0.01}, operation="refusal", when=when)
    assert api.refuse(uuid).status == 202
    assert not _receipt(box, uuid)["answer_lost"]
    assert _last_call(box) == ("refusal", 202, "delay")


def test_an_answer_that_comes_after_the_client_left_is_lost(box, api):
    uuid = box.order()
    box.fault({"type": "delay", "seconds": 0.2}, operation="refusal", when="after")
    _refuse(api, uuid).socket.close()
    until(lambda: box.calls() and _last_call(box) == ("refusal", None, "delay"))
    assert (_receipt(box, uuid)["state"], _receipt(box, uuid)["answer_lost"]) == ("ACCEPTED", True)


def test_sandbox_continues_after_a_fault(box, api):
    uuid = box.order()
    for action in ("reset", "close"):
        box.fault(action, times=1)
        with pytest.raises(ConnectionError):
            api.card(uuid)
        assert api.card(uuid).status == 200


def test_a_rule_hits_its_operation_only_and_a_star_hits_all(box, api):
    uuid = box.order()
    box.fault({"type": "answer", "status": 503}, operation="refusal")
    assert api.card(uuid).status == 200
    box.fault({"type": "answer", "status": 500, "body": {}})
    assert api.card(uuid).status == 500
    assert api.login().status == 500


def test_a_rule_may_name_one_order(box, api):
    hit, spared = box.order(), box.order()
    box.fault({"type": "answer", "status": 503, "body": {}}, uuid=hit)
    assert (api.refuse(hit).status, api.refuse(spared).status) == (503, 202)


def test_skip_and_times_count_the_calls(box, api):
    uuid = box.order()
    box.fault({"type": "answer", "status": 503, "body": {}}, operation="order_get", skip=2, times=2)
    assert [api.card(uuid).status for _ in range(6)] == [200, 200, 503, 503, 200, 200]
    assert box.control("GET", "/faults") == []


def _hit(box, api, uuid):
    box.fault({"type": "answer", "status": 503, "body": {}}, share=0.5)
    hit = [api.card(uuid).status == 503 for _ in range(40)]
    box.clear_faults()
    return hit


def test_share_of_faults_depends_on_the_seed(box, api):
    first = _hit(box, api, box.order())
    assert 0 < sum(first) < 40
    box.reset(seed=1)
    assert _hit(box, api, box.order()) == first
    box.reset(seed=2)
    assert _hit(box, api, box.order()) != first


def test_the_control_plane_is_never_hit(box):
    box.fault("close")
    assert box.control("GET", "/faults")[0]["action"] == {"type": "close"}
    box.clear_faults()
    assert box.control("GET", "/faults") == []
