"""`oint refusals worker`: one of many machines at the refusals of a ledger in PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from oint.cli import codes, output
from oint.cli.durations import seconds
from oint.cli.errors import UsageError
from oint.cli.refusals._batches import resolve_address, translate_errors
from oint.cli.refusals._running import build_run_options, resolve_credentials, stop_by_signal
from oint.cli.refusals._send import FAILING, MAX_CAUSES
from oint.i18n import Message
from oint.refusals.batch import EventHandler
from oint.refusals.ledger import SCHEMES

if TYPE_CHECKING:
    from oint.auth.credentials import ResolvedCredentials
    from oint.cdek.errors import CdekError
    from oint.cli.refusals._commands import WorkerOptions
    from oint.refusals.batch import RunOptions
    from oint.refusals.distributed.worker import DistributedWorker
    from oint.refusals.ledger.rows import Row
    from oint.refusals.states import State


def run_until_stopped(options: WorkerOptions) -> int:
    """Work until stopped."""
    address = resolve_address(options.ledger)
    if not address.startswith(SCHEMES):
        raise UsageError(
            Message("для многих машин нужен реестр в PostgreSQL", "many machines need a ledger in PostgreSQL"),
            Message("Укажите --ledger postgresql://… или OINT_LEDGER", "Give --ledger postgresql://… or OINT_LEDGER"),
        )
    run_options, lease = build_run_options(options), seconds("--lease", options.lease, minimum=1)
    resolved = resolve_credentials(options)
    with (
        translate_errors(),
        asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner,
    ):  # psycopg knows no other on Windows
        runner.run(_run_with_progress(resolved, address, options, run_options, lease))
    return codes.OK


async def _run_with_progress(
    resolved: ResolvedCredentials, address: str, options: WorkerOptions, run_options: RunOptions, lease: float
) -> None:
    """Work and report progress; stop cleanly at a signal, at once at a second one."""
    from oint.refusals.distributed.worker import run_worker  # noqa: PLC0415 - needs an extra

    counts = _Done()
    progress_task = None if options.quiet else asyncio.create_task(_show(counts))
    try:
        await run_worker(
            resolved.credentials,
            address,
            test=resolved.test,
            handler=counts,
            on_start=_stoppable,
            options=run_options,
            lease=lease,
            rate=options.rate,
            concurrency=options.concurrency,
            until_empty=options.until_empty,
        )
    finally:
        if progress_task is not None:
            progress_task.cancel()
            output.print_status(counts.line())


def _stoppable(workplace: DistributedWorker) -> None:
    stop_by_signal(workplace.stop)


async def _show(counts: _Done) -> None:
    """Print a line a second, if there is news."""
    last = ""
    while True:
        line = counts.line()
        if line != last:
            output.print_status(line)
        last = line
        await asyncio.sleep(1)


class _Done(EventHandler):
    """What this worker has done."""

    def __init__(self) -> None:
        self._steps: Counter[str] = Counter()
        self._waiting_until = 0.0
        self._causes: set[str] = set()

    def line(self) -> str:
        """Print one JSON object."""
        waiting = self._waiting_until > time.monotonic()
        return msgspec.json.encode({"steps": self._steps, "waiting": waiting}).decode()

    def on_transition(self, row: Row, before: State) -> None:  # noqa: ARG002 - see `EventHandler`
        """Count a row that has taken a step."""
        self._steps[row.state.value] += 1

    def on_request_failed(self, error: CdekError) -> None:
        """Report why CDEK does not answer, each cause once."""
        cause = str(error.cause)
        if cause not in self._causes and len(self._causes) < MAX_CAUSES:
            self._causes.add(cause)
            output.print_status(FAILING.format(cause=error.cause))

    def on_circuit_open(self, seconds: float, error: CdekError | None = None) -> None:  # noqa: ARG002 - see `EventHandler`
        """Report that CDEK does not respond."""
        self._waiting_until = time.monotonic() + seconds

    def on_rate_limited(self, seconds: float) -> None:
        """Report that CDEK asked for fewer requests."""
        self._waiting_until = time.monotonic() + seconds

    def on_ledger_unavailable(self, seconds: float) -> None:
        """Report that the ledger's database cannot be reached."""
        self._waiting_until = time.monotonic() + seconds
