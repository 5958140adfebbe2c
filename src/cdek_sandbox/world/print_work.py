"""Print forms: their card, the file, and what CDEK makes of the request for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.entities import Order, PrintForm, Problem, Related, Status, Work
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.serializers import half_done, requests
from cdek_sandbox.core.state import WorkRule
from cdek_sandbox.world.pdf import PAGE_SIZES, build_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import World

WAYBILL, BARCODE = "waybill", "barcode"
PLACES = {WAYBILL: "orders", BARCODE: "barcodes"}
WITH_ORDER = {"WAYBILL": WAYBILL, "BARCODE": BARCODE}  # the values of an order's `print`
_NAMES = {
    "ACCEPTED": "Принят",
    "PROCESSING": "Формируется",
    "READY": "Сформирован",
    "REMOVED": "Удален",
    "INVALID": "Некорректный запрос",
}
_FIELDS = {WAYBILL: ("copy_count", "type", "url"), BARCODE: ("copy_count", "format", "url", "lang")}
# A request without `type` gets a form of some type: which one is not documented, the recordings show this one.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    WAYBILL: {"copy_count": 2, "type": "tpl_russia"},
    BARCODE: {"copy_count": 1, "format": "A4", "lang": "RUS"},
}


def new_form(world: World, form: str, host: str, body: dict[str, Any], orders: list[Order]) -> PrintForm:
    """A form of one client's orders, in the world but not queued yet; `body` has the rows and wishes of the request."""
    made = PrintForm(
        uuid=world.dice.uuid("print"),
        owner=orders[0].owner,
        form=form,
        body={**DEFAULTS[form], **body},
        order_uuids=[order.uuid for order in orders],
        host=host,
        statuses=[Status("ACCEPTED", world.clock.now())],
    )
    world.add(made)
    return made


def print_along(world: World, order: Order, host: str) -> None:
    """The form that a new order asked for along with itself; it is linked to the order at once, before it is ready."""
    kind = WITH_ORDER[order.body["print"]]
    form = new_form(world, kind, host, {"orders": [{"order_uuid": order.uuid}]}, [order])
    background.request(world, form, "CREATE")
    order.related.append(Related(kind, form.uuid, url=link(form, host)))


def link(form: PrintForm, host: str) -> str:
    """Where the file is to be had."""
    return f"http://{host}/v2/print/{PLACES[form.form]}/{form.uuid}.pdf"


def form_card(world: World, form: PrintForm, host: str) -> dict[str, Any]:
    """The whole answer of `GET /v2/print/…/{uuid}`."""
    values = form.body | ({"url": link(form, host)} if form.status.code == "READY" else {})
    entity = {"uuid": form.uuid, "orders": form.body["orders"]}
    entity |= {name: values[name] for name in _FIELDS[form.form] if name in values}
    entity["statuses"] = [
        {"code": row.code, "name": _NAMES[row.code], "date_time": world.stamp(row.moment)}
        for row in _shown_statuses(world, form)
    ]
    return {"entity": entity, "requests": requests(world, form), "related_entities": []}


def _shown_statuses(world: World, form: PrintForm) -> list[Status]:
    """Oldest first, as recorded; the second half of the time that the making takes is PROCESSING."""
    making = next((work for work in form.works if work.kind == "print"), None)
    if making is None or making.started is None or not half_done(world, making):
        return form.statuses
    return [*form.statuses, Status("PROCESSING", making.started)]


def form_file(world: World, form: PrintForm) -> bytes:
    """The PDF: a page a copy. The recipient is hidden: a sandbox's files must not spread names."""
    size = PAGE_SIZES[form.body.get("format", "A4")]
    pages = [page for uuid in form.order_uuids for page in _pages(form, world.orders[uuid])]
    return build_pdf(size, pages)


def _pages(form: PrintForm, order: Order) -> list[list[str]]:
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


def _verdict(world: World, form: PrintForm, _work: Work) -> list[Problem]:
    return [row for uuid in form.order_uuids if (row := _unready(world.orders[uuid])) is not None]


def _unready(order: Order) -> Problem | None:
    if order.cdek_number is not None:
        return None
    return (
        problem("v2_entity_invalid", order.uuid) if order.status.code == "INVALID" else problem("v2_entity_not_ready")
    )


def _made(world: World, form: PrintForm, work: Work, moment: float) -> None:
    form.statuses += [Status("PROCESSING", moment if work.started is None else work.started), Status("READY", moment)]
    removal = Work("print_removal")
    form.works.append(removal)
    background.start(world, form, removal, moment)


def _not_made(_world: World, form: PrintForm, _work: Work, moment: float) -> None:
    form.statuses.append(Status("INVALID", moment))


def _by_rules(_world: World, _form: PrintForm, _work: Work) -> list[Problem]:
    return []


def _removed(_world: World, form: PrintForm, _work: Work, moment: float) -> None:
    form.statuses.append(Status("REMOVED", moment))


def _kept(_world: World, _form: PrintForm, _work: Work, _moment: float) -> None:
    """A removal that was told to fail leaves the file where it is."""


PRINT_WORK = {
    "print": WorkRule(PrintForm, "CREATE", _verdict, _made, _not_made),
    "print_removal": WorkRule(PrintForm, None, _by_rules, _removed, _kept),
}
