"""Secrets pass by the agent: not in an answer, not in an error, not in the log, not on stderr."""

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint import redaction
from oint.mcp.redaction import MIN_PREFIX_LENGTH, mask_message, mask_secrets
from tests.support.mcp_home import PASSWORD

LONG = "Hs8-" + "k7Qz" * 30
TRICKY = 'o\'ne "two" \\three/четыре'
BLANK = " \t\n" + "Bl4nk-" + "w9Xy" * 30 + "\n"
VARS = {
    "Long": LONG,
    "Tricky": TRICKY,
    "Blank": BLANK,
    "Login": "the-account",
    "Word": PASSWORD,
    "Digits": "1106094897",
}


@pytest.fixture
def everything(home):
    """All that anybody but the server could see of it afterwards."""
    seen = []

    def shown():
        texts = [each.text for each in seen]
        files = [path for path in (home.log, home.errors) if path.exists()]
        return "\n".join([*texts, *(path.read_text("utf-8") for path in files)])

    return seen, shown


def pieces(secret):
    """A secret as it is, as JSON has it, and enough of its beginning to be of use."""
    forms = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        secret[: 2 * MIN_PREFIX_LENGTH],
    }
    return forms | {secret.strip()[: 2 * MIN_PREFIX_LENGTH]}


def test_a_variable_stands_for_its_value_and_the_agent_learns_its_name_only(home, box, everything, order):
    seen, shown = everything
    with home.agent({"vars": VARS | {"Order": order}}) as agent:
        seen.append(agent("get_variables"))
        assert set(seen[0].json["vars"]) == {f"@@{name}" for name in (*VARS, "Order")}
        seen.append(agent.execute("GetOrder", uuid="@@Order"))
        assert seen[1].result["entity"]["uuid"] == "@@Order"
        seen.append(agent.execute("GetToken", account="@@Login", **{"pass": "@@Word"}))
        assert seen[2].result["access_token"] == "***"
        assert agent.execute("GetOrder", uuid=seen[1].result["entity"]["uuid"]).result["entity"]["uuid"] == "@@Order"
    assert [call["operation"] for call in box.calls()].count("order_get") == 2
    for secret in (*VARS.values(), order):
        assert secret not in shown()


def misplaced(agent, mark, uuid="72753033-a2e0-43e3-95e5-57c4c2e9bf4a"):
    """A variable, wherever an agent could put it."""
    return [
        agent.execute("GetOrder", uuid=mark),
        agent.execute("GetOrder", uuid=uuid, testapi=mark),
        agent.execute("GetOrder", uuid=uuid, token=mark),
        agent.execute("GetOrderByNumber", number=mark),
        agent.execute("GetOrderByNumber", number=mark, internal=True),
        agent.execute("CreateCustomerRefund", uuid=uuid, tariff=mark),
        agent.execute("CreateOrder", order=mark),
        agent.execute("CreateOrder", order={"comment": mark, "packages": [{"number": mark, "weight": mark}]}),
        agent.execute("CreateOrder", order=json.dumps({"number": mark, "type": 1})),
        agent.execute("GetToken", account=mark, **{"pass": mark}),
        agent("get_service_methods", service=mark),
        agent("get_method_parameters", service="cdek", method=mark),
    ]


def test_an_agent_that_puts_a_variable_where_it_does_not_belong_learns_nothing_of_it(home, everything):
    seen, shown = everything
    with home.agent({"vars": VARS, "allow": ["CreateOrder", "CreateCustomerRefund"]}) as agent:
        for name in VARS:
            seen += misplaced(agent, f"@@{name}")
    assert len(seen) == 12 * len(VARS)
    for piece in (piece for secret in VARS.values() for piece in pieces(secret)):
        assert piece not in shown()


def test_a_server_that_echoes_the_secrets_does_not_get_them_to_the_agent(home, box, everything, order):
    seen, shown = everything
    said = f"{LONG} {TRICKY} {PASSWORD} Bearer abcdefgh.ijkl eyJhbGciOi.eyJhIjox.abc"
    error = {"code": "v2_bad", "message": said}
    body = {"requests": [{"type": "GET", "state": "INVALID", "errors": [error]}]}
    with home.agent({"vars": VARS}) as agent:
        for action in (
            {"type": "answer", "status": 400, "body": body},
            {"type": "answer", "status": 401, "body": body},
            {"type": "answer", "status": 200, "body": {"entity": {"uuid": order, said: [said, 1106094897]}}},
            {"type": "answer", "status": 200, "text": said, "content_type": "text/html"},
        ):
            box.clear_faults()
            box.fault(action, operation="order_get")
            seen.append(agent.execute("GetOrder", uuid=order, token="@@Long"))
    assert seen[2].result["entity"]["@@Long @@Tricky @@Word Bearer *** ***"][1] == "@@Digits"
    for secret in ("abcdefgh", "eyJ", LONG, TRICKY, PASSWORD, "1106094897"):
        assert secret not in shown()


def test_a_variable_may_stand_anywhere_in_an_object(home, box):
    item = {"name": "x", "ware_key": "1", "payment": {"value": 0}, "cost": 1, "weight": 5, "amount": 1}
    package = {"number": "1", "weight": 500, "length": 10, "width": 10, "height": 10, "items": [item]}
    order = {
        "tariff_code": 136,
        "number": "@@Number",
        "recipient": {"name": "Ivan", "phones": [{"number": "@@Phone"}]},
        "shipment_point": "MSK1",
        "delivery_point": "NSK1",
        "packages": [package],
    }
    kept = {"Number": "shop-77-88", "Phone": "79134637228"}
    with home.agent({"vars": kept, "allow": ["CreateOrder"]}) as agent:
        uuid = agent.execute("CreateOrder", order=order, ostore=True).result["entity"]["uuid"]
        box.finish(uuid)
        card = agent.execute("GetOrder", uuid=uuid).result["entity"]
    assert box.truth(uuid)["im_number"] == "shop-77-88"
    assert (card["number"], card["recipient"]["phones"][0]["number"]) == ("@@Number", "@@Phone")


def test_the_log_says_who_called_what_on_which_order_and_how_it_ended_and_holds_no_value(home, order):
    with home.agent({"vars": VARS}) as agent:
        agent.execute("GetOrder", uuid=order)
        agent.execute("GetOrderByNumber", number="shop-number-77")
        agent.execute("CreateRefusal", uuid=order)
    lines = [json.loads(line) for line in home.log.read_text("utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["start", "call", "call", "call", "end"]
    assert [(line["method"], line.get("uuid"), line["outcome"]) for line in lines[1:4]] == [
        ("GetOrder", order, "done"),
        ("GetOrderByNumber", None, "bad_argument"),
        ("CreateRefusal", order, "not_allowed"),
    ]
    assert "shop-number-77" not in home.log.read_text("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights elsewhere")
def test_the_log_is_its_owners_alone_and_is_added_to(home):
    for _ in range(2):
        with home.agent():
            pass
    assert home.log.stat().st_mode & 0o777 == 0o600
    assert home.log.read_text("utf-8").count('"start"') == 2


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights elsewhere")
def test_a_config_that_others_can_read_is_warned_of(home):
    path = home.config({"vars": VARS})
    os.chmod(path, 0o644)  # noqa: PTH101 - a path as the command has it
    code, out, err = home.run("start", "-c", path)
    assert (code, out) == (0, "")
    assert "chmod 600" in err
    assert LONG not in err


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_an_answer_without_secrets_stays_as_it_is(answer):
    redaction.clear_secrets()
    if redaction.redact(text := json.dumps(answer, ensure_ascii=False)) == text:
        assert mask_secrets(answer) == answer


@given(
    st.text(st.characters(codec="ascii", categories=("L", "N", "P")), min_size=MIN_PREFIX_LENGTH),
    st.text(),
    st.text(),
    st.data(),
)
def test_no_beginning_of_a_secret_is_told_however_it_is_cut(secret, before, after, data):
    redaction.clear_secrets()
    cut = secret[: data.draw(st.integers(MIN_PREFIX_LENGTH, len(secret)))]
    if secret[:MIN_PREFIX_LENGTH] not in f"{before}***{after}":
        assert secret[:MIN_PREFIX_LENGTH] not in mask_message(f"{before}{cut}{after}", [secret])
