"""Intakes under the hand of a test: moved along their statuses, looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from cdek_sandbox.control_api.orders import Steps
from cdek_sandbox.errors import ControlError
from cdek_sandbox.world import work
from cdek_sandbox.world.entities import Intake, Status
from cdek_sandbox.world.intake_work import FOLLOWS
from cdek_sandbox.world.visit_cards import intake_card
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import Asked
    from cdek_sandbox.runtime import Runtime
    from cdek_sandbox.world.world import World

_NO_INTAKE = Message("Заявки на вызов курьера {0} в песочнице нет.", "The sandbox has no intake {0}.")
_NO_WAY = Message(
    "Заявка в статусе {0} не переходит в {1}. Дальше может быть: {2}.",
    "An intake in status {0} does not go to {1}. What can follow: {2}.",
)
_OVER = Message("За статусом {0} заявки ничего нет: закажите новую.", "Nothing follows {0}: order another intake.")


class Move(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/intakes/{uuid}/status`."""

    code: str


def list_intakes(runtime: Runtime, _asked: Asked) -> Any:
    """Every intake with its owner, oldest first."""
    return [_truth(runtime.world, intake) for intake in runtime.world.all(Intake)]


def show_intake(runtime: Runtime, asked: Asked) -> Any:
    """One intake with its owner."""
    return _truth(runtime.world, intake_of(runtime.world, asked))


def move_intake(runtime: Runtime, asked: Asked) -> Any:
    """Put an intake into a status that can follow the one it is in."""
    intake = intake_of(runtime.world, asked)
    moved(runtime.world, intake, msgspec.convert(asked.body, Move).code)
    return _truth(runtime.world, intake)


def advance_intake(runtime: Runtime, asked: Asked) -> Any:
    """Move an intake towards its end; one in the making ends first as the rules say."""
    world, intake = runtime.world, intake_of(runtime.world, asked)
    for _ in range(msgspec.convert(asked.body, Steps).steps):
        advanced(world, intake)
    return _truth(world, intake)


def advanced(world: World, intake: Intake) -> None:
    """One step of an intake.

    Raises:
        ControlError: it is over.
    """
    making = next((one for one in intake.works if one.kind == "intake_create"), None)
    if making is not None:
        work.finish(world, intake, making, world.clock.now())
        return
    following = FOLLOWS.get(intake.status.code, ())
    if not following:
        raise ControlError(_OVER.format(intake.status.code))
    moved(world, intake, following[0])


def moved(world: World, intake: Intake, code: str) -> None:
    """Put an intake into a status.

    Raises:
        ControlError: the status cannot follow.
    """
    following = FOLLOWS.get(intake.status.code, ())
    if code not in following:
        raise ControlError(_NO_WAY.format(intake.status.code, code, ", ".join(following) or "-"))
    world.enter(intake, Status(code, world.clock.now()))


def intake_of(world: World, asked: Asked) -> Intake:
    """The intake that the path names.

    Raises:
        ControlError: there is none.
    """
    intake = world.find(Intake, asked.params["uuid"].lower())
    if intake is None:
        raise ControlError(_NO_INTAKE.format(asked.params["uuid"]))
    return intake


def _truth(world: World, intake: Intake) -> dict[str, Any]:
    """What CDEK shows of it, and what only the sandbox knows."""
    known = {"uuid": intake.uuid, "owner": intake.owner, "status": intake.status.code}
    return known | intake_card(world, intake) | {"follows": FOLLOWS.get(intake.status.code, ())}
