"""`oint refusals status`, `list` and `show`: the progress of batches and the history of an order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.refusals import _formatting as words
from oint.cli.refusals._batches import (
    batch_exit_code,
    find_batch,
    format_ledger_option,
    open_ledger_for_user,
)
from oint.cli.table import columns
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.queries import read_active_workers, read_batch_stats, read_order_history
from oint.refusals.report.rows import make_report_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.batch_events import BatchEvent
    from oint.refusals.ledger.queries import BatchStats


def show_status(batch: str | None, *, ledger: str | None, as_json: bool) -> int:
    """Show the progress of a batch; return the exit code that `run` would return for it."""
    with open_ledger_for_user(ledger) as opened:
        chosen = find_batch(opened, batch, required=True)
        stats, workers, now = (
            read_batch_stats(opened, chosen),
            read_active_workers(opened, chosen),
            opened.database.now(),
        )
        events = read_batch_events(opened, chosen)
    command = words.choose_next_command(chosen, stats, workers, ledger)
    if as_json:
        output.print_result(output.pretty(words.build_status_fields(chosen, stats, workers, now, command, events)))
    else:
        output.print_result(words.format_status(chosen, stats, workers, now, command, events))
    return batch_exit_code(stats)


def show_batches(*, ledger: str | None, as_json: bool) -> int:
    """List all batches."""
    with open_ledger_for_user(ledger) as opened:
        batches = [
            (batch, read_batch_stats(opened, batch), read_batch_events(opened, batch))
            for batch in opened.list_batches()
        ]
    if as_json:
        now = time.time()
        output.print_result(output.pretty([_build_list_entry(*each, ledger, now) for each in batches]))
    elif batches:
        output.print_result(columns([words.build_batch_cells(*each) for each in batches]))
    else:
        output.print_status(_NO_BATCH)
    return codes.OK


def show_history(order: str, *, ledger: str | None, as_json: bool) -> int:
    """Print the history of an order."""
    with open_ledger_for_user(ledger) as opened:
        history = read_order_history(opened, order.strip())
        batches = {batch.id: batch for batch in opened.list_batches()}
    if not history:
        raise UsageError(
            Message("в реестре нет такого заказа", "the ledger has no such order"),
            Message("Проверьте номер и --ledger", "Check the number and --ledger"),
        )
    options = format_ledger_option(ledger)
    histories = [
        (make_report_row(row, batches[row.batch], sanitize_line, options), row, batches[row.batch], events)
        for row, events in history
    ]
    if as_json:
        output.print_result(output.pretty([words.build_history_fields(*each) for each in histories]))
    else:
        output.print_result("\n".join(words.format_history(*each) for each in histories))
    return codes.OK


def _build_list_entry(
    batch: Batch, sums: BatchStats, events: Sequence[BatchEvent], ledger: str | None, now: float
) -> dict[str, object]:
    return words.build_status_fields(batch, sums, (), now, words.choose_next_command(batch, sums, (), ledger), events)


_NO_BATCH = Message(
    "В реестре ещё нет пакетов. Начните: oint refusals run FILE",
    "The ledger has no batches yet. To start: oint refusals run FILE",
)
