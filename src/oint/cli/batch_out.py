"""`oint refusals status`, `list`, `show` and `retry`: how batches stand, what happened to an order, and new attempts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from oint.cli import batch_words as words
from oint.cli import codes, output
from oint.cli.batch_approve import read_rows
from oint.cli.batch_plan import json_option
from oint.cli.batches import (
    BATCH,
    batch_argument,
    batch_exit_code,
    batch_named,
    ledger_option,
    opened_ledger,
    same_ledger,
)
from oint.cli.errors import UsageError
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

_STATUS = Message(
    f"Как далеко пакет и что набрать дальше.{BATCH.ru}", f"How far a batch is, and what to type next.{BATCH.en}"
)
_LIST = Message("Все пакеты журнала, новые сверху.", "All batches of the ledger, the newest first.")
_SHOW = Message(
    "История заказа: каждый его отказ в любом пакете, шаг за шагом. ORDER: UUID, номер СДЭК или номер заказа в магазине.",
    "An order's story: each of its refusals in any batch, step by step. ORDER: uuid, CDEK's number or the shop's.",
)
_RETRY = Message(
    "Запланировать новую попытку для строк, которые кончились неудачей. Попытка начинается с чтения заказа: отказ, который "
    "дошёл до СДЭК, второй раз не уйдёт. Строка или код, названные без состояния, отправляются вопреки их совету: "
    f"retry 1 --row 37,41 или --code delete.{BATCH.ru}",
    "Plan a new attempt for rows that ended badly. An attempt begins by reading the order: a refusal that reached CDEK is not "
    "sent again. A row or a code that is named without a state is sent against its advice: retry 1 --row 37,41, or --code "
    f"delete.{BATCH.en}",
)
_REJECTED = Message("строки, которые СДЭК отклонил", "rows that CDEK rejected")
_UNKNOWN = Message("строки с неизвестным исходом", "rows whose outcome is unknown")
_ADVISED = Message(
    "строки, которые не отправлены по совету: заказ читается снова, совет остаётся в силе",
    "rows that were advised against: the order is read again, the advice stays in force",
)
_ROW = Message("эти строки: 3,7", "these rows: 3,7")
_CODE = Message(
    "строки с этим кодом: СДЭК или совета (delete); можно несколько раз",
    "rows with this code: CDEK's, or an advice's (delete); may be repeated",
)


@click.command("status", help=str(_STATUS))
@batch_argument
@ledger_option
@json_option
def status(batch: str | None, *, ledger: str | None, as_json: bool) -> int:
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
        output.print_result(output.pretty(words.standing_fields(chosen, sums, workers, now, command, events)))
    else:
        output.print_result(words.standing(chosen, sums, workers, now, command, events))
    return batch_exit_code(sums)


@click.command("list", help=str(_LIST))
@ledger_option
@json_option
def list_batches(*, ledger: str | None, as_json: bool) -> int:
    """All batches."""
    with opened_ledger(ledger) as opened:
        found = [
            (batch, read_batch_stats(opened, batch), read_batch_events(opened, batch)) for batch in opened.batches()
        ]
    if as_json:
        now = time.time()
        output.print_result(output.pretty([_listed(*each, ledger, now) for each in found]))
    elif found:
        output.print_result(columns([words.batch_line(*each) for each in found]))
    else:
        output.print_status(_NO_BATCH)
    return codes.OK


@click.command("show", help=str(_SHOW))
@click.argument("order")
@ledger_option
@json_option
def show(order: str, *, ledger: str | None, as_json: bool) -> int:
    """The story of an order."""
    with opened_ledger(ledger) as opened:
        found = read_order_history(opened, order.strip())
        batches = {batch.id: batch for batch in opened.batches()}
    if not found:
        raise UsageError(
            Message("в журнале нет такого заказа", "the ledger has no such order"),
            Message("Проверьте номер и --ledger", "Check the number and --ledger"),
        )
    options = same_ledger(ledger)
    told = [
        (make_report_row(row, batches[row.batch], sanitize_line, options), row, batches[row.batch], events)
        for row, events in found
    ]
    if as_json:
        output.print_result(output.pretty([words.story_fields(*each) for each in told]))
    else:
        output.print_result("\n".join(words.told_story(*each) for each in told))
    return codes.OK


@click.command("retry", help=str(_RETRY))
@batch_argument
@click.option("--rejected", is_flag=True, help=str(_REJECTED))
@click.option("--unknown", is_flag=True, help=str(_UNKNOWN))
@click.option("--advised", is_flag=True, help=str(_ADVISED))
@click.option("--row", "rows", multiple=True, metavar="ROWS", help=str(_ROW))
@click.option("--code", "named", multiple=True, metavar="CODE", help=str(_CODE))
@ledger_option
@json_option
def retry(
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
            Message("не сказано, какие строки повторить", "nothing says which rows to try again"),
            Message(
                "Добавьте --row 3,7, --code КОД, --rejected, --unknown или --advised",
                "Add --row 3,7, --code CODE, --rejected, --unknown or --advised",
            ),
        )
    with opened_ledger(ledger) as opened:
        chosen = batch_named(opened, batch, required=True)
        done = retry_rows(opened, chosen, states, rows=numbers, codes=named, by=system_user())
    go_on = f"oint refusals resume {chosen.id}{same_ledger(ledger)}"
    if as_json:
        output.print_result(
            output.pretty({"batch": chosen.id, **done._asdict(), "next_command": go_on if done.planned else None})
        )
        return codes.OK
    output.print_result(_RETRIED.format(batch=chosen.id, rows=done.planned))
    for text, count in ((_DOUBLED, done.doubles), (_IN_WORK, done.in_work), (_BROKEN, done.broken)):
        if count:
            output.print_status(text.format(count))
    if done.planned:
        output.print_status(_GO_ON.format(go_on))
    return codes.OK


def _listed(
    batch: Batch, sums: BatchStats, events: Sequence[BatchEvent], ledger: str | None, now: float
) -> dict[str, object]:
    return words.standing_fields(batch, sums, (), now, words.next_command(batch, sums, (), ledger), events)


_NO_BATCH = Message(
    "В журнале ещё нет пакетов. Начните: oint refusals run FILE",
    "The ledger has no batches yet. Begin: oint refusals run FILE",
)
_RETRIED = Message("Пакет {batch}: новых попыток {rows}", "Batch {batch}: {rows} new attempts")
_DOUBLED = Message(
    "Отказ по этому заказу уже есть в журнале, строк: {}", "Rows whose order has a refusal in the ledger already: {}"
)
_IN_WORK = Message(
    "Пропущено строк, над которыми работает другой процесс: {}; повторите, когда процесс завершится",
    "Skipped {} rows that another process is handling; retry when it has finished",
)
_BROKEN = Message(
    "Негодных строк: {}; исправьте файл и запустите его снова", "Broken rows: {}; mend the file and run it again"
)
_GO_ON = Message("Дальше: {}", "Next: {}")
