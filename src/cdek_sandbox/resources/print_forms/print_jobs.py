"""Background jobs of print forms: creation and removal after an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs as background
from cdek_sandbox.core.background_jobs import approve, invalidate, leave_unchanged
from cdek_sandbox.core.entities import BackgroundJob, Order, PrintForm, Problem, Related, Status
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.state import JobHandler
from cdek_sandbox.resources.print_forms.form_card import BARCODE, WAYBILL, build_file_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import SandboxState

ORDER_FORMS = {"WAYBILL": WAYBILL, "BARCODE": BARCODE}  # the values of an order's `print`
# A request without `type` gets a form of some type: which one is not documented, the recordings show this one.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    WAYBILL: {"copy_count": 2, "type": "tpl_russia"},
    BARCODE: {"copy_count": 1, "format": "A4", "lang": "RUS"},
}


def add_form(state: SandboxState, form: str, host: str, body: dict[str, Any], orders: list[Order]) -> PrintForm:
    """Store a new form of one client's orders; its request is not queued yet."""
    print_form = PrintForm(
        uuid=state.random_source.next_uuid("print"),
        owner=orders[0].owner,
        form=form,
        body={**DEFAULTS[form], **body},
        order_uuids=[order.uuid for order in orders],
        host=host,
        statuses=[Status("ACCEPTED", state.clock.now())],
    )
    state.add(print_form)
    return print_form


def start_order_form(state: SandboxState, order: Order, host: str) -> None:
    """Start the form that a new order asks for; it is linked to the order before it is ready."""
    kind = ORDER_FORMS[order.body["print"]]
    form = add_form(state, kind, host, {"orders": [{"order_uuid": order.uuid}]}, [order])
    background.queue_request(state, form, "CREATE")
    order.related += (Related(kind, form.uuid, url=build_file_link(form, host)),)


def _decide_form(state: SandboxState, form: PrintForm, _job: BackgroundJob) -> list[Problem]:
    return [row for uuid in form.order_uuids if (row := _check_order(state.orders[uuid])) is not None]


def _check_order(order: Order) -> Problem | None:
    if order.cdek_number is not None:
        return None
    return (
        problem("v2_entity_invalid", order.uuid) if order.status.code == "INVALID" else problem("v2_entity_not_ready")
    )


def _complete_form(state: SandboxState, form: PrintForm, job: BackgroundJob, moment: float) -> None:
    form.statuses += [Status("PROCESSING", moment if job.started is None else job.started), Status("READY", moment)]
    removal = BackgroundJob("print_removal")
    form.jobs += (removal,)
    background.start_job(state, form, removal, moment)


def _remove(_state: SandboxState, form: PrintForm, _job: BackgroundJob, moment: float) -> None:
    form.statuses.append(Status("REMOVED", moment))


PRINT_JOBS = {
    "print": JobHandler(PrintForm, "CREATE", _decide_form, _complete_form, invalidate),
    "print_removal": JobHandler(PrintForm, None, approve, _remove, leave_unchanged),
}
