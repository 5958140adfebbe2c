"""`oint refusals register`, through the real command against a real sandbox."""

import json
import os
import signal
import subprocess
import sys
import uuid as uuids

import pytest

from oint.cli.durations import seconds
from oint.cli.errors import UsageError
from oint.cli.refusals import _outcomes as rows_module

FAST = ("--poll", "50ms", "--settle", "200ms")
ON_THE_WAY = [
    "RECEIVED_AT_SHIPMENT_WAREHOUSE",
    "READY_FOR_SHIPMENT_IN_SENDER_CITY",
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY",
    "SENT_TO_RECIPIENT_CITY",
    "ACCEPTED_IN_RECIPIENT_CITY",
    "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE",
    "TAKEN_BY_COURIER",
    "ACCEPTED_AT_PICK_UP_POINT",
    "ACCEPTED_AT_TRANSIT_WAREHOUSE",
    "RETURNED_TO_SENDER_CITY_WAREHOUSE",
    "RETURNED_TO_TRANSIT_WAREHOUSE",
    "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE",
    "READY_FOR_SHIPMENT_IN_TRANSIT_CITY",
    "TAKEN_BY_TRANSPORTER_FROM_TRANSIT_CITY",
    "SENT_TO_TRANSIT_CITY",
    "ACCEPTED_IN_TRANSIT_CITY",
    "IN_CUSTOMS_INTERNATIONAL",
    "SHIPPED_TO_DESTINATION",
    "PASSED_TO_TRANSIT_CARRIER",
    "IN_CUSTOMS_LOCAL",
    "CUSTOMS_COMPLETE",
    "POSTOMAT_POSTED",
    "POSTOMAT_SEIZED",
    "A_STATUS_THAT_CDEK_MADE_UP_YESTERDAY",
]
FIELDS = [
    "order",
    "uuid",
    "cdek_number",
    "im_number",
    "verdict",
    "code",
    "message",
    "request_uuid",
    "return_number",
    "status",
    "sent",
    "next_step",
]


@pytest.fixture
def register(oint, box):
    box.settings(refusal={"mode": "at_once"})

    def run(*words, **more):
        return oint("refusals", "register", *FAST, *words, **more)

    return run


def rows(done):
    return [(row["verdict"], row["code"]) for row in done.json]


@pytest.mark.parametrize("by", ["uuid", "cdek_number", "im_number"])
def test_a_refusal_is_followed_to_confirmed_under_each_name_of_the_order(register, box, order, by):
    name = box.truth(order)[by]
    done = register(name, "--json")
    row = done.json[0]
    assert done.code == 0
    assert list(row) == FIELDS
    assert (row["verdict"], row["uuid"], row["status"], row["sent"]) == ("confirmed", order, "NOT_DELIVERED", 1)
    truth = box.truth(order)
    assert row["return_number"] == box.truth(truth["related"][0]["uuid"])["cdek_number"]
    assert len(truth["refusals"]) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("ru", ("подтверждён", "Возвратный заказ")), ("en", ("confirmed", "The return order"))]
)
def test_a_person_reads_the_verdict_and_the_next_step(register, order, language, words):
    done = register(order, OINT_LANG=language)
    assert done.code == 0
    for word in (order, *words):
        assert word in done.out
    assert done.out.count("\n") == 2


@pytest.mark.parametrize("status", ["ACCEPTED", "CREATED", "DELIVERED", "NOT_DELIVERED", "REMOVED", "INVALID"])
def test_where_refusing_is_not_the_right_call_nothing_is_sent_and_the_advice_ends_with_6(register, box, status):
    box.settings(create={"mode": "never"})
    order = box.order(status=status)
    done = register(order, "--json")
    advice = {"ACCEPTED": "delete", "CREATED": "delete", "DELIVERED": "client_return"}.get(status, "nothing")
    assert (done.code, rows(done)) == (6, [("advised", advice)])
    assert done.json[0]["message"]
    assert done.json[0]["status"] == status
    assert done.json[0]["next_step"]
    assert box.truth(order)["refusals"] == []


def test_on_its_way_an_order_in_any_status_is_refused(register, box):
    orders = [box.order(status=status) for status in ON_THE_WAY]
    done = register(*orders, "--json", "--yes")
    assert [row["verdict"] for row in done.json] == ["confirmed"] * len(orders)
    assert [len(box.truth(order)["refusals"]) for order in orders] == [1] * len(orders)
    assert done.code == 0


def test_an_explicit_word_overrules_the_advice(register, box):
    order = box.order(status="CREATED")
    assert register(order, "--even-if-billed").code == 0
    assert len(box.truth(order)["refusals"]) == 1


def test_a_refusal_that_turns_invalid_ends_with_3_and_cdeks_code_and_text(register, box, order):
    box.settings(refusal={"mode": "at_once", "verdict": "invalid", "code": "x_code", "message": "its text"})
    done = register(order)
    assert done.code == 3
    assert "x_code: its text" in done.out
    assert register(order, "--json").json[0]["sent"] == 1


def test_what_cdek_has_not_decided_in_time_ends_with_8(register, box, order):
    box.settings(refusal={"mode": "never"})
    done = register(order, "--wait", "200ms", "--json")
    assert (done.code, rows(done)) == (8, [("accepted", None)])


def test_a_lost_answer_ends_confirmed_with_one_refusal_received(register, box, order):
    box.fault("reset", operation="refusal", when="after", times=1)
    done = register(order, "--json")
    assert (done.code, done.json[0]["verdict"], done.json[0]["sent"]) == (0, "confirmed", 1)
    assert len(box.truth(order)["refusals"]) == 1


def test_a_refusal_that_is_lost_twice_ends_with_5_however_short_the_time_given_is(register, box, order):
    box.fault("reset", operation="refusal", when="before")
    done = register(order, "--wait", "0", "--json")
    assert (done.code, rows(done), done.json[0]["sent"]) == (5, [("planned", None)], 2)
    assert "no second one is sent before" in done.err


def test_what_became_of_a_lost_refusal_names_its_cause_once_and_does_not_say_that_nothing_was_done(
    register, box, order
):
    box.fault("close", operation="refusal", when="after")
    box.fault({"type": "answer", "status": 502, "text": "x"}, operation="order_get", skip=1)
    done = register(order, "--wait", "400ms")
    assert done.code == 5
    assert done.out.count("HTTP 502") == 1, done.out
    assert "nothing was done" not in done.out


def test_several_orders_with_different_ends_end_with_9_and_a_row_each(register, box, order):
    created = box.order(status="CREATED")
    unknown = str(uuids.uuid4())
    done = register(order, created, unknown, "no-such-number", "--json")
    assert done.code == 9
    assert [row["order"] for row in done.json] == [order, created, unknown, "no-such-number"]
    assert [row["verdict"] for row in done.json] == ["confirmed", "advised", "rejected", "rejected"]
    assert done.json[2]["code"] == "v2_entity_not_found"


def test_orders_are_read_from_standard_input_too(register, box, order):
    second = box.order(status="ACCEPTED_AT_PICK_UP_POINT")
    done = register("-", "--json", "--yes", stdin=f"\ufeff{order}\r\n\n  {second}\n")
    assert [row["order"] for row in done.json] == [order, second]
    assert done.code == 0


def test_standard_input_without_orders_is_a_slip(register):
    assert register("-", stdin="\n\n").code == 2
    assert register("-", stdin="").code == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_standard_input_is_decoded_as_files_are(oint, box, encoding):
    box.order(status="ACCEPTED_AT_PICK_UP_POINT", im_number="Заказ-7")
    lines = "Заказ-7\r\n\ufeff\r\n" if encoding == "utf-8-sig" else "Заказ-7\r\n"
    box.settings(refusal={"mode": "at_once"})
    process = oint.start("refusals", "register", *FAST, "-", "--json", "--yes", stdout=subprocess.PIPE)
    out, _ = process.communicate(lines.encode(encoding))
    assert ([row["order"] for row in json.loads(out)], process.returncode) == (["Заказ-7"], 0)
    assert len(box.calls("order_find")) == 1


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("spoiled", ["1,11E+09", "a\u2028b", "n" * 41, "72753033-a2e0-43e3-95e5-57c4c2e9bf4"])
def test_what_is_surely_no_order_is_told_before_anything_is_asked_or_sent(register, box, order, spoiled, language):
    for done in (
        register(order, spoiled, OINT_LANG=language),
        register("-", stdin=f"{order}\n\n{spoiled}\n", OINT_LANG=language),
    ):
        assert (done.code, done.out) == (2, "")
        assert len(done.err.splitlines()) == 1
    assert ("line 3" if language == "en" else "строка 3") in done.err
    assert box.calls() == []


def test_an_order_is_freed_from_what_programs_put_around_its_name(register, order):
    assert register(f" {{{order.upper()}}} ", "--json").json[0]["uuid"] == order


def test_an_outage_leaves_a_row_for_every_order_and_begins_no_more(register, box, order):
    second = box.order(status="ACCEPTED_AT_PICK_UP_POINT")
    box.fault({"type": "answer", "status": 401, "body": {}}, operation="order_get")
    done = register(order, second, "--json")
    assert done.code == 4
    assert [(row["order"], row["verdict"]) for row in done.json] == [(order, "planned"), (second, "planned")]
    assert done.json[0]["code"]
    assert box.truth(order)["refusals"] == box.truth(second)["refusals"] == []


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal here")
def test_ctrl_c_leaves_a_row_for_every_order_and_ends_with_130(oint, box, order):
    box.settings(refusal={"mode": "never"})
    words = ["refusals", "register", order, "later", "--json"]
    with oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not box.truth(order)["refusals"]:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert b'"verdict": "unknown"' in out
    assert b'"verdict": "planned"' in out
    assert b"Traceback" not in err


IN_A_FINALIZER = """
import signal, sys, time
from oint.cli import main
from oint.cli.refusals import _outcomes

class Fragile:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        for _ in range(10_000):  # Python looks for signals now and then: in here, for certain
            pass

def followed(client, order, **how):
    Fragile()
    time.sleep(600)

_outcomes.register_refusal = followed
sys.argv = ["oint", "refusals", "register", "an-order", "--json"]
sys.exit(main.run())
"""


def test_ctrl_c_is_not_lost_where_python_drops_exceptions(oint):
    done = subprocess.run([sys.executable, "-c", IN_A_FINALIZER], env=oint.env, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")
    assert b'"verdict": "unknown"' in done.stdout


def test_a_defect_of_ours_in_one_order_loses_no_row(monkeypatch):
    def broken(client, order, **how):
        raise ZeroDivisionError(client, order, how)

    monkeypatch.setattr(rows_module, "register_refusal", broken)
    rows = list(rows_module.register_all(None, ["1", "2"], {}))
    assert [row.fields()["verdict"] for row in rows] == ["unknown", "planned"]
    assert rows_module.exit_code(rows) == 99


def test_with_json_a_failure_of_the_whole_run_is_one_object(stranger, oint, order):
    done = stranger("refusals", "register", order, "--json")
    assert done.code == 4
    error = done.json["error"]
    assert list(error) == ["kind", "code", "message", "next_step", "safe_to_repeat"]
    assert (error["kind"], error["code"]) == ("authentication_failed", "no_credentials")
    slip = oint("refusals", "register", order, "--json", "--bogus")
    assert (slip.code, slip.json["error"]["kind"]) == (2, "bad_usage")
    assert slip.json["error"]["safe_to_repeat"] is False, "as it is, it fails again"


@pytest.mark.parametrize(
    ("content", "ledger", "code", "kind"),
    [
        ("\n", "new.sqlite", 6, "bad_rows"),
        ("shop-1\n", "orders.txt", 99, "machine"),
        ("a;b\n", "x.sqlite", 2, "bad_usage"),
    ],
)
def test_the_kind_of_a_failure_is_that_of_its_code(oint, content, ledger, code, kind):
    (oint.home / "orders.txt").write_text(content)
    ended = oint("refusals", "plan", "orders.txt", "--ledger", ledger, "--json")
    assert (ended.code, ended.json["error"]["kind"]) == (code, kind)


def test_a_profile_asked_for_by_name_is_the_one_used(oint, order):
    assert oint("refusals", "register", order, "--profile", "absent").code == 4


def test_debug_shows_the_exchanges(register, order):
    done = register(order, "--debug")
    assert f"/orders/{order}/refusal -> 202" in done.err


@pytest.mark.parametrize(
    ("text", "value"), [("500ms", 0.5), ("60s", 60), ("2m", 120), ("1h", 3600), ("7", 7), (" 1.5S ", 1.5), ("0", 0)]
)
def test_a_duration_is_read_in_its_unit(text, value):
    assert seconds("--wait", text) == value


@pytest.mark.parametrize("text", ["", "s", "1d", "-1s", "1,5s", "nan", "25h", "1 2s", "infs"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(UsageError, match="--wait"):
        seconds("--wait", text)
