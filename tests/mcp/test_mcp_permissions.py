"""What carries a risk runs only where a person has allowed it."""

import pytest

from oint.catalog import CDEK

RISKY = ["CreateOrder", "DeleteOrder", "CreateCustomerRefund", "CreateRefusal"]


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


@pytest.mark.parametrize("allow", [[], ["CreateRefusal"]])
def test_a_method_is_shown_with_its_risk_and_whether_it_may_run(home, allow):
    with home.agent({"allow": allow}) as agent:
        methods = agent("get_service_methods", service="cdek").json["methods"]
        shown = [agent("get_method_parameters", service="cdek", method=method["name"]).json for method in methods]
    assert {method["name"] for method in methods if method["risk"]} >= set(RISKY)
    assert all(method["allowed"] == (not method["risk"] or method["name"] in allow) for method in methods)
    assert [(each["risk"], each["allowed"]) for each in shown] == [(each["risk"], each["allowed"]) for each in methods]


def test_no_method_that_only_reads_needs_leave(home):
    with home.agent() as agent:
        methods = agent("get_service_methods", service="cdek").json["methods"]
    reading = {method.name.en for method in CDEK.methods if method.http in {"GET", None, ""}}
    assert {method["name"] for method in methods if method["allowed"]} >= reading


def test_the_tool_that_executes_is_announced_as_dangerous_only_where_something_is_allowed(home):
    seen = []
    for config in ({}, {"allow": ["CreateRefusal"]}):
        with home.agent(config) as agent:
            notes = {name: tool.annotations for name, tool in agent.tools().items()}
        seen.append(notes.pop("execute_method"))
        assert all(each.read_only_hint and not each.destructive_hint for each in notes.values())
    assert [(each.read_only_hint, each.destructive_hint) for each in seen] == [(True, False), (False, True)]
