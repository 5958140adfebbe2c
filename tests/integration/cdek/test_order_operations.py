"""Run the operations around an order against the sandbox with the blocking and the asyncio client."""

import asyncio
import io
import zipfile
from datetime import timedelta

import pytest

from cdek_sandbox import running_sandbox
from oint.cdek import Account, AsyncClient, Client, RequestRejected, auth
from oint.cdek.api import print_forms
from oint.cdek.print_forms import print_form

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
def session_sandbox():
    with running_sandbox(seed=5) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(session_sandbox, monkeypatch):
    session_sandbox.reset()
    monkeypatch.setattr(auth, "_shared", {})
    return session_sandbox


@pytest.fixture(params=[Client, AsyncClient])
def client(request, sandbox):
    """Return a client. Its `resolve` returns a blocking response and awaits an asyncio one."""
    client_under_test = request.param(Account(sandbox.account, sandbox.password), url=sandbox.url)
    if request.param is Client:
        with client_under_test:
            client_under_test.resolve = lambda answer: answer
            yield client_under_test
        return
    with asyncio.Runner() as runner:
        client_under_test.resolve = lambda answer: runner.run(_await(answer))
        yield client_under_test
        runner.run(client_under_test.close())


async def _await(coroutine):
    return await coroutine


@pytest.fixture
def order(client, sandbox):
    """Return a created order of the client."""
    uuid = client.resolve(client.orders.create({**ORDER, "number": "shop-1"})).uuid
    sandbox.finish(uuid)
    return uuid


def test_updated_order_shows_the_change(client, sandbox, order):
    accepted = client.resolve(client.orders.update({"uuid": order, "comment": "at the back door"}))
    assert (accepted.uuid, accepted.requests[0].type) == (order, "UPDATE")
    sandbox.finish(order)
    assert client.resolve(client.orders.get(order)).order.comment == "at the back door"


def test_courier_visit_is_created_updated_and_deleted(client, sandbox, order):
    days = client.resolve(client.intakes.available_days({"from_location": FROM}))
    visit = {"order_uuid": order, "intake_date": days.date[1], "intake_time_from": "10:00", "intake_time_to": "17:00"}
    uuid = client.resolve(client.intakes.create(visit)).uuid
    sandbox.pass_time(60)
    intake = client.resolve(client.intakes.get(uuid)).intake
    assert (intake.order_uuid, intake.status.code) == (order, "READY_FOR_APPOINTMENT")
    assert [row.uuid for row in client.resolve(client.orders.intakes(order))] == [uuid]
    request = {"code": "PROCESSING_REQUIRED", "add_status": "CALL_REQUIRED"}
    assert client.resolve(client.intakes.update(uuid, request)).uuid == uuid
    assert client.resolve(client.intakes.delete(uuid)).requests[0].type == "DELETE"


def test_delivery_is_agreed_within_an_interval_of_cdek(client, sandbox, order):
    day = client.resolve(client.delivery.intervals(order_uuid=order)).date_intervals[0]
    start, end = day.time_intervals[0].start_time[:5], day.time_intervals[0].end_time[:5]
    agreement = {"order_uuid": order, "date": day.date, "time_from": start, "time_to": end}
    uuid = client.resolve(client.delivery.create(agreement)).uuid
    sandbox.pass_time(60)
    assert client.resolve(client.delivery.get(uuid)).agreement.order_uuid == order


def test_delivery_intervals_are_estimated_without_an_order(client, sandbox):
    date = (sandbox.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S%z")
    request = {"date_time": date, "tariff_code": 139, "from_location": FROM, "to_location": TO}
    interval = client.resolve(client.delivery.estimated_intervals(request)).date_intervals[0].time_intervals[0]
    assert interval.total_count is not None


def test_reverse_is_available_or_rejected_with_a_reason(client):
    person = {"phones": [PHONE]}
    request = {"tariff_code": 139, "sender": person, "recipient": person, "from_location": FROM, "to_location": TO}
    assert client.resolve(client.reverse.availability(request)).raw is None
    with pytest.raises(RequestRejected):
        client.resolve(client.reverse.availability({**request, "tariff_code": 136}))


@pytest.mark.parametrize("create", [print_forms.create_waybill, print_forms.create_barcode])
def test_print_form_is_created_awaited_and_saved(client, order, create, tmp_path):
    out = tmp_path / "form.pdf"
    pdf = client.resolve(print_form(client, create(order), out=out))
    assert out.read_bytes() == pdf.content
    assert pdf.content.startswith(b"%PDF")


def test_print_forms_are_requested_step_by_step(client, sandbox, order):
    waybill = client.resolve(client.print.create_waybill(order)).uuid
    label = client.resolve(client.print.create_barcode([order], format="A6")).uuid
    sandbox.pass_time(60)
    assert client.resolve(client.print.waybill(waybill)).form.status.code == "READY"
    assert client.resolve(client.print.barcode(label)).form.format == "A6"
    assert (
        client.resolve(client.print.waybill_pdf(waybill)).content
        != client.resolve(client.print.barcode_pdf(label)).content
    )


def test_prealert_announces_orders_to_an_office(client, sandbox, order):
    date = sandbox.now() + timedelta(days=3)
    office = client.resolve(client.deliverypoints.list({"city_code": 44})).items[0].code
    uuid = client.resolve(client.prealert.create(order, date, office)).uuid
    sandbox.pass_time(60)
    prealert = client.resolve(client.prealert.get(uuid)).prealert
    assert prealert.uuid == uuid
    assert [row.order_uuid for row in prealert.orders] == [order]


def test_photos_of_a_delivered_order_are_downloaded(client, sandbox):
    order = sandbox.order(status="DELIVERED", body={"services": [{"code": "PHOTO_OF_DOCUMENTS", "parameter": "1"}]})
    photos = client.resolve(client.photo_document.create({"orders": [{"order_uuid": order}]}))
    assert [row.order_uuid for row in photos.orders] == [order]
    archive = client.resolve(client.photo_document.get(order)).content
    assert zipfile.ZipFile(io.BytesIO(archive)).testzip() is None


def test_passport_data_of_both_people_are_read(client, order):
    row = client.resolve(client.passport.get(order_uuid=order)).orders[0]
    assert row.order_uuid == order
    assert {person.client for person in row.passport} == {"SENDER", "RECEIVER"}
