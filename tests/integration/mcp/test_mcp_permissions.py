"""What carries a risk runs only where a person has allowed it."""

import pytest

from oint.catalog import CDEK

RISKY = {
    "CreateOrder",
    "UpdateOrder",
    "DeleteOrder",
    "CreateCustomerRefund",
    "CreateRefusal",
    "CreateReceipt",
    "CreateBarcode",
    "CreatePrealert",
    "CreateCourierInvitation",
    "UpdateCourierInvitation",
    "DeleteCourierInvitation",
    "RegisterDeliveryAppointment",
    "CreateWebhook",
    "DeleteWebhook",
}
"""What changes something at CDEK, written down once more: a mark that is lost there is missed here."""


def refusals(box, order):
    return len(box.truth(order)["refusals"])


def test_a_refusal_without_permission_is_refused_and_never_sent(home, box, order):
    with home.agent() as agent:
        error = agent.execute("СоздатьОтказ", uuid=order).error
    assert (error["kind"], error["safe_to_repeat"]) == ("not_allowed", False)
    assert "CreateRefusal" in error["next_step"]
    assert refusals(box, order) == 0
    assert box.calls() == []


@pytest.mark.parametrize("name", ["CreateRefusal", "создатьотказ"])
def test_a_refusal_that_the_config_allows_is_registered(home, box, order, name):
    with home.agent({"allow": [name]}) as agent:
        answer = agent.execute("CreateRefusal", uuid=order).result
    assert [(entry["type"], entry["state"]) for entry in answer["requests"]] == [("CREATE_REFUSAL", "ACCEPTED")]
    assert refusals(box, order) == 1


def test_leave_for_one_method_is_no_leave_for_another(home, box, order):
    with home.agent({"allow": ["DeleteOrder"]}) as agent:
        assert agent.execute("CreateRefusal", uuid=order).error["kind"] == "not_allowed"
    assert refusals(box, order) == 0


def test_an_agent_cannot_give_itself_leave(home, box, order):
    with home.agent({"vars": {"allow": "CreateRefusal"}}) as agent:
        for method in ("CreateRefusal", "createrefusal", "--CreateRefusal", "@@allow"):
            told = agent.execute(method, uuid=order, allow=["CreateRefusal"])
            assert told.error["kind"] in {"not_allowed", "bad_argument"}
    assert refusals(box, order) == 0


def test_a_kind_of_risk_may_be_allowed_as_a_whole(home, box, order):
    with home.agent({"allow": ["irreversible"]}) as agent:
        allowed = {
            each["name"] for each in agent("get_service_methods", service="cdek").json["methods"] if each["allowed"]
        }
        assert agent.execute("CreateRefusal", uuid=order).result["entity"]["uuid"] == order
        assert agent.execute("CreateOrder", order={"type": 1}).error["kind"] == "not_allowed"
    assert allowed == {method.name.en for method in CDEK.methods if method.risk in {"read", "irreversible"}}
    assert refusals(box, order) == 1


@pytest.mark.parametrize("allow", [[], ["CreateRefusal"]])
def test_a_method_is_shown_with_its_risk_and_whether_it_may_run(home, allow):
    with home.agent({"allow": allow}) as agent:
        methods = agent("get_service_methods", service="cdek").json["methods"]
        refusal = agent("get_method_parameters", service="cdek", method="CreateRefusal").json
    assert {each["name"]: each["risk"] for each in methods} == {each.name.en: each.risk for each in CDEK.methods}
    assert all(each["allowed"] == (each["risk"] == "read" or each["name"] in allow) for each in methods)
    assert all(bool(each["means"]) == (each["risk"] != "read") for each in methods)
    assert (refusal["risk"], refusal["means"]) == ("irreversible", "cannot be undone")


def test_no_method_that_changes_something_at_cdek_is_without_a_risk():
    reading = {method.name.en for method in CDEK.methods if method.risk == "read"}
    assert not reading & RISKY
    assert {method.name.en for method in CDEK.methods if method.http in {"PATCH", "DELETE", "PUT"}} <= RISKY


def test_the_tool_that_executes_is_announced_as_dangerous_only_where_something_is_allowed(home):
    seen = []
    for config in ({}, {"allow": ["CreateRefusal"]}):
        with home.agent(config) as agent:
            notes = {name: tool.annotations for name, tool in agent.tools().items()}
        seen.append(notes.pop("execute_method"))
        assert all(each.read_only_hint and not each.destructive_hint for each in notes.values())
    assert [(each.read_only_hint, each.destructive_hint) for each in seen] == [(True, False), (False, True)]
