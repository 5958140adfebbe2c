"""Every fault as a raw socket sees it, on the fast parts (uvloop, httptools) and on the plain ones (asyncio, h11)."""

import json
import socket

import pytest

from tests.support.sandbox_api import Api, Raw, until


@pytest.fixture
def sandbox(each_sandbox):
    each_sandbox.settings(refusal={"mode": "never"})
    return each_sandbox


@pytest.fixture
def api(sandbox):
    api = Api(sandbox.url, sandbox.account, sandbox.password)
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


def _receipt(sandbox, uuid):
    (receipt,) = sandbox.truth(uuid)["refusals"]
    return receipt


def _entries(sandbox, uuid):
    return [row["type"] for row in sandbox.truth(uuid)["requests"]]


def _last_call(sandbox):
    row = sandbox.calls()[-1]
    return row["operation"], row["status"], row["fault"]


@pytest.mark.parametrize("action", ["reset", "close"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_differs_from_a_lost_request_only_in_what_was_done(sandbox, api, action, when):
    uuid = sandbox.order()
    sandbox.fault(action, operation="refusal", when=when)
    raw = _refuse(api, uuid)
    if action == "reset":
        with pytest.raises(ConnectionResetError):
            raw.everything()
        raw.socket.close()
    else:
        assert raw.everything() == b""
    receipt = _receipt(sandbox, uuid)
    assert (receipt["http_status"], receipt["answer_lost"]) == (None, True)
    done = when == "after"
    assert _entries(sandbox, uuid) == (["CREATE_REFUSAL", "CREATE"] if done else ["CREATE"])
    assert receipt["state"] == ("ACCEPTED" if done else None)
    assert (receipt["request_uuid"] is not None) == done
    assert _last_call(sandbox) == ("refusal", None, action)


@pytest.mark.parametrize("when", ["before", "after"])
def test_another_answer_comes_in_place_of_cdeks(sandbox, api, when):
    uuid = sandbox.order()
    action = {"type": "answer", "status": 502, "text": "<html>Qrator</html>", "headers": {"Retry-After": "7"}}
    sandbox.fault(action, operation="refusal", when=when, times=1)
    raw = _refuse(api, uuid)
    raw.socket.shutdown(socket.SHUT_WR)
    line, headers, body = _parts(raw.everything())
    assert line == "HTTP/1.1 502 Bad Gateway"
    assert (headers["retry-after"], headers["content-type"]) == ("7", "text/html; charset=utf-8")
    assert body == b"<html>Qrator</html>"
    receipt = _receipt(sandbox, uuid)
    assert (receipt["http_status"], receipt["answer_lost"]) == (502, True)
    assert len(_entries(sandbox, uuid)) == (2 if when == "after" else 1)


def test_another_answer_may_be_json(sandbox, api):
    sandbox.fault({"type": "answer", "status": 429, "body": {"message": "медленнее"}}, times=1)
    answer = api.card(sandbox.order())
    assert (answer.status, answer.body) == (429, {"message": "медленнее"})
    assert answer.headers["content-type"] == "application/json"


def test_a_cut_answer_promises_its_full_length_and_stops_short(sandbox, api):
    uuid = sandbox.order()
    sandbox.fault({"type": "truncate", "bytes": 10}, operation="refusal")
    line, headers, body = _parts(_refuse(api, uuid).everything())
    assert line == "HTTP/1.1 202 Accepted"
    assert body == b'{"entity":'
    assert int(headers["content-length"]) > 100
    assert (_receipt(sandbox, uuid)["state"], _receipt(sandbox, uuid)["answer_lost"]) == ("ACCEPTED", True)


def test_a_dripping_answer_arrives_whole_where_the_client_has_the_patience(sandbox, api):
    uuid = sandbox.order()
    sandbox.fault({"type": "slow_body", "interval": 0, "bytes": 7}, operation="refusal")
    line, headers, body = _parts(_refuse(api, uuid).everything())
    assert line == "HTTP/1.1 202 Accepted"
    assert len(body) == int(headers["content-length"])
    assert json.loads(body)["entity"]["uuid"] == uuid
    receipt = _receipt(sandbox, uuid)
    assert (receipt["http_status"], receipt["answer_lost"]) == (202, False)


def test_a_dripping_answer_is_lost_where_the_client_leaves(sandbox, api):
    uuid = sandbox.order()
    sandbox.fault({"type": "slow_body", "interval": 3600}, operation="refusal")
    raw = _refuse(api, uuid)
    assert raw.socket.recv(65536) == b"H"
    raw.reset()
    assert (_receipt(sandbox, uuid)["state"], _receipt(sandbox, uuid)["answer_lost"]) == ("ACCEPTED", True)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_hanging_call_is_taken_and_never_answered(sandbox, api, when):
    uuid = sandbox.order()
    sandbox.fault("hang", operation="refusal", when=when)
    raw = _refuse(api, uuid)
    until(lambda: sandbox.calls() and _last_call(sandbox) == ("refusal", None, "hang"))
    raw.socket.setblocking(False)  # noqa: FBT003 - the standard library's signature
    with pytest.raises(BlockingIOError):
        raw.socket.recv(1)
    raw.socket.close()
    assert len(_entries(sandbox, uuid)) == (2 if when == "after" else 1)
    assert _receipt(sandbox, uuid)["answer_lost"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delayed_call_is_done_and_answered_as_usual(sandbox, api, when):
    uuid = sandbox.order()
    sandbox.fault({"type": "delay", "seconds": 0.01}, operation="refusal", when=when)
    assert api.refuse(uuid).status == 202
    assert not _receipt(sandbox, uuid)["answer_lost"]
    assert _last_call(sandbox) == ("refusal", 202, "delay")


def test_an_answer_that_comes_after_the_client_left_is_lost(sandbox, api):
    uuid = sandbox.order()
    sandbox.fault({"type": "delay", "seconds": 0.2}, operation="refusal", when="after")
    _refuse(api, uuid).socket.close()
    until(lambda: sandbox.calls() and _last_call(sandbox) == ("refusal", None, "delay"))
    assert (_receipt(sandbox, uuid)["state"], _receipt(sandbox, uuid)["answer_lost"]) == ("ACCEPTED", True)


def test_sandbox_continues_after_a_fault(sandbox, api):
    uuid = sandbox.order()
    for action in ("reset", "close"):
        sandbox.fault(action, times=1)
        with pytest.raises(ConnectionError):
            api.card(uuid)
        assert api.card(uuid).status == 200


def test_a_rule_hits_its_operation_only_and_a_star_hits_all(sandbox, api):
    uuid = sandbox.order()
    sandbox.fault({"type": "answer", "status": 503}, operation="refusal")
    assert api.card(uuid).status == 200
    sandbox.fault({"type": "answer", "status": 500, "body": {}})
    assert api.card(uuid).status == 500
    assert api.login().status == 500


def test_a_rule_may_name_one_order(sandbox, api):
    hit, spared = sandbox.order(), sandbox.order()
    sandbox.fault({"type": "answer", "status": 503, "body": {}}, uuid=hit)
    assert (api.refuse(hit).status, api.refuse(spared).status) == (503, 202)


def test_skip_and_times_count_the_calls(sandbox, api):
    uuid = sandbox.order()
    sandbox.fault({"type": "answer", "status": 503, "body": {}}, operation="order_get", skip=2, times=2)
    assert [api.card(uuid).status for _ in range(6)] == [200, 200, 503, 503, 200, 200]
    assert sandbox.control("GET", "/faults") == []


def _hit(sandbox, api, uuid):
    sandbox.fault({"type": "answer", "status": 503, "body": {}}, share=0.5)
    hit = [api.card(uuid).status == 503 for _ in range(40)]
    sandbox.clear_faults()
    return hit


def test_share_of_faults_depends_on_the_seed(sandbox, api):
    first = _hit(sandbox, api, sandbox.order())
    assert 0 < sum(first) < 40
    sandbox.reset(seed=1)
    assert _hit(sandbox, api, sandbox.order()) == first
    sandbox.reset(seed=2)
    assert _hit(sandbox, api, sandbox.order()) != first


def test_the_control_plane_is_never_hit(sandbox):
    sandbox.fault("close")
    assert sandbox.control("GET", "/faults")[0]["action"] == {"type": "close"}
    sandbox.clear_faults()
    assert sandbox.control("GET", "/faults") == []
