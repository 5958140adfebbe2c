"""Intakes, agreements, prealerts and print forms: what stands now, and what is no such thing."""

import pytest

from oint.cdek._protocol import parse_response
from oint.cdek.api import delivery, intakes, orders, prealerts, print_forms
from oint.cdek.api._common import StatusRow, find_latest
from oint.cdek.errors import InvalidResponse
from tests.support.fake_session import UUID, answer, entry

ROWS = [
    {"code": "READY_FOR_APPOINTMENT", "name": "x", "date_time": "2026-08-04T12:00:00+0300"},
    {"code": "CREATED", "name": "x", "date_time": "2026-08-04T12:00:00+0300"},
    {"code": "ACCEPTED", "name": "x", "date_time": "2026-08-04T11:59:00+0300"},
]


def answered(**entity):
    return answer(200, {"entity": {"uuid": UUID, **entity}, "requests": [entry("SUCCESSFUL", "CREATE")]})


@pytest.mark.parametrize(("request_", "name"), [(intakes.get(UUID), "intake"), (delivery.get(UUID), "agreement")])
def test_first_of_equal_times_is_current_for_orders(request_, name):
    entity = getattr(parse_response(request_, answered(statuses=ROWS)), name)
    assert (entity.uuid, entity.status.code) == (UUID, "READY_FOR_APPOINTMENT")
    assert entity.status.at is not None


def test_last_of_equal_times_is_current_for_print_forms():
    rows = [{**row, "date_time": ROWS[0]["date_time"]} for row in reversed(ROWS)]
    assert (
        parse_response(print_forms.waybill(UUID), answered(statuses=rows)).form.status.code == "READY_FOR_APPOINTMENT"
    )


@pytest.mark.parametrize("newest_first", [True, False])
def test_dates_decide_over_the_direction_that_is_usual(newest_first):
    rows = [StatusRow(code=row["code"], date_time=row["date_time"]) for row in (ROWS[0], ROWS[2])]
    assert find_latest(rows, newest_first=newest_first).code == "READY_FOR_APPOINTMENT"
    assert find_latest(rows[::-1], newest_first=newest_first).code == "READY_FOR_APPOINTMENT"


def test_where_cdek_names_no_status_there_is_none():
    assert parse_response(intakes.get(UUID), answered()).intake.status is None


def test_a_prealert_is_an_answer_before_it_has_a_uuid():
    got = parse_response(prealerts.get(UUID), answer(200, {"entity": {"shipment_point": "NSK27"}, "requests": []}))
    assert (got.prealert.uuid, got.prealert.shipment_point) == (None, "NSK27")


@pytest.mark.parametrize(
    "request_",
    [intakes.get(UUID), delivery.get(UUID), prealerts.get(UUID), print_forms.waybill(UUID), print_forms.barcode(UUID)],
    ids=lambda request: request.operation,
)
@pytest.mark.parametrize("body", [{}, {"entity": None}, {"requests": []}])
def test_an_answer_without_its_entity_cannot_be_read(request_, body):
    with pytest.raises(InvalidResponse):
        parse_response(request_, answer(200, body))


def test_all_intakes_of_an_order_are_rows():
    got = parse_response(orders.intakes(UUID), answer(200, [{"uuid": UUID, "statuses": ROWS}, {"uuid": UUID}]))
    assert [intake.uuid for intake in got] == [UUID, UUID]
    assert got.items[0].status.code == "READY_FOR_APPOINTMENT"
