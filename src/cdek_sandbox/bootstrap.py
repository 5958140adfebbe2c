"""Where a sandbox begins, at its start and after each reset: the lives of scenarios, the faults of a script, a recording to play."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.control_api.scenarios import SCENARIOS, played
from cdek_sandbox.errors import StartupError
from cdek_sandbox.faults.rules import Faults
from cdek_sandbox.recording import read_recording
from cdek_sandbox.replay import Replay
from cdek_sandbox.routes import NAMES
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.options import Options
    from cdek_sandbox.runtime import Runtime

_BAD_SCRIPT = Message(
    "Файл сбоев {0} не годится: {1}. Нужен список правил в JSON, как в docs/ru/sandbox.md.",
    "The faults in {0} cannot be used: {1}. A JSON list of rules is needed, as in docs/en/sandbox.md.",
)
_NO_SCENARIO = Message("Сценария {0} нет. Есть: {1}.", "There is no scenario {0}. There are: {1}.")
_BAD_RECORD = Message(
    "Запись {0} не прочлась: {1}. Нужен файл, сделанный песочницей с --record.",
    "The recording {0} cannot be read: {1}. A file made by a sandbox with --record is needed.",
)


def begin(runtime: Runtime, options: Options) -> Replay | None:
    """Prepare a fresh sandbox as its options want it; the recording to play, where there is one.

    Raises:
        StartupError: there is no such scenario, or a file is not there or does not hold what it should.
    """
    if options.scenario:
        runtime.prepared.append(_lives(options.scenario))
    if options.faults is not None:
        runtime.prepared.append(_script(options.faults))
    replay = None if options.replay is None else _replay(runtime, options.replay)
    runtime.prepare()
    return replay


def _lives(names: tuple[str, ...]) -> Callable[[Runtime], None]:
    """An order for each scenario, where the sandbox does not go on with orders of its file."""
    for name in names:
        if name not in SCENARIOS:
            raise StartupError(_NO_SCENARIO.format(name, ", ".join(SCENARIOS)))

    def live(runtime: Runtime) -> None:
        if not runtime.world.orders:
            for name in names:
                played(runtime.world, SCENARIOS[name], {})

    return live


def _script(path: str) -> Callable[[Runtime], None]:
    """The rules of the file, in place of those in force."""

    def play(runtime: Runtime) -> None:
        runtime.faults = Faults()
        for row in rows:
            runtime.faults.add(row, NAMES, runtime.world.clock.now())

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the option is a plain string
            rows: list[Any] = msgspec.json.decode(file.read(), type=list[Any])
        for row in rows:
            Faults().add(row, NAMES, 0)
    except (OSError, msgspec.MsgspecError) as error:
        raise StartupError(_BAD_SCRIPT.format(path, error)) from None
    return play


def _replay(runtime: Runtime, path: str) -> Replay:
    try:
        return Replay(runtime, read_recording(path))
    except (OSError, msgspec.MsgspecError) as error:
        raise StartupError(_BAD_RECORD.format(path, error)) from None
