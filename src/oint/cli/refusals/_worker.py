"""`oint refusals worker`: one of many machines at the refusals of a ledger in PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from oint.cli import codes
from oint.cli.durations import seconds
from oint.cli.progress import ProgressLine, format_worker
from oint.cli.refusals._batches import resolve_address, translate_errors
from oint.cli.refusals._running import build_run_options, resolve_credentials, stop_by_signal
from oint.cli.refusals._send import FAILING, MAX_CAUSES
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.batch import WaitTracker
from oint.refusals.ledger import SCHEMES
from oint.refusals.states import State

if TYPE_CHECKING:
    from oint.auth.credentials import ResolvedCredentials
    from oint.cdek.errors import CdekError
    from oint.cli.refusals._commands import WorkerOptions
    from oint.refusals.batch import RunOptions
    from oint.refusals.distributed.worker import DistributedWorker
    from oint.refusals.ledger.rows import Row


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

    line = None if options.quiet else ProgressLine()
    counts = WorkerProgress(line)
    progress_task = None if line is None else asyncio.create_task(_show(line, counts))
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
        if line is not None and progress_task is not None:
            progress_task.cancel()
            line.show(counts.read_fields(), counts.format_text)
            line.finish()


def _stoppable(workplace: DistributedWorker) -> None:
    stop_by_signal(workplace.stop)


async def _show(line: ProgressLine, counts: WorkerProgress) -> None:
    """Show the counts once a second, if there is news."""
    last: dict[str, Any] = {}
    while True:
        fields = counts.read_fields()
        if fields != last:
            line.show(fields, counts.format_text)
        last = fields
        await asyncio.sleep(1)


class WorkerProgress(WaitTracker):
    """Counts what this worker has done.

    Args:
        line: where it reports; None: it is quiet
    """

    def __init__(self, line: ProgressLine | None) -> None:
        super().__init__(time.monotonic)
        self._line = line
        self._steps: Counter[str] = Counter()
        self._causes: set[str] = set()

    def read_fields(self) -> dict[str, Any]:
        """Return the fields of the JSON line."""
        wait = self.find_wait()
        reason = None if wait is None else wait.reason.value
        return {"steps": dict(self._steps), "waiting": wait is not None, "waiting_for": reason}

    def format_text(self, width: int) -> str:
        """Format the line for a terminal of some columns."""
        confirmed, rejected, advised = (
            self._steps[state.value] for state in (State.CONFIRMED, State.REJECTED, State.ADVISED)
        )
        return format_worker(confirmed, rejected, advised, self.find_wait(), now=time.time(), width=width)

    def on_transition(self, row: Row, before: State) -> None:  # noqa: ARG002 - see `EventHandler`
        """Count a row that has taken a step."""
        self._steps[row.state.value] += 1

    def on_request_failed(self, error: CdekError) -> None:
        """Report why CDEK does not answer, each cause once."""
        cause = str(error.cause)
        if cause not in self._causes and len(self._causes) < MAX_CAUSES:
            self._causes.add(cause)
            (self._line or ProgressLine()).print_remark(FAILING.format(cause=error.cause))
