"""The operations of CDEK API v2 that the sandbox has."""

from __future__ import annotations

from oint.sandbox.handlers import orders, returns, tokens
from oint.sandbox.pipeline import Operation

OPERATIONS = (
    Operation("token", ("GET", "POST"), "/v2/oauth/token", tokens.give_token, needs_token=False),
    Operation("order_create", ("POST",), "/v2/orders", orders.create_order),
    Operation("order_find", ("GET",), "/v2/orders", orders.find_order),
    Operation("order_get", ("GET",), "/v2/orders/{uuid}", orders.get_order),
    Operation("order_delete", ("DELETE",), "/v2/orders/{uuid}", orders.delete_order),
    Operation(
        "refusal",
        ("POST",),
        "/v2/orders/{uuid}/refusal",
        returns.refuse_order,
        witness=returns.witness_refusal,
    ),
    Operation("client_return", ("POST",), "/v2/orders/{uuid}/clientReturn", returns.return_from_client),
)
NAMES = frozenset(operation.name for operation in OPERATIONS)
