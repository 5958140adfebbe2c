"""`oint refusals status`, `list`, `show`, `report` and `retry`: what became of batches, and new attempts."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oint.cli import batch_words as words
from oint.cli import codes, outfile, output
from oint.cli.batch_run import named_batch
from oint.cli.batches import address_of, batch_exit_code, ledger_option, same_ledger, spoken, summary
from oint.cli.misuse import Misuse
from oint.cli.table import columns
from oint.language import Text
from oint.redact import one_line
from oint.refusals.ledger import SCHEMES, open_ledger
from oint.refusals.ledger.reading import hands, story, tally
from oint.refusals.ledger.retrying import retry as retry_rows
from oint.refusals.life import State
from oint.refusals.report import TablesMissing, lines, write_csv, write_json, write_xlsx
from oint.refusals.report.lines import line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.ledger.reading import Tally
    from oint.refusals.report import Line

_BATCH = Text(
    " BATCH: номер или имя файла; без него последний.", " BATCH: its number or its file's name; without it the newest."
)
_STATUS = Text(
    f"Как далеко пакет и что набрать дальше.{_BATCH.ru}", f"How far a batch is, and what to type next.{_BATCH.en}"
)
_LIST = Text("Все пакеты журнала, новые сверху.", "All batches of the ledger, the newest first.")
_SHOW = Text(
    "История заказа: каждый его отказ в любом пакете, шаг за шагом. ORDER: UUID, номер СДЭК или номер заказа в магазине.",
    "An order's story: each of its refusals in any batch, step by step. ORDER: uuid, CDEK's number or the shop's.",
)
_REPORT = Text(
    f"Строка отчёта на каждую строку файла, в его порядке. Без опций: итоги и то, что требует внимания.{_BATCH.ru}",
    f"A line for every row of the file, in its order. Without options: sums, and what somebody must look at.{_BATCH.en}",
)
_RETRY = Text(
    "Запланировать новую попытку для строк, которые кончились неудачей. Попытка начинается с чтения заказа: отказ, "
    f"который дошёл до СДЭК, второй раз не уйдёт.{_BATCH.ru}",
    "Plan a new attempt for rows that ended badly. An attempt begins by reading the order: a refusal that reached CDEK "
    f"is not sent again.{_BATCH.en}",
)
_JSON = Text("вывести JSON", "print JSON")
_CSV = Text("CSV для Excel: точка с запятой, UTF-8 с BOM", "CSV for Excel: semicolons, UTF-8 with BOM")
_XLSX = Text("записать книгу Excel", "write an Excel workbook")
_OUT = Text("записать CSV или JSON в файл, целиком или никак", "write CSV or JSON to a file, whole or not at all")
_ENCODING = Text("кодировка CSV", "encoding of the CSV")
_FAILURES = Text("только то, что требует внимания", "only what somebody must look at")
_REJECTED = Text("строки, которые СДЭК отклонил", "rows that CDEK rejected")
_UNKNOWN = Text("строки с неизвестным исходом", "rows whose outcome is unknown")
_ADVISED = Text("строки, которые не отправлены по совету", "rows that were advised against")

_batch = click.argument("batch", required=False)
_json = click.option("--json", "as_json", is_flag=True, help=str(_JSON))


@click.command("status", help=str(_STATUS))
@_batch
@ledger_option
@_json
def status(batch: str | None, *, ledger: str | None, as_json: bool) -> int:
    """How far a batch is; the exit code is the one that `run` would give for it."""
    with _opened(ledger) as opened:
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
@_json
def list_batches(*, ledger: str | None, as_json: bool) -> int:
    """All batches."""
    with _opened(ledger) as opened:
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
@_json
def show(order: str, *, ledger: str | None, as_json: bool) -> int:
    """The story of an order."""
    with _opened(ledger) as opened:
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


@click.command("report", help=str(_REPORT))
@_batch
@click.option("--csv", "as_csv", is_flag=True, help=str(_CSV))
@_json
@click.option("--xlsx", metavar="FILE", help=str(_XLSX))
@click.option("--out", metavar="FILE", help=str(_OUT))
@click.option("--encoding", type=click.Choice(["utf-8", "cp1251"]), default="utf-8", help=str(_ENCODING))
@click.option("--failures", is_flag=True, help=str(_FAILURES))
@ledger_option
def report(
    batch: str | None,
    *,
    as_csv: bool,
    as_json: bool,
    xlsx: str | None,
    out: str | None,
    encoding: str,
    failures: bool,
    ledger: str | None,
) -> int:
    """What became of every row."""
    _check(as_csv=as_csv, as_json=as_json, xlsx=xlsx, out=out)
    with _opened(ledger) as opened:
        chosen = named_batch(opened.batches(), batch)
        if not (as_csv or as_json or xlsx):
            return _read_out(opened, chosen)
        rows = lines(opened, chosen, failures=failures, clean=lru_cache(1024)(one_line))
        if xlsx:
            return _workbook(rows, xlsx)
        coding = "utf-8-sig" if encoding == "utf-8" else encoding
        write = write_json if as_json else lambda rows, sink: write_csv(rows, sink, coding)
        return _table(rows, out, write)


@click.command("retry", help=str(_RETRY))
@_batch
@click.option("--rejected", is_flag=True, help=str(_REJECTED))
@click.option("--unknown", is_flag=True, help=str(_UNKNOWN))
@click.option("--advised", is_flag=True, help=str(_ADVISED))
@ledger_option
@_json
def retry(batch: str | None, *, ledger: str | None, as_json: bool, **wanted: bool) -> int:
    """Plan new attempts; `resume` carries them out."""
    states = [State(name) for name, meant in wanted.items() if meant]
    if not states:
        raise Misuse(
            Text("не сказано, какие строки повторить", "nothing says which rows to try again"),
            Text("Добавьте --rejected, --unknown или --advised", "Add --rejected, --unknown or --advised"),
        )
    with _opened(ledger) as opened:
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


@contextmanager
def _opened(address: str | None) -> Iterator[Ledger]:
    """A ledger that is there already: whoever only looks makes none.

    Raises:
        Misuse: it is not there, or cannot be used
    """
    named = address_of(address)
    if not named.startswith(SCHEMES) and not Path(named).expanduser().is_file():
        raise Misuse(
            Text(f"журнала нет: {named}", f"there is no ledger: {named}"),
            Text(
                "Начните с oint refusals run FILE или укажите журнал через --ledger",
                "Begin with oint refusals run FILE, or name the ledger with --ledger",
            ),
        )
    with spoken(), closing(open_ledger(named)) as ledger:
        yield ledger


def _listed(batch: Batch, sums: Tally, ledger: str | None, now: float) -> dict[str, object]:
    return words.standing_fields(batch, sums, (), now, words.next_command(batch, sums, (), ledger))


def _check(*, as_csv: bool, as_json: bool, xlsx: str | None, out: str | None) -> None:
    """One form at a time, and a file that can be written.

    Raises:
        Misuse: it is not so
    """
    if as_csv + as_json + (xlsx is not None) > 1:
        raise Misuse(
            Text("--csv, --json и --xlsx не сочетаются", "--csv, --json and --xlsx exclude each other"),
            Text("Оставьте одну из этих опций", "Keep one of these options"),
        )
    if out is not None and not (as_csv or as_json):
        raise Misuse(
            Text("--out нужен вместе с --csv или --json", "--out goes with --csv or --json"),
            Text("Добавьте --csv или --json", "Add --csv or --json"),
        )
    for option, path in (("--xlsx", xlsx), ("--out", out)):
        if path is not None:
            outfile.check(path, option)


def _read_out(ledger: Ledger, batch: Batch) -> int:
    """Sums, and what somebody must look at."""
    output.say(summary(tally(ledger, batch).counts))
    for line in lines(ledger, batch, failures=True, clean=one_line):
        output.say(words.failure(line))
    return codes.DONE


def _workbook(rows: Iterator[Line], path: str) -> int:
    try:
        with outfile.whole(path) as beside:
            count = write_xlsx(rows, beside)
    except TablesMissing as error:
        raise Misuse(error.sentence, error.next_step) from None
    output.tell(_WRITTEN.format(rows=count, file=path))
    return codes.DONE


def _table(rows: Iterator[Line], path: str | None, write: Callable[[Iterator[Line], BinaryIO], int]) -> int:
    if path is None:
        with output.binary() as sink:
            write(rows, sink)
        return codes.DONE
    with outfile.whole(path) as beside, beside.open("wb") as sink:
        count = write(rows, sink)
    output.tell(_WRITTEN.format(rows=count, file=path))
    return codes.DONE


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
_WRITTEN = Text("{file}: строк {rows}", "{file}: {rows} rows")
