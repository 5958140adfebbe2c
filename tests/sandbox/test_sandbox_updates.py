"""`PATCH /v2/orders`: what may change, when, and what CDEK warns of."""

import pytest

from tests.support.sandbox_api import SHOP_ORDER

NOTE = "Новый комментарий"


def _change(api, uuid, **change):
    return api.call("PATCH", "/orders", {"uuid": uuid, **change})


def _made(sandbox, api, **changes):
    uuid = api.create(**changes)
    sandbox.pass_time(1)
    return uuid


def _package_id(api, uuid):
    return api.card(uuid).body["entity"]["packages"][0]["package_id"]


def test_a_change_is_accepted_and_shown_when_its_time_has_passed(sandbox, api):
    uuid = _made(sandbox, api)
    answer = _change(api, uuid, comment=NOTE)
    assert (answer.status, answer.uuid, answer.entry["type"], answer.entry["state"]) == (
        202,
        uuid,
        "UPDATE",
        "ACCEPTED",
    )
    assert "warnings" not in answer.entry
    assert "comment" not in api.card(uuid).body["entity"]
    sandbox.pass_time(1)
    card = api.card(uuid).body
    assert card["entity"]["comment"] == NOTE
    assert [row["state"] for row in card["requests"] if row["type"] == "UPDATE"] == ["SUCCESSFUL"]


def test_change_of_an_order_leaves_an_equal_one_as_it_was(sandbox, api):
    first, second = _made(sandbox, api, number="twin-1"), _made(sandbox, api, number="twin-2")
    before = api.card(second).body["entity"]
    recipient = SHOP_ORDER["recipient"] | {"name": "Другой Получатель"}
    _change(api, first, recipient=recipient)
    sandbox.pass_time(1)
    assert api.card(first).body["entity"]["recipient"]["name"] == "Другой Получатель"
    assert api.card(second).body["entity"] == before


def test_an_order_is_changed_by_its_cdek_number_too(sandbox, api):
    uuid = _made(sandbox, api)
    number = api.card(uuid).body["entity"]["cdek_number"]
    assert api.call("PATCH", "/orders", {"cdek_number": number, "comment": NOTE}).uuid == uuid


def test_a_change_of_nothing_named_is_refused(api):
    answer = api.call("PATCH", "/orders", {"comment": NOTE})
    assert (answer.status, answer.entry["type"], answer.code) == (400, "UPDATE", "v2_order_number_empty")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"comment": NOTE}, []),
        ({"tariff_code": 139}, []),
        ({"tariff_code": 137}, ["v2_cost_change_by_tariff"]),
        ({"services": [{"code": "SMS", "parameter": "79000000000"}]}, ["v2_cost_change_by_services"]),
        ({"to_location": {"code": 44, "address": "ул. Новая, 1"}}, ["v2_cost_change_by_location"]),
        (
            {"tariff_code": 137, "to_location": {"code": 44, "address": "ул. Новая, 1"}},
            ["v2_cost_change_by_tariff", "v2_cost_change_by_location"],
        ),
    ],
)
def test_what_may_change_the_price_is_warned_of_at_once_and_later(sandbox, api, change, codes):
    uuid = _made(sandbox, api)
    answer = _change(api, uuid, **change)
    assert [row["code"] for row in answer.entry.get("warnings", [])] == codes
    sandbox.pass_time(1)
    assert [row["code"] for row in api.card(uuid).entry.get("warnings", [])] == codes


def test_a_package_is_changed_by_its_id_and_keeps_it(sandbox, api):
    uuid = _made(sandbox, api)
    package_id = _package_id(api, uuid)
    heavier = {"number": "1", "weight": 2000, "package_id": package_id}
    answer = _change(api, uuid, packages=[heavier])
    assert [row["code"] for row in answer.entry["warnings"]] == ["v2_cost_change_by_parameters"]
    sandbox.pass_time(1)
    (package,) = api.card(uuid).body["entity"]["packages"]
    assert (package["weight"], package["package_id"]) == (2000, package_id)
    assert package["items"][0]["ware_key"] == "1"


def test_a_package_of_the_order_without_its_id_is_refused(sandbox, api):
    uuid = _made(sandbox, api)
    answer = _change(api, uuid, packages=SHOP_ORDER["packages"])
    assert answer.entry["errors"] == [
        {"code": "v2_package_id_is_empty", "message": "Package_id for 1 package is empty"}
    ]


def test_a_package_that_the_order_has_not_is_not_found_and_a_new_one_is_added(sandbox, api):
    uuid = _made(sandbox, api)
    second = SHOP_ORDER["packages"][0] | {"number": "2"}
    unknown = second | {"package_id": uuid}
    assert _change(api, uuid, packages=[unknown]).code == "v2_entity_not_found"
    _change(api, uuid, packages=[second])
    sandbox.pass_time(1)
    assert [row["number"] for row in api.card(uuid).body["entity"]["packages"]] == ["1", "2"]


def test_a_change_that_leaves_a_required_field_empty_is_refused(sandbox, api):
    uuid = _made(sandbox, api)
    assert _change(api, uuid, recipient={"phones": [{"number": "+79000000000"}]}).code == "v2_field_is_empty"
    both = {"delivery_point": "NSK1", "to_location": {"code": 44, "address": "1"}}
    assert _change(api, uuid, **both).code == "v2_delivery_address_multivalued"


def test_an_office_takes_the_place_of_an_address(sandbox, api):
    uuid = _made(sandbox, api)
    _change(api, uuid, tariff_code=138, delivery_point="NSK1")
    sandbox.pass_time(1)
    entity = api.card(uuid).body["entity"]
    assert (entity["delivery_point"], entity["delivery_mode"], "to_location" in entity) == ("NSK1", "2", False)


def test_a_second_change_waits_for_the_end_of_the_first(sandbox, api):
    uuid = _made(sandbox, api)
    _change(api, uuid, comment="1")
    assert _change(api, uuid, comment="2").code == "v2_similar_request_still_processed"
    sandbox.pass_time(1)
    assert _change(api, uuid, comment="2").status == 202


def test_an_order_in_the_making_is_changed_after_it_was_made(sandbox, api):
    sandbox.settings(create={"value": 100})
    uuid = api.create()
    assert _change(api, uuid, comment=NOTE).entry["state"] == "WAITING"
    sandbox.pass_time(101)
    assert api.card(uuid).body["entity"]["comment"] == NOTE


def test_an_order_that_moves_is_not_changed(sandbox, api):
    uuid = sandbox.order(status="RECEIVED_AT_SHIPMENT_WAREHOUSE")
    answer = _change(api, uuid, comment=NOTE)
    assert (answer.status, answer.code) == (400, "v2_update_forbidden")
    assert '"CREATED" or "ACCEPTED"' in answer.entry["errors"][0]["message"]
    sandbox.settings(update_of_moving="later")
    assert _change(api, uuid, comment=NOTE).status == 202
    sandbox.pass_time(1)
    assert api.card(uuid).entry["errors"][0]["code"] == "v2_update_forbidden"


def test_an_order_that_sets_out_before_the_change_is_checked_at_stays_as_it_was(sandbox, api):
    uuid = _made(sandbox, api)
    _change(api, uuid, comment=NOTE)
    sandbox.move(uuid, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    sandbox.pass_time(1)
    card = api.card(uuid)
    assert (card.entry["state"], card.entry["errors"][0]["code"]) == ("INVALID", "v2_update_forbidden")
    assert "comment" not in card.body["entity"]


def test_a_new_number_of_the_shop_is_found_and_must_be_free(sandbox, api):
    uuid, other = _made(sandbox, api, number="one"), _made(sandbox, api, number="two")
    _change(api, uuid, number="three")
    sandbox.pass_time(1)
    assert api.call("GET", "/orders?im_number=three").uuid == uuid
    assert api.call("GET", "/orders?im_number=one").code == "v2_entity_not_found_im_number"
    _change(api, other, number="three")
    sandbox.pass_time(1)
    assert api.card(other).entry["errors"][0]["code"] == "error_validate_im_dep_number_has_already_had_integration"
    assert api.call("GET", "/orders?im_number=two").uuid == other


def test_an_order_of_another_client_is_not_changed(sandbox, other_api):
    assert _change(other_api, sandbox.order(), comment=NOTE).code == "v2_entity_forbidden"
