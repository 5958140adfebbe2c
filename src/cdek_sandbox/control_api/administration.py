"""Settings, faults, the log of calls, the drain and the reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta, Struct

from cdek_sandbox.core import settings
from cdek_sandbox.faults.rules import Faults
from cdek_sandbox.resources.registry import NAMES

if TYPE_CHECKING:
    from cdek_sandbox.control_api.endpoint import ControlRequest, NoFields
    from cdek_sandbox.faults.rules import FaultRule
    from cdek_sandbox.runtime import Runtime

MAX_DRAIN_SECONDS = 3600


class DrainOptions(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/drain`: the time to wait, in seconds."""

    seconds: Annotated[float, Meta(ge=0, le=MAX_DRAIN_SECONDS)] = 60.0


class ResetOptions(Struct, forbid_unknown_fields=True):
    """`POST /_sandbox/reset`; without a seed the present one is used again."""

    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None


def show_settings(runtime: Runtime, _request: ControlRequest[Any]) -> Any:
    """Return all settings."""
    return msgspec.to_builtins(runtime.state.settings)


def change_settings(runtime: Runtime, request: ControlRequest[dict[str, Any]]) -> Any:
    """Change the named settings and keep the others."""
    runtime.state.settings = settings.apply_change(runtime.state.settings, request.body)
    return show_settings(runtime, request)


def add_fault(runtime: Runtime, request: ControlRequest[FaultRule]) -> Any:
    """Add a fault rule."""
    return msgspec.to_builtins(runtime.faults.add(request.body, NAMES, runtime.state.clock.now()))


def list_faults(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return the fault rules in force, with the rest of `times` and `skip`."""
    return msgspec.to_builtins(runtime.faults.rules)


def clear_faults(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Remove all fault rules."""
    runtime.faults = Faults()
    return []


def list_calls(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Return the log of calls, oldest first."""
    return list(runtime.calls)


def clear_calls(runtime: Runtime, _request: ControlRequest[NoFields]) -> Any:
    """Empty the log of calls and return what it held: no call is lost between two such requests."""
    calls = list(runtime.calls)
    runtime.calls.clear()
    return calls


async def drain(runtime: Runtime, request: ControlRequest[DrainOptions]) -> Any:
    """Wait until the requests of disconnected clients are processed; return what is left after the time."""
    drained = await runtime.connections.drain(request.body.seconds)
    left = [{"client": "{}:{}".format(*connection.peer), "calls": connection.calls} for connection in drained.left]
    return {"drained": drained.is_complete, "left": left}


def reset(runtime: Runtime, request: ControlRequest[ResetOptions]) -> Any:
    """Return to a fresh start: no orders, no faults, default settings, real time."""
    seed = request.body.seed
    runtime.reset(runtime.state.random_source.seed if seed is None else seed)
    return {"seed": runtime.state.random_source.seed}
