"""What CDEK finds wrong with an order only after it was accepted."""

import pytest

from tests.support.sandbox_api import SHOP_ORDER

PACKAGE = SHOP_ORDER["packages"][0]
ITEM = PACKAGE["items"][0]
LOCKER = {"tariff_code": 366, "to_location": None, "delivery_point": "NSK1"}


def _goods(**change):
    return {"packages": [PACKAGE | {"items": [ITEM | change]}]}


def _with(*codes):
    return {"services": [{"code": code} for code in codes]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": SHOP_ORDER["recipient"] | {"name": "А/Б"}}, "error_validate_receiver_name_incorrect_symbol"),
        ({"recipient": SHOP_ORDER["recipient"] | {"name": "123"}}, "error_validate_receiver_name_only_digits"),
        ({"sender": {"name": "А/Б"}}, "error_validate_sender_name_incorrect_symbol"),
        ({"sender": {"name": "123"}}, "error_validate_sender_name_only_digits"),
        ({"packages": [PACKAGE, PACKAGE]}, "error_validate_package_number_not_unique"),
        ({"packages": [PACKAGE | {"width": 0}]}, "error_validate_package_one_of_size_is_zero"),
        (_goods(amount=1000), "error_validate_package_im_wrong_amount"),
        (_goods(weight_gross=699), "error_validate_good_gros_weight_less_than_net_weight"),
        (
            {"type": 2, "sender": {"name": "А"}} | _goods(payment={"value": 1}),
            "error_validate_good_payment_not_suite",
        ),
        (_goods(payment={"value": 1, "vat_rate": 18}), "error_internal_cannot_set_vat"),
        (
            {"delivery_recipient_cost_adv": [{"threshold": 1, "sum": 1, "vat_rate": 18}]},
            "error_dsd_validate_vat_rate_code_incorrect",
        ),
        (
            {"delivery_recipient_cost_adv": [{"threshold": 1, "sum": 1}, {"threshold": 1, "sum": 2}]},
            "error_validate_online_shop_price_threshold_can_not_be_duplicate",
        ),
        (LOCKER | {"packages": [PACKAGE, PACKAGE | {"number": "2"}]}, "error_validate_postamat_package_count"),
        (LOCKER | _with("PART_DELIV"), "error_validate_delivery_detail_postamat_part_delivery"),
        (_with("GET_UP_FLOOR_BY_HAND", "GET_UP_FLOOR_BY_ELEVATOR"), "ve_as_get_up_floor_any_checked"),
        (
            _with("BAN_ATTACHMENT_INSPECTION", "PART_DELIV"),
            "err_addservice_ban_attachment_inspection_incompatible_part_deliv",
        ),
        (
            _with("BAN_ATTACHMENT_INSPECTION", "TRYING_ON"),
            "err_addservice_ban_attachment_inspection_incompatible_trying_on",
        ),
        (
            _with("PART_DELIV") | _goods(amount=1),
            "error_validate_additional_service_param_cant_part_deliv_one_good",
        ),
        (LOCKER | {"has_reverse_order": True}, "ie_reverse_mode_not_supported"),
        (
            {"has_reverse_order": True, "packages": [PACKAGE | {"weight": 30_001}]},
            "error_internal_reverse_overweight",
        ),
    ],
)
def test_an_order_is_accepted_and_then_found_wrong(sandbox, api, change, code):
    uuid = api.create(**change)
    sandbox.pass_time(1)
    card = api.card(uuid)
    assert [row["code"] for row in card.entry["errors"]] == [code]
    assert card.body["entity"]["statuses"][0]["code"] == "INVALID"


@pytest.mark.parametrize(
    "change",
    [
        _goods(amount=999),
        _goods(payment={"value": 1, "vat_rate": 22}),
        _with("PART_DELIV"),
        {"has_reverse_order": True, "packages": [PACKAGE | {"weight": 30_000}]},
    ],
)
def test_at_the_very_limit_an_order_is_made(sandbox, api, change):
    uuid = api.create(**change)
    sandbox.pass_time(1)
    assert api.card(uuid).body["entity"]["statuses"][0]["code"] == "CREATED"


@pytest.mark.parametrize(("grams", "status"), [(15_000, "CREATED"), (15_001, "INVALID")])
def test_a_locker_takes_15_kg_where_no_office_takes_its_place(sandbox, api, grams, status):
    sandbox.settings(office_check="off")
    uuid = api.create(**LOCKER, packages=[PACKAGE | {"weight": grams}])
    sandbox.pass_time(1)
    card = api.card(uuid)
    assert card.body["entity"]["statuses"][0]["code"] == status
    codes = [row["code"] for row in card.entry.get("errors", [])]
    assert codes == ([] if status == "CREATED" else ["error_validate_postamat_package_weight"])


def test_a_key_of_goods_that_a_package_has_already_gets_an_ending(sandbox, api):
    uuid = api.create(packages=[PACKAGE | {"items": [ITEM, ITEM, ITEM]}])
    sandbox.pass_time(1)
    first, *more = [row["ware_key"] for row in api.card(uuid).body["entity"]["packages"][0]["items"]]
    assert first == "1"
    assert len(set(more)) == 2
    assert all(len(key) == len("1_1234567") and key.startswith("1_") for key in more)


def test_equal_orders_get_endings_of_their_own(sandbox, api):
    uuids = [api.create(packages=[PACKAGE | {"items": [ITEM, ITEM]}]) for _ in range(2)]
    sandbox.pass_time(1)
    packages = [api.card(uuid).body["entity"]["packages"][0] for uuid in uuids]
    assert [package["items"][0]["ware_key"] for package in packages] == ["1", "1"]
    assert len({package["items"][1]["ware_key"] for package in packages}) == 2


def test_insurance_is_refused_to_a_shop_and_not_to_others(api):
    insured = {"services": [{"code": "INSURANCE", "parameter": "100"}]}
    answer = api.call("POST", "/orders", SHOP_ORDER | insured)
    assert answer.entry["errors"][0]["message"] == "Unable to add service INSURANCE to order."
    delivery = SHOP_ORDER | insured | {"type": 2, "sender": {"name": "Отправитель"}}
    assert api.call("POST", "/orders", delivery).status == 202


def test_an_order_registered_as_a_client_return_says_so(sandbox, api):
    uuid = api.create(is_client_return=True)
    sandbox.pass_time(1)
    assert api.card(uuid).body["entity"]["is_client_return"] is True
