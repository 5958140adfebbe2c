"""What CDEK finds wrong with the goods, packages, money and people of an order: by a rule each, over HTTP."""

import pytest

from tests.support.sandbox_api import SHOP_ORDER

PACKAGE = SHOP_ORDER["packages"][0]
ITEM = PACKAGE["items"][0]
DELIVERY = {"type": 2, "sender": {"name": "Отправитель"}}
BISHKEK = {"code": 5444, "country_code": "KG", "city": "Бишкек", "address": "ул. Киевская, 1"}


def _goods(*changes):
    return {
        "packages": [
            PACKAGE | {"items": [ITEM | {"ware_key": str(row)} | change for row, change in enumerate(changes)]}
        ]
    }


def _package(**change):
    return {"packages": [PACKAGE | change]}


def _phone(number, **change):
    return {"recipient": {"name": "Иванов Иван", "phones": [{"number": number}]}} | change


def _threshold(**change):
    return {"delivery_recipient_cost_adv": [{"threshold": 1000, "sum": 120} | change]}


def _paid(**change):
    return {"payment": {"value": 120} | change}


def decided(sandbox, api, **change):
    """The card after CDEK has looked at the order."""
    uuid = api.create(**change)
    sandbox.pass_time(1)
    return api.card(uuid)


def late_codes(sandbox, api, **change):
    """The codes that CDEK found in the background; an order that has some is INVALID, another CREATED."""
    card = decided(sandbox, api, **change)
    codes = [row["code"] for row in card.entry.get("errors", [])]
    assert card.body["entity"]["statuses"][0]["code"] == ("INVALID" if codes else "CREATED")
    return codes


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        pytest.param(
            _goods({"amount": 0}),
            ["error_validate_package_im_wrong_amount", "error_validate_total_good_count_not_in_range"],
            id="no piece at all",
        ),
        pytest.param(
            _goods({"amount": 1_000_000}),
            ["error_validate_package_im_wrong_amount", "error_validate_total_good_count_not_in_range"],
            id="a million pieces",
        ),
        pytest.param(_package(length=10), ["error_validate_package_one_of_size_is_zero"], id="one size of three"),
        pytest.param(_package(weight=0), ["ve_package_weight_too_small"], id="a package of no weight"),
        pytest.param(_package(weight=50_001), ["ve_package_weight_too_large"], id="heavier than the tariff takes"),
        pytest.param({"tariff_code": 748}, ["ve_package_weight_too_small"], id="lighter than the tariff takes"),
        pytest.param(
            _goods({"marking": "код", "amount": 1}),
            ["error_validate_good_invalid_label"],
            id="a marking of no DataMatrix",
        ),
        pytest.param(
            _goods({"marking": "01A", "amount": 1}, {"marking": "01A", "amount": 1}),
            ["error_validate_goods_label_count_is_over_limit"],
            id="one marking on two lines",
        ),
        pytest.param(
            {"seller": {"ownership_form": "1"}},
            ["error_validate_online_shop_seller_ownership_form_incorrect"],
            id="an ownership form of the order's seller that CDEK does not have",
        ),
        pytest.param(
            _goods({"seller": {"ownership_form": "ООО"}}),
            ["error_validate_online_shop_seller_ownership_form_incorrect"],
            id="an ownership form of a line's seller that CDEK does not have",
        ),
        pytest.param(
            {"shipper_name": "Shipper"},
            ["error_validate_international_shipper_address_is_required"],
            id="a shipper without an address",
        ),
        pytest.param(
            {"date_invoice": "2026-01-31"},
            ["error_validate_international_shipper_address_is_required"],
            id="an invoice without the shipper's address",
        ),
        pytest.param(
            _goods(_paid(vat_rate=20, vat_sum=19)), ["error_validate_good_vat_rate_diff"], id="VAT that does not fit"
        ),
        pytest.param(
            _goods(_paid(vat_sum=20)), ["error_validate_good_vat_rate_sum_not_appropriate"], id="VAT without a rate"
        ),
        pytest.param(
            _goods(_paid(vat_rate=-100, vat_sum=1)), ["error_internal_cannot_set_vat"], id="a rate below nothing"
        ),
        pytest.param(
            _threshold(vat_rate=20, vat_sum=19),
            ["error_dsd_validate_vat_sum_difference_between"],
            id="VAT of a threshold that does not fit",
        ),
        pytest.param(
            _threshold(vat_sum=19),
            ["error_validate_online_shop_price_threshold_surcharge_vat_sum_incorrect"],
            id="VAT of a threshold without a rate",
        ),
        pytest.param(
            _threshold(sum=-1),
            ["error_validate_online_shop_price_threshold_cost_less_min_value"],
            id="a threshold's cost below nothing",
        ),
        pytest.param(
            _phone("звоните"), ["error_validate_receiver_phone_number_incorrect"], id="a phone without digits"
        ),
        pytest.param(_phone("+375291234567"), ["ve_receiver_phone_type_incorrect"], id="a phone of Belarus to Russia"),
        pytest.param(_phone("+79"), ["ve_receiver_phone_type_incorrect"], id="a phone too short"),
    ],
)
def test_an_order_with_this_is_accepted_and_then_invalid(sandbox, api, change, codes):
    assert late_codes(sandbox, api, **change) == codes


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_package(length=1, width=1, height=1), id="three sizes"),
        pytest.param(_package(weight=50_000), id="as heavy as the tariff takes"),
        pytest.param(_goods({"marking": "0104600266011725217!Sr:iH\x1d91003A", "amount": 1}), id="a code of GS1"),
        pytest.param({"seller": {"ownership_form": "63"}}, id="an ownership form of CDEK's"),
        pytest.param({"shipper_name": "S", "shipper_address": "A", "date_invoice": "2026-01-31"}, id="international"),
        pytest.param(_goods(_paid(vat_rate=20, vat_sum=20)), id="VAT that fits"),
        pytest.param(_goods(_paid(vat_rate=20, vat_sum=20.01)), id="VAT that is a kopeck off"),
        pytest.param(_threshold(vat_rate=20, vat_sum=20), id="VAT of a threshold that fits"),
        *(
            pytest.param(_phone(number, **change), id=f"the phone {number}")
            for number, change in [
                ("8 (913) 463-72-28", {}),
                ("77012345678", {}),
                ("+8613812345678", {}),
                ("+60123456789", {}),
                ("+996700123456", {"to_location": BISHKEK}),
            ]
        ),
    ],
)
def test_an_order_with_this_is_made(sandbox, api, change):
    assert late_codes(sandbox, api, **change) == []


@pytest.mark.parametrize(
    ("settings", "change", "codes"),
    [
        ({"vat_of_goods": "required"}, _goods(_paid()), ["error_validate_good_vat_rate_is_not_selected"]),
        ({"vat_of_goods": "required"}, _goods(_paid(vat_rate=20)), ["error_validate_good_vat_rate_sum_empty"]),
        ({"sizes": "by_the_text"}, _package(weight=100), ["error_validate_package_one_of_size_is_zero"]),
        ({"sizes": "by_the_text"}, _package(weight=99), []),
        (
            {"marked_amount": "later"},
            _goods({"marking": "01A", "amount": 2}),
            ["error_validate_good_label_count_is_over_limit"],
        ),
        (
            {"same_ware_key": "refused_in_package"},
            {"packages": [PACKAGE | {"items": [ITEM, ITEM]}]},
            ["error_validate_package_article_not_unique"],
        ),
        (
            {"same_ware_key": "refused_in_package"},
            {"packages": [PACKAGE, PACKAGE | {"number": "2"}]},
            [],
        ),
        (
            {"same_ware_key": "refused_in_order"},
            {"packages": [PACKAGE, PACKAGE | {"number": "2"}]},
            ["error_validate_good_article_is_not_unique"],
        ),
        (
            {"recipient_cost_of_delivery": "refused"},
            DELIVERY | {"delivery_recipient_cost": {"value": 1}},
            ["error_validate_good_payment_not_suite"],
        ),
        ({"phone_check": "off"}, _phone("звоните"), []),
    ],
)
def test_where_nothing_is_recorded_a_setting_chooses(sandbox, api, settings, change, codes):
    sandbox.settings(**settings)
    assert late_codes(sandbox, api, **change) == codes


def test_the_recommended_vat_is_told_with_the_key_of_the_goods(sandbox, api):
    card = decided(sandbox, api, **_goods(_paid(vat_rate=22, vat_sum=1)))
    assert card.entry["errors"][0]["message"].startswith('Сумма НДС в товаре с артикулом "0"')
    assert card.entry["errors"][0]["message"].endswith("Рекомендуется 21.64")


@pytest.mark.parametrize("contact", ["sender", "recipient"])
def test_an_address_of_mail_that_is_none_is_left_out_with_a_warning(sandbox, api, contact):
    person = SHOP_ORDER["recipient"] | {"email": "почта"}
    answer = api.call("POST", "/orders", SHOP_ORDER | {contact: person})
    code = f"v2_{contact}_email_ignored"
    message = f"The {contact}s email почта is incorrect and will be ignored"
    assert answer.entry["warnings"] == [{"code": code, "message": message}]
    sandbox.pass_time(1)
    card = api.card(answer.uuid)
    assert (card.entry["state"], card.entry["warnings"]) == ("SUCCESSFUL", [{"code": code, "message": message}])
    assert "email" not in card.body["entity"][contact]


def test_a_good_address_of_mail_stays(sandbox, api):
    card = decided(sandbox, api, recipient=SHOP_ORDER["recipient"] | {"email": "ivan@example.com"})
    assert card.body["entity"]["recipient"]["email"] == "ivan@example.com"
    assert "warnings" not in card.entry


@pytest.mark.parametrize("change", [DELIVERY, {"to_location": {"code": 9220, "city": "Минск", "country_code": "BY"}}])
def test_nobody_is_asked_for_the_delivery_of_type_2_and_in_belarus(sandbox, api, change):
    costs = {"delivery_recipient_cost": {"value": 5}, **_threshold()}
    card = decided(sandbox, api, **change, **costs)
    assert not {"delivery_recipient_cost", "delivery_recipient_cost_adv"} & set(card.body["entity"])


def test_a_change_is_held_to_the_same_rules(sandbox, api):
    uuid = api.create()
    sandbox.pass_time(1)
    change = {"uuid": uuid, "recipient": {"name": "Иванов", "email": "почта", "phones": [{"number": "звоните"}]}}
    answer = api.call("PATCH", "/orders", change)
    assert [row["code"] for row in answer.entry["warnings"]] == ["v2_recipient_email_ignored"]
    sandbox.pass_time(1)
    update = next(row for row in api.card(uuid).body["requests"] if row["type"] == "UPDATE")
    assert [row["code"] for row in update["errors"]] == ["error_validate_receiver_phone_number_incorrect"]
    too_long = api.call("PATCH", "/orders", {"uuid": uuid, "comment": "x" * 256})
    assert (too_long.status, too_long.code) == (400, "v2_invalid_format")


def test_a_changed_package_may_not_take_the_number_of_another(sandbox, api):
    uuid = api.create(packages=[PACKAGE, PACKAGE | {"number": "2"}])
    sandbox.pass_time(1)
    first, _ = api.card(uuid).body["entity"]["packages"]
    renumbered = PACKAGE | {"package_id": first["package_id"], "number": "2"}
    assert api.call("PATCH", "/orders", {"uuid": uuid, "packages": [renumbered]}).status == 202
    sandbox.pass_time(1)
    update = next(row for row in api.card(uuid).body["requests"] if row["type"] == "UPDATE")
    assert [row["code"] for row in update["errors"]] == ["error_validate_package_number_has_alreasy_used"]
