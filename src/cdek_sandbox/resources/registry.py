"""Every operation of CDEK API v2 that the sandbox has, and every kind of background job.

The order of the packages counts only where a path without a parameter must come before one with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.resources import oauth, offices, photos, restrictions
from cdek_sandbox.resources.agreements import agreement_handlers, delivery_intervals
from cdek_sandbox.resources.agreements.agreement_jobs import AGREEMENT_JOBS
from cdek_sandbox.resources.calculator import calculator_handlers
from cdek_sandbox.resources.documents import fiscal_receipts, passports, registries
from cdek_sandbox.resources.intakes import intake_handlers
from cdek_sandbox.resources.intakes.intake_jobs import INTAKE_JOBS
from cdek_sandbox.resources.locations import location_handlers
from cdek_sandbox.resources.orders import order_handlers, order_updates, refusal_handlers, reverse_availability
from cdek_sandbox.resources.orders.order_jobs import ORDER_JOBS
from cdek_sandbox.resources.orders.order_updates import UPDATE_JOBS
from cdek_sandbox.resources.orders.reverse_orders import REVERSE_JOBS
from cdek_sandbox.resources.prealerts import prealert_handlers
from cdek_sandbox.resources.prealerts.prealert_jobs import PREALERT_JOBS
from cdek_sandbox.resources.print_forms import print_handlers
from cdek_sandbox.resources.print_forms.print_jobs import PRINT_JOBS
from cdek_sandbox.resources.webhooks import webhook_handlers
from cdek_sandbox.resources.webhooks.webhook_jobs import WEBHOOK_JOBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import JobHandler

OPERATIONS = (
    *oauth.OPERATIONS,
    *order_handlers.OPERATIONS,
    *order_updates.OPERATIONS,
    *refusal_handlers.OPERATIONS,
    *reverse_availability.OPERATIONS,
    *print_handlers.OPERATIONS,
    *prealert_handlers.OPERATIONS,
    *webhook_handlers.OPERATIONS,
    *intake_handlers.OPERATIONS,
    *delivery_intervals.OPERATIONS,
    *agreement_handlers.OPERATIONS,
    *location_handlers.OPERATIONS,
    *offices.OPERATIONS,
    *calculator_handlers.OPERATIONS,
    *passports.OPERATIONS,
    *fiscal_receipts.OPERATIONS,
    *registries.OPERATIONS,
    *photos.OPERATIONS,
    *restrictions.OPERATIONS,
)
NAMES = frozenset(operation.name for operation in OPERATIONS)
JOB_HANDLERS: Mapping[str, JobHandler[Any]] = {
    **ORDER_JOBS,
    **UPDATE_JOBS,
    **REVERSE_JOBS,
    **INTAKE_JOBS,
    **AGREEMENT_JOBS,
    **PRINT_JOBS,
    **PREALERT_JOBS,
    **WEBHOOK_JOBS,
}
