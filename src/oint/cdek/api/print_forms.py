"""Print forms: waybills and labels (/v2/print).

Files are requested at the API's own address, never at the link of a response, so that the token goes to CDEK only.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import Accepted, Envelope, StatusRow, find_latest
from oint.cdek.api._order_refs import build_order_rows
from oint.cdek.api._request import Request, encode_json, validate_uuid
from oint.cdek.api._response import Model, Pdf
from oint.cdek.api._schema import parse_int

if TYPE_CHECKING:
    import uuid as uuids

    from oint.cdek.api._order_refs import OrderRefs


class FormStatus(StrEnum):
    """The statuses of a print form that this library uses; a form may have others."""

    READY = "READY"
    INVALID = "INVALID"
    REMOVED = "REMOVED"


class PrintOrder(Model):
    """An order on a form."""

    order_uuid: str | None = None
    cdek_number: int | None = None


class PrintForm(Model):
    """A form. A waybill has `type`, a label `format` and `lang`; `url` exists as long as the file, for an hour."""

    uuid: str | None = None
    orders: list[PrintOrder] = field(default_factory=list)
    copy_count: int | None = None
    type: str | None = None
    format: str | None = None
    lang: str | None = None
    url: str | None = None
    statuses: list[StatusRow] = field(default_factory=list)

    @property
    def status(self) -> StatusRow | None:
        """Return the current status; None without a status. CDEK lists the statuses of forms oldest first."""
        return find_latest(self.statuses, newest_first=False)


class PrintFormResponse(Envelope):
    """CDEK's response to GET print: the form, and the history of its operations."""

    entity: PrintForm | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the form has a uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def form(self) -> PrintForm:
        """Return the form; a complete response always has one."""
        return self.entity or PrintForm()


MAX_ORDERS = 100


def create_waybill(orders: OrderRefs, type: str = "tpl_russia", copy_count: int = 2) -> Request[Accepted]:  # noqa: A002 - CDEK's field name
    """Request a waybill (POST print/orders).

    Args:
        orders: one order or several, at most 100: UUIDs, CDEK's numbers, or CDEK's rows
        type: the form: tpl_russia, tpl_english, tpl_china and so on
        copy_count: copies on the sheets
    Returns:
        ACCEPTED with the form's uuid: it is ready within seconds; `oint.cdek.print_forms` waits for it
    Raises:
        InvalidArgument: no order, too many, or one that is neither a uuid nor digits; nothing was sent
    """
    form = {
        "orders": build_order_rows(orders, MAX_ORDERS),
        "copy_count": parse_int(copy_count, "copy_count"),
        "type": type,
    }
    return _create("createWaybill", "/print/orders", form)


def waybill(uuid: str | uuids.UUID) -> Request[PrintFormResponse]:
    """Read the state of a waybill (GET print/orders/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getWaybill", "GET", f"/print/orders/{validate_uuid(uuid)}", PrintFormResponse, changes=False)


def waybill_pdf(uuid: str | uuids.UUID) -> Request[Pdf]:
    """Download the file of a waybill that is READY (GET print/orders/{uuid}.pdf); CDEK keeps it for an hour.

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getWaybillPdf", "GET", f"/print/orders/{validate_uuid(uuid)}.pdf", Pdf, changes=False)


def create_barcode(orders: OrderRefs, copy_count: int = 1, format: str = "A4", lang: str = "RUS") -> Request[Accepted]:  # noqa: A002 - CDEK's field name
    """Request labels, one for each package (POST print/barcodes).

    Args:
        orders: one order or several, at most 100: UUIDs, CDEK's numbers, or CDEK's rows
        copy_count: copies of each label
        format: A4, A5, A6 or A7
        lang: RUS or ENG
    Returns:
        ACCEPTED with the form's uuid: it is ready within seconds; `oint.cdek.print_forms` waits for it
    Raises:
        InvalidArgument: no order, too many, or one that is neither a uuid nor digits; nothing was sent
    """
    form = {
        "orders": build_order_rows(orders, MAX_ORDERS),
        "copy_count": parse_int(copy_count, "copy_count"),
        "format": format,
        "lang": lang,
    }
    return _create("createBarcode", "/print/barcodes", form)


def barcode(uuid: str | uuids.UUID) -> Request[PrintFormResponse]:
    """Read the state of labels (GET print/barcodes/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getBarcode", "GET", f"/print/barcodes/{validate_uuid(uuid)}", PrintFormResponse, changes=False)


def barcode_pdf(uuid: str | uuids.UUID) -> Request[Pdf]:
    """Download the file of labels that are READY (GET print/barcodes/{uuid}.pdf); CDEK keeps it for an hour.

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getBarcodePdf", "GET", f"/print/barcodes/{validate_uuid(uuid)}.pdf", Pdf, changes=False)


def _create(operation: str, path: str, form: dict[str, Any]) -> Request[Accepted]:
    return Request(operation, "POST", path, Accepted, changes=True, body=encode_json(form, "orders"))
