"""What the commands share that send refusals: whose, how fast, how patiently, and how a signal ends them."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from oint.auth import credentials
from oint.cli import codes, output
from oint.cli.durations import seconds
from oint.cli.reporting import report_credentials
from oint.i18n import Message
from oint.refusals.batch import RunOptions
from oint.refusals.register import PollingPolicy
from oint.refusals.settings import IN_FLIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.auth.credentials import ResolvedCredentials
    from oint.cli.refusals._commands import AccountOptions, PollingOptions


MAX_SECONDS = 60.0
"""Seconds between two readings of a card, at the most: a batch has others to read."""


def resolve_credentials(options: AccountOptions) -> ResolvedCredentials:
    """Return the credentials and report where they come from."""
    return report_credentials(
        credentials.resolve(test=options.testapi or None, profile=options.profile), debug=options.debug
    )


def build_run_options(options: PollingOptions, *, in_flight: int = IN_FLIGHT) -> RunOptions:
    """Build the options of a run.

    Raises:
        UsageError: one of them is no duration
    """
    first = seconds("--poll", options.poll, minimum=0.01)
    polling = PollingPolicy(first=first, longest=max(MAX_SECONDS, first), settle=parse_settling_time(options.settle))
    return RunOptions(wait=seconds("--wait", options.wait), polling=polling, in_flight=in_flight)


def parse_settling_time(text: str | None) -> float | None:
    """Read `--settle`; None: the defaults, which depend on how an answer was lost.

    Raises:
        UsageError: it is not a duration
    """
    return None if text is None else seconds("--settle", text)


def stop_by_signal(stop: Callable[[], None]) -> Callable[[], bool]:
    """Install signal handlers: Ctrl-C or SIGTERM stops cleanly, a second one at once.

    Args:
        stop: ends cleanly; called in the running loop
    Returns:
        whether a signal came
    """
    stops: list[bool] = []
    loop = asyncio.get_running_loop()

    def interrupt(*_: object) -> None:
        if stops:
            os._exit(codes.INTERRUPTED)
        stops.append(True)
        output.print_status(_ENDING)
        loop.call_soon_threadsafe(stop)

    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # not the main thread of a program that calls us: it has its own ways
            signal.signal(number, interrupt)
    return lambda: bool(stops)


NO_ANSWER = Message("СДЭК не отвечал: {cause}", "CDEK did not answer: {cause}")
"""Reports why CDEK could not be reached."""

_ENDING = Message(
    "Заканчиваем начатое; ещё раз Ctrl-C (или сигнал): немедленно. Ничего не потеряется",
    "Ending what was begun; Ctrl-C again (or a signal): at once. Nothing is lost",
)
