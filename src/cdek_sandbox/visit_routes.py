"""The operations that change an order or arrange a visit: updates, intakes, agreements, reverse."""

from __future__ import annotations

from cdek_sandbox.core.operation import Operation
from cdek_sandbox.handlers import agreements, intakes, reverse, updates
from cdek_sandbox.resources.orders.order_schema import ORDER_UPDATE
from cdek_sandbox.world.visit_forms import (
    AGREEMENT,
    AVAILABLE_DAYS,
    ESTIMATED_INTERVALS,
    INTAKE,
    INTAKE_CHANGE,
    REVERSE,
)

VISITS = (
    Operation("order_update", ("PATCH",), "/v2/orders", updates.update_order, form=ORDER_UPDATE),
    Operation("order_intake_list", ("GET",), "/v2/orders/{uuid}/intakes", intakes.list_intakes),
    Operation("intake_create", ("POST",), "/v2/intakes", intakes.create_intake, form=INTAKE),
    Operation("intake_update", ("PATCH",), "/v2/intakes", intakes.change_intake, form=INTAKE_CHANGE),
    Operation("intake_day_list", ("POST",), "/v2/intakes/availableDays", intakes.list_days, form=AVAILABLE_DAYS),
    Operation("intake_get", ("GET",), "/v2/intakes/{uuid}", intakes.get_intake),
    Operation("intake_delete", ("DELETE",), "/v2/intakes/{uuid}", intakes.delete_intake),
    Operation("agreement_create", ("POST",), "/v2/delivery", agreements.agree, form=AGREEMENT),
    Operation(
        "interval_list",
        ("GET",),
        "/v2/delivery/intervals",
        agreements.list_intervals,
        query=("cdek_number", "order_uuid"),
    ),
    Operation(
        "interval_estimate",
        ("POST",),
        "/v2/delivery/estimatedIntervals",
        agreements.estimate_intervals,
        form=ESTIMATED_INTERVALS,
    ),
    Operation("agreement_get", ("GET",), "/v2/delivery/{uuid}", agreements.get_agreement),
    Operation("reverse_check", ("POST",), "/v2/reverse/availability", reverse.check_reverse, form=REVERSE),
)
