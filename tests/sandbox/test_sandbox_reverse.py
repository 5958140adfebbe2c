"""A reverse: made along with the order that asks for it, its own way home, what stands against it; and the contract."""

from datetime import datetime, timedelta

import pytest

from tests.support.sandbox_api import SHOP_ORDER

PHONES = {"phones": [{"number": "+79000000001"}]}
TO_OFFICE = {"tariff_code": 138, "to_location": None, "delivery_point": "NSK1"}
FROM_OFFICE = {"tariff_code": 137, "from_location": None, "shipment_point": "MSK65"}
CONTRACT_RULES = [
    ({"reverse": "forbidden"}, {}, "ve_as_reverse_contract_forbidden"),
    ({"reverse": "to_door"}, TO_OFFICE, "ve_as_reverse_only_to_door"),
    ({"reverse_to": "sender"}, FROM_OFFICE, "ve_as_reverse_sender_address_empty"),
]


def _made(sandbox, api, **changes):
    uuid = api.create(**changes)
    sandbox.finish(uuid)
    return uuid


def _pair(sandbox, api, **changes):
    """The uuids of an order with a reverse and of its reverse order."""
    direct = _made(sandbox, api, **{"has_reverse_order": True} | changes)
    (link,) = api.card(direct).body["related_entities"]
    return direct, link["uuid"]


def _errors(api, uuid):
    return [row["code"] for row in api.card(uuid).entry.get("errors", [])]


def test_an_order_with_a_reverse_is_linked_with_a_reverse_order_both_ways(sandbox, api):
    direct, reverse = _pair(sandbox, api)
    forth, back = api.card(direct).body, api.card(reverse).body
    assert forth["related_entities"] == [
        {"type": "reverse_order", "uuid": reverse, "cdek_number": back["entity"]["cdek_number"]}
    ]
    assert back["related_entities"] == [
        {"type": "direct_order", "uuid": direct, "cdek_number": forth["entity"]["cdek_number"]}
    ]
    assert (forth["entity"]["is_reverse"], forth["entity"]["has_reverse_order"]) == (False, True)
    assert (back["entity"]["is_reverse"], back["entity"]["has_reverse_order"]) == (True, False)
    assert back["entity"]["is_return"] is back["entity"]["is_client_return"] is False
    assert back["entity"]["from_location"]["code"] == forth["entity"]["to_location"]["code"]
    assert back["entity"]["to_location"]["code"] == forth["entity"]["from_location"]["code"]


def test_the_old_service_asks_for_a_reverse_too_and_is_not_shown(sandbox, api):
    direct = _made(sandbox, api, services=[{"code": "REVERSE"}])
    card = api.card(direct).body
    assert [row["type"] for row in card["related_entities"]] == ["reverse_order"]
    assert card["entity"]["has_reverse_order"] is True
    assert "REVERSE" not in {row["code"] for row in card["entity"]["services"]}


def test_an_order_without_a_reverse_has_none(sandbox, api):
    assert api.card(_made(sandbox, api)).body["related_entities"] == []


def test_a_reverse_order_travels_home_by_itself(sandbox, api):
    direct, reverse = _pair(sandbox, api)
    sandbox.advance(reverse, 3)
    codes = [row["code"] for row in api.card(reverse).body["entity"]["statuses"]]
    assert codes == ["DELIVERED", "ACCEPTED_IN_SENDER_CITY", "SENT_TO_SENDER_CITY", "CREATED", "ACCEPTED"]
    assert sandbox.truth(direct)["status"] == "CREATED"


def test_a_change_can_ask_for_a_reverse_and_gets_one_only_once(sandbox, api):
    direct = _made(sandbox, api)
    for _ in range(2):
        assert api.call("PATCH", "/orders", {"uuid": direct, "has_reverse_order": True}).status == 202
        sandbox.finish(direct)
    assert [row["type"] for row in api.card(direct).body["related_entities"]] == ["reverse_order"]


def test_the_reverse_order_may_come_later(sandbox, api):
    sandbox.settings(reverse_order={"mode": "after_seconds", "value": 60})
    direct = _made(sandbox, api, has_reverse_order=True)
    assert api.card(direct).body["related_entities"] == []
    sandbox.pass_time(61)
    assert [row["type"] for row in api.card(direct).body["related_entities"]] == ["reverse_order"]


@pytest.mark.parametrize(("setting", "status"), [("removed", "REMOVED"), ("kept", "CREATED")])
def test_a_deleted_order_takes_its_reverse_order_along_unless_it_is_kept(sandbox, api, setting, status):
    sandbox.settings(reverse_of_removed=setting)
    direct, reverse = _pair(sandbox, api)
    api.call("DELETE", f"/orders/{direct}")
    sandbox.finish(direct)
    assert sandbox.truth(reverse)["status"] == status


def test_no_courier_fetches_a_reverse_whose_direct_order_is_gone(sandbox, api):
    sandbox.settings(reverse_of_removed="kept")
    direct, reverse = _pair(sandbox, api)
    api.call("DELETE", f"/orders/{direct}")
    sandbox.finish(direct)
    day = datetime.fromisoformat(sandbox.control("GET", "/clock")["now"]).date() + timedelta(days=2)
    hours = {"intake_date": day.isoformat(), "intake_time_from": "10:00", "intake_time_to": "17:00"}
    uuid = api.call("POST", "/intakes", hours | {"order_uuid": reverse}).uuid
    sandbox.control("POST", f"/intakes/{uuid}/advance")
    assert api.call("GET", f"/intakes/{uuid}").code == "ve_reverse_straight_order_not_found"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": 137, "address": "ул. Блюхера, 32"}, "error_validate_reverse_deny_change_sender_city"),
        ({"code": 270, "address": "другая"}, "error_validate_reverse_deny_change_sender_address"),
    ],
)
def test_the_sender_of_a_reverse_order_stays_once_the_direct_order_has_ended(sandbox, api, change, code):
    direct, reverse = _pair(sandbox, api)
    for status, expected in (("CREATED", []), ("DELIVERED", [code])):
        if status != "CREATED":
            assert api.call("PATCH", "/orders", {"uuid": reverse, "from_location": SHOP_ORDER["to_location"]}).uuid
            sandbox.finish(reverse)
            sandbox.move(direct, status)
        api.call("PATCH", "/orders", {"uuid": reverse, "from_location": change})
        sandbox.finish(reverse)
        assert _errors(api, reverse) == expected


@pytest.mark.parametrize(("contract", "change", "code"), CONTRACT_RULES)
def test_a_reverse_that_the_contract_does_not_allow_ends_the_order(sandbox, api, contract, change, code):
    allowed = _made(sandbox, api, number="1", has_reverse_order=True, **change)
    assert _errors(api, allowed) == []
    sandbox.settings(contract=contract)
    assert _errors(api, _made(sandbox, api, number="2", has_reverse_order=True, **change)) == [code]
    assert _errors(api, _made(sandbox, api, number="3", **change)) == []


@pytest.mark.parametrize(("contract", "change", "code"), CONTRACT_RULES)
def test_the_check_beforehand_says_what_the_order_would_be_told(sandbox, api, contract, change, code):
    names = ("tariff_code", "from_location", "to_location")
    body = {name: SHOP_ORDER[name] for name in names} | {"sender": PHONES, "recipient": PHONES} | change
    sandbox.settings(contract=contract)
    answer = api.call("POST", "/reverse/availability", {name: value for name, value in body.items() if value})
    assert (answer.status, [row["code"] for row in answer.body["errors"]]) == (400, [code])


@pytest.mark.parametrize(
    ("contract", "change", "code"),
    [
        ({"status": "Архивный"}, {}, "ve_payer_contract_status_incorrect"),
        ({"currency": "KZT"}, {}, "ve_currency_not_corresponds_to_contract"),
        ({"currency": "KZT", "named": False}, {}, "ve_currency_not_corresponds_to_contragent"),
        ({"forbidden_services": ["TRYING_ON"]}, {"services": [{"code": "TRYING_ON"}]}, "ve_as_forbidden"),
        ({"partial_delivery": False}, {"services": [{"code": "PART_DELIV"}]}, "ve_as_part_deliv_forbidden"),
    ],
)
def test_what_the_contract_does_not_allow_ends_the_order(sandbox, api, contract, change, code):
    assert _errors(api, _made(sandbox, api, number="1", **change)) == []
    sandbox.settings(contract=contract)
    uuid = _made(sandbox, api, number="2", **change)
    assert _errors(api, uuid) == [code]
    assert sandbox.truth(uuid)["status"] == "INVALID"


def test_the_status_of_the_contract_stands_in_the_message(sandbox, api):
    sandbox.settings(contract={"status": "Архивный"})
    assert "в статусе Архивный," in api.card(_made(sandbox, api)).entry["errors"][0]["message"]
