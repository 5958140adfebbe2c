"""The operations of CDEK API v2 that the sandbox has."""

from __future__ import annotations

from cdek_sandbox.core.operation import Operation
from cdek_sandbox.handlers import orders, prealerts, printing, returns, tokens, webhooks
from cdek_sandbox.reference_routes import REFERENCE
from cdek_sandbox.resources.orders.order_schema import CLIENT_RETURN, ORDER
from cdek_sandbox.visit_routes import VISITS
from cdek_sandbox.world.paper_forms import BARCODE, PREALERT, WAYBILL, WEBHOOK

OPERATIONS = (
    Operation("token", ("GET", "POST"), "/v2/oauth/token", tokens.give_token, needs_token=False),
    Operation("order_create", ("POST",), "/v2/orders", orders.create_order, form=ORDER),
    Operation("order_find", ("GET",), "/v2/orders", orders.find_order, query=("cdek_number", "im_number")),
    Operation("order_get", ("GET",), "/v2/orders/{uuid}", orders.get_order),
    Operation("order_delete", ("DELETE",), "/v2/orders/{uuid}", orders.delete_order),
    Operation(
        "refusal",
        ("POST",),
        "/v2/orders/{uuid}/refusal",
        returns.refuse_order,
        witness=returns.witness_refusal,
    ),
    Operation(
        "client_return",
        ("POST",),
        "/v2/orders/{uuid}/clientReturn",
        returns.return_from_client,
        form=CLIENT_RETURN,
    ),
    Operation("print_order_create", ("POST",), "/v2/print/orders", printing.create_waybill, form=WAYBILL),
    Operation("print_order_file", ("GET",), "/v2/print/orders/{uuid}.pdf", printing.waybill_file),
    Operation("print_order_get", ("GET",), "/v2/print/orders/{uuid}", printing.get_waybill),
    Operation("print_barcode_create", ("POST",), "/v2/print/barcodes", printing.create_barcode, form=BARCODE),
    Operation("print_barcode_file", ("GET",), "/v2/print/barcodes/{uuid}.pdf", printing.barcode_file),
    Operation("print_barcode_get", ("GET",), "/v2/print/barcodes/{uuid}", printing.get_barcode),
    Operation("prealert_create", ("POST",), "/v2/prealert", prealerts.create_prealert, form=PREALERT),
    Operation("prealert_get", ("GET",), "/v2/prealert/{uuid}", prealerts.get_prealert),
    Operation("webhook_create", ("POST",), "/v2/webhooks", webhooks.create_webhook, form=WEBHOOK),
    Operation("webhook_list", ("GET",), "/v2/webhooks", webhooks.list_webhooks),
    Operation("webhook_get", ("GET",), "/v2/webhooks/{uuid}", webhooks.get_webhook),
    Operation("webhook_delete", ("DELETE",), "/v2/webhooks/{uuid}", webhooks.delete_webhook),
    *VISITS,
    *REFERENCE,
)
NAMES = frozenset(operation.name for operation in OPERATIONS)
