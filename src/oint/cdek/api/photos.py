"""Photos of documents (/v2/photoDocument)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import SimpleResponse
from oint.cdek.api._request import Request, validate_uuid
from oint.cdek.api._response import Model, Zip
from oint.cdek.api._schema import all_of, any_of, encode_body, list_of, object_schema

if TYPE_CHECKING:
    import uuid as uuids
    from collections.abc import Mapping


class PhotoOrder(Model):
    """An order whose photos are ready. `link` points to the archive: use `get`, so that the token goes to CDEK only."""

    order_uuid: str | None = None
    cdek_number: str | None = None
    link: str | None = None


class PhotoOrders(SimpleResponse):
    """Orders whose photos are ready."""

    orders: list[PhotoOrder] = field(default_factory=list)


_REQUEST = all_of(
    any_of("orders", "period_begin", "period_end"),
    object_schema(orders=list_of(all_of(object_schema(), any_of("order_uuid", "cdek_number")))),
)


def create(request: Mapping[str, Any]) -> Request[PhotoOrders]:
    """Find orders whose photos are ready (POST photoDocument). Nothing is created, although the method is POST.

    Args:
        request: CDEK's PhotoRequestDto: `orders` with `order_uuid` or `cdek_number` each, or `period_begin` and
            `period_end`; orders win
    Raises:
        InvalidArgument: orders and period are missing; nothing was sent
    """
    document = encode_body(_REQUEST, request, "request")
    return Request("findPhotos", "POST", "/photoDocument", PhotoOrders, changes=False, body=document)


def get(uuid: str | uuids.UUID) -> Request[Zip]:
    """Download the archive of an order's photos (GET photoDocument/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getPhotos", "GET", f"/photoDocument/{validate_uuid(uuid)}", Zip, changes=False)
