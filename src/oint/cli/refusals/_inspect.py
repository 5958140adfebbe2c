"""`oint refusals status`, `list`, `show` and `retry`: how batches stand, what happened to an order, and new attempts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.errors import UsageError
from oint.cli.refusals import _formatting as words
from oint.cli.refusals._approve import read_rows
from oint.cli.refusals._batches import (
    batch_exit_code,
    batch_named,
    opened_ledger,
    same_ledger,
)
from oint.cli.table import columns
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.batch.planning import system_user
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.queries import read_active_workers, read_batch_stats, read_order_history
from oint.refusals.ledger.retries import retry as retry_rows
from oint.refusals.report.rows import make_report_row
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.batch_events import BatchEvent
    from oint.refusals.ledger.queries import BatchStats


def show_status(batch: str | None, *, ledger: str | None, as_json: bool) -> int:
    """How far a batch is; the exit code is the one that `run` would give for it."""
    with opened_ledger(ledger) as opened:
        chosen = batch_named(opened, batch, required=True)
        sums, workers, now = (
            read_batch_stats(opened, chosen),
            read_active_workers(opened, chosen),
            opened.database.now(),
        )
        events = read_batch_events(opened, chosen)
    command = words.next_command(chosen, sums, workers, ledger)
    if as_json:
        output.print_result(output.pretty(words.status_fields(chosen, sums, workers, now, command, events)))
    else:
        output.print_result(words.format_status(chosen, sums, workers, now, command, events))
    return batch_exit_code(sums)


def show_batches(*, ledger: str | None, as_json: bool) -> int:
    """All batches."""
    with opened_ledger(ledger) as opened:
        found = [
            (batch, read_batch_stats(opened, batch), read_batch_events(opened, batch))
            for batch in opened.list_batches()
        ]
    if as_json:
        now = time.time()
        output.print_result(output.pretty([_listed(*each, ledger, now) for each in found]))
    elif found:
        output.print_result(columns([words.batch_line(*each) for each in found]))
    else:
        output.print_status(_NO_BATCH)
    return codes.OK


def show_history(order: str, *, ledger: str | None, as_json: bool) -> int:
    """Print the history of an order."""
    with opened_ledger(ledger) as opened:
        found = read_order_history(opened, order.strip())
        batches = {batch.id: batch for batch in opened.list_batches()}
    if not found:
        raise UsageError(
            Message("в реестре нет такого заказа", "the ledger has no such order"),
            Message("Проверьте номер и --ledger", "Check the number and --ledger"),
        )
    options = same_ledger(ledger)
    histories = [
        (make_report_row(row, batches[row.batch], sanitize_line, options), row, batches[row.batch], events)
        for row, events in found
    ]
    if as_json:
        output.print_result(output.pretty([words.history_fields(*each) for each in histories]))
    else:
        output.print_result("\n".join(words.format_history(*each) for each in histories))
    return codes.OK


def plan_retry(
    batch: str | None,
    *,
    rows: tuple[str, ...],
    named: tuple[str, ...],
    ledger: str | None,
    as_json: bool,
    **wanted: bool,
) -> int:
    """Plan new attempts; `resume` or a worker sends them."""
    states = [State(name) for name, meant in wanted.items() if meant]
    numbers = read_rows("--row", rows)
    if not (states or numbers or named):
        raise UsageError(
            Message("не указано, какие строки повторить", "no rows to retry were selected"),
            Message(
                "Добавьте --row 3,7, --code КОД, --rejected, --unknown или --advised",
                "Add --row 3,7, --code CODE, --rejected, --unknown or --advised",
            ),
        )
    with opened_ledger(ledger) as opened:
        chosen = batch_named(opened, batch, required=True)
        done = retry_rows(opened, chosen, states, rows=numbers, codes=named, by=system_user())
    resume = f"oint refusals resume {chosen.id}{same_ledger(ledger)}"
    if as_json:
        fields = {
            "batch": chosen.id,
            "planned": done.planned,
            "duplicates": done.duplicates,
            "in_work": done.in_work,
            "invalid": done.invalid,
            "next_command": resume if done.planned else None,
        }
        output.print_result(output.pretty(fields))
        return codes.OK
    output.print_result(_RETRIED.format(batch=chosen.id, rows=done.planned))
    for text, count in ((_DUPLICATES, done.duplicates), (_IN_WORK, done.in_work), (_INVALID, done.invalid)):
        if count:
            output.print_status(text.format(count))
    if done.planned:
        output.print_status(_NEXT.format(resume))
    return codes.OK


def _listed(
    batch: Batch, sums: BatchStats, events: Sequence[BatchEvent], ledger: str | None, now: float
) -> dict[str, object]:
    return words.status_fields(batch, sums, (), now, words.next_command(batch, sums, (), ledger), events)


_NO_BATCH = Message(
    "В реестре ещё нет пакетов. Начните: oint refusals run FILE",
    "The ledger has no batches yet. To start: oint refusals run FILE",
)
_RETRIED = Message("Пакет {batch}: новых попыток {rows}", "Batch {batch}: new attempts: {rows}")
_DUPLICATES = Message(
    "Строк, по заказам которых отказ уже есть в реестре: {}",
    "Rows whose orders already have a refusal in the ledger: {}",
)
_IN_WORK = Message(
    "Пропущено строк, над которыми работает другой процесс: {}; повторите, когда процесс завершится",
    "Rows skipped because another process is handling them: {}; retry when it has finished",
)
_INVALID = Message(
    "Строк с ошибками: {}; исправьте файл и запустите его снова", "Invalid rows: {}; correct the file and run it again"
)
_NEXT = Message("Дальше: {}", "Next: {}")
