"""Settings, faults, the log of calls, the clock, the drain and the reset."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from cdek_sandbox.errors import ControlError
from cdek_sandbox.faults.rules import Faults
from cdek_sandbox.routes import NAMES
from cdek_sandbox.world import settings
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import Asked
    from cdek_sandbox.runtime import Runtime

_YEARS = range(1970, 3000)
"""Of the clock: beyond them moments around it cannot be written as CDEK does."""
_NOT_AN_OBJECT = Message("Нужен объект JSON.", "A JSON object is needed.")


class Advance(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/clock`: so many seconds forward."""

    advance: float


class StopAt(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/clock`: stand still at a moment, in ISO 8601; without an offset it is UTC."""

    stop_at: datetime


class GoOn(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/clock`: go on from where it stands."""

    go_on: Literal[True]


class Drain(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/drain`: how long to wait, at most."""

    seconds: Annotated[float, Meta(ge=0, le=3600)] = 60.0


class Seed(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/reset`; without a seed the present one is used again."""

    seed: int | None = None


def show_settings(runtime: Runtime, _asked: Asked) -> Any:
    """All settings."""
    return msgspec.to_builtins(runtime.world.settings)


def change_settings(runtime: Runtime, asked: Asked) -> Any:
    """Change some settings; what is not named stays."""
    if not isinstance(asked.body, dict):
        raise ControlError(_NOT_AN_OBJECT)
    runtime.world.settings = settings.changed(runtime.world.settings, asked.body)
    return show_settings(runtime, asked)


def add_fault(runtime: Runtime, asked: Asked) -> Any:
    """Add a fault rule."""
    return msgspec.to_builtins(runtime.faults.add(asked.body, NAMES, runtime.world.clock.now()))


def list_faults(runtime: Runtime, _asked: Asked) -> Any:
    """The fault rules in force, with what is left of `times` and `skip`."""
    return msgspec.to_builtins(runtime.faults.rules)


def clear_faults(runtime: Runtime, _asked: Asked) -> Any:
    """Drop all fault rules."""
    runtime.faults = Faults()
    return []


def list_calls(runtime: Runtime, _asked: Asked) -> Any:
    """The log of calls, oldest first; only the last 20,000 are kept."""
    return list(runtime.calls)


def clear_calls(runtime: Runtime, _asked: Asked) -> Any:
    """Empty the log of calls, and show what it held: no call is lost between two such requests."""
    calls = list(runtime.calls)
    runtime.calls.clear()
    return calls


def show_clock(runtime: Runtime, _asked: Asked) -> Any:
    """The sandbox's time, how far it is from the real one, in seconds, and whether it stands still."""
    clock = runtime.world.clock
    return {
        "now": runtime.world.stamp(clock.now()),
        "offset": clock.offset,
        "stopped": clock.stopped is not None,
    }


def move_clock(runtime: Runtime, asked: Asked) -> Any:
    """Move the clock, stop it or let it go on; what becomes due happens before the next call is looked at."""
    clock, fields = runtime.world.clock, asked.body if isinstance(asked.body, dict) else {}
    if "stop_at" in fields:
        moment = msgspec.convert(fields, StopAt).stop_at
        if moment.year not in _YEARS:
            raise msgspec.ValidationError(f"Expected a year of {_YEARS[0]} to {_YEARS[-1]} - at `$.stop_at`")
        clock.stop((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    elif "go_on" in fields:
        msgspec.convert(fields, GoOn)
        clock.go()
    else:
        clock.advance(msgspec.convert(asked.body, Advance).advance)
    return show_clock(runtime, asked)


async def drain(runtime: Runtime, asked: Asked) -> Any:
    """Wait until all that clients have sent who are gone by now is processed; show what is left when the time is over."""
    drained = await runtime.connections.drain(msgspec.convert(asked.body, Drain).seconds)
    left = [{"client": "{}:{}".format(*connection.peer), "calls": connection.calls} for connection in drained.left]
    return {"drained": drained.is_complete, "left": left}


def reset(runtime: Runtime, asked: Asked) -> Any:
    """Back to a fresh start: no orders, no faults, default settings, real time."""
    seed = msgspec.convert(asked.body, Seed).seed
    runtime.reset(runtime.world.dice.seed if seed is None else seed)
    return {"seed": runtime.world.dice.seed}
