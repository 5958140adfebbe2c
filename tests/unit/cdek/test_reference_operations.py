"""Prices, offices, places, receipts, subscriptions: each operation comes to the right request, or to a clear error."""

import datetime as dt
import uuid

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek._engine import call
from oint.cdek.api import calculator, deliverypoints, international, location, payments, receipts, registries, webhooks
from oint.cdek.errors import InvalidArgument, InvalidResponse, RequestRejected
from tests.support.fake_session import UUID, World, answer

ROUTE = {"from_location": {"code": 44}, "to_location": {"code": 270}, "packages": [{"weight": 1000}]}


def asked(request):
    return f"{request.method} {request.path}"


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (calculator.all_tariffs(), "GET /calculator/alltariffs"),
        (deliverypoints.list(), "GET /deliverypoints"),
        (
            deliverypoints.list({"city_code": 44, "have_cash": True, "type": "PVZ", "lang": None}),
            "GET /deliverypoints?city_code=44&have_cash=true&type=PVZ",
        ),
        (deliverypoints.by_polygons({"a": 1.5}), "GET /deliverypoints/byPolygons?a=1.5"),
        (location.regions(), "GET /location/regions"),
        (
            location.regions(["RU", "KZ"], page=2, lang="eng"),
            "GET /location/regions?country_codes=RU%2CKZ&page=2&size=1000&lang=eng",
        ),
        (location.regions("RU", size=5), "GET /location/regions?country_codes=RU&size=5"),
        (location.cities(), "GET /location/cities"),
        (
            location.cities({"city": "Орёл", "page": "0"}),
            "GET /location/cities?city=%D0%9E%D1%80%D1%91%D0%BB&page=0&size=1000",
        ),
        (location.postal_codes("44"), "GET /location/postalcodes?city_code=44&code=44"),
        (location.coordinates(55.75, -37.5), "GET /location/coordinates?latitude=55.75&longitude=-37.5"),
        (location.suggest_cities("Мо"), "GET /location/suggest/cities?name=%D0%9C%D0%BE"),
        (location.suggest_cities("A&b", "RU"), "GET /location/suggest/cities?name=A%26b&country_code=RU"),
        (receipts.get(order_uuid=uuid.UUID(UUID)), f"GET /check?order_uuid={UUID}"),
        (receipts.get(cdek_number=1100285492), "GET /check?cdek_number=1100285492"),
        (receipts.get(date=dt.date(2026, 8, 4)), "GET /check?date=2026-08-04"),
        (registries.get("2026-08-04 "), "GET /registries?date=2026-08-04"),
        (payments.get(dt.datetime(2026, 8, 4, 23, 59, tzinfo=dt.UTC)), "GET /payment?date=2026-08-04"),
        (webhooks.list(), "GET /webhooks"),
        (webhooks.get(UUID), f"GET /webhooks/{UUID}"),
        (webhooks.delete(UUID), f"DELETE /webhooks/{UUID}"),
    ],
)
def test_an_operation_without_a_body_is_one_line(request_, line):
    assert asked(request_) == line
    assert request_.body is None
    assert request_.changes == (request_.method == "DELETE")


@pytest.mark.parametrize(
    ("operation", "path", "body"),
    [
        (calculator.tariff_list, "/calculator/tarifflist", ROUTE | {"currency": "1", "something_new": [1]}),
        (calculator.tariff, "/calculator/tariff", ROUTE | {"tariff_code": 136}),
        (calculator.tariff_and_service, "/calculator/tariffAndService", ROUTE),
        (international.restrictions, "/international/package/restrictions", {"tariff_code": 7}),
    ],
)
def test_a_body_goes_out_as_given_and_a_calculation_changes_nothing(operation, path, body):
    request = operation(body)
    assert (request.method, request.path, request.changes) == ("POST", path, False)
    assert msgspec.json.decode(request.body) == body


def test_the_language_of_tariffs_is_a_header():
    assert calculator.all_tariffs("ENG").headers == {"X-User-Lang": "eng"}
    for bad in ("", "en", "rus\r\nX: y", "рус"):
        with pytest.raises(InvalidArgument):
            calculator.all_tariffs(bad)


def changed(**fields):
    return {**ROUTE, **fields}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (changed(from_location=None), "from_location"),
        (changed(to_location={}), "to_location"),
        (changed(packages=None), "packages"),
        (changed(packages=[]), "packages"),
        (changed(packages="1000"), "packages"),
        (changed(packages=[{"weight": 1}, {}]), "packages[1].weight"),
        (changed(packages=[{"weight": 1}, None]), "packages[1]"),
        (changed(from_location={"country_code": "RUS"}), "from_location.country_code"),
        (changed(packages=[{"weight": 1.5}]), "packages[0].weight"),
        (changed(packages={"weight": 0}), "packages[0].weight"),
        (changed(packages=[{"weight": True}]), "packages[0].weight"),
        (changed(packages=[{"weight": "1 kg"}]), "packages[0].weight"),
        (changed(packages=[{"weight": 1, "height": -1}]), "packages[0].height"),
        (changed(currency="RUB"), "currency"),
        (changed(date=object()), "request"),
        ([ROUTE], "request"),
    ],
)
def test_invalid_parcel_is_reported_by_field_before_sending(body, field):
    for operation in (calculator.tariff_list, calculator.tariff_and_service):
        with pytest.raises(InvalidArgument) as caught:
            operation(body)
        assert caught.value.field == field
        assert field in caught.value.text.ru
        assert field in caught.value.text.en


def test_one_package_is_accepted_as_list_and_office_as_place():
    calculator.tariff_list(changed(packages={"weight": "4000", "length": None, "width": "10"}))
    calculator.tariff_list({"shipment_point": "MSK65", "delivery_point": "NSK1", "packages": ({"weight": 1},)})


def test_a_price_by_one_tariff_needs_its_code():
    with pytest.raises(InvalidArgument) as caught:
        calculator.tariff(ROUTE)
    assert caught.value.field == "tariff_code"


@pytest.mark.parametrize(
    ("place", "location_"),
    [
        (44, {"code": 44}),
        (" 630000 ", {"postal_code": "630000"}),
        ("Новосибирск", {"city": "Новосибирск"}),
        ({"address": "x"}, {"address": "x"}),
    ],
)
def test_a_place_is_a_code_a_postal_code_a_name_or_a_whole_location(place, location_):
    body = msgspec.json.decode(calculator.offers(place, 270, 1000, length=10, currency=1).body)
    assert body == {
        "from_location": location_,
        "to_location": {"code": 270},
        "packages": [{"weight": 1000, "length": 10}],
        "currency": 1,
    }


def test_offers_are_sorted_by_price_then_speed():
    rows = [(1, 300, 4), (2, 150.5, 9), (3, None, 1), (4, 150.5, 2), (5, 150.5, None)]
    sent = [{"tariff_code": c, "delivery_sum": s, "period_max": p} for c, s, p in rows]
    world = World([answer(200, {"tariff_codes": sent})])
    got = world.run(call(world.context, calculator.offers(44, 270, 1000)))
    assert [offer.tariff_code for offer in got.offers] == [5, 4, 2, 1]
    assert len(got.tariff_codes) == 5


@pytest.mark.parametrize(
    ("operation", "arguments", "field"),
    [
        (receipts.get, {}, "order_uuid"),
        (receipts.get, {"order_uuid": UUID, "date": "2026-08-04"}, "order_uuid"),
        (receipts.get, {"order_uuid": "x"}, "order_uuid"),
        (receipts.get, {"cdek_number": "12a"}, "cdek_number"),
        (receipts.get, {"date": "04.08.2026"}, "date"),
        (registries.get, {"date": ""}, "date"),
        (payments.get, {"date": "2026-02-30"}, "date"),
        (location.regions, {"page": -1}, "page"),
        (location.regions, {"size": 0}, "size"),
        (location.cities, {"filter": {"page": "x"}}, "page"),
        (location.postal_codes, {"city_code": "Москва"}, "city_code"),
        (location.coordinates, {"latitude": 91, "longitude": 0}, "latitude"),
        (location.coordinates, {"latitude": 0, "longitude": float("nan")}, "longitude"),
        (location.suggest_cities, {"name": " "}, "name"),
        (webhooks.create, {"type": " ", "url": "https://x.example"}, "type"),
        (webhooks.create, {"type": "RECEIPT", "url": "x.example"}, "url"),
        (webhooks.get, {"uuid": "x"}, "uuid"),
        (webhooks.delete, {"uuid": "../orders"}, "uuid"),
    ],
)
def test_what_cannot_be_right_is_told_by_its_name_before_anything_is_sent(operation, arguments, field):
    with pytest.raises(InvalidArgument) as caught:
        operation(**arguments)
    assert caught.value.field == field


def test_a_subscription_names_its_events_and_its_address():
    request = webhooks.create("ORDER_STATUS", "https://shop.example/cdek")
    assert (asked(request), request.changes) == ("POST /webhooks", True)
    assert msgspec.json.decode(request.body) == {"type": "ORDER_STATUS", "url": "https://shop.example/cdek"}


@given(st.dictionaries(st.text(min_size=1), st.text() | st.booleans() | st.none() | st.lists(st.text())))
def test_no_filter_whatever_can_leave_the_query(values):
    path = deliverypoints.list(values).path
    assert path.startswith("/deliverypoints")
    assert path.isascii()
    assert not set(path) & set("# \r\n")


def answered(request, body, status=200):
    world = World([answer(status, body)])
    return world.run(call(world.context, request))


ERRORS = {"errors": [{"code": "v2_some", "message": "no"}]}


@pytest.mark.parametrize(
    ("request_", "empty"),
    [
        (calculator.tariff_list(ROUTE), True),
        (calculator.tariff_and_service(ROUTE), True),
        (calculator.tariff(ROUTE | {"tariff_code": 1}), False),
        (calculator.all_tariffs(), True),
        (location.postal_codes(1), True),
        (location.coordinates(1, 1), False),
        (receipts.get(cdek_number=1), True),
        (registries.get("2026-08-04"), True),
        (payments.get("2026-08-04"), True),
        (international.restrictions({}), True),
        (webhooks.get(UUID), False),
    ],
)
def test_errors_without_data_raise_rejected_for_any_status(request_, empty):
    for status in (200, 400):
        with pytest.raises(RequestRejected) as caught:
            answered(request_, ERRORS, status)
        assert caught.value.code == "v2_some"
    if empty:
        assert answered(request_, {}).raw == {}
    else:
        world = World(lambda _: answer(200, {}), attempts=1)
        with pytest.raises(InvalidResponse):
            world.run(call(world.context, request_))


def test_data_count_whatever_errors_stand_beside_them():
    row = ERRORS | {"tariff_codes": [{"tariff_code": "136", "status": "true", "result": {"delivery_sum": 150}}]}
    assert answered(calculator.tariff_list(ROUTE), row).errors[0].code == "v2_some"
    [found] = answered(calculator.tariff_and_service(ROUTE), row).tariff_codes
    assert (found.tariff_code, found.is_available, found.result.delivery_sum) == (136, True, 150)
    assert answered(calculator.tariff(ROUTE | {"tariff_code": 1}), ERRORS | {"total_sum": 1}).total_sum == 1
    assert answered(international.restrictions({}), ERRORS | {"packages": [{"package_id": "1"}]}).packages
    assert answered(location.coordinates(1, 1), {"city": "x"}).city == "x"


def test_a_subscription_that_turned_out_invalid_is_a_refusal():
    entry = {"type": "CREATE", "state": "INVALID", **ERRORS}
    request = webhooks.create("NONE", "https://shop.example/cdek")
    with pytest.raises(RequestRejected):
        answered(request, {"entity": {"uuid": UUID}, "requests": [entry]})
    assert answered(request, {"entity": {"uuid": UUID}, "requests": [{"state": "ACCEPTED"}]}).uuid == UUID


def test_a_method_that_is_gone_says_so():
    spring = {"timestamp": "2026-03-22T11:23:28.776+03:00", "status": 404, "error": "Not Found", "path": "/v2/payment"}
    with pytest.raises(RequestRejected) as caught:
        answered(payments.get("2026-03-22"), spring, 404)
    assert caught.value.code == "http_404"
    assert "/v2/payment" in str(caught.value)
    assert "removed" in caught.value.hint.en
    assert "убран" in caught.value.hint.ru


def test_lists_are_read_item_by_item():
    [office] = answered(deliverypoints.list(), [{"code": "NSK1", "location": {"city": "Новосибирск"}}])
    assert (office.code, office.location.city) == ("NSK1", "Новосибирск")
    cities = answered(location.cities(), [{"code": "44", "payment_limit": -1}, 7])
    assert (cities.items[0].code, len(cities), cities.drift, cities.raw[1]) == (44, 1, ("[1]",), 7)
    assert answered(webhooks.list(), []).items == []
    with pytest.raises(RequestRejected):
        answered(location.regions(), ERRORS)


def test_an_office_that_drifted_is_read_as_far_as_it_goes():
    sent = [{"code": 5, "phones": {"number": 7}, "work_time_list": None, "dimensions": [{"width": "36.5"}, 1]}]
    got = answered(deliverypoints.list(), sent)
    [office] = got
    assert (office.code, office.phones[0].number, office.work_time_list) == ("5", "7", ())
    assert [cell.width for cell in office.dimensions] == [36.5]
    assert set(got.drift) == {
        "[0].code",
        "[0].phones",
        "[0].phones[0].number",
        "[0].work_time_list",
        "[0].dimensions[1]",
    }
