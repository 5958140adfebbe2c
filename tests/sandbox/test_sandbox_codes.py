"""CDEK's error codes and the sandbox's, held against each other both ways; and the chains of calls that were recorded."""

import json
import re
from pathlib import Path

import pytest

import cdek_sandbox
from tests.support.samples import SAMPLES
from tests.support.sandbox_api import SHOP_ORDER

FACTS = SAMPLES.parent / "dictionaries.json"
SOURCE = "".join(path.read_text("utf-8") for path in Path(cdek_sandbox.__file__).parent.rglob("*.py"))
CODE = re.compile(
    r'"((?:v2|ve|error_validate|error_internal|error_dsd|err|ie|PA|jv)_\w+|orders_number_is_empty|delivery_date_too_late)"'
)
BY_HAND_ONLY = [
    # a static check stands before it: what it tells of is refused at once
    "error_validate_good_payment_absent",
    "error_validate_package_im_without_goods",
    "ve_receiver_pickup_point_wrong_city",
    # says the same as a code that a rule sends, and no fact tells the two apart
    "ERR_PVZ_WEIGHT_LIMIT",
    "error_validate_additional_service_param_declared_cost_is_does_not_match_with_goods",
    "error_validate_good_article_has_already",
    "error_validate_method_of_payment_receiver_city_limit_payment_exceeded",
    "error_validate_online_shop_number_departure_is_not_unique",
    "error_validate_package_count_to_pochtomat",
    "ve_calc_as_not_compatible",
    "ve_receiver_pickup_point_empty",
    # needs the currency of an order, which its request does not name
    "error_validate_declare_cost_currency_not_equals_payer_currency",
    "error_validate_order_cash_on_delivery_currency_invalid",
    "error_validate_order_cash_on_delivery_currency_not_equals_declared_cost",
    "ve_currency_not_corresponds_to_city",
    # needs to know which services a type of order has: only of INSURANCE is it known, and that is refused at once
    "ve_calc_as_order_type",
    # has no message, only a name
    "ve_as_empty_cost",
    # tells of a failure inside CDEK, not of the order
    "error_calculator_calculate",
]
"""Codes whose rule the facts do not give, each group with its reason.

No rule of the sandbox leads to them; a setting (`create`, `refusal`…: verdict invalid, this code) brings each about.
"""


@pytest.fixture(scope="module")
def facts():
    if not FACTS.is_file():
        pytest.skip("the facts about CDEK are not beside the repository")
    found = json.loads(FACTS.read_text("utf-8"))
    rows = [*found["errors"], *found["warnings"], *found["errors_observed_outside_the_official_list"]]
    return {row["code"].casefold() for row in rows}


def sent():
    return {code.casefold() for code in CODE.findall(SOURCE)}


def test_every_code_that_the_sandbox_sends_is_cdeks_or_is_named_as_invented(facts):
    assert {code for code in sent() if code not in facts} == set()
    invented = set(re.findall(r'"(\w*invented\w*)"', SOURCE))
    assert all(code.startswith("sandbox_invented_") for code in invented)


def test_every_code_of_cdeks_is_sent_by_a_rule_or_stands_in_the_list_of_those_by_hand(facts):
    by_hand = {code.casefold() for code in BY_HAND_ONLY}
    words = {code for code in facts if re.fullmatch(r"\w+_\w+", code)}  # a sentence in a code's place is no code
    assert words - sent() - by_hand <= {"unauthorized", "invalid_client", "code_invalid"}
    assert by_hand & sent() == set(), "a rule sends it now: take it off the list"


@pytest.mark.parametrize("code", BY_HAND_ONLY)
def test_a_code_without_a_rule_can_be_brought_about_by_hand(sandbox, api, code):
    sandbox.settings(create={"mode": "at_once", "verdict": "invalid", "code": code, "message": "by hand"})
    card = api.card(api.call("POST", "/orders", SHOP_ORDER | {"number": code[:40]}).uuid).body
    assert card["requests"][0]["errors"][0]["code"] == code


def test_the_chain_of_october_2024_create_label_prealert_refusal(sandbox, api):
    uuid = api.call("POST", "/orders", SHOP_ORDER).uuid
    sandbox.finish(uuid)
    assert api.call("POST", "/print/barcodes", {"orders": [{"order_uuid": uuid}]}).entry["state"] == "ACCEPTED"
    day = f"{sandbox.control('GET', '/clock')['now'][:4]}-12-31T12:00:00+0000"
    body = {"planned_date": day, "shipment_point": "MSK65", "orders": [{"order_uuid": uuid}]}
    assert api.call("POST", "/prealert", body).status == 202
    assert (api.refuse(uuid).entry["type"], api.refuse(uuid).code) == (
        "CREATE_REFUSAL",
        "v2_similar_request_still_processed",
    )


def test_the_chain_of_january_2026_accepted_created_refused(sandbox, api):
    uuid = api.call("POST", "/orders", SHOP_ORDER).uuid
    assert [row["code"] for row in api.card(uuid).body["entity"]["statuses"]] == ["ACCEPTED"]
    sandbox.pass_time(2)
    assert [row["code"] for row in api.card(uuid).body["entity"]["statuses"]] == ["CREATED", "ACCEPTED"]
    assert api.refuse(uuid).status == 202


def test_the_chain_of_august_2026_successful_within_three_seconds(sandbox, api):
    uuid = api.call("POST", "/orders", SHOP_ORDER).uuid
    sandbox.pass_time(3)
    assert api.card(uuid).body["requests"][0]["state"] == "SUCCESSFUL"


def test_the_chain_of_2020_created_deleted_read_after_deletion(sandbox, api):
    uuid = api.call("POST", "/orders", SHOP_ORDER).uuid
    sandbox.finish(uuid)
    assert api.call("DELETE", f"/orders/{uuid}").status == 202
    sandbox.finish(uuid)
    card = api.card(uuid)
    assert (card.status, card.body["entity"]["statuses"][0]["code"]) == (200, "REMOVED")
