"""The card of a print form, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.entities import Order, PrintForm, Status
from cdek_sandbox.core.serializers import describe_requests, is_half_done
from cdek_sandbox.resources.print_forms.pdf import PAGE_SIZES, build_pdf

if TYPE_CHECKING:
    from cdek_sandbox.core.state import SandboxState

WAYBILL, BARCODE = "waybill", "barcode"
PATHS = {WAYBILL: "orders", BARCODE: "barcodes"}
_STATUS_NAMES = {
    "ACCEPTED": "Принят",
    "PROCESSING": "Формируется",
    "READY": "Сформирован",
    "REMOVED": "Удален",
    "INVALID": "Некорректный запрос",
}
_FIELDS = {WAYBILL: ("copy_count", "type", "url"), BARCODE: ("copy_count", "format", "url", "lang")}


def build_file_link(form: PrintForm, host: str) -> str:
    """Build the link of the file."""
    return f"http://{host}/v2/print/{PATHS[form.form]}/{form.uuid}.pdf"


def build_form_card(state: SandboxState, form: PrintForm, host: str) -> dict[str, Any]:
    """Build the whole response of `GET /v2/print/…/{uuid}`."""
    values = form.body | ({"url": build_file_link(form, host)} if form.status.code == "READY" else {})
    entity = {"uuid": form.uuid, "orders": form.body["orders"]}
    entity |= {name: values[name] for name in _FIELDS[form.form] if name in values}
    entity["statuses"] = [
        {"code": row.code, "name": _STATUS_NAMES[row.code], "date_time": state.format_moment(row.moment)}
        for row in _list_statuses(state, form)
    ]
    return {"entity": entity, "requests": describe_requests(state, form), "related_entities": []}


def _list_statuses(state: SandboxState, form: PrintForm) -> list[Status]:
    """Oldest first, as recorded; the second half of the time that the making takes is PROCESSING."""
    making = next((job for job in form.jobs if job.kind == "print"), None)
    if making is None or making.started is None or not is_half_done(state, making):
        return form.statuses
    return [*form.statuses, Status("PROCESSING", making.started)]


def build_file(state: SandboxState, form: PrintForm) -> bytes:
    """Build the PDF: a page a copy. The recipient is hidden, so that files spread no names."""
    size = PAGE_SIZES[form.body.get("format", "A4")]
    pages = [page for uuid in form.order_uuids for page in _list_pages(form, state.orders[uuid])]
    return build_pdf(size, pages)


def _list_pages(form: PrintForm, order: Order) -> list[list[str]]:
    count = form.body["copy_count"]
    weight = sum(package["weight"] for package in order.body["packages"])
    lines = [
        f"CDEK sandbox: {form.form}",
        f"Order {order.cdek_number}",
        f"Shop number {order.number}",
        f"Tariff {order.body['tariff_code']}",
        f"Packages {len(order.body['packages'])}, {weight} g",
        "Recipient: hidden",
    ]
    return [[*lines, f"Copy {copy} of {count}"] for copy in range(1, count + 1)]
