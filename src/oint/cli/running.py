"""What the commands share that send refusals: whose, how fast, how patiently, and how a signal ends them."""

from __future__ import annotations

import asyncio
import math
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from oint.auth import credentials
from oint.cli import codes, output
from oint.cli.call import report_credentials
from oint.cli.durations import seconds
from oint.i18n import Message
from oint.refusals.batch import RunOptions
from oint.refusals.gcra import RATE
from oint.refusals.register import PollingPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.auth.credentials import ResolvedCredentials

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

MAX_SECONDS = 60.0
"""Seconds between two readings of a card, at the most: a batch has others to read."""

_TESTAPI = Message("тестовый контур СДЭК", "CDEK's test host")
_PROFILE = Message("профиль учётных данных", "profile of credentials")
_RATE = Message(
    "запросов в секунду на весь договор, на всех машинах", "requests a second, for the account on all machines"
)
_WAIT = Message("сколько следить за отказом после отправки", "how long to follow a refusal after it was sent")
_POLL = Message("через сколько прочитать заказ в первый раз; дальше реже", "time to the first reading; then less often")
_SETTLE = Message(
    "сколько искать след отказа, если ответ потерян; иначе 90s после обрыва, 180s после истёкшего ожидания",
    "how long to look for a lost refusal before it is sent again; otherwise 90s after a reset, 180s after a time-out",
)
_BILLED = Message(
    "отправить отказ и там, где совет - удалить заказ (ACCEPTED, CREATED): такой отказ оплачивается",
    "send the refusal even where the advice is to delete the order (ACCEPTED, CREATED): such a refusal is billed",
)
_QUIET = Message("не показывать ход работы", "show no progress")
_DEBUG = Message("показать подробности ошибок", "show the details of errors")


def _finite(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    """A number that is one: `nan` lies in every range."""
    if math.isnan(value):
        raise click.BadParameter(str(value))
    return value


def combine_options(options: Sequence[Decorator]) -> Decorator:
    """Several options as one, shown in their order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


account_options = combine_options(
    (
        click.option("--testapi", is_flag=True, help=str(_TESTAPI)),
        click.option("--profile", metavar="NAME", help=str(_PROFILE)),
    )
)
"""Whose orders, and at which host."""

debug_option = click.option("--debug", is_flag=True, help=str(_DEBUG))

verbosity_options = combine_options((click.option("--quiet", is_flag=True, help=str(_QUIET)), debug_option))
"""How much is told on the way."""

rate_option = click.option(
    "--rate", type=click.FloatRange(0.01, 10_000), default=RATE, callback=_finite, help=str(_RATE)
)

billed_option = click.option("--even-if-billed", is_flag=True, help=str(_BILLED))

settle_option = click.option("--settle", metavar="TIME", help=str(_SETTLE))

sending_options = combine_options(
    (
        account_options,
        rate_option,
        click.option("--wait", default="10m", metavar="TIME", help=str(_WAIT)),
        click.option("--poll", default="3s", metavar="TIME", help=str(_POLL)),
        settle_option,
        verbosity_options,
    )
)
"""The options of every command that sends."""


def resolve_credentials(given: dict[str, Any]) -> ResolvedCredentials:
    """The credentials that are meant, told where they are no secret of ours."""
    return report_credentials(
        credentials.resolve(test=given["testapi"] or None, profile=given["profile"]), debug=given["debug"]
    )


def build_run_options(given: dict[str, Any], **more: Any) -> RunOptions:
    """How to carry out, as the options of `sending_options` say.

    Raises:
        Misuse: one of them is no duration
    """
    first = seconds("--poll", given["poll"], least=0.01)
    polling = PollingPolicy(first=first, longest=max(MAX_SECONDS, first), settle=settling_time(given["settle"]))
    return RunOptions(wait=seconds("--wait", given["wait"]), polling=polling, **more)


def settling_time(given: str | None) -> float | None:
    """Read `--settle`; None: the defaults, which depend on how an answer was lost.

    Raises:
        Misuse: it is not a duration
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
