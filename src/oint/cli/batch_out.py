"""`oint refusals status`, `list`, `show` and `retry`: how batches stand, what happened to an order, and new attempts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from oint.cli import batch_words as words
from oint.cli import codes, output
from oint.cli.batch_plan import json_option
from oint.cli.batch_run import named_batch
from oint.cli.batches import BATCH, batch_argument, batch_exit_code, ledger_option, opened_ledger, same_ledger
from oint.cli.misuse import Misuse
from oint.cli.table import columns
from oint.language import Text
from oint.redact import one_line
from oint.refusals.ledger.reading import hands, story, tally
from oint.refusals.ledger.retrying import retry as retry_rows
from oint.refusals.life import State
from oint.refusals.report.lines import line_of

if TYPE_CHECKING:
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.reading import Tally

_STATUS = Text(
    f"Как далеко пакет и что набрать дальше.{BATCH.ru}", f"How far a batch is, and what to type next.{BATCH.en}"
)
_LIST = Text("Все пакеты журнала, новые сверху.", "All batches of the ledger, the newest first.")
_SHOW = Text(
    "История заказа: каждый его отказ в любом пакете, шаг за шагом. ORDER: UUID, номер СДЭК или номер заказа в магазине.",
    "An order's story: each of its refusals in any batch, step by step. ORDER: uuid, CDEK's number or the shop's.",
)
_RETRY = Text(
    "Запланировать новую попытку для строк, которые кончились неудачей. Попытка начинается с чтения заказа: отказ, "
    f"который дошёл до СДЭК, второй раз не уйдёт.{BATCH.ru}",
    "Plan a new attempt for rows that ended badly. An attempt begins by reading the order: a refusal that reached CDEK "
    f"is not sent again.{BATCH.en}",
)
_REJECTED = Text("строки, которые СДЭК отклонил", "rows that CDEK rejected")
_UNKNOWN = Text("строки с неизвестным исходом", "rows whose outcome is unknown")
_ADVISED = Text("строки, которые не отправлены по совету", "rows that were advised against")


@click.command("status", help=str(_STATUS))
@batch_argument
@ledger_option
@json_option
def status(batch: str | None, *, ledger: str | None, as_json: bool) -> int:
    """How far a batch is; the exit code is the one that `run` would give for it."""
    with opened_ledger(ledger) as opened:
        chosen = named_batch(opened.batches(), batch)
        sums, workers, now = tally(opened, chosen), hands(opened, chosen), opened.database.now()
    command = words.next_command(chosen, sums, workers, ledger)
    if as_json:
        output.say(output.pretty(words.standing_fields(chosen, sums, workers, now, command)))
    else:
        output.say(words.standing(chosen, sums, workers, now, command))
    return batch_exit_code(sums.counts)


@click.command("list", help=str(_LIST))
@ledger_option
@json_option
def list_batches(*, ledger: str | None, as_json: bool) -> int:
    """All batches."""
    with opened_ledger(ledger) as opened:
        found = [(batch, tally(opened, batch)) for batch in opened.batches()]
    if as_json:
        now = time.time()
        output.say(output.pretty([_listed(batch, sums, ledger, now) for batch, sums in found]))
    elif found:
        output.say(columns([words.batch_line(batch, sums) for batch, sums in found]))
    else:
        output.tell(_NO_BATCH)
    return codes.DONE


@click.command("show", help=str(_SHOW))
@click.argument("order")
@ledger_option
@json_option
def show(order: str, *, ledger: str | None, as_json: bool) -> int:
    """The story of an order."""
    with opened_ledger(ledger) as opened:
        found = story(opened, order.strip())
        batches = {batch.id: batch for batch in opened.batches()}
    if not found:
        raise Misuse(
            Text("в журнале нет такого заказа", "the ledger has no such order"),
            Text("Проверьте номер и --ledger", "Check the number and --ledger"),
        )
    told = [(line_of(row, batches[row.batch], one_line), row, batches[row.batch], events) for row, events in found]
    if as_json:
        output.say(output.pretty([words.story_fields(*each) for each in told]))
    else:
        output.say("\n".join(words.told_story(*each) for each in told))
    return codes.DONE


@click.command("retry", help=str(_RETRY))
@batch_argument
@click.option("--rejected", is_flag=True, help=str(_REJECTED))
@click.option("--unknown", is_flag=True, help=str(_UNKNOWN))
@click.option("--advised", is_flag=True, help=str(_ADVISED))
@ledger_option
@json_option
def retry(batch: str | None, *, ledger: str | None, as_json: bool, **wanted: bool) -> int:
    """Plan new attempts; `resume` carries them out."""
    states = [State(name) for name, meant in wanted.items() if meant]
    if not states:
        raise Misuse(
            Text("не сказано, какие строки повторить", "nothing says which rows to try again"),
            Text("Добавьте --rejected, --unknown или --advised", "Add --rejected, --unknown or --advised"),
        )
    with opened_ledger(ledger) as opened:
        chosen = named_batch(opened.batches(), batch)
        done = retry_rows(opened, chosen, states)
    go_on = f"oint refusals resume {chosen.id}{same_ledger(ledger)}"
    if as_json:
        output.say(
            output.pretty({"batch": chosen.id, **done._asdict(), "next_command": go_on if done.planned else None})
        )
        return codes.DONE
    output.say(_RETRIED.format(batch=chosen.id, rows=done.planned))
    for text, count in ((_DOUBLED, done.doubles), (_HELD, done.held), (_BROKEN, done.broken)):
        if count:
            output.tell(text.format(count))
    if done.planned:
        output.tell(_GO_ON.format(go_on))
    return codes.DONE


def _listed(batch: Batch, sums: Tally, ledger: str | None, now: float) -> dict[str, object]:
    return words.standing_fields(batch, sums, (), now, words.next_command(batch, sums, (), ledger))


_NO_BATCH = Text(
    "В журнале ещё нет пакетов. Начните: oint refusals run FILE",
    "The ledger has no batches yet. Begin: oint refusals run FILE",
)
_RETRIED = Text("Пакет {batch}: новых попыток {rows}", "Batch {batch}: {rows} new attempts")
_DOUBLED = Text(
    "Отказ по этому заказу уже есть в журнале, строк: {}", "Rows whose order has a refusal in the ledger already: {}"
)
_HELD = Text(
    "В руках работающего процесса, не тронуто строк: {}; повторите, когда он кончит",
    "Rows in the hands of a process that works, left alone: {}; repeat when it has ended",
)
_BROKEN = Text(
    "Негодных строк: {}; исправьте файл и запустите его снова", "Broken rows: {}; mend the file and run it again"
)
_GO_ON = Text("Дальше: {}", "Next: {}")
