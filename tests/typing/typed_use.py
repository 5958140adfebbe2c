"""What a type checker must see of the public surface; `make check` reads it, nothing runs it."""

from collections.abc import AsyncGenerator, Generator
from typing import assert_type

from oint.cdek import AsyncClient, Client
from oint.cdek.api import print_forms
from oint.cdek.api._common import Accepted
from oint.cdek.api._response import EmptyResponse, Pdf
from oint.cdek.api.calculator import Offer
from oint.cdek.api.deliverypoints import Office, Offices
from oint.cdek.api.intakes import Intake, Intakes
from oint.cdek.api.location import City
from oint.cdek.api.orders import OrderResponse
from oint.cdek.print_forms import print_form
from oint.cdek.transports import AsyncTransport, Transport
from oint.cdek.transports.asyncio import AsyncioTransport
from oint.cdek.transports.httpx2 import AsyncHttpx2Transport, Httpx2Transport
from oint.cdek.transports.sync import SocketTransport
from oint.refusals import Outcome, register_refusal

BLOCKING_TRANSPORTS: list[Transport] = [SocketTransport("https://api.cdek.ru/v2"), Httpx2Transport()]
ASYNC_TRANSPORTS: list[AsyncTransport] = [AsyncioTransport("https://api.cdek.ru/v2"), AsyncHttpx2Transport()]
Client(transport=AsyncHttpx2Transport())  # type: ignore[arg-type]  # it is for the other client


def blocking(cdek: Client) -> None:
    """The same operation blocks here."""
    assert_type(cdek.orders.refuse("uuid"), Accepted)
    assert_type(cdek.orders.find(cdek_number=1), OrderResponse)
    assert_type(register_refusal(cdek, "1106625424"), Outcome)
    assert_type(cdek.deliverypoints.list(), Offices)
    assert_type(cdek.deliverypoints.list().items, list[Office])
    assert_type(cdek.deliverypoints.stream(), Generator[Office, None, None])
    assert_type(cdek.calculator.offers(44, "630099", 1000).offers, list[Offer])
    assert_type(cdek.orders.intakes("uuid"), Intakes)
    assert_type(cdek.orders.intakes("uuid").items, list[Intake])
    assert_type(cdek.reverse.availability({}), EmptyResponse)
    assert_type(cdek.print.waybill_pdf("uuid"), Pdf)
    assert_type(print_form(cdek, print_forms.create_waybill("uuid")), Pdf)
    cdek.orders.refuse(5)  # type: ignore[arg-type]  # an order is named by a uuid


async def with_asyncio(cdek: AsyncClient) -> None:
    """And is awaited there."""
    assert_type(await cdek.orders.refuse("uuid"), Accepted)
    assert_type(await cdek.print.create_barcode(["uuid"], format="A6"), Accepted)
    assert_type(await print_form(cdek, print_forms.barcode("uuid")), Pdf)
    assert_type(await register_refusal(cdek, "1106625424"), Outcome)
    assert_type(await cdek.deliverypoints.list(), Offices)
    assert_type(cdek.location.all_cities(), AsyncGenerator[City, None])
