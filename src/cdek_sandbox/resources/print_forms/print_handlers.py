"""Waybills and labels: `POST /v2/print/orders`, `/v2/print/barcodes`, their `GET`, and the file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import background_jobs, responses
from cdek_sandbox.core.entities import Order, PrintForm, Problem
from cdek_sandbox.core.entity_lookup import get_owned, refuse_unknown
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import ORDER_REFERENCE, Field, define_integers, define_strings
from cdek_sandbox.resources.print_forms.form_card import BARCODE, WAYBILL, build_file, build_form_card
from cdek_sandbox.resources.print_forms.print_jobs import add_form

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

WAYBILL_SCHEMA = {
    "orders": Field("object", ORDER_REFERENCE, many=True),
    **define_integers("copy_count"),
    **define_strings("type"),
}
BARCODE_SCHEMA = {
    "orders": Field("object", ORDER_REFERENCE, many=True),
    **define_integers("copy_count"),
    **define_strings("format", "lang"),
}
_SCHEMAS = {WAYBILL: WAYBILL_SCHEMA, BARCODE: BARCODE_SCHEMA}
# CDEK's limits and this code are choices: its message says 1000, its documentation 100.
_MAX_ORDERS = 100
_MAX_COPIES = 100
_TOO_MANY_CODE = "jv_the_number_of_orders_at_the_request_of_more_than_1000"
_VALUES = {
    "type": frozenset(
        f"tpl_{name}"
        for name in (
            *("china", "armenia", "russia", "english", "italian", "korean", "latvian", "lithuanian", "german"),
            *("turkish", "czech", "thailand", "invoice"),
        )
    ),
    "format": frozenset({"A4", "A5", "A6", "A7"}),
    "lang": frozenset({"RUS", "ENG"}),
}


def _create_form(form: str, state: SandboxState, request: Request) -> Response:
    body = read_body(state, request, _SCHEMAS[form], "CREATE")
    if isinstance(body, Response):
        return body
    matches = [
        (row, order) for row in body.get("orders", []) if (order := _find_order(state, request.owner, row)) is not None
    ]
    problems = _check_form(body, matches)
    if problems:
        return responses.build_refusal(state, "CREATE", problems)
    body["orders"] = [_echo_reference(row) for row, _ in matches]
    print_form = add_form(state, form, request.get_header(b"host"), body, [order for _, order in matches])
    return responses.build_accepted(state, print_form.uuid, background_jobs.queue_request(state, print_form, "CREATE"))


def _find_order(state: SandboxState, owner: str, row: dict[str, Any]) -> Order | None:
    """Find the client's order that a row names, unless it was deleted."""
    if row.get("order_uuid"):
        order = state.find(Order, row["order_uuid"].lower())
    else:
        order = state.find_by_cdek_number(row.get("cdek_number", ""))
    return order if order is not None and order.owner == owner and order.status.code != "REMOVED" else None


def _echo_reference(row: dict[str, Any]) -> dict[str, Any]:
    return {"order_uuid": row["order_uuid"]} if row.get("order_uuid") else {"cdek_number": int(row["cdek_number"])}


def _check_form(body: dict[str, Any], matches: list[Any]) -> list[Problem]:
    """Check what CDEK refuses at once. Unusable orders are left out while one is left: a choice."""
    if len(body.get("orders", [])) > _MAX_ORDERS:
        return [Problem(code=_TOO_MANY_CODE, message=f"Количество заказов в запросе превысило {_MAX_ORDERS}")]
    if not matches:
        return [problem("orders_number_is_empty")]
    copies = body.get("copy_count", 1)
    invalid_names = [] if 1 <= copies <= _MAX_COPIES else ["copy_count"]
    invalid_names += [name for name, values in _VALUES.items() if body.get(name, next(iter(values))) not in values]
    return [problem("v2_invalid_format", body[name], name) for name in invalid_names]


def _get_form(form: str, state: SandboxState, request: Request) -> Response:
    print_form = get_owned(state, request, PrintForm, "GET")
    if isinstance(print_form, Response):
        return print_form
    if print_form.form != form:
        return refuse_unknown(state, print_form.uuid, "GET")
    background_jobs.count_read(state, print_form)
    return responses.build_json(200, build_form_card(state, print_form, request.get_header(b"host")))


def _get_file(form: str, state: SandboxState, request: Request) -> Response:
    """Return the file. CDEK's response before it is ready and after its hour is not known."""
    print_form = get_owned(state, request, PrintForm, "GET")
    if isinstance(print_form, Response):
        return print_form
    if print_form.form == form and print_form.status.code == "READY":
        return responses.build_file(b"application/pdf", build_file(state, print_form))
    if (
        print_form.form == form
        and print_form.status.code == "ACCEPTED"
        and state.settings.print_file_early == "not_ready"
    ):
        return responses.build_refusal(state, "GET", [problem("v2_entity_not_ready")])
    return refuse_unknown(state, print_form.uuid, "GET")


create_waybill, create_barcode = partial(_create_form, WAYBILL), partial(_create_form, BARCODE)
get_waybill, get_barcode = partial(_get_form, WAYBILL), partial(_get_form, BARCODE)
get_waybill_file, get_barcode_file = partial(_get_file, WAYBILL), partial(_get_file, BARCODE)
OPERATIONS = (
    Operation("print_order_create", ("POST",), "/v2/print/orders", create_waybill, schema=WAYBILL_SCHEMA),
    Operation("print_order_file", ("GET",), "/v2/print/orders/{uuid}.pdf", get_waybill_file),
    Operation("print_order_get", ("GET",), "/v2/print/orders/{uuid}", get_waybill),
    Operation("print_barcode_create", ("POST",), "/v2/print/barcodes", create_barcode, schema=BARCODE_SCHEMA),
    Operation("print_barcode_file", ("GET",), "/v2/print/barcodes/{uuid}.pdf", get_barcode_file),
    Operation("print_barcode_get", ("GET",), "/v2/print/barcodes/{uuid}", get_barcode),
)
