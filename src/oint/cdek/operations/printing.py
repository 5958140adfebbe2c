"""Print forms: waybills and labels (/v2/print).

Files are asked for at this API's own address, never at the link in an answer, so that the token goes to nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.models.base import Pdf
from oint.cdek.models.envelope import Accepted
from oint.cdek.models.printing import PrintAnswer
from oint.cdek.operations.base import Request, checked_uuid, json_body
from oint.cdek.operations.checked import whole
from oint.cdek.operations.named_orders import order_rows

if TYPE_CHECKING:
    import uuid as uuids

    from oint.cdek.operations.named_orders import Orders

MOST_ORDERS = 100


def create_waybill(orders: Orders, type: str = "tpl_russia", copy_count: int = 2) -> Request[Accepted]:  # noqa: A002 - CDEK's field name
    """Have a waybill made (POST print/orders).

    Args:
        orders: one order or several, 100 at the most: uuids, CDEK's numbers, or CDEK's rows
        type: the form: tpl_russia, tpl_english, tpl_china and so on
        copy_count: copies on the sheets
    Returns:
        ACCEPTED with the form's uuid: it is ready in a second or some; `oint.cdek.printing` waits for it
    Raises:
        BadArgument: no order, too many, or one that is neither a uuid nor digits; nothing was sent
    """
    form = {"orders": order_rows(orders, MOST_ORDERS), "copy_count": whole(copy_count, "copy_count"), "type": type}
    return _create("createWaybill", "/print/orders", form)


def waybill(uuid: str | uuids.UUID) -> Request[PrintAnswer]:
    """Read how far a waybill is (GET print/orders/{uuid}).

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getWaybill", "GET", f"/print/orders/{checked_uuid(uuid)}", PrintAnswer, changes=False)


def waybill_pdf(uuid: str | uuids.UUID) -> Request[Pdf]:
    """The file of a waybill that is READY (GET print/orders/{uuid}.pdf); it is there for an hour.

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getWaybillPdf", "GET", f"/print/orders/{checked_uuid(uuid)}.pdf", Pdf, changes=False)


def create_barcode(orders: Orders, copy_count: int = 1, format: str = "A4", lang: str = "RUS") -> Request[Accepted]:  # noqa: A002 - CDEK's field name
    """Have labels made, a label a package (POST print/barcodes).

    Args:
        orders: one order or several, 100 at the most: uuids, CDEK's numbers, or CDEK's rows
        copy_count: copies of each label
        format: A4, A5, A6 or A7
        lang: RUS or ENG
    Returns:
        ACCEPTED with the form's uuid: it is ready in a second or some; `oint.cdek.printing` waits for it
    Raises:
        BadArgument: no order, too many, or one that is neither a uuid nor digits; nothing was sent
    """
    form = {
        "orders": order_rows(orders, MOST_ORDERS),
        "copy_count": whole(copy_count, "copy_count"),
        "format": format,
        "lang": lang,
    }
    return _create("createBarcode", "/print/barcodes", form)


def barcode(uuid: str | uuids.UUID) -> Request[PrintAnswer]:
    """Read how far labels are (GET print/barcodes/{uuid}).

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getBarcode", "GET", f"/print/barcodes/{checked_uuid(uuid)}", PrintAnswer, changes=False)


def barcode_pdf(uuid: str | uuids.UUID) -> Request[Pdf]:
    """The file of labels that are READY (GET print/barcodes/{uuid}.pdf); it is there for an hour.

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getBarcodePdf", "GET", f"/print/barcodes/{checked_uuid(uuid)}.pdf", Pdf, changes=False)


def _create(operation: str, path: str, form: dict[str, Any]) -> Request[Accepted]:
    return Request(operation, "POST", path, Accepted, changes=True, body=json_body(form, "orders"))
