"""`oint refusals run` and `resume`: a batch carried out in front of the user, who may stop it at any moment."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from oint.cli import codes, output
from oint.cli.progress import ProgressLine, format_run
from oint.cli.refusals._batches import (
    batch_exit_code,
    find_batch,
    format_command,
    format_counts,
    format_ledger_option,
    resolve_address,
    translate_errors,
)
from oint.cli.refusals._choice import read_choice
from oint.cli.refusals._commands import GateOptions, SendOptions
from oint.cli.refusals._formatting import count_open_rows
from oint.cli.refusals._gate import pass_gate, stays_held
from oint.cli.refusals._header import Header, header_fields, header_text
from oint.cli.refusals._running import (
    NO_ANSWER,
    build_run_options,
    resolve_credentials,
    stop_by_signal,
)
from oint.cli.refusals._source import format_plan, open_input_or_fail, write_plan
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.batch import Progress, RunOptions, plan_batch, run_batch_async
from oint.refusals.batch.api import NotApprovedError, ask_patiently
from oint.refusals.input import ListedInput
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.queries import read_batch_stats
from oint.refusals.settings import IN_FLIGHT, RATE
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from oint.auth.credentials import ResolvedCredentials
    from oint.cdek.errors import CdekError
    from oint.cli.refusals._commands import RegisterOptions, ResumeOptions, RunFileOptions
    from oint.refusals.input import InputRow
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.batch_events import BatchEvent
    from oint.refusals.ledger.queries import BatchStats


MIN_OUTAGE_SECONDS = 30.0
"""A run waits at least this long for a CDEK that does not answer, and at most for `--wait`."""


def run_file(options: RunFileOptions) -> int:
    """Plan a file, show it, ask, and send it."""
    run_options = _build_options(options)
    if options.dry_run:
        from oint.cli.refusals._preview import run_preview  # noqa: PLC0415 - most runs are not dry

        return run_preview(options.as_preview())
    choice = read_choice(options, even_if_billed=options.even_if_billed)
    resolved = resolve_credentials(options)
    with open_input_or_fail(options) as source:
        planned = write_plan(source, resolved, options)
    if not options.quiet:
        output.print_status(format_plan(planned, _KNOWN))
    code = pass_gate(planned.batch, resolved, options, choice)
    return _execute(planned.batch, resolved, run_options, options) if code is None else code


def resume_batch(options: ResumeOptions) -> int:
    """Continue a batch with what is approved of it."""
    run_options = _build_options(options)
    resolved = resolve_credentials(options)
    with translate_errors(), closing(open_ledger(options.ledger)) as ledger:
        chosen = find_batch(ledger, options.batch, required=True)
    return _execute(chosen, resolved, run_options, options)


def _build_options(options: SendOptions) -> RunOptions:
    run_options = build_run_options(options, in_flight=options.in_flight)
    return msgspec.structs.replace(run_options, outage=max(run_options.wait, MIN_OUTAGE_SECONDS))


def send_rows(rows: Sequence[InputRow], options: RegisterOptions) -> tuple[Batch, bool]:
    """Send orders that were listed on a command line or on standard input, through the gate.

    Args:
        rows: that name an order each
        options: see `RegisterOptions`
    Returns:
        their batch, and whether it was interrupted
    Raises:
        UsageError: nobody approved it
    """
    sending = SendOptions(
        testapi=options.testapi, profile=options.profile, debug=options.debug, ledger=options.ledger, rate=RATE,
        wait=options.wait, poll=options.poll, settle=options.settle, in_flight=IN_FLIGHT, as_json=options.as_json,
        quiet=True,
    )  # fmt: skip
    gate = GateOptions(
        yes=options.yes, expect=None, limit=None, exceptions=(), no_cards=False, only_status=(), min_days=None
    )
    run_options, choice, found = (
        _build_options(sending),
        read_choice(gate, even_if_billed=options.even_if_billed),
        resolve_credentials(options),
    )
    with translate_errors():
        batch = plan_batch(
            ListedInput(rows), found.credentials, test=found.test, ledger=options.ledger,
            even_if_billed=options.even_if_billed, account=str(found.label),
        ).batch  # fmt: skip
    code = pass_gate(batch, found, sending, choice)
    if code is not None:
        raise Declined(stays_held(batch, options))
    ending = _run_to_end(batch, found, run_options, sending)
    return batch, ending.interrupted


class Declined(UsageError):
    """A person has answered the question with a no."""

    def __init__(self, next_step: Message) -> None:
        super().__init__(Message("ничего не отправлено", "nothing was sent"), next_step)


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
    sums: BatchStats
    others: list[tuple[str, int]]
    workers: int
    events: list[BatchEvent]
    cause: CdekError | None


def _run_to_end(batch: Batch, resolved: ResolvedCredentials, run_options: RunOptions, options: SendOptions) -> Ending:
    """Send what is approved of a batch and show how far it is; PostgreSQL may be away for a while at the end."""
    address = resolve_address(options.ledger)
    with translate_errors():
        before, acts = ask_patiently(
            address, lambda ledger: (ledger.count_by_state(batch), read_batch_events(ledger, batch))
        )
        if not options.quiet:
            output.print_status(header_text(Header.of_batch(batch, acts)))
        line = None if options.quiet else ProgressLine()
        progress = _Reporting(batch.total or 0, before, run_options.wait, line)
        try:
            interrupted = asyncio.run(_run_with_progress(batch, resolved, run_options, options, progress, line=line))
        except NotApprovedError:
            raise NotApprovedError(batch.id, format_command("approve", batch, options)) from None
        return ask_patiently(
            address,
            lambda ledger: Ending(
                interrupted,
                read_batch_stats(ledger, batch),
                ledger.count_other_workers(batch.span, 0),
                len(ledger.list_claims()),
                read_batch_events(ledger, batch),
                progress.last_error,
            ),
        )


def _execute(batch: Batch, resolved: ResolvedCredentials, run_options: RunOptions, options: SendOptions) -> int:
    """Send what is approved of a batch, and report how it ended."""
    ending = _run_to_end(batch, resolved, run_options, options)
    stats = ending.sums
    if options.as_json:
        fields = {"batch": batch.id, "total": batch.total, "counts": stats.counts, "interrupted": ending.interrupted}
        header = header_fields(Header.of_batch(batch, ending.events))
        output.print_result(output.pretty(header | fields | {"held_back": stats.held_back}))
    else:
        output.print_result(format_counts(stats.counts))
    if ending.cause is not None and count_open_rows(stats):
        output.print_status(NO_ANSWER.format(cause=ending.cause.cause))
    _advise(batch, ending, options)
    return codes.INTERRUPTED if ending.interrupted else batch_exit_code(stats)


def _advise(batch: Batch, ending: Ending, options: SendOptions) -> None:
    """Name the next step."""
    stats = ending.sums
    for worker, rows in ending.others:
        output.print_status(_OTHERS.format(rows=rows, worker=worker))
    if ending.interrupted and ending.workers and count_open_rows(stats):
        output.print_status(_WORKERS_CONTINUE.format(command=format_command("cancel", batch, options)))
    if ending.interrupted or count_open_rows(stats):
        output.print_status(_RESUME.format(command=format_command("resume", batch, options)))
    elif set(stats.counts) - {State.CONFIRMED, State.HELD, State.WITHDRAWN}:
        output.print_status(
            _REPORT.format(command=f"oint refusals report {batch.id}{format_ledger_option(options.ledger)} --failures")
        )
    if stats.held_back:
        output.print_status(_HELD_BACK.format(rows=stats.held_back, command=format_command("approve", batch, options)))


class _Reporting(Progress):
    """Counts a run, and reports at once why CDEK does not answer."""

    def __init__(self, total: int, counts: dict[str, int], wait: float, line: ProgressLine | None) -> None:
        super().__init__(total, counts, time.monotonic, wait)
        self._line = line
        self._reported: set[str] = set()
        self.last_error: CdekError | None = None

    def on_request_failed(self, error: CdekError) -> None:
        """Report each cause once."""
        self.last_error = error
        cause = str(error.cause)
        if self._line is not None and cause not in self._reported and len(self._reported) < MAX_CAUSES:
            self._reported.add(cause)
            self._line.print_remark(FAILING.format(cause=error.cause))


MAX_CAUSES = 20
"""Causes that a run reports while it runs."""


async def _run_with_progress(
    batch: Batch,
    resolved: ResolvedCredentials,
    run_options: RunOptions,
    options: SendOptions,
    progress: Progress,
    *,
    line: ProgressLine | None,
) -> bool:
    """Run with progress shown.

    Returns:
        whether it was interrupted
    """
    signals: list[Callable[[], bool]] = []
    progress_task = None if line is None else asyncio.create_task(_show(line, progress, options.rate))
    try:
        await run_batch_async(
            batch.id,
            resolved.credentials,
            test=resolved.test,
            ledger=options.ledger,
            options=run_options,
            rate=options.rate,
            handler=progress,
            on_start=lambda run: signals.append(stop_by_signal(run.stop)),
        )
    finally:
        if line is not None and progress_task is not None:
            progress_task.cancel()
            _show_once(line, progress, options.rate)
            line.finish()
    return any(came() for came in signals)


async def _show(line: ProgressLine, progress: Progress, rate: float) -> None:
    while True:
        await asyncio.sleep(1)
        _show_once(line, progress, rate)


def _show_once(line: ProgressLine, progress: Progress, rate: float) -> None:
    snapshot = progress.snapshot()
    line.show(snapshot, lambda width: format_run(snapshot, now=time.time(), width=width, rate=rate))


_KNOWN = Message(
    "Пакет {number} ({name}) уже в реестре, строк: {rows}. Продолжаем его",
    "Batch {number} ({name}) is already in the ledger; rows: {rows}. Continuing it",
)
_RESUME = Message("Продолжить: {command}", "To continue: {command}")
_REPORT = Message("Что не удалось и почему: {command}", "What failed, and why: {command}")
FAILING = Message(
    "СДЭК не ответил на запрос, повторяем: {cause}", "A request to CDEK failed and will be repeated: {cause}"
)
_HELD_BACK = Message(
    "Задержано строк (заказ изменился или не прочитан): {rows}. Посмотреть и решить: {command}",
    "Rows held back (the order has changed or could not be read): {rows}. To review them: {command}",
)
_WORKERS_CONTINUE = Message(
    "Другие процессы (oint refusals worker) продолжают этот пакет. Остановить: {command}",
    "Other processes (oint refusals worker) are still sending this batch. To stop it: {command}",
)
_OTHERS = Message("Строк, над которыми работает {worker}: {rows}", "Rows that {worker} is working on: {rows}")
