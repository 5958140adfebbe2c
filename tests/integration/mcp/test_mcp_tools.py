"""The tools, as an agent meets them."""

import re
import uuid as uuids
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oint.catalog import CDEK

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def test_an_agent_sees_the_five_tools_of_oint_each_with_its_arguments(home):
    with home.agent() as agent:
        taken = {name: list(tool.input_schema["properties"]) for name, tool in agent.tools().items()}
        assert "get_variables" in agent.instructions
    assert taken == {
        "get_services": [],
        "get_service_methods": ["service"],
        "get_method_parameters": ["service", "method"],
        "execute_method": ["service", "method", "parameters"],
        "get_variables": [],
    }


def test_an_agent_finds_its_way_from_the_services_to_the_parameters_of_a_method(home):
    with home.agent() as agent:
        (service,) = agent("get_services").json["services"]
        methods = agent("get_service_methods", service=service["name"]).json["methods"]
        shown = agent("get_method_parameters", service="cdek", method="createREFUSAL").json
        same = agent("get_method_parameters", service="cdek", method="СоздатьОтказ").json
    assert (service["name"], service["title"]) == ("cdek", "OPI_CDEK")
    assert [method["name"] for method in methods] == [method.name.en for method in CDEK.methods]
    assert shown == same
    assert shown["calls"] == "POST /orders/{uuid}/refusal"
    assert {each["name"]: each["required"] for each in shown["parameters"]} == {
        "token": False,
        "uuid": True,
        "testapi": False,
    }


def test_a_method_runs_with_the_saved_credentials_and_no_token(home, order):
    with home.agent() as agent:
        assert agent.execute("GetOrder", uuid=order).result["entity"]["uuid"] == order
        assert agent.execute("ПолучитьЗаказ", **{"--uuid": order, "testapi": True}).result["entity"]["uuid"] == order


def test_parameters_may_come_as_the_json_of_an_object(home, order):
    with home.agent() as agent:
        told = agent("execute_method", service="cdek", method="GetOrder", parameters=f'{{"uuid": "{order}"}}')
    assert told.result["entity"]["uuid"] == order


def test_what_cdek_refuses_is_an_error_with_cdeks_own_words(home):
    with home.agent() as agent:
        told = agent.execute("GetOrder", uuid=str(uuids.uuid4()))
    assert (told.error["kind"], told.error["code"]) == ("rejected", "v2_entity_not_found")
    assert told.json["execution_result"]["requests"][0]["state"] == "INVALID"


def test_a_lost_answer_to_a_change_is_told_as_an_unknown_outcome(home, box, order):
    box.fault("reset", operation="refusal", when="after", times=1)
    with home.agent({"allow": ["CreateRefusal"]}) as agent:
        error = agent.execute("CreateRefusal", uuid=order).error
    assert (error["kind"], error["safe_to_repeat"]) == ("outcome_unknown", False)
    assert len(box.truth(order)["refusals"]) == 1


def test_an_answer_that_would_flood_the_agent_is_not_given_but_a_changes_answer_is(home, box, order):
    body = {"entity": {"uuid": order, "comment": "x" * 250_000}, "requests": [], "related_entities": []}
    entry = {"type": "CREATE_REFUSAL", "state": "ACCEPTED", "request_uuid": str(uuids.uuid4())}
    box.fault({"type": "answer", "status": 200, "body": body}, operation="order_get")
    box.fault({"type": "answer", "status": 202, "body": body | {"requests": [entry]}}, operation="refusal")
    with home.agent({"allow": ["CreateRefusal"]}) as agent:
        error = agent.execute("GetOrder", uuid=order).error
        assert len(agent.execute("CreateRefusal", uuid=order).text) > 250_000
    assert (error["code"], error["safe_to_repeat"]) == ("answer_too_long", True)
    assert "--out" in error["next_step"]


def test_no_text_of_an_agents_ends_the_server(home, order):
    with home.agent() as agent:
        for text in ("\x00", "\u202e", "x" * 100_000, "[" * 5_000):
            for odd in ({"service": text, "method": "GetOrder"}, {"service": "cdek", "method": text}):
                assert agent("get_method_parameters", **odd).failed
            for odd in ({"uuid": text}, {text: "x"}, {"uuid": order, "token": text}):
                assert agent.execute("GetOrder", **odd).failed
            assert agent("execute_method", service="cdek", method="GetOrder", parameters=text).failed
        assert agent.execute("GetOrder", uuid=order).result["entity"]["uuid"] == order


def test_a_value_nested_beyond_all_need_is_a_bad_argument(home, box):
    with home.agent({"allow": ["CreateOrder"]}) as agent:
        for depth in (100, 300, 600, 900, 5000):
            deep = f"{'[' * depth}{']' * depth}"
            for given in (f'{{"order": {{"comment": {deep}}}}}', f'{{"uuid": {deep}}}'):
                method = "CreateOrder" if "order" in given else "GetOrder"
                told = agent("execute_method", service="cdek", method=method, parameters=given)
                assert told.error["kind"] == "bad_argument"
    assert box.calls() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_log_that_cannot_be_written_swallows_no_answer_and_is_told_of_once(home, box, order):
    home.log = Path("/dev/full")
    with home.agent({"allow": ["CreateRefusal"]}) as agent:
        told = agent.execute("CreateRefusal", uuid=order)
        assert agent.execute("GetOrder", uuid=order).result["entity"]["uuid"] == order
    assert told.result["requests"][0]["state"] == "ACCEPTED"
    assert len(box.truth(order)["refusals"]) == 1
    [line] = home.errors.read_text("utf-8").splitlines()
    assert line.startswith("oint: the log /dev/full cannot be written (")
    assert "free" in line


WRONG = [
    ("get_servces", {}, "Did you mean get_services?"),
    ("get_service_methods", {"service": "cdec"}, "Did you mean cdek?"),
    ("get_method_parameters", {"service": "cdek", "method": "CreateRefusl"}, "Did you mean CreateRefusal?"),
    ("get_method_parameters", {"service": "cdek", "method": "СоздатьОтка"}, "Did you mean СоздатьОтказ?"),
    ("get_method_parameters", {"service": "cdek"}, "a method's name"),
    ("get_method_parameters", {"service": "cdek", "method": "GetOrder", "metod": "x"}, "Did you mean method?"),
    ("execute_method", {"service": "cdek", "method": "GetOrder", "parameters": {"uid": "x"}}, "Did you mean uuid?"),
    ("execute_method", {"service": "cdek", "method": "GetOrder", "parameters": {}}, "get_method_parameters"),
    ("execute_method", {"service": "cdek", "method": "GetOrder", "parameters": {"uuid": ["x"]}}, "string"),
    ("execute_method", {"service": "cdek", "method": "GetOrder", "parameters": "{"}, "quotes"),
    ("execute_method", {"service": "cdek", "method": "GetOrder", "parameters": {"uuid": "@@Ordr"}}, "@@Order"),
]


def test_what_cannot_be_right_is_an_error_with_the_next_step_and_sends_nothing(home, box):
    with home.agent({"vars": {"Order": "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"}}) as agent:
        errors = [agent(tool, **arguments).error for tool, arguments, _ in WRONG]
    assert {error["kind"] for error in errors} == {"bad_argument"}
    told = zip(errors, WRONG, strict=True)
    assert [row for error, row in told if row[2] not in error["next_step"]] == []
    assert box.calls() == []


def test_no_file_and_no_address_is_read_for_an_agent(home):
    home.config({"type": 1}, "order.json")
    with home.agent({"allow": ["CreateOrder"]}) as agent:
        for given in ("order.json", "http://127.0.0.1:1/order.json", "/etc/hosts"):
            error = agent.execute("CreateOrder", order=given).error
            assert "no file or address" in error["next_step"]


def test_a_print_form_comes_as_a_file_beside_the_answer(home, box):
    order = box.order(status="CREATED")
    with home.agent({"allow": ["write"]}) as agent:
        form = agent.execute("CreateReceipt", uuids=order).result["entity"]["uuid"]
        box.pass_time(60)
        told = agent.execute("GetReceipt", uuid=form, getfile=True)
        card = agent.execute("GetReceipt", uuid=form)
    assert card.result["entity"]["uuid"] == form
    [(media_type, data)] = told.files
    assert (media_type, data[:4]) == ("application/pdf", b"%PDF")
    assert told.result == {"media_type": "application/pdf", "size": len(data)}


def test_what_needs_no_cdek_is_answered_without_credentials(home, box):
    with home.agent(OINT_CDEK_ACCOUNT="", OINT_CDEK_PASSWORD="") as agent:
        template = agent.execute("GetOrderDescription", empty=True, required="true").result
    assert "packages" in template
    assert box.calls() == []


def test_without_credentials_the_error_says_how_to_save_them(home, order):
    with home.agent(OINT_CDEK_ACCOUNT="", OINT_CDEK_PASSWORD="") as agent:
        error = agent.execute("GetOrder", uuid=order).error
    assert error["kind"] == "authentication_failed"
    assert "oint credentials save" in error["next_step"]


@pytest.mark.parametrize("missing", ["OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"])
def test_half_a_pair_of_credentials_is_an_error_that_names_the_missing_half_and_sends_nothing(
    home, box, order, missing
):
    home.config(
        '[profiles."default"]\naccount = "saved-account"\npassword = "saved-password"\n', "config/credentials.toml"
    )
    with home.agent({"allow": ["CreateRefusal"]}, **{missing: ""}) as agent:
        errors = [agent.execute("CreateRefusal", uuid=order).error, agent.execute("GetToken", testapi=True).error]
    for error in errors:
        assert (error["kind"], error["code"]) == ("authentication_failed", "half_credentials")
        assert f"but {missing} is not" in error["message"]
        assert error["safe_to_repeat"] is False
    assert box.calls() == []


def test_everything_is_told_in_russian_where_that_is_the_language(home):
    with home.agent(OINT_LANG="ru") as agent:
        texts = [tool.description for tool in agent.tools().values()]
        texts += [each["description"] for each in agent("get_service_methods", service="cdek").json["methods"]]
        shown = agent("get_method_parameters", service="cdek", method="CreateRefusal").json
        texts += [shown["returns"], *(each["description"] for each in shown["parameters"])]
        texts += [agent.execute("CreateRefusal", uuid="x").error["message"], agent.instructions]
    assert shown["name"] == "СоздатьОтказ"
    assert [text for text in texts if not CYRILLIC.search(text)] == []


def test_everything_is_told_in_english_where_that_is_the_language(home):
    with home.agent() as agent:
        texts = [tool.description for tool in agent.tools().values()]
        texts += [each["description"] for each in agent("get_service_methods", service="cdek").json["methods"]]
        texts += [agent.execute("CreateRefusal", uuid="x").error["message"], agent.instructions]
    assert [text for text in texts if CYRILLIC.search(text)] == []


def test_several_calls_of_one_agent_run_at_the_same_time_and_share_one_token(home, box, order):
    with home.agent() as agent, ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: agent.execute("GetOrder", uuid=order), range(16)))
    assert [each.result["entity"]["uuid"] for each in told] == [order] * 16
    assert [call["operation"] for call in box.calls()].count("token") == 1
