"""Intakes in the control API: read them, move them along their statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from cdek_sandbox.core import background_jobs
from cdek_sandbox.core.entities import Intake, Status
from cdek_sandbox.errors import ControlError
from cdek_sandbox.resources.intakes.intake_card import build_intake_card
from cdek_sandbox.resources.intakes.intake_jobs import NEXT_STATUSES
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
    from cdek_sandbox.control_api.order_moves import AdvanceOptions
    from cdek_sandbox.core.entities import BackgroundJob
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.runtime import Runtime

_CREATED = "READY_FOR_APPOINTMENT"  # the status in which a successful creation ends
_NO_INTAKE = Message("Заявки на вызов курьера {0} в песочнице нет.", "The sandbox has no intake {0}.")
_CANNOT_FOLLOW = Message(
    "Заявка в статусе {0} не переходит в {1}. Дальше может быть: {2}.",
    "An intake in status {0} cannot change to {1}. What can follow: {2}.",
)
_NOTHING_FOLLOWS = Message(
    "За статусом {0} заявки ничего нет, она осталась в статусе {1}: закажите новую или укажите меньше шагов.",
    "Nothing follows {0}, the intake has stayed in {1}: order another one, or give fewer steps.",
)


class IntakeStatusChange(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/intakes/{uuid}/status`."""

    code: str


def list_intakes(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return every intake with its owner, oldest first."""
    return [_inspect(runtime.state, intake) for intake in runtime.state.list_all(Intake)]


def show_intake(runtime: Runtime, request: ControlRequest[NoFields]) -> Any:
    """Return one intake with its owner."""
    return _inspect(runtime.state, _find_intake(runtime.state, request))


def change_intake_status(runtime: Runtime, request: ControlRequest[IntakeStatusChange]) -> Any:
    """Put an intake into a status that can follow its present one.

    Raises:
        ControlError: the status cannot follow.
    """
    state, code = runtime.state, request.body.code
    intake = _find_intake(state, request)
    following = NEXT_STATUSES.get(intake.status.code, ())
    if code not in following:
        raise ControlError(_CANNOT_FOLLOW.format(intake.status.code, code, ", ".join(following) or "-"))
    state.set_status(intake, Status(code, state.clock.now()))
    return _inspect(state, intake)


def advance_intake(runtime: Runtime, request: ControlRequest[AdvanceOptions]) -> Any:
    """Move an intake towards its end; an unfinished creation ends first, by the rules. Too many steps move nothing."""
    state, intake = runtime.state, _find_intake(runtime.state, request)
    creation = _find_creation(intake)
    codes = _plan_steps(intake, request.body.steps - (creation is not None))
    if creation is not None:
        background_jobs.finish_job(state, intake, creation, state.clock.now())
    for code in codes:
        if code in NEXT_STATUSES.get(intake.status.code, ()):  # not where the rules have refused its creation
            state.set_status(intake, Status(code, state.clock.now()))
    return _inspect(state, intake)


def _find_creation(intake: Intake) -> BackgroundJob | None:
    return next((one for one in intake.jobs if one.kind == "intake_create"), None)


def _plan_steps(intake: Intake, steps: int) -> list[str]:
    """Return the codes of the next steps, after its creation if that has not ended.

    Raises:
        ControlError: there are fewer steps to its end.
    """
    code, codes = _CREATED if _find_creation(intake) else intake.status.code, list[str]()
    for _ in range(steps):
        following = NEXT_STATUSES.get(code, ())
        if not following:
            raise ControlError(_NOTHING_FOLLOWS.format(code, intake.status.code))
        code = following[0]
        codes.append(code)
    return codes


def _find_intake(state: SandboxState, request: ControlRequest[Any]) -> Intake:
    """Return the intake that the path names.

    Raises:
        ControlError: there is no such intake.
    """
    intake = state.find(Intake, request.params["uuid"].lower())
    if intake is None:
        raise ControlError(_NO_INTAKE.format(request.params["uuid"]))
    return intake


def _inspect(state: SandboxState, intake: Intake) -> dict[str, Any]:
    """Return what CDEK shows of an intake, and what only the sandbox knows."""
    facts = {"uuid": intake.uuid, "owner": intake.owner, "status": intake.status.code}
    return facts | build_intake_card(state, intake) | {"follows": NEXT_STATUSES.get(intake.status.code, ())}
