"""The sandbox's clock in the control API, and the range of moments that CDEK's dates can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from msgspec import UNSET, Struct, UnsetType

from cdek_sandbox.errors import ControlError
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
    from cdek_sandbox.runtime import Runtime

MIN_MOMENT = datetime(1970, 1, 2, tzinfo=UTC).timestamp()
MAX_MOMENT = datetime(2999, 12, 31, tzinfo=UTC).timestamp()
"""Some systems cannot write moments before 1970; later ones leave room for deadlines within four-digit years."""
_ONE_FIELD = Message(
    "Нужно ровно одно из полей: advance (секунды), stop_at (ISO 8601) или go_on (true).",
    "Exactly one field is needed: advance (seconds), stop_at (ISO 8601) or go_on (true).",
)
_OUT_OF_RANGE = Message(
    "Время вне пределов часов песочницы: от {0} до {1}. Ничего не изменилось: укажите время в этих пределах.",
    "The time is outside the range of the sandbox's clock, {0} to {1}. Nothing was changed: give a time within it.",
)


class ClockChange(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/clock`, one field of the three. `advance` is in seconds; `stop_at` without an offset is UTC."""

    advance: float | UnsetType = UNSET
    stop_at: datetime | UnsetType = UNSET
    go_on: Literal[True] | UnsetType = UNSET


def show_clock(runtime: Runtime, _request: ControlRequest[NoFields] | None = None) -> Any:
    """Return the sandbox's time, its distance from real time in seconds, and whether the clock is stopped."""
    clock = runtime.state.clock
    return {
        "now": runtime.state.format_moment(clock.now()),
        "offset": clock.offset,
        "stopped": clock.stopped is not None,
    }


def change_clock(runtime: Runtime, request: ControlRequest[ClockChange]) -> Any:
    """Move, stop or start the clock; work that becomes due is done before the next call is handled.

    Raises:
        ControlError: not exactly one field, or a time out of range.
    """
    clock, change = runtime.state.clock, request.body
    if [change.advance, change.stop_at, change.go_on].count(UNSET) != 2:  # noqa: PLR2004 - one field of three
        raise ControlError(_ONE_FIELD)
    if isinstance(change.stop_at, datetime):
        moment = change.stop_at if change.stop_at.tzinfo else change.stop_at.replace(tzinfo=UTC)
        clock.freeze(check_moment(moment.timestamp()))
    elif isinstance(change.advance, float):
        check_moment(clock.now() + change.advance)
        clock.advance(change.advance)
    else:
        clock.resume()
    return show_clock(runtime)


def check_moment(moment: float) -> float:
    """Return the moment, in Unix seconds, if CDEK's dates can hold it.

    Raises:
        ControlError: it is out of range.
    """
    if not MIN_MOMENT <= moment <= MAX_MOMENT:
        first, last = (datetime.fromtimestamp(limit, UTC).date().isoformat() for limit in (MIN_MOMENT, MAX_MOMENT))
        raise ControlError(_OUT_OF_RANGE.format(first, last))
    return moment
