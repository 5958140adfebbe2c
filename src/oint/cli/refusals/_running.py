"""What the commands share that send refusals: whose, how fast, how patiently, and how a signal ends them."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from oint.auth import credentials
from oint.cli import codes, output
from oint.cli.call import report_credentials
from oint.cli.durations import seconds
from oint.i18n import Message
from oint.refusals.batch import RunOptions
from oint.refusals.register import PollingPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.auth.credentials import ResolvedCredentials


MAX_SECONDS = 60.0
"""Seconds between two readings of a card, at the most: a batch has others to read."""


def resolve_credentials(given: dict[str, Any]) -> ResolvedCredentials:
    """The credentials that are meant, told where they are no secret of ours."""
    return report_credentials(
        credentials.resolve(test=given["testapi"] or None, profile=given["profile"]), debug=given["debug"]
    )


def build_run_options(given: dict[str, Any], **more: Any) -> RunOptions:
    """How to carry out, as the options of `sending_options` say.

    Raises:
        UsageError: one of them is no duration
    """
    first = seconds("--poll", given["poll"], least=0.01)
    polling = PollingPolicy(first=first, longest=max(MAX_SECONDS, first), settle=settling_time(given["settle"]))
    return RunOptions(wait=seconds("--wait", given["wait"]), polling=polling, **more)


def settling_time(given: str | None) -> float | None:
    """Read `--settle`; None: the defaults, which depend on how an answer was lost.

    Raises:
        UsageError: it is not a duration
    """
    return None if given is None else seconds("--settle", given)


def stop_by_signal(stop: Callable[[], None]) -> Callable[[], bool]:
    """Ctrl-C or SIGTERM once ends cleanly, twice at once.

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
"""Why something was given up."""

_ENDING = Message(
    "Заканчиваем начатое; ещё раз Ctrl-C (или сигнал): немедленно. Ничего не потеряется",
    "Ending what was begun; Ctrl-C again (or a signal): at once. Nothing is lost",
)
