"""The operations around an order against the sandbox: the same story with the blocking client and with the asyncio one."""

import asyncio
import io
import zipfile
from datetime import timedelta

import pytest

from oint.cdek import Account, AsyncClient, Client, Rejected, tokens
from oint.cdek.operations import printing
from oint.cdek.printing import print_form
from oint.sandbox import running_sandbox

PHONE = {"number": "+79134637228"}
FROM = {"code": 44, "address": "пр. Ленинградский, д.4"}
TO = {"code": 270, "address": "ул. Блюхера, 32"}
GOODS = {"name": "Т", "ware_key": "1", "payment": {"value": 0}, "cost": 300, "weight": 700, "amount": 2}
ORDER = {
    "type": 1,
    "tariff_code": 139,
    "recipient": {"name": "Ann", "phones": [PHONE]},
    "from_location": FROM,
    "to_location": TO,
    "packages": [{"number": "1", "weight": 1000, "items": [GOODS]}],
}


@pytest.fixture(scope="module")
def running():
    with running_sandbox(seed=5) as box:
        yield box


@pytest.fixture
def box(running, monkeypatch):
    running.reset()
    monkeypatch.setattr(tokens, "_shared", {})
    return running


@pytest.fixture(params=[Client, AsyncClient])
def client(request, box):
    """A client, and the way to its answers: `done` gives a blocking answer back and drives an awaitable one."""
    made = request.param(Account(box.account, box.password), url=box.url)
    if request.param is Client:
        with made:
            made.done = lambda answer: answer
            yield made
        return
    with asyncio.Runner() as runner:
        made.done = lambda answer: runner.run(_awaited(answer))
        yield made
        runner.run(made.close())


async def _awaited(coroutine):
    return await coroutine


@pytest.fixture
def order(client, box):
    """A created order of the client's."""
    uuid = client.done(client.orders.create({**ORDER, "number": "shop-1"})).uuid
    box.finish(uuid)
    return uuid


def test_an_order_is_changed_and_shows_it(client, box, order):
    accepted = client.done(client.orders.update({"uuid": order, "comment": "at the back door"}))
    assert (accepted.uuid, accepted.requests[0].type) == (order, "UPDATE")
    box.finish(order)
    assert client.done(client.orders.get(order)).card.comment == "at the back door"


def test_a_courier_is_called_moved_and_sent_away(client, box, order):
    days = client.done(client.intakes.available_days({"from_location": FROM}))
    visit = {"order_uuid": order, "intake_date": days.date[1], "intake_time_from": "10:00", "intake_time_to": "17:00"}
    uuid = client.done(client.intakes.create(visit)).uuid
    box.pass_time(60)
    intake = client.done(client.intakes.get(uuid)).intake
    assert (intake.order_uuid, intake.status.code) == (order, "READY_FOR_APPOINTMENT")
    assert [row.uuid for row in client.done(client.orders.intakes(order))] == [uuid]
    asked = {"code": "PROCESSING_REQUIRED", "add_status": "CALL_REQUIRED"}
    assert client.done(client.intakes.update(uuid, asked)).uuid == uuid
    assert client.done(client.intakes.delete(uuid)).requests[0].type == "DELETE"


def test_a_delivery_is_agreed_on_within_an_interval_that_cdek_offers(client, box, order):
    day = client.done(client.delivery.intervals(order_uuid=order)).date_intervals[0]
    start, end = day.time_intervals[0].start_time[:5], day.time_intervals[0].end_time[:5]
    agreement = {"order_uuid": order, "date": day.date, "time_from": start, "time_to": end}
    uuid = client.done(client.delivery.create(agreement)).uuid
    box.pass_time(60)
    assert client.done(client.delivery.get(uuid)).agreement.order_uuid == order


def test_intervals_are_estimated_before_there_is_an_order(client, box):
    when = (box.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S%z")
    asked = {"date_time": when, "tariff_code": 139, "from_location": FROM, "to_location": TO}
    interval = client.done(client.delivery.estimated_intervals(asked)).date_intervals[0].time_intervals[0]
    assert interval.total_count is not None


def test_a_reverse_is_offered_or_refused_with_cdeks_reason(client):
    person = {"phones": [PHONE]}
    asked = {"tariff_code": 139, "sender": person, "recipient": person, "from_location": FROM, "to_location": TO}
    assert client.done(client.reverse.availability(asked)).raw is None
    with pytest.raises(Rejected):
        client.done(client.reverse.availability({**asked, "tariff_code": 136}))


@pytest.mark.parametrize("create", [printing.create_waybill, printing.create_barcode])
def test_a_print_form_is_made_awaited_and_saved(client, order, create, tmp_path):
    out = tmp_path / "form.pdf"
    pdf = client.done(print_form(client, create(order), out=out))
    assert out.read_bytes() == pdf.content
    assert pdf.content.startswith(b"%PDF")


def test_print_forms_step_by_step(client, box, order):
    waybill = client.done(client.print.create_waybill(order)).uuid
    label = client.done(client.print.create_barcode([order], format="A6")).uuid
    box.pass_time(60)
    assert client.done(client.print.waybill(waybill)).form.status.code == "READY"
    assert client.done(client.print.barcode(label)).form.format == "A6"
    assert (
        client.done(client.print.waybill_pdf(waybill)).content != client.done(client.print.barcode_pdf(label)).content
    )


def test_orders_are_announced_to_an_office(client, box, order):
    when = box.now() + timedelta(days=3)
    office = client.done(client.deliverypoints.list({"city_code": 44})).items[0].code
    uuid = client.done(client.prealert.create(order, when, office)).uuid
    box.pass_time(60)
    prealert = client.done(client.prealert.get(uuid)).prealert
    assert prealert.uuid == uuid
    assert [row.order_uuid for row in prealert.orders] == [order]


def test_photos_of_a_delivered_order_are_found_and_got(client, box):
    order = box.order(status="DELIVERED", body={"services": [{"code": "PHOTO_OF_DOCUMENTS", "parameter": "1"}]})
    found = client.done(client.photo_document.create({"orders": [{"order_uuid": order}]}))
    assert [row.order_uuid for row in found.orders] == [order]
    archive = client.done(client.photo_document.get(order)).content
    assert zipfile.ZipFile(io.BytesIO(archive)).testzip() is None


def test_passport_data_of_both_people_are_asked_for(client, order):
    row = client.done(client.passport.get(order_uuid=order)).orders[0]
    assert row.order_uuid == order
    assert {person.client for person in row.passport} == {"SENDER", "RECEIVER"}
