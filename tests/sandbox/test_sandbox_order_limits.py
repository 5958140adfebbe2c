"""The limits of an order's fields: within all of them it is never refused, out of a single one it always is."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdek_sandbox.resources.orders.field_limits import MAX_LENGTHS, MAX_NUMBERS
from tests.support.sandbox_api import SHOP_ORDER

LETTERS = st.characters(min_codepoint=0x410, max_codepoint=0x44F)
DIGITS = st.characters(min_codepoint=0x30, max_codepoint=0x39)
FEBRUARY = MAX_LENGTHS["2026-02"]
DOCUMENTS = [(document, field) for document in MAX_LENGTHS for field in sorted(MAX_LENGTHS[document])]


def _put(body, field, value):
    """The body with this field set, in the first row of every list on the way."""
    body = deepcopy(body)
    *way, last = field.split(".")
    place = body
    for name in way:
        place = place.setdefault(name, [{}] if name in {"phones", "packages", "items"} else {})
        place = place[0] if isinstance(place, list) else place
    place[last] = value
    return body


def _whole(field, body):
    """The body with what the field does not go without."""
    if field.startswith("sender."):
        body = _put(body, "sender.name", "Отправитель")
        body = _put(body, "sender.phones.number", "+79134637228") if ".phones." in field else body
    if field.startswith("packages.items.seller."):
        for name, value in (("name", "Продавец"), ("inn", "7700000000"), ("phone", "+79134637228")):
            body = _put(body, f"packages.items.seller.{name}", value)
    if field.endswith("_point"):
        body.pop("from_location" if field == "shipment_point" else "to_location")
    return body


def _answer(api, field, value):
    return api.call("POST", "/orders", _put(_whole(field, deepcopy(SHOP_ORDER)), field, value))


@pytest.mark.parametrize(("document", "field"), DOCUMENTS)
def test_a_text_may_be_so_long_and_no_longer(sandbox, api, document, field):
    sandbox.settings(field_lengths=document)
    most = MAX_LENGTHS[document][field]
    assert _answer(api, field, "7" * most).status == 202
    longer = _answer(api, field, "7" * (most + 1))
    assert (longer.status, [row["code"] for row in longer.entry["errors"]]) == (400, ["v2_invalid_format"])


@pytest.mark.parametrize("field", sorted(MAX_NUMBERS))
def test_a_number_may_be_so_large_and_not_below_nothing(api, field):
    assert _answer(api, field, MAX_NUMBERS[field]).status == 202
    for value in (MAX_NUMBERS[field] + 1, -1):
        answer = _answer(api, field, value)
        assert (answer.status, answer.code) == (400, "v2_invalid_format")
        assert field.rpartition(".")[2] in answer.entry["errors"][0]["message"]


@pytest.mark.parametrize(("count", "status"), [(255, 202), (256, 400)])
def test_an_order_has_255_packages_at_most(api, count, status):
    package = {"number": "1", "weight": 1}
    rows = [package | {"number": str(row)} for row in range(count)]
    body = SHOP_ORDER | {"type": 2, "sender": {"name": "Отправитель"}, "packages": rows}
    assert api.call("POST", "/orders", body).status == status


@pytest.mark.parametrize(("count", "errors"), [(126, []), (127, ["v2_number_items_is_more_126"])])
def test_an_order_has_126_lines_of_goods_at_most(api, count, errors):
    item = SHOP_ORDER["packages"][0]["items"][0]
    rows = [item | {"ware_key": str(row)} for row in range(count)]
    answer = api.call("POST", "/orders", _put(SHOP_ORDER, "packages.items", rows))
    assert [row["code"] for row in answer.entry.get("errors", [])] == errors


@pytest.mark.parametrize(
    ("seller", "missing"),
    [
        ({"inn": "7700000000"}, ["seller.name", "seller.phone"]),
        ({"name": "Продавец"}, ["seller.inn", "seller.phone"]),
        ({"name": "Продавец", "inn": "7700000000"}, ["seller.phone"]),
    ],
)
def test_a_seller_of_goods_has_a_name_an_inn_and_a_phone_or_none_of_them(api, seller, missing):
    answer = _answer(api, "packages.items.seller", seller)
    assert answer.status == 400
    told = [row["message"] for row in answer.entry["errors"]]
    assert told == [f"packages[0].items[0].{name} is empty" for name in missing]


def test_a_phone_without_its_number_is_empty(api):
    answer = _answer(api, "recipient.phones", [{"additional": "1"}])
    assert [row["message"] for row in answer.entry["errors"]] == ["recipient.phones[0].number is empty"]


def texts(field, alphabet=LETTERS):
    return st.text(alphabet, min_size=1, max_size=FEBRUARY[field])


def moneys():
    return st.fixed_dictionaries({"value": st.integers(0, MAX_NUMBERS["packages.items.payment.value"])})


def lines():
    return st.fixed_dictionaries(
        {
            "name": st.text(LETTERS, min_size=1, max_size=300),
            "ware_key": texts("packages.items.ware_key"),
            "payment": moneys(),
            "cost": st.integers(0, MAX_NUMBERS["packages.items.cost"]),
            "weight": st.integers(0, MAX_NUMBERS["packages.items.weight"]),
            "amount": st.integers(1, 999),
        },
        optional={"brand": texts("packages.items.brand"), "url": texts("packages.items.url")},
    )


def packages():
    sizes = st.one_of(
        st.just({}), st.fixed_dictionaries(dict.fromkeys(("length", "width", "height"), st.integers(1, 300)))
    )
    known = {
        "number": texts("packages.number"),
        "weight": st.integers(1, 50_000),
        "items": st.lists(lines(), min_size=1, max_size=3),
    }
    return st.builds(lambda package, some: package | some, st.fixed_dictionaries(known), sizes)


def orders():
    phone = st.text(DIGITS, min_size=10, max_size=10).map(lambda digits: f"+7{digits}")
    name = texts("recipient.name")
    people = st.builds(lambda who, number: {"name": who, "phones": [{"number": number}]}, name, phone)
    return st.fixed_dictionaries(
        {
            "recipient": people,
            "packages": st.lists(packages(), min_size=1, max_size=3, unique_by=lambda row: row["number"]),
        },
        optional={
            "comment": texts("comment"),
            "sender": people,
            "delivery_recipient_cost": moneys(),
            "accompanying_number": texts("accompanying_number"),
        },
    ).map(lambda change: {name: value for name, value in SHOP_ORDER.items() if name != "number"} | change)


MUTATIONS = {
    "error_validate_receiver_name_incorrect_symbol": ("recipient.name", "А/Б"),
    "error_validate_receiver_name_only_digits": ("recipient.name", "123"),
    "error_validate_receiver_phone_number_incorrect": ("recipient.phones.number", "звоните"),
    "ve_receiver_phone_type_incorrect": ("recipient.phones.number", "+37529"),
    "ve_package_weight_too_small": ("packages.weight", 0),
    "ve_package_weight_too_large": ("packages.weight", 50_001),
    "error_validate_package_one_of_size_is_zero": ("packages.length", 0),
    "error_validate_package_im_wrong_amount": ("packages.items.amount", 0),
    "error_validate_good_gros_weight_less_than_net_weight": ("packages.items.weight_gross", 0),
    "error_internal_cannot_set_vat": ("packages.items.payment.vat_rate", 18),
    "error_validate_good_vat_rate_sum_not_appropriate": ("packages.items.payment.vat_sum", 1),
    "error_validate_good_vat_rate_diff": ("packages.items.payment", {"value": 120, "vat_rate": 20, "vat_sum": 1}),
    "error_validate_good_invalid_label": ("packages.items.marking", "код"),
    "error_validate_online_shop_seller_ownership_form_incorrect": ("seller.ownership_form", "0"),
    "error_validate_international_shipper_address_is_required": ("shipper_name", "Shipper"),
    "error_dsd_validate_vat_rate_code_incorrect": ("delivery_recipient_cost_adv", [{"threshold": 1, "vat_rate": 18}]),
}
_QUICK = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def _codes(sandbox, api, body):
    """All codes of an order, at once or in the background."""
    answer = api.call("POST", "/orders", body)
    if answer.status == 400:
        return [row["code"] for row in answer.entry["errors"]]
    sandbox.finish(answer.uuid)
    return [row["code"] for row in api.card(answer.uuid).entry.get("errors", [])]


@_QUICK
@given(body=orders())
def test_an_order_within_all_limits_is_never_refused(sandbox, api, body):
    assert _codes(sandbox, api, body) == []


@settings(_QUICK, max_examples=60)
@given(body=orders(), code=st.sampled_from(sorted(MUTATIONS)))
def test_an_order_out_of_a_single_rule_is_refused_with_its_code(sandbox, api, body, code):
    field, value = MUTATIONS[code]
    if code == "error_validate_good_gros_weight_less_than_net_weight":
        body = _put(body, "packages.items.weight", 1)
    if code == "error_validate_good_invalid_label":
        body = _put(body, "packages.items.amount", 1)
    found = _codes(sandbox, api, _put(body, field, value))
    several = {"error_validate_total_good_count_not_in_range"} if field.endswith("amount") else set()
    assert code in found
    assert set(found) - several == {code}


@_QUICK
@given(body=orders(), field=st.sampled_from(sorted(FEBRUARY)))
def test_an_order_with_a_single_text_too_long_is_refused_at_once(sandbox, api, body, field):
    found = _codes(sandbox, api, _put(_whole(field, body), field, "7" * (FEBRUARY[field] + 1)))
    assert found == ["v2_invalid_format"]
