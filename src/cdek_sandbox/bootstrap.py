"""Prepare a fresh sandbox: scenarios, faults and the recording of its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cdek_sandbox.control_api.scenarios import SCENARIOS, ScenarioOptions, play_scenario
from cdek_sandbox.errors import StartupError
from cdek_sandbox.faults.rules import FaultRule, Faults
from cdek_sandbox.recording import read_recording
from cdek_sandbox.replay import Replay
from cdek_sandbox.resources.registry import NAMES
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.options import Options
    from cdek_sandbox.runtime import Runtime

_INVALID_FAULTS = Message(
    "Файл сбоев {0} не годится: {1}. Нужен список правил в JSON, как в docs/ru/sandbox.md.",
    "The faults in {0} cannot be used: {1}. A JSON list of rules is needed, as in docs/en/sandbox.md.",
)
_NO_SCENARIO = Message("Сценария {0} нет. Есть: {1}.", "There is no scenario {0}. There are: {1}.")
_INVALID_RECORDING = Message(
    "Запись {0} не прочлась: {1}. Нужен файл, сделанный песочницей с --record.",
    "The recording {0} cannot be read: {1}. A file made by a sandbox with --record is needed.",
)


def initialize(runtime: Runtime, options: Options) -> Replay | None:
    """Prepare a fresh sandbox according to its options and return the recording to replay, if any.

    Raises:
        StartupError: an unknown scenario, or a file that is missing or invalid.
    """
    if options.scenario:
        runtime.preparations.append(_prepare_scenarios(options.scenario))
    if options.faults is not None:
        runtime.preparations.append(_prepare_faults(options.faults))
    replay = None if options.replay is None else _open_replay(runtime, options.replay)
    runtime.prepare()
    return replay


def _prepare_scenarios(names: tuple[str, ...]) -> Callable[[Runtime], None]:
    """Return a step that creates an order by each scenario, unless the sandbox has orders from its file."""
    for name in names:
        if name not in SCENARIOS:
            raise StartupError(_NO_SCENARIO.format(name, ", ".join(SCENARIOS)))

    def create_orders(runtime: Runtime) -> None:
        if not runtime.state.orders:
            for name in names:
                play_scenario(runtime.state, SCENARIOS[name], ScenarioOptions())

    return create_orders


def _prepare_faults(path: str) -> Callable[[Runtime], None]:
    """Return a step that puts the rules of a file in place of those in force."""

    def add_faults(runtime: Runtime) -> None:
        runtime.faults = Faults()
        for rule in msgspec.json.decode(data, type=list[FaultRule]):  # anew: a rule in force counts down
            runtime.faults.add(rule, NAMES, runtime.state.clock.now())

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the option is a plain string
            data = file.read()
        for rule in msgspec.json.decode(data, type=list[FaultRule]):
            Faults().add(rule, NAMES, 0)
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise StartupError(_INVALID_FAULTS.format(path, error)) from None
    return add_faults


def _open_replay(runtime: Runtime, path: str) -> Replay:
    try:
        return Replay(runtime, read_recording(path))
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise StartupError(_INVALID_RECORDING.format(path, error)) from None
