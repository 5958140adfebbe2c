"""Run `oint refusals register` as the real command against a real sandbox."""

import json
import os
import signal
import subprocess
import sys
import uuid as uuids

import pytest

from oint.cli.durations import seconds
from oint.cli.refusals import _outcomes as rows_module
from oint.cli.usage_error import UsageError

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
def register(oint, sandbox):
    sandbox.settings(refusal={"mode": "at_once"})

    def run(*words, **more):
        return oint("refusals", "register", *FAST, *words, **more)

    return run


def read_outcomes(result):
    return [(row["verdict"], row["code"]) for row in result.json]


@pytest.mark.parametrize("by", ["uuid", "cdek_number", "im_number"])
def test_refusal_is_followed_to_confirmed_under_each_order_name(register, sandbox, order, by):
    name = sandbox.truth(order)[by]
    result = register(name, "--json")
    row = result.json[0]
    assert result.code == 0
    assert list(row) == FIELDS
    assert (row["verdict"], row["uuid"], row["status"], row["sent"]) == ("confirmed", order, "NOT_DELIVERED", 1)
    truth = sandbox.truth(order)
    assert row["return_number"] == sandbox.truth(truth["related"][0]["uuid"])["cdek_number"]
    assert len(truth["refusals"]) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("ru", ("подтверждён", "Возвратный заказ")), ("en", ("confirmed", "The return order"))]
)
def test_person_reads_the_verdict_and_the_next_step(register, order, language, words):
    result = register(order, OINT_LANG=language)
    assert result.code == 0
    for word in (order, *words):
        assert word in result.out
    assert result.out.count("\n") == 2


@pytest.mark.parametrize("status", ["ACCEPTED", "CREATED", "DELIVERED", "NOT_DELIVERED", "REMOVED", "INVALID"])
def test_advised_order_ends_with_6_and_nothing_is_sent(register, sandbox, status):
    sandbox.settings(create={"mode": "never"})
    order = sandbox.order(status=status)
    result = register(order, "--json")
    advice = {"ACCEPTED": "delete", "CREATED": "delete", "DELIVERED": "client_return"}.get(status, "nothing")
    assert (result.code, read_outcomes(result)) == (6, [("advised", advice)])
    assert result.json[0]["message"]
    assert result.json[0]["status"] == status
    assert result.json[0]["next_step"]
    assert sandbox.truth(order)["refusals"] == []


def test_order_on_its_way_is_refused_in_any_status(register, sandbox):
    orders = [sandbox.order(status=status, allow_unknown=True) for status in ON_THE_WAY]
    result = register(*orders, "--json", "--yes")
    assert [row["verdict"] for row in result.json] == ["confirmed"] * len(orders)
    assert [len(sandbox.truth(order)["refusals"]) for order in orders] == [1] * len(orders)
    assert result.code == 0


def test_even_if_billed_overrules_the_advice_to_delete(register, sandbox):
    order = sandbox.order(status="CREATED")
    assert register(order, "--even-if-billed").code == 0
    assert len(sandbox.truth(order)["refusals"]) == 1


def test_invalid_refusal_ends_with_3_and_the_code_and_text_of_cdek(register, sandbox, order):
    sandbox.settings(refusal={"mode": "at_once", "verdict": "invalid", "code": "x_code", "message": "its text"})
    result = register(order)
    assert result.code == 3
    assert "x_code: its text" in result.out
    assert register(order, "--json").json[0]["sent"] == 1


def test_refusal_undecided_in_time_ends_with_8(register, sandbox, order):
    sandbox.settings(refusal={"mode": "never"})
    result = register(order, "--wait", "200ms", "--json")
    assert (result.code, read_outcomes(result)) == (8, [("accepted", None)])


def test_lost_response_ends_confirmed_with_one_refusal_received(register, sandbox, order):
    sandbox.fault("reset", operation="refusal", when="after", times=1)
    result = register(order, "--json")
    assert (result.code, result.json[0]["verdict"], result.json[0]["sent"]) == (0, "confirmed", 1)
    assert len(sandbox.truth(order)["refusals"]) == 1


def test_refusal_lost_twice_ends_with_5_even_with_zero_wait(register, sandbox, order):
    sandbox.fault("reset", operation="refusal", when="before")
    result = register(order, "--wait", "0", "--json")
    assert (result.code, read_outcomes(result), result.json[0]["sent"]) == (5, [("planned", None)], 2)
    assert "no second one is sent before" in result.err


def test_lost_refusal_message_names_cause_once(register, sandbox, order):
    sandbox.fault("close", operation="refusal", when="after")
    sandbox.fault({"type": "answer", "status": 502, "text": "x"}, operation="order_get", skip=1)
    result = register(order, "--wait", "400ms")
    assert result.code == 5
    assert result.out.count("HTTP 502") == 1, result.out
    assert "nothing was done" not in result.out


def test_several_orders_with_different_outcomes_end_with_9_and_a_row_each(register, sandbox, order):
    created = sandbox.order(status="CREATED")
    unknown = str(uuids.uuid4())
    result = register(order, created, unknown, "no-such-number", "--json")
    assert result.code == 9
    assert [row["order"] for row in result.json] == [order, created, unknown, "no-such-number"]
    assert [row["verdict"] for row in result.json] == ["confirmed", "advised", "rejected", "rejected"]
    assert result.json[2]["code"] == "v2_entity_not_found"


def test_orders_are_read_from_standard_input(register, sandbox, order):
    second = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    result = register("-", "--json", "--yes", stdin=f"\ufeff{order}\r\n\n  {second}\n")
    assert [row["order"] for row in result.json] == [order, second]
    assert result.code == 0


def test_standard_input_without_orders_is_a_usage_error(register):
    assert register("-", stdin="\n\n").code == 2
    assert register("-", stdin="").code == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_standard_input_is_decoded_like_a_file(oint, sandbox, encoding):
    sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT", im_number="Заказ-7")
    lines = "Заказ-7\r\n\ufeff\r\n" if encoding == "utf-8-sig" else "Заказ-7\r\n"
    sandbox.settings(refusal={"mode": "at_once"})
    process = oint.start("refusals", "register", *FAST, "-", "--json", "--yes", stdout=subprocess.PIPE)
    out, _ = process.communicate(lines.encode(encoding))
    assert ([row["order"] for row in json.loads(out)], process.returncode) == (["Заказ-7"], 0)
    assert len(sandbox.calls("order_find")) == 1


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("invalid_name", ["1,11E+09", "a\u2028b", "n" * 41, "72753033-a2e0-43e3-95e5-57c4c2e9bf4"])
def test_invalid_order_name_is_reported_before_any_request(register, sandbox, order, invalid_name, language):
    for result in (
        register(order, invalid_name, OINT_LANG=language),
        register("-", stdin=f"{order}\n\n{invalid_name}\n", OINT_LANG=language),
    ):
        assert (result.code, result.out) == (2, "")
        assert len(result.err.splitlines()) == 1
    assert ("line 3" if language == "en" else "строка 3") in result.err
    assert sandbox.calls() == []


def test_quotes_and_spaces_around_an_order_name_are_ignored(register, order):
    assert register(f" {{{order.upper()}}} ", "--json").json[0]["uuid"] == order


def test_outage_leaves_a_row_for_every_order_and_starts_no_more(register, sandbox, order):
    second = sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    sandbox.fault({"type": "answer", "status": 401, "body": {}}, operation="order_get")
    result = register(order, second, "--json")
    assert result.code == 4
    assert [(row["order"], row["verdict"]) for row in result.json] == [(order, "planned"), (second, "planned")]
    assert result.json[0]["code"]
    assert sandbox.truth(order)["refusals"] == sandbox.truth(second)["refusals"] == []


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal here")
def test_ctrl_c_leaves_a_row_for_every_order_and_ends_with_130(oint, sandbox, order):
    sandbox.settings(refusal={"mode": "never"})
    words = ["refusals", "register", order, "later", "--json"]
    with oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not sandbox.truth(order)["refusals"]:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert process.returncode == 130
    assert b'"verdict": "unknown"' in out
    assert b'"verdict": "planned"' in out
    assert b"Traceback" not in err


SIGNAL_IN_FINALIZER = """
import signal, sys, time
from oint.cli import main
from oint.cli.refusals import _register

class Fragile:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        for _ in range(10_000):  # Python looks for signals now and then: in here, for certain
            pass

def hang(client, order, **options):
    Fragile()
    time.sleep(600)

_register.register_refusal = hang
sys.argv = ["oint", "refusals", "register", "an-order", "--json"]
sys.exit(main.run())
"""


def test_ctrl_c_is_not_lost_in_a_finalizer(oint):
    result = subprocess.run([sys.executable, "-c", SIGNAL_IN_FINALIZER], env=oint.env, capture_output=True, check=False)
    assert (result.returncode, result.stderr) == (130, b"")
    assert b'"verdict": "unknown"' in result.stdout


def test_internal_error_in_one_order_loses_no_row():
    def fail(order):
        raise ZeroDivisionError(order)

    rows = list(rows_module.register_all(["1", "2"], fail))
    assert [row.fields()["verdict"] for row in rows] == ["unknown", "planned"]
    assert rows_module.exit_code(rows) == 99


def test_json_failure_of_the_whole_run_is_one_object(anonymous_oint, oint, order):
    result = anonymous_oint("refusals", "register", order, "--json")
    assert result.code == 4
    error = result.json["error"]
    assert list(error) == ["kind", "code", "message", "next_step", "safe_to_repeat"]
    assert (error["kind"], error["code"]) == ("authentication_failed", "no_credentials")
    usage_error = oint("refusals", "register", order, "--json", "--bogus")
    assert (usage_error.code, usage_error.json["error"]["kind"]) == (2, "bad_usage")
    assert usage_error.json["error"]["safe_to_repeat"] is False, "as it is, it fails again"


@pytest.mark.parametrize(
    ("content", "ledger", "code", "kind"),
    [
        ("\n", "new.sqlite", 6, "bad_rows"),
        ("shop-1\n", "orders.txt", 99, "machine"),
        ("a;b\n", "x.sqlite", 2, "bad_usage"),
    ],
)
def test_error_kind_matches_the_exit_code(oint, content, ledger, code, kind):
    (oint.home / "orders.txt").write_text(content)
    result = oint("refusals", "plan", "orders.txt", "--ledger", ledger, "--json")
    assert (result.code, result.json["error"]["kind"]) == (code, kind)


def test_named_profile_is_the_one_used(oint, order):
    assert oint("refusals", "register", order, "--profile", "absent").code == 4


def test_debug_prints_the_exchanges(register, order):
    result = register(order, "--debug")
    assert f"/orders/{order}/refusal -> 202" in result.err


@pytest.mark.parametrize(
    ("text", "value"), [("500ms", 0.5), ("60s", 60), ("2m", 120), ("1h", 3600), ("7", 7), (" 1.5S ", 1.5), ("0", 0)]
)
def test_duration_is_read_in_its_unit(text, value):
    assert seconds("--wait", text) == value


@pytest.mark.parametrize("text", ["", "s", "1d", "-1s", "1,5s", "nan", "25h", "1 2s", "infs"])
def test_invalid_duration_is_rejected(text):
    with pytest.raises(UsageError, match="--wait"):
        seconds("--wait", text)
