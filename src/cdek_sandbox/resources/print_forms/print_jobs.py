"""Background jobs of print forms: creation and removal after an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.entities import Order, PrintForm, Problem, Related, Status, Work
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.state import WorkRule
from cdek_sandbox.resources.print_forms.form_card import BARCODE, WAYBILL, build_file_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import World

ORDER_FORMS = {"WAYBILL": WAYBILL, "BARCODE": BARCODE}  # the values of an order's `print`
# A request without `type` gets a form of some type: which one is not documented, the recordings show this one.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    WAYBILL: {"copy_count": 2, "type": "tpl_russia"},
    BARCODE: {"copy_count": 1, "format": "A4", "lang": "RUS"},
}


def add_form(world: World, form: str, host: str, body: dict[str, Any], orders: list[Order]) -> PrintForm:
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


def start_order_form(world: World, order: Order, host: str) -> None:
    """The form that a new order asked for along with itself; it is linked to the order at once, before it is ready."""
    kind = ORDER_FORMS[order.body["print"]]
    form = add_form(world, kind, host, {"orders": [{"order_uuid": order.uuid}]}, [order])
    background.request(world, form, "CREATE")
    order.related.append(Related(kind, form.uuid, url=build_file_link(form, host)))


def _decide_form(world: World, form: PrintForm, _work: Work) -> list[Problem]:
    return [row for uuid in form.order_uuids if (row := _check_order(world.orders[uuid])) is not None]


def _check_order(order: Order) -> Problem | None:
    if order.cdek_number is not None:
        return None
    return (
        problem("v2_entity_invalid", order.uuid) if order.status.code == "INVALID" else problem("v2_entity_not_ready")
    )


def _complete_form(world: World, form: PrintForm, work: Work, moment: float) -> None:
    form.statuses += [Status("PROCESSING", moment if work.started is None else work.started), Status("READY", moment)]
    removal = Work("print_removal")
    form.works.append(removal)
    background.start(world, form, removal, moment)


def _invalidate(_world: World, form: PrintForm, _work: Work, moment: float) -> None:
    form.statuses.append(Status("INVALID", moment))


def _approve(_world: World, _form: PrintForm, _work: Work) -> list[Problem]:
    return []


def _remove(_world: World, form: PrintForm, _work: Work, moment: float) -> None:
    form.statuses.append(Status("REMOVED", moment))


def _leave_unchanged(_world: World, _form: PrintForm, _work: Work, _moment: float) -> None:
    """A removal that was told to fail leaves the file where it is."""


PRINT_JOBS = {
    "print": WorkRule(PrintForm, "CREATE", _decide_form, _complete_form, _invalidate),
    "print_removal": WorkRule(PrintForm, None, _approve, _remove, _leave_unchanged),
}
