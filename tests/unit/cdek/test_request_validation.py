"""What goes to CDEK is looked at before it is sent, where the facts are certain; an error names the field by its path."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek.api import delivery, intakes, orders, passport, photos, prealerts, print_forms, reverse
from oint.cdek.errors import InvalidArgument
from tests.support.fake_session import ORDER, UUID

ITEM = {"name": "x", "ware_key": "1", "payment": {"value": 0}, "cost": 1, "weight": 1, "amount": 1}
FULL = {
    **ORDER,
    "type": 1,
    "number": "n",
    "comment": "c",
    "sender": {"name": "a", "tin": "1", "phones": {"number": "1", "additional": None}},
    "from_location": {"code": "44", "city": "x", "country_code": "RU"},
    "delivery_point": "NSK1",
    "delivery_recipient_cost": {"value": 50},
    "services": [{"code": "SMS", "parameter": 1}],
    "date_invoice": "2026-08-31",
    "packages": [{"number": "1", "weight": "4000", "length": 1, "width": 1, "height": 1, "items": [ITEM]}],
}
AT_AN_OFFICE = {
    "order_uuid": UUID,
    "intake_date": date(2026, 8, 31),
    "intake_time_from": "09:00",
    "intake_time_to": "18:00",
}
AT_A_PLACE = {
    "intake_date": "2026-08-31T00:00:00",
    "intake_time_from": "09:00",
    "intake_time_to": "18:00:00",
    "name": "x",
    "sender": {"name": "a"},
    "from_location": {"address": "x"},
}
AGREEMENT = {"order_uuid": UUID, "date": "2026-08-31", "time_from": "10:00", "time_to": "14:00"}
ESTIMATE = {
    "date_time": "2026-08-31T10:00:00+0300",
    "tariff_code": 139,
    "to_location": {"address": "x"},
    "shipment_point": "NSK1",
}
PERSON = {"phones": [{"number": "+79130000000"}]}
REVERSE = {
    "tariff_code": 139,
    "sender": PERSON,
    "recipient": {**PERSON},
    "shipment_point": "NSK1",
    "to_location": {"address": "x"},
}
CHANGE = {"code": "PROCESSING_REQUIRED", "add_status": "CALL_REQUIRED"}


def changed(base, path, value):
    """The body with one field set; a value of `...` takes it away."""
    body = json.loads(json.dumps(base, default=str))
    *way, last = path.split(".")
    place = body
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    last = int(last) if last.isdigit() else last
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return body


@pytest.mark.parametrize(
    ("operation", "base"),
    [
        (orders.create, FULL),
        (orders.create, ORDER),
        (orders.update, {"uuid": UUID, "comment": "only this"}),
        (orders.update, {**FULL, "cdek_number": "1106625424"}),
        (intakes.create, AT_AN_OFFICE),
        (intakes.create, AT_A_PLACE),
        (intakes.available_days, {"from_location": {"code": 44}, "date": "2026-08-31"}),
        (delivery.create, AGREEMENT),
        (delivery.estimated_intervals, ESTIMATE),
        (reverse.availability, REVERSE),
        (photos.create, {"orders": [{"cdek_number": 1}]}),
        (photos.create, {"period_begin": "2026-08-01T00:00:00+0300"}),
    ],
)
def test_a_body_that_can_be_right_goes_out_as_it_was_given(operation, base):
    body = {**base, "brand_new": {"x": [None, {}]}}
    assert json.loads(operation(body).body) == json.loads(json.dumps(body, default=str))


@pytest.mark.parametrize(
    ("operation", "base", "path", "value", "field"),
    [
        (orders.create, FULL, "tariff_code", ..., "tariff_code"),
        (orders.create, FULL, "recipient", {}, "recipient"),
        (orders.create, FULL, "packages", [], "packages"),
        (orders.create, FULL, "packages.0.weight", 0.5, "packages[0].weight"),
        (orders.create, FULL, "packages.0.weight", ..., "packages[0].weight"),
        (orders.create, FULL, "packages.0.length", -1, "packages[0].length"),
        (orders.create, FULL, "packages.0", "box", "packages[0]"),
        (orders.create, FULL, "packages", "box", "packages"),
        (orders.create, FULL, "packages", [FULL["packages"][0]] * 256, "packages"),
        (orders.create, FULL, "packages.0.number", "1" * 31, "packages[0].number"),
        (orders.create, FULL, "packages.0.items", [ITEM] * 127, "packages"),
        (orders.create, FULL, "packages.0.items.0.amount", 1000, "packages[0].items[0].amount"),
        (orders.create, FULL, "packages.0.items.0.cost", -1, "packages[0].items[0].cost"),
        (orders.create, FULL, "packages.0.items.0.payment", {}, "packages[0].items[0].payment"),
        (orders.create, FULL, "packages.0.items.0.payment.value", 50_000_001, "packages[0].items[0].payment.value"),
        (orders.create, FULL, "packages.0.items.0", {**ITEM, "marking": "m", "amount": 2}, "packages[0].items[0].amount"),
        (orders.create, FULL, "number", "x" * 41, "number"),
        (orders.create, FULL, "shipment_point", "NSK1", "shipment_point"),
        (orders.create, FULL, "to_location", {"code": 1}, "delivery_point"),
        (orders.create, FULL, "sender.phones.number", "1" * 25, "sender.phones[0].number"),
        (orders.create, FULL, "from_location.country_code", "RUS", "from_location.country_code"),
        (orders.create, FULL, "from_location.code", "Москва", "from_location.code"),
        (orders.create, FULL, "services.0.code", "", "services[0].code"),
        (orders.create, FULL, "date_invoice", "31.08.2026", "date_invoice"),
        (orders.update, {"uuid": UUID, "comment": "x"}, "uuid", None, "uuid"),
        (orders.update, {"uuid": UUID, "comment": "x"}, "comment", "x" * 256, "comment"),
        (intakes.create, AT_AN_OFFICE, "order_uuid", ..., "name"),
        (intakes.create, AT_A_PLACE, "from_location", ..., "from_location"),
        (intakes.create, AT_AN_OFFICE, "intake_time_to", "25:00", "intake_time_to"),
        (intakes.create, AT_AN_OFFICE, "intake_date", "tomorrow", "intake_date"),
        (intakes.create, AT_AN_OFFICE, "weight", "1.5", "weight"),
        (intakes.available_days, {"from_location": {"city": "x"}}, "date", "2026-08-31", "from_location.code"),
        (delivery.create, AGREEMENT, "date", "", "date"),
        (delivery.create, AGREEMENT, "order_uuid", ..., "cdek_number"),
        (delivery.create, {**AGREEMENT, "delivery_point": "NSK1"}, "to_location", {"code": 1}, "delivery_point"),
        (delivery.estimated_intervals, ESTIMATE, "from_location", {"address": "x"}, "from_location"),
        (delivery.estimated_intervals, ESTIMATE, "shipment_point", ..., "from_location"),
        (delivery.estimated_intervals, ESTIMATE, "to_location.address", ..., "to_location"),
        (reverse.availability, REVERSE, "recipient.phones", [{"number": "1"}] * 11, "recipient.phones"),
        (reverse.availability, REVERSE, "to_location.address", "", "to_location.address"),
        (reverse.availability, REVERSE, "delivery_point", "NSK1", "to_location"),
        (photos.create, {"orders": [{"x": 1}]}, "period_begin", None, "orders[0].order_uuid"),
        (photos.create, {"orders": []}, "period_begin", None, "orders"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_told_with_its_path(operation, base, path, value, field):
    with pytest.raises(InvalidArgument) as caught:
        operation(changed(base, path, value))
    assert caught.value.field == field
    assert field in caught.value.text.ru
    assert field in caught.value.text.en


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        (orders.create, "order"),
        (orders.update, "order"),
        (intakes.create, "intake"),
        (delivery.create, "agreement"),
        (reverse.availability, "request"),
        (photos.create, "request"),
    ],
)
@pytest.mark.parametrize("value", [None, "text", ["a"], 5])
def test_a_body_that_is_no_object_is_told_by_its_name(operation, name, value):
    with pytest.raises(InvalidArgument) as caught:
        operation(value)
    assert caught.value.field == name


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def spots(value, prefix=()):
    yield ".".join(map(str, prefix))
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from spots(child, (*prefix, key))


BODIES = [
    (orders.create, FULL),
    (orders.update, {**FULL, "uuid": UUID}),
    (intakes.create, AT_A_PLACE),
    (delivery.create, AGREEMENT),
    (delivery.estimated_intervals, ESTIMATE),
    (reverse.availability, REVERSE),
    (photos.create, {"orders": [{"cdek_number": 1}]}),
]
SPOTS = [(operation, base, spot) for operation, base in BODIES for spot in list(spots(base))[1:]]


@given(st.sampled_from(SPOTS), json_values)
def test_any_json_in_a_field_is_sent_complete_or_reported(where, value):
    operation, base, spot = where
    try:
        request = operation(changed(base, spot, value))
    except InvalidArgument as error:
        assert error.field
    else:
        assert json.loads(request.body)


def test_an_intake_is_moved_by_its_uuid_and_both_words():
    request = intakes.update(UUID, CHANGE)
    assert (request.method, request.path, json.loads(request.body)) == (
        "PATCH",
        "/intakes",
        {"uuid": UUID, "status": CHANGE},
    )
    for status, field in [({}, "status"), ({"code": "X"}, "status.add_status"), ("X", "status")]:
        with pytest.raises(InvalidArgument) as caught:
            intakes.update(UUID, status)
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("request_", "method", "path"),
    [
        (orders.intakes(UUID), "GET", f"/orders/{UUID}/intakes"),
        (intakes.get(UUID), "GET", f"/intakes/{UUID}"),
        (intakes.delete(UUID), "DELETE", f"/intakes/{UUID}"),
        (delivery.get(UUID), "GET", f"/delivery/{UUID}"),
        (delivery.intervals(order_uuid=UUID), "GET", f"/delivery/intervals?order_uuid={UUID}"),
        (delivery.intervals(cdek_number=1106625424), "GET", "/delivery/intervals?cdek_number=1106625424"),
        (print_forms.waybill(UUID), "GET", f"/print/orders/{UUID}"),
        (print_forms.waybill_pdf(UUID), "GET", f"/print/orders/{UUID}.pdf"),
        (print_forms.barcode(UUID), "GET", f"/print/barcodes/{UUID}"),
        (print_forms.barcode_pdf(UUID), "GET", f"/print/barcodes/{UUID}.pdf"),
        (prealerts.get(UUID), "GET", f"/prealert/{UUID}"),
        (photos.get(UUID), "GET", f"/photoDocument/{UUID}"),
        (passport.get(order_uuid=UUID, client="ALL"), "GET", f"/passport?order_uuid={UUID}&client=ALL"),
        (passport.get(cdek_number="1"), "GET", "/passport?cdek_number=1"),
    ],
)
def test_what_is_read_or_deleted_is_named_in_the_path(request_, method, path):
    assert (request_.method, request_.path, request_.body) == (method, path, None)
    assert request_.changes == (method == "DELETE")


@pytest.mark.parametrize("read", [delivery.intervals, passport.get])
@pytest.mark.parametrize(
    "names", [{}, {"order_uuid": UUID, "cdek_number": 1}, {"cdek_number": "1a"}, {"order_uuid": "1"}]
)
def test_an_order_is_named_in_exactly_one_way(read, names):
    with pytest.raises(InvalidArgument):
        read(**names)


def test_orders_to_print_are_uuids_numbers_or_rows():
    row = {"order_uuid": UUID}
    for one in (UUID, [UUID], (row,), row, iter([UUID])):
        assert json.loads(print_forms.create_waybill(one).body) == {
            "orders": [row],
            "copy_count": 2,
            "type": "tpl_russia",
        }
    assert json.loads(
        print_forms.create_barcode([UUID, "1106625424", 7], copy_count=3, format="A6", lang="ENG").body
    ) == {
        "orders": [row, {"cdek_number": 1106625424}, {"cdek_number": 7}],
        "copy_count": 3,
        "format": "A6",
        "lang": "ENG",
    }


@pytest.mark.parametrize(
    ("named", "field"), [([], "orders"), ([UUID] * 101, "orders"), ([UUID, "x-1"], "orders[1]"), ([{}], "orders[0]")]
)
@pytest.mark.parametrize("create", [print_forms.create_waybill, print_forms.create_barcode])
def test_orders_that_cannot_be_printed_are_told(create, named, field):
    with pytest.raises(InvalidArgument) as caught:
        create(named)
    assert caught.value.field == field


def test_copies_are_counted_from_one():
    with pytest.raises(InvalidArgument):
        print_forms.create_waybill(UUID, copy_count=0)


def test_a_prealert_takes_a_moment_with_its_zone_or_cdeks_text():
    when = datetime(2026, 8, 31, 10, tzinfo=UTC)
    made = json.loads(prealerts.create([UUID, {"im_number": "shop-1"}], when, "NSK27").body)
    assert made == {
        "planned_date": "2026-08-31T10:00:00+0000",
        "shipment_point": "NSK27",
        "orders": [{"order_uuid": UUID}, {"im_number": "shop-1"}],
    }
    assert json.loads(prealerts.create(UUID, "2026-08-31T10:00", "NSK27").body)["planned_date"] == "2026-08-31T10:00"


@pytest.mark.parametrize(
    ("named", "when", "office", "field"),
    [
        ([], "2026-08-31", "NSK27", "orders"),
        (UUID, "", "NSK27", "planned_date"),
        (UUID, datetime(2026, 8, 31), "NSK27", "planned_date"),  # noqa: DTZ001 - that it has no zone is the point
        (UUID, "2026-08-31", "", "shipment_point"),
    ],
)
def test_a_prealert_without_orders_moment_or_office_is_told(named, when, office, field):
    with pytest.raises(InvalidArgument) as caught:
        prealerts.create(named, when, office)
    assert caught.value.field == field


def test_only_what_changes_something_is_marked_as_a_change():
    changes = (
        orders.update({"uuid": UUID}), intakes.create(AT_AN_OFFICE), intakes.update(UUID, CHANGE), delivery.create(AGREEMENT),
        print_forms.create_waybill(UUID), print_forms.create_barcode(UUID), prealerts.create(UUID, "2026-08-31", "NSK27"),
    )  # fmt: skip
    reads = (
        intakes.available_days({"from_location": {"code": 44}}), delivery.estimated_intervals(ESTIMATE),
        reverse.availability(REVERSE), photos.create({"orders": [{"cdek_number": 1}]}),
    )  # fmt: skip
    assert all(request.changes for request in changes)
    assert not any(request.changes for request in reads)
