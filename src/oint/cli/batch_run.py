"""`oint refusals run` and `resume`: a batch carried out in front of the user, who may stop it at any moment."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import msgspec

from oint.cli import codes, output
from oint.cli.batch_choice import gate_options, read_choice
from oint.cli.batch_gate import pass_gate, stays_held
from oint.cli.batch_header import Header, header_fields, header_text
from oint.cli.batch_plan import json_option, opened, source_options, told, written
from oint.cli.batch_words import left_to_do
from oint.cli.batches import (
    address_of,
    batch_exit_code,
    batch_named,
    command,
    ledger_option,
    same_ledger,
    spoken,
    summary,
)
from oint.cli.errors import Misuse
from oint.cli.running import NO_ANSWER, combine_options, found_for, manner_of, sending_options, stop_by_signal
from oint.i18n import Text
from oint.refusals.batch import Manner, Progress, plan_batch, run_batch_async
from oint.refusals.batch.api import NotApprovedError, ask_patiently
from oint.refusals.gcra import RATE
from oint.refusals.input import ListedSource
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.queries import tally
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oint.auth.credentials import Found
    from oint.cdek.errors import CdekError
    from oint.refusals.input import SourceRow
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.batch_events import BatchEvent
    from oint.refusals.ledger.queries import Tally

_RUN = Text(
    "Прочитать файл, показать, что уйдёт, спросить число отказов, отправить и довести каждый до решения СДЭК. FILE: CSV, XLSX, "
    "JSON Lines или простой список; - : стандартный ввод. В скрипте: --yes. Всё записывается в журнал до отправки: повтор той "
    "же команды продолжает с того же места и ничего не отправляет дважды.",
    "Read a file, show what would be sent, ask for the number of refusals, send them and follow each to CDEK's verdict. FILE: "
    "CSV, XLSX, JSON Lines or a plain list; - : standard input. In a script: --yes. Everything is written into a ledger before "
    "it is sent: the same command again continues from where it was, and sends nothing twice.",
)
_RESUME = Text(
    "Продолжить пакет с того места, где он остановился. BATCH: номер или имя файла; без него последний.",
    "Continue a batch from where it stopped. BATCH: its number or its file's name; without it the newest.",
)
_DRY = Text(
    "то же, что oint refusals preview FILE: ничего не отправлять",
    "the same as oint refusals preview FILE: send nothing",
)
_IN_FLIGHT = Text("запросов одновременно, не больше", "requests at once, at the most")

MIN_OUTAGE_SECONDS = 30.0
"""A run waits at least this long for a CDEK that does not answer, and at most for `--wait`."""

_running_options = combine_options(
    (
        ledger_option,
        click.option("--in-flight", type=click.IntRange(1, 2_000), default=Manner().in_flight, help=str(_IN_FLIGHT)),
        json_option,
        sending_options,
    )
)


@click.command("run", help=str(_RUN))
@source_options
@click.option("--dry-run", is_flag=True, help=str(_DRY))
@gate_options
@_running_options
def run(*, dry_run: bool, **given: Any) -> int:
    """Plan a file, show it, ask, and send it."""
    manner = _manner(given)
    if dry_run:
        from oint.cli.batch_preview import run_preview  # noqa: PLC0415 - most runs are not dry

        return run_preview(given | {"csv": None, "xlsx": None})
    choice = read_choice(given, even_if_billed=given["even_if_billed"])
    found = found_for(given)
    with opened(given) as source:
        planned = written(source, found, given)
    if not given["quiet"]:
        output.tell(told(planned, _KNOWN))
    code = pass_gate(planned.batch, found, given, choice)
    return _carry_out(planned.batch, found, manner, given) if code is None else code


@click.command("resume", help=str(_RESUME))
@click.argument("batch", required=False)
@_running_options
def resume(batch: str | None, **given: Any) -> int:
    """Continue a batch with what is approved of it."""
    manner = _manner(given)
    found = found_for(given)
    with spoken(), closing(open_ledger(given["ledger"])) as ledger:
        chosen = batch_named(ledger, batch, required=True)
    return _carry_out(chosen, found, manner, given)


def _manner(given: dict[str, Any]) -> Manner:
    manner = manner_of(given, in_flight=given["in_flight"])
    return msgspec.structs.replace(manner, outage=max(manner.wait, MIN_OUTAGE_SECONDS))


def send_rows(rows: Sequence[SourceRow], given: dict[str, Any]) -> tuple[Batch, bool]:
    """Send orders that were listed on a command line or on standard input, through the gate.

    Args:
        rows: that name an order each
        given: the options of `register`
    Returns:
        their batch, and whether it was interrupted
    Raises:
        Misuse: nobody approved it
    """
    given = given | {"quiet": True, "rate": RATE, "in_flight": Manner().in_flight, "expect": None, "limit": None}
    given |= {"exceptions": (), "no_cards": False}
    manner, choice, found = _manner(given), read_choice(given, even_if_billed=given["even_if_billed"]), found_for(given)
    with spoken():
        batch = plan_batch(
            ListedSource(rows), found.credentials, test=found.test, ledger=given["ledger"],
            even_if_billed=given["even_if_billed"], account=str(found.label),
        ).batch  # fmt: skip
    code = pass_gate(batch, found, given, choice)
    if code is not None:
        raise Declined(stays_held(batch, given))
    ending = _run_to_end(batch, found, manner, given)
    return batch, ending.interrupted


class Declined(Misuse):
    """A person has answered the question with a no."""

    def __init__(self, next_step: Text) -> None:
        super().__init__(Text("ничего не отправлено", "nothing was sent"), next_step)


class Ending(NamedTuple):
    """How a run ended.

    Args:
        interrupted: a signal ended it
        sums: see `Tally`
        others: who else works on the batch, and on how many rows
        workers: how many processes work on the ledger
        events: see `BatchEvent`
        cause: why CDEK did not answer, where it did not
    """

    interrupted: bool
    sums: Tally
    others: list[tuple[str, int]]
    workers: int
    events: list[BatchEvent]
    cause: CdekError | None


def _run_to_end(batch: Batch, found: Found, manner: Manner, given: dict[str, Any]) -> Ending:
    """Send what is approved of a batch and show how far it is; PostgreSQL may be away for a while at the end."""
    address = address_of(given["ledger"])
    with spoken():
        before, acts = ask_patiently(address, lambda ledger: (ledger.counts(batch), read_batch_events(ledger, batch)))
        if not given["quiet"]:
            output.tell(header_text(Header.of_batch(batch, acts)))
        progress = _Reporting(batch.total or 0, before, time.monotonic, quiet=given["quiet"])
        try:
            interrupted = asyncio.run(_watched(batch, found, manner, given, progress))
        except NotApprovedError:
            raise NotApprovedError(batch.id, command("approve", batch, given)) from None
        return ask_patiently(
            address,
            lambda ledger: Ending(
                interrupted,
                tally(ledger, batch),
                ledger.others(batch.span, 0),
                len(ledger.claims()),
                read_batch_events(ledger, batch),
                progress.last_error,
            ),
        )


def _carry_out(batch: Batch, found: Found, manner: Manner, given: dict[str, Any]) -> int:
    """Send what is approved of a batch, and report how it ended."""
    ending = _run_to_end(batch, found, manner, given)
    sums = ending.sums
    if given["as_json"]:
        fields = {"batch": batch.id, "total": batch.total, "counts": sums.counts, "interrupted": ending.interrupted}
        header = header_fields(Header.of_batch(batch, ending.events))
        output.say(output.pretty(header | fields | {"held_back": sums.held_back}))
    else:
        output.say(summary(sums.counts))
    if ending.cause is not None and left_to_do(sums):
        output.tell(NO_ANSWER.format(cause=ending.cause.why))
    _advise(batch, ending, given)
    return codes.INTERRUPTED if ending.interrupted else batch_exit_code(sums)


def _advise(batch: Batch, ending: Ending, given: dict[str, Any]) -> None:
    """Name the next step."""
    sums = ending.sums
    for worker, rows in ending.others:
        output.tell(_OTHERS.format(rows=rows, worker=worker))
    if ending.interrupted and ending.workers and left_to_do(sums):
        output.tell(_WORKERS_CONTINUE.format(command=command("cancel", batch, given)))
    if ending.interrupted or left_to_do(sums):
        output.tell(_GO_ON.format(command=command("resume", batch, given)))
    elif set(sums.counts) - {State.CONFIRMED, State.HELD, State.WITHDRAWN}:
        output.tell(_REPORT.format(command=f"oint refusals report {batch.id}{same_ledger(given['ledger'])} --failures"))
    if sums.held_back:
        output.tell(_HELD_BACK.format(rows=sums.held_back, command=command("approve", batch, given)))


class _Reporting(Progress):
    """Counts a run, and reports at once why CDEK does not answer."""

    def __init__(self, total: int, counts: dict[str, int], clock: Callable[[], float], *, quiet: bool) -> None:
        super().__init__(total, counts, clock)
        self._quiet = quiet
        self._reported: set[str] = set()
        self.last_error: CdekError | None = None

    def failing(self, error: CdekError) -> None:
        """Report each cause once."""
        self.last_error = error
        cause = str(error.why)
        if not self._quiet and cause not in self._reported and len(self._reported) < MAX_CAUSES:
            self._reported.add(cause)
            output.tell(FAILING.format(cause=error.why))


MAX_CAUSES = 20
"""Causes that a run reports while it runs."""


async def _watched(batch: Batch, found: Found, manner: Manner, given: dict[str, Any], progress: Progress) -> bool:
    """Run with progress shown.

    Returns:
        whether it was interrupted
    """
    signals: list[Callable[[], bool]] = []
    shown = None if given["quiet"] else asyncio.create_task(_show(progress))
    try:
        await run_batch_async(
            batch.id,
            found.credentials,
            test=found.test,
            ledger=given["ledger"],
            manner=manner,
            rate=given["rate"],
            hooks=progress,
            begun=lambda run: signals.append(stop_by_signal(run.stop)),
        )
    finally:
        if shown is not None:
            shown.cancel()
            _line(progress, last=True)
    return any(came() for came in signals)


async def _show(progress: Progress) -> None:
    while True:
        await asyncio.sleep(1)
        _line(progress, last=False)


def _line(progress: Progress, *, last: bool) -> None:
    """One line that is written over on a terminal, one JSON object a line elsewhere."""
    now = progress.standing()
    if not (sys.stderr and sys.stderr.isatty()):
        output.tell(msgspec.json.encode(now).decode())
        return
    text = _PROGRESS.format(
        **msgspec.structs.asdict(now), minutes="?" if now.left is None else f"{now.left // 60}:{now.left % 60:02}"
    )
    if now.waiting is not None:
        text = Text(f"{text.ru} · {_WAITING.ru.format(now.waiting)}", f"{text.en} · {_WAITING.en.format(now.waiting)}")
    sys.stderr.write(f"\r\x1b[K{text}" + ("\n" if last else ""))
    sys.stderr.flush()


_KNOWN = Text(
    "Пакет {number} ({name}) уже в журнале, строк {rows}: продолжаем его",
    "Batch {number} ({name}) is in the ledger already, {rows} rows: going on with it",
)
_PROGRESS = Text(
    "{done}/{total}: подтверждено {confirmed}, отклонено {rejected}, советов {advised}, в работе {pending}, {rate}/с, осталось {minutes}",
    "{done}/{total}: confirmed {confirmed}, rejected {rejected}, advised {advised}, pending {pending}, {rate}/s, {minutes} left",
)
_WAITING = Text("ждём СДЭК {:.0f} с", "waiting for CDEK, {:.0f} s")
_GO_ON = Text("Продолжить: {command}", "To go on: {command}")
_REPORT = Text("Что не удалось и почему: {command}", "What failed, and why: {command}")
FAILING = Text("СДЭК не ответил на запрос, пробуем снова: {cause}", "A request to CDEK failed, trying again: {cause}")
_HELD_BACK = Text(
    "Задержано строк (заказ изменился или не прочитан): {rows}. Посмотреть и решить: {command}",
    "Rows held back (the order has changed, or could not be read): {rows}. To look and decide: {command}",
)
_WORKERS_CONTINUE = Text(
    "Другие процессы (oint refusals worker) продолжают этот пакет. Остановить: {command}",
    "Other processes (oint refusals worker) continue this batch. To stop it: {command}",
)
_OTHERS = Text("Строк, над которыми работает {worker}: {rows}", "Rows that {worker} is working on: {rows}")
