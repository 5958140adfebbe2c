"""Photos of documents: `POST /v2/photoDocument` and the archive of `GET /v2/photoDocument/{uuid}`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile, ZipInfo

from cdek_sandbox.core import responses
from cdek_sandbox.core.entity_lookup import list_own_orders
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_bare_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import Field, define_strings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cdek_sandbox.core.entities import Order, Problem
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

_PHOTO_SERVICE = "PHOTO_OF_DOCUMENTS"
PHOTO_SCHEMA = {
    **define_strings("period_begin", "period_end"),
    "orders": Field("object", define_strings("order_uuid", "cdek_number"), many=True),
}
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
"""A picture of one grey point."""


def has_photos(order: Order) -> bool:
    """Return whether the documents were photographed. CDEK does not document when: at the hand-over is a choice."""
    services = {row.get("code") for row in order.body.get("services", ())}
    return _PHOTO_SERVICE in services and order.status.code == "DELIVERED"


def build_photos_link(order: Order, host: str) -> str:
    """Build the link of the archive."""
    return f"http://{host}/v2/photoDocument/{order.uuid}"


def list_photos(state: SandboxState, request: Request) -> Response:
    """List the orders whose photos are ready, of a list of orders or of a period."""
    body = read_bare_body(request, PHOTO_SCHEMA)
    if isinstance(body, Response):
        return body
    passes, problems = _build_filter(body)
    if problems:
        return responses.build_error_list(problems)
    orders = (order for order in list_own_orders(state, request) if has_photos(order) and passes(order))
    return responses.build_json(200, {"orders": [_describe_order(order, request) for order in orders]})


def _build_filter(body: Mapping[str, Any]) -> tuple[Callable[[Order], bool], list[Problem]]:
    if body.get("orders"):
        uuids = {row.get("order_uuid", "").lower() for row in body["orders"]}
        numbers = {row.get("cdek_number") for row in body["orders"]}
        return lambda order: order.uuid in uuids or order.cdek_number in numbers, []
    begin, end = (_parse_moment(body.get(name)) for name in ("period_begin", "period_end"))
    if begin is None or end is None or begin > end:
        return lambda _order: False, [problem("v2_wrong_interval")]
    return lambda order: begin <= order.status.moment <= end, []


def _parse_moment(text: str | None) -> float | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _describe_order(order: Order, request: Request) -> dict[str, Any]:
    link = build_photos_link(order, request.get_header(b"host"))
    return {"order_uuid": order.uuid, "cdek_number": order.cdek_number, "link": link}


def get_photos(state: SandboxState, request: Request) -> Response:
    """Return the archive of an order's photos. CDEK's error bodies are not recorded: Spring's are a choice."""
    order = state.orders.get(request.path_parameters["uuid"].lower())
    if order is None or (order.owner == request.owner and not has_photos(order)):
        return responses.build_spring_error(state, 404, request.path)
    if order.owner != request.owner:
        return responses.build_spring_error(state, 403, request.path)
    return responses.build_file(b"application/zip", _build_archive(order.cdek_number or order.uuid))


@lru_cache(maxsize=64)
def _build_archive(name: str) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr(ZipInfo(f"{name}_1.png"), _PICTURE)
    return buffer.getvalue()


OPERATIONS = (
    Operation("photo_list", ("POST",), "/v2/photoDocument", list_photos, schema=PHOTO_SCHEMA),
    Operation("photo_file", ("GET",), "/v2/photoDocument/{uuid}", get_photos),
)
