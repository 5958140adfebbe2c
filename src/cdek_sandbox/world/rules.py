"""The rules of all background work, of every kind of entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.world.agreement_work import AGREEMENT_WORK
from cdek_sandbox.world.intake_work import INTAKE_WORK
from cdek_sandbox.world.order_work import ORDER_WORK
from cdek_sandbox.world.prealert_work import PREALERT_WORK
from cdek_sandbox.world.print_work import PRINT_WORK
from cdek_sandbox.world.reverse_work import REVERSE_WORK
from cdek_sandbox.world.update_work import UPDATE_WORK
from cdek_sandbox.world.webhook_work import WEBHOOK_WORK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.state import WorkRule

RULES: Mapping[str, WorkRule[Any]] = {
    **ORDER_WORK,
    **UPDATE_WORK,
    **INTAKE_WORK,
    **AGREEMENT_WORK,
    **PRINT_WORK,
    **PREALERT_WORK,
    **REVERSE_WORK,
    **WEBHOOK_WORK,
}
