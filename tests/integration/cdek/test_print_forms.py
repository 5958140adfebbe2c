"""A print form is followed from the request to the file, on virtual time; the token goes to the API's own address only."""

import asyncio

import pytest

from oint.cdek import AsyncClient, Client, Retry, StaticToken
from oint.cdek.api import print_forms
from oint.cdek.errors import CdekError, OutcomeUnknown, RequestRejected, ServiceUnavailable, StillPending
from oint.cdek.print_forms import print_form
from tests.support.fake_session import UUID, World, accepted, answer, entry, lost, never_sent, refused
from tests.support.raw_server import Server

WAYBILL = print_forms.create_waybill(UUID)
PDF = b"%PDF-1.4\nlabel"


class Clients:
    """A client on a world's clock."""

    def __init__(self, world):
        self.context = world.context
        self.run = world.run


def form(*codes, url=None, **create):
    statuses = [{"code": code, "name": code.title(), "date_time": "2026-08-04T12:00:00+0000"} for code in codes]
    entity = {"uuid": UUID, "statuses": statuses, "url": url}
    requests = [entry(create.pop("state", "SUCCESSFUL"), "CREATE", **create)]
    return answer(200, {"entity": entity, "requests": requests, "related_entities": []})


READY = form("ACCEPTED", "PROCESSING", "READY", url="https://evil.example/v2/print/orders/x.pdf")


def file(body=PDF):
    return answer(200, body)


def printed(world, request=WAYBILL, **settings):
    return print_form(Clients(world), request, **settings)


def test_print_form_requests_waits_and_downloads_from_the_api():
    world = World([accepted("CREATE"), form("ACCEPTED"), form("ACCEPTED", "PROCESSING"), READY, file()])
    assert printed(world).content == PDF
    assert world.slept == [1.0, 1.5, 2.25]
    base = "https://cdek.test/v2/print/orders"
    assert [request.url for request in world.sent] == [base, *[f"{base}/{UUID}"] * 3, f"{base}/{UUID}.pdf"]


def test_labels_are_read_where_labels_are():
    world = World([accepted("CREATE"), READY, file()])
    printed(world, print_forms.create_barcode([UUID]))
    assert [request.url.partition("/v2")[2] for request in world.sent[1:]] == [
        f"/print/barcodes/{UUID}",
        f"/print/barcodes/{UUID}.pdf",
    ]


@pytest.mark.parametrize("reading", [print_forms.waybill(UUID), print_forms.barcode(UUID)])
def test_a_form_that_was_asked_for_already_is_read_at_once(reading):
    world = World([READY, file()])
    assert printed(world, reading).content == PDF
    assert world.slept == []


def test_the_file_is_saved_where_it_is_wanted(tmp_path):
    out = tmp_path / "waybill.pdf"
    out.write_bytes(b"old")
    printed(World([accepted("CREATE"), READY, file()]), out=out)
    assert out.read_bytes() == PDF


@pytest.mark.parametrize(
    "answers",
    [
        [never_sent(), READY],
        [answer(502, b"<html>"), READY],
        [answer(429, {}), READY],
        [refused("v2_entity_not_found"), READY],
        [answer(200, b"<html>"), READY],
    ],
)
def test_what_may_pass_while_a_form_is_made_is_waited_out(answers):
    world = World([accepted("CREATE"), *answers, file()], attempts=1)
    assert printed(world).content == PDF


def test_form_that_is_late_raises_still_pending_with_its_uuid():
    world = World(lambda request: accepted("CREATE") if request.method == "POST" else form("ACCEPTED"))
    with pytest.raises(StillPending) as caught:
        printed(world, wait=20.0)
    assert caught.value.uuid == UUID
    assert "ACCEPTED" in str(caught.value)
    assert sum(world.slept) == 20.0
    assert world.methods()[-1] == f"GET {UUID}"


def test_without_waiting_a_form_is_read_once():
    world = World([accepted("CREATE"), form()])
    with pytest.raises(StillPending):
        printed(world, wait=0.0)
    assert len(world.sent) == 2


def test_unreachable_host_raises_service_unavailable_not_still_pending():
    world = World(lambda request: accepted("CREATE") if request.method == "POST" else never_sent(), attempts=1)
    with pytest.raises(ServiceUnavailable):
        printed(world, wait=20.0)


def test_an_invalid_form_is_cdeks_no_with_its_reasons():
    errors = [{"code": "v2_entity_not_ready", "message": "no number yet", "additional_code": "0x1"}]
    world = World([accepted("CREATE"), form("ACCEPTED", "INVALID", state="INVALID", errors=errors)])
    with pytest.raises(RequestRejected) as caught:
        printed(world)
    assert (caught.value.code, caught.value.additional_code) == ("v2_entity_not_ready", "0x1")
    assert caught.value.request_uuid == "r-1"


@pytest.mark.parametrize("code", ["INVALID", "REMOVED"])
def test_invalid_form_without_reason_raises_its_status(code):
    with pytest.raises(RequestRejected) as caught:
        printed(World([form("ACCEPTED", code)]), print_forms.waybill(UUID))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("got", "error"),
    [(refused("v2_entity_empty"), RequestRejected), (lost(), OutcomeUnknown), (answer(200, b"<html>"), OutcomeUnknown)],
)
def test_a_request_for_a_form_that_failed_is_not_followed(got, error):
    world = World([got])
    with pytest.raises(error):
        printed(world)
    assert len(world.sent) == 1


def test_a_no_to_the_reading_ends_the_waiting():
    world = World([accepted("CREATE"), refused("v2_entity_forbidden")])
    with pytest.raises(RequestRejected):
        printed(world)


def test_an_error_in_the_place_of_the_file_is_an_error(tmp_path):
    out = tmp_path / "waybill.pdf"
    with pytest.raises(CdekError):
        printed(World([READY, answer(200, b"<html>")], attempts=1), print_forms.waybill(UUID), out=out)
    assert not out.exists()


def blocking(url):
    with Client(StaticToken("secret"), url=url, retry=Retry(attempts=1)) as client:
        client.print.waybill_pdf(UUID)


def awaited(url):
    async def main():
        async with AsyncClient(StaticToken("secret"), url=url, retry=Retry(attempts=1)) as client:
            await client.print.waybill_pdf(UUID)

    asyncio.run(main())


@pytest.mark.parametrize("download", [blocking, awaited])
def test_link_to_another_host_gets_no_token(download):
    with Server() as elsewhere:
        away = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %b/x.pdf\r\n\r\n" % elsewhere.url.encode()
        with Server(away) as cdek, pytest.raises(CdekError):
            download(cdek.url)
        assert (cdek.requests, elsewhere.connections) == (1, 0)
