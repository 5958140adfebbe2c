import copy

import pytest

from tests.support.sandbox_api import SHOP_ORDER

UNKNOWN = "00000000-0000-4000-8000-000000000000"


def _order(**changes):
    return copy.deepcopy(SHOP_ORDER) | changes


def _package(count=1, **changes):
    (package,) = copy.deepcopy(SHOP_ORDER["packages"])
    item = package["items"][0] | changes
    return [package | {"items": [item] * count}]


def _codes(answer):
    return [row["code"] for row in answer.entry["errors"]]


def test_a_new_order_is_accepted_with_the_inner_host_in_its_location(api):
    answer = api.call("POST", "/orders", SHOP_ORDER)
    assert answer.status == 202
    assert (answer.entry["type"], answer.entry["state"]) == ("CREATE", "ACCEPTED")
    assert answer.headers["location"] == f"http://cdek.tech/v2/orders/{answer.uuid}"
    assert answer.headers["server"] == "QRATOR"
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("tariff_code", {"tariff_code": None}),
        ("recipient", {"recipient": None}),
        ("recipient.name", {"recipient": {"phones": [{"number": "+79134637228"}]}}),
        ("recipient.phones", {"recipient": {"name": "Иванов Иван"}}),
        ("packages", {"packages": []}),
        ("packages[0].number", {"packages": [{"weight": 1, "items": _package()[0]["items"]}]}),
        ("packages[0].items", {"packages": [{"number": "1", "weight": 1}]}),
        ("packages[0].items[0].name", {"packages": _package(name="")}),
        ("packages[0].items[0].payment.value", {"packages": _package(payment={"vat_rate": 20})}),
        ("sender", {"type": 2, "packages": [{"number": "1", "weight": 1}]}),
    ],
)
def test_a_missing_required_field_is_refused_at_once(sandbox, api, field, change):
    answer = api.call("POST", "/orders", _order(**change))
    assert answer.status == 400
    assert set(answer.body) == {"requests", "related_entities"}
    assert set(answer.entry) == {"type", "date_time", "state", "errors"}
    assert answer.entry["errors"] == [{"code": "v2_field_is_empty", "message": f"{field} is empty"}]
    assert sandbox.orders() == []


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("v2_shipment_address_multivalued", {"shipment_point": "MSK1"}),
        ("v2_delivery_address_multivalued", {"delivery_point": "NSK1"}),
        ("v2_number_items_is_more_126", {"packages": _package(127)}),
        ("v2_order_item_amount_incorrect", {"packages": _package(marking="m", amount=2)}),
        ("v2_invalid_value_type", {"tariff_code": "door"}),
        ("v2_invalid_value_type", {"packages": "all"}),
        ("v2_invalid_value_type", {"packages": _package(amount=1.5)}),
        ("v2_invalid_value_type", {"recipient": {"name": {}, "phones": []}}),
        ("v2_invalid_value_type", {"has_reverse_order": "perhaps"}),
    ],
)
def test_a_body_against_the_rules_is_refused_at_once(api, code, change):
    answer = api.call("POST", "/orders", _order(**change))
    assert (answer.status, _codes(answer)) == (400, [code])


def test_126_items_are_still_taken(api):
    assert api.call("POST", "/orders", _order(packages=_package(126))).status == 202


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"null", "v2_internal_error"),
        (b"", "v2_bad_request"),
        (b"[1]", "v2_bad_request"),
        (b'{"comment": "\xff"}', "v2_bad_request"),  # not UTF-8, within a string
    ],
)
def test_a_body_that_is_no_object_is_refused(api, body, code):
    api.login()
    answer = api.raw("POST", "/v2/orders", body, {"Authorization": f"Bearer {api.token}"})
    assert (answer.status, _codes(answer)) == (400, [code])


def test_numbers_as_strings_single_objects_and_nulls_are_understood(api):
    package = copy.deepcopy(SHOP_ORDER["packages"][0]) | {"weight": "4000", "comment": None}
    package["items"] = package["items"][0] | {"cost": "300.5"}
    change = {"type": "1", "tariff_code": "139", "packages": package, "comment": 5, "sender": None, "new_field": 1}
    entity = api.card(api.create(**change)).body["entity"]
    assert (entity["type"], entity["tariff_code"], entity["comment"]) == (1, 139, "5")
    assert entity["packages"][0]["weight"] == 4000
    assert entity["packages"][0]["items"][0]["cost"] == 300.5
    assert not {"comment", "sender", "new_field"} & (set(entity["packages"][0]) | set(entity)) - {"comment"}


def test_a_body_that_comes_in_many_pieces_is_read_whole(api):
    package = SHOP_ORDER["packages"][0] | {"comment": "ж" * 300_000}
    assert api.card(api.create(packages=[package])).body["entity"]["packages"][0]["comment"] == package["comment"]


def test_an_order_is_sparse_then_half_resolved_then_full(sandbox, api):
    sandbox.settings(create={"mode": "after_seconds", "value": 1000})
    uuid = api.create()
    sparse = api.card(uuid).body
    assert sparse["entity"]["from_location"] == {"code": 44, "address": "пр. Ленинградский, д.4"}
    sandbox.pass_time(600)
    half = api.card(uuid).body
    assert half["entity"]["from_location"]["city"] == "Москва"
    assert half["entity"]["recipient"]["phones"] == [{"number": "79134637228"}]
    for card in (sparse, half):
        assert [row["code"] for row in card["entity"]["statuses"]] == ["ACCEPTED"]
        assert card["requests"][0]["state"] == "ACCEPTED"
        assert not {"cdek_number", "delivery_mode"} & set(card["entity"])
    sandbox.pass_time(600)
    full = api.card(uuid).body
    assert [row["code"] for row in full["entity"]["statuses"]] == ["CREATED", "ACCEPTED"]
    assert full["requests"][0]["state"] == "SUCCESSFUL"
    assert full["entity"]["cdek_number"].isdigit()
    assert full["entity"]["delivery_mode"] == "1"


SERVER_FIELDS = {"is_return", "is_reverse", "is_client_return", "delivery_detail", "calls", "has_reverse_order"}


def test_order_in_creation_has_neither_server_fields_nor_company(sandbox, api):
    sandbox.settings(create={"mode": "after_seconds", "value": 1000})
    uuid = api.create()
    sparse = api.card(uuid).body["entity"]
    sandbox.pass_time(600)
    half = api.card(uuid).body["entity"]
    assert half["sender"]["contragent_type"] == "LEGAL_ENTITY"
    for entity in (sparse, half):
        item = entity["packages"][0]["items"][0]
        assert not SERVER_FIELDS & entity.keys()
        assert not {"excise", "return_item_detail"} & item.keys()
        assert "company" not in entity.get("sender", {})
        assert "company" not in entity["recipient"]
    sandbox.pass_time(600)
    full = api.card(uuid).body["entity"]
    assert full.keys() >= SERVER_FIELDS
    assert {"sender": full["sender"]["company"], "recipient": full["recipient"]["company"]} == {
        "sender": "Тестовый интернет-магазин",
        "recipient": full["recipient"]["name"],
    }


def test_order_in_creation_keeps_the_company_that_was_sent(sandbox, api):
    sandbox.settings(create={"mode": "after_seconds", "value": 1000})
    sender = {"company": "Компания", "name": "Петров Петр"}
    uuid = api.create(sender=sender)
    sandbox.pass_time(600)
    assert api.card(uuid).body["entity"]["sender"]["company"] == "Компания"


def test_the_price_is_the_sum_of_its_parts(sandbox, api):
    uuid = api.create(services=[{"code": "SECURE_PACKAGE_A2", "parameter": "10"}])
    sandbox.finish(uuid)
    entity = api.card(uuid).body["entity"]
    detail = entity["delivery_detail"]
    parts = detail["delivery_sum"] + detail["delivery_vat_sum"] + sum(row["total_sum"] for row in entity["services"])
    assert detail["total_sum"] == pytest.approx(parts)
    assert entity["services"][0] | {"parameter": "600.00", "sum": 4.5, "total_sum": 5.4} == entity["services"][0]


def _failed(sandbox, api, **changes):
    uuid = api.create(**changes)
    sandbox.finish(uuid)
    card = api.card(uuid)
    assert card.status == 200
    assert card.body["entity"]["statuses"][0]["code"] == "INVALID"
    assert card.entry["state"] == "INVALID"
    assert "cdek_number" not in card.body["entity"]
    return card.code


def test_a_missing_office_is_found_out_later(sandbox, api):
    code = _failed(sandbox, api, tariff_code=136, to_location=None)
    assert code == "error_validate_receiver_delivery_point_is_empty"


def test_a_number_in_use_is_found_out_later_and_is_free_again_after_the_end(sandbox, api):
    first = api.create()
    sandbox.finish(first)
    assert _failed(sandbox, api) == "error_validate_im_dep_number_has_already_had_integration"
    sandbox.move(first, "DELIVERED")
    again = api.create()
    sandbox.finish(again)
    assert sandbox.truth(again)["status"] == "CREATED"


def test_two_packages_under_one_number_are_found_out_later(sandbox, api):
    code = _failed(sandbox, api, packages=SHOP_ORDER["packages"] * 2)
    assert code == "error_validate_package_number_not_unique"


def test_orders_are_found_by_both_numbers_and_the_latest_wins(sandbox, api):
    first = api.create()
    sandbox.finish(first)
    sandbox.move(first, "DELIVERED")
    latest = api.create()
    number = sandbox.truth(first)["cdek_number"]
    assert api.call("GET", "/orders?im_number=shop-1").uuid == latest
    assert api.call("GET", f"/orders?cdek_number={number}").uuid == first


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "v2_parameters_empty"),
        ("?im_number=none", "v2_entity_not_found_im_number"),
        ("?cdek_number=1", "v2_order_not_found"),
    ],
)
def test_a_search_that_finds_nothing_is_400(api, query, code):
    answer = api.call("GET", f"/orders{query}")
    assert (answer.status, answer.entry["type"], _codes(answer)) == (400, "GET", [code])


def test_an_order_without_a_number_goes_by_its_uuid(api):
    uuid = api.create(number=None)
    assert api.card(uuid).body["entity"]["number"] == uuid


def test_two_clients_see_nothing_of_each_other(sandbox, api, other_api):
    uuid = sandbox.order(im_number="mine")
    number = sandbox.truth(uuid)["cdek_number"]
    assert _codes(other_api.card(uuid)) == ["v2_entity_forbidden"]
    assert _codes(other_api.call("GET", "/orders?im_number=mine")) == ["v2_entity_not_found_im_number"]
    assert _codes(other_api.call("GET", f"/orders?cdek_number={number}")) == ["v2_order_forbidden"]
    assert _codes(other_api.call("DELETE", f"/orders/{uuid}")) == ["v2_entity_forbidden"]
    same_number = other_api.create(number="mine")
    sandbox.finish(same_number)
    assert sandbox.truth(same_number)["status"] == "CREATED"
    assert api.call("GET", "/orders?im_number=mine").uuid == uuid


def test_a_malformed_and_an_unknown_uuid_are_told_apart(api):
    assert _codes(api.card("not-a-uuid")) == ["v2_invalid_format"]
    assert _codes(api.card(UNKNOWN)) == ["v2_entity_not_found"]
    assert api.card(UNKNOWN).entry["type"] == "GET"


def test_a_uuid_in_capitals_names_the_same_order(sandbox, api):
    uuid = sandbox.order()
    assert api.card(uuid.upper()).uuid == uuid


def test_the_first_reads_of_a_new_order_may_find_nothing(sandbox, api):
    sandbox.settings(hidden_reads=2)
    uuid = api.create()
    assert [api.card(uuid).status for _ in range(3)] == [400, 400, 200]


def test_a_created_order_is_deleted_and_still_shown(sandbox, api):
    uuid = sandbox.order()
    sandbox.settings(delete={"mode": "never"})
    answer = api.call("DELETE", f"/orders/{uuid}")
    assert (answer.status, answer.entry["type"], answer.entry["state"]) == (202, "DELETE", "ACCEPTED")
    again = api.call("DELETE", f"/orders/{uuid}")
    assert (again.status, again.entry["state"]) == (202, "WAITING")
    sandbox.finish(uuid)
    sandbox.finish(uuid)
    card = api.card(uuid)
    assert card.status == 200
    assert card.body["entity"]["statuses"][0]["code"] == "REMOVED"
    states = [(row["type"], row["state"]) for row in card.body["requests"]]
    assert states == [("DELETE", "INVALID"), ("DELETE", "SUCCESSFUL"), ("CREATE", "SUCCESSFUL")]


@pytest.mark.parametrize("status", ["RECEIVED_AT_SHIPMENT_WAREHOUSE", "DELIVERED", "REMOVED"])
def test_an_order_that_is_not_created_is_not_deleted(sandbox, api, status):
    uuid = sandbox.order(status=status)
    assert api.call("DELETE", f"/orders/{uuid}").status == 202
    sandbox.finish(uuid)
    truth = sandbox.truth(uuid)
    assert truth["status"] == status
    assert truth["requests"][0]["errors"][0]["code"] == "error_validate_order_delete_status"


def test_a_delivered_order_gets_a_client_return_linked_both_ways(sandbox, api):
    uuid = sandbox.order(status="DELIVERED")
    answer = api.call("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": "139"})
    assert (answer.status, answer.entry["type"], answer.uuid) == (202, "CREATE_CLIENT_RETURN", uuid)
    sandbox.finish(uuid)
    direct = api.card(uuid).body
    (link,) = direct["related_entities"]
    assert link["type"] == "client_return_order"
    back = api.card(link["uuid"]).body
    assert [row["type"] for row in back["related_entities"]] == ["client_direct_order"]
    assert back["entity"]["is_client_return"] is True
    assert back["entity"]["tariff_code"] == 139


def test_a_client_return_of_an_undelivered_order_is_invalid_later(sandbox, api):
    uuid = sandbox.order()
    assert api.call("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": 139}).status == 202
    sandbox.finish(uuid)
    entry = sandbox.truth(uuid)["requests"][0]
    assert (entry["state"], entry["errors"][0]["code"]) == ("INVALID", "sandbox_invented_order_is_not_delivered")


@pytest.mark.parametrize(("body", "code"), [({}, "v2_field_is_empty"), ({"tariff_code": "x"}, "v2_invalid_value_type")])
def test_a_client_return_needs_a_tariff(sandbox, api, body, code):
    answer = api.call("POST", f"/orders/{sandbox.order()}/clientReturn", body)
    assert (answer.status, _codes(answer)) == (400, [code])


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/payment", 404), ("PUT", "/orders", 405)])
def test_an_unknown_route_or_method_answers_springs_body(api, method, path, status):
    answer = api.call(method, path)
    assert answer.status == status
    assert list(answer.body) == ["timestamp", "status", "error", "path"]
    assert (answer.body["status"], answer.body["path"]) == (status, f"/v2{path}")
