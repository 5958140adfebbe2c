"""`oint refusals run` and `resume`: a batch carried out in front of the user, who may stop it at any moment."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
import msgspec

from oint import credentials
from oint.cli import codes, output
from oint.cli.batches import address_of, batch_exit_code, ledger_option, spoken, summary
from oint.cli.call import announced
from oint.cli.durations import seconds
from oint.cli.misuse import Misuse
from oint.language import Text
from oint.refusals.batch import Manner, Progress, plan_batch, run_batch_async
from oint.refusals.ledger import open_ledger
from oint.refusals.limit import RATE
from oint.refusals.register import By, Pace
from oint.refusals.sources import open_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.credentials import Found
    from oint.refusals.batch.run import Run
    from oint.refusals.ledger import Batch

_RUN = Text(
    "Отказаться от всех заказов файла и довести каждый отказ до решения СДЭК. FILE: CSV, XLSX, JSON Lines или простой "
    "список; - : стандартный ввод. Всё записывается в журнал до отправки: повтор той же команды продолжает с того же "
    "места и ничего не отправляет дважды.",
    "Refuse all orders of a file and follow each refusal to CDEK's verdict. FILE: CSV, XLSX, JSON Lines or a plain list; "
    "- : standard input. Everything is written into a ledger before it is sent: the same command again goes on from "
    "where it was, and sends nothing twice.",
)
_RESUME = Text(
    "Продолжить пакет с того места, где он остановился. BATCH: номер; без него последний.",
    "Go on with a batch from where it stopped. BATCH: its number; without it the newest.",
)
_COLUMN = Text(
    "колонка: uuid=…, cdek_number=…, im_number=… или order=…", "a column: uuid=…, cdek_number=…, im_number=… or order=…"
)
_SHEET = Text("лист книги", "sheet of the workbook")
_ENCODING = Text("кодировка текста; иначе определяется сама", "encoding of the text; else it is told from the bytes")
_DELIMITER = Text("разделитель CSV: знак или tab", "delimiter of the CSV: a character, or tab")
_BY = Text("чем задан заказ там, где колонка не говорит", "what names an order, where the column does not say")
_BILLED = Text("отказаться, даже если удалить заказ было бы бесплатно", "refuse even where deleting would be free")
_DRY = Text(
    "показать, что будет с каждой строкой и чего это стоит; не отправлять",
    "show each row's fate and the cost; send nothing",
)
_JSON = Text("результат как JSON", "the result as JSON")
_TESTAPI = Text("тестовый контур СДЭК", "CDEK's test host")
_PROFILE = Text("профиль учётных данных", "profile of credentials")
_RATE = Text("запросов в секунду на весь договор", "requests a second, for the whole account")
_IN_FLIGHT = Text("запросов одновременно, не больше", "requests at once, at the most")
_WAIT = Text("сколько следить за отказом после отправки", "how long to follow a refusal after it was sent")
_POLL = Text("через сколько прочитать заказ в первый раз; дальше реже", "time to the first reading; then less often")
_SETTLE = Text(
    "сколько искать след отказа, если ответ потерян", "how long to look for a lost refusal before it is sent again"
)
_QUIET = Text("не показывать ход работы", "show no progress")
_DEBUG = Text("показать подробности ошибок", "show the details of errors")


def _running_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that sends."""
    for option in reversed(
        (
            click.option("--testapi", is_flag=True, help=str(_TESTAPI)),
            click.option("--profile", metavar="NAME", help=str(_PROFILE)),
            ledger_option,
            click.option("--rate", type=click.FloatRange(0.01, 10_000), default=RATE, help=str(_RATE)),
            click.option(
                "--in-flight", type=click.IntRange(1, 2_000), default=Manner().in_flight, help=str(_IN_FLIGHT)
            ),
            click.option("--wait", default="10m", metavar="TIME", help=str(_WAIT)),
            click.option("--poll", default="3s", metavar="TIME", help=str(_POLL)),
            click.option("--settle", default="10s", metavar="TIME", help=str(_SETTLE)),
            click.option("--json", "as_json", is_flag=True, help=str(_JSON)),
            click.option("--quiet", is_flag=True, help=str(_QUIET)),
            click.option("--debug", is_flag=True, help=str(_DEBUG)),
        )
    ):
        command = option(command)
    return command


@click.command("run", help=str(_RUN))
@click.argument("file")
@click.option("--column", "columns", multiple=True, metavar="NAME=COLUMN", help=str(_COLUMN))
@click.option("--sheet", metavar="NAME", help=str(_SHEET))
@click.option("--encoding", metavar="NAME", help=str(_ENCODING))
@click.option("--delimiter", metavar="CHAR", help=str(_DELIMITER))
@click.option("--by", type=click.Choice(get_args(By)), default="auto", help=str(_BY))
@click.option("--even-if-billed", is_flag=True, help=str(_BILLED))
@click.option("--dry-run", is_flag=True, help=str(_DRY))
@_running_options
def run(file: str, *, columns: tuple[str, ...], by: By, even_if_billed: bool, dry_run: bool, **given: Any) -> int:
    """Plan a file, and carry it out."""
    manner = _manner(given, even_if_billed=even_if_billed)
    named = dict(_column(text) for text in columns)
    look = {name: given[name] for name in ("sheet", "encoding", "delimiter")}
    found = announced(credentials.find(test=given["testapi"] or None, profile=given["profile"]), debug=given["debug"])
    with (
        spoken(),
        open_source(file, columns=named, by=by, stdin=sys.stdin.buffer if sys.stdin else None, **look) as source,
    ):
        if dry_run:
            from oint.cli.batch_dry import dry  # noqa: PLC0415 - most runs are not dry

            return dry(source, found, address_of(given["ledger"]), manner, rate=given["rate"], as_json=given["as_json"])
        plan = plan_batch(
            source, found.credentials, test=found.test, ledger=given["ledger"], even_if_billed=even_if_billed
        )
    if not given["quiet"]:
        output.tell(
            (_KNOWN if plan.known else _PLANNED).format(
                number=plan.batch.id, name=plan.batch.name, rows=plan.batch.total
            )
        )
    return _carry_out(plan.batch, found, manner, given)


@click.command("resume", help=str(_RESUME))
@click.argument("batch", required=False)
@click.option("--even-if-billed", is_flag=True, help=str(_BILLED))
@_running_options
def resume(batch: str | None, *, even_if_billed: bool, **given: Any) -> int:
    """Go on with a batch."""
    manner = _manner(given, even_if_billed=even_if_billed)
    found = announced(credentials.find(test=given["testapi"] or None, profile=given["profile"]), debug=given["debug"])
    with spoken(), closing(open_ledger(given["ledger"])) as ledger:
        chosen = named_batch(ledger.batches(), batch)
    return _carry_out(chosen, found, manner, given)


def named_batch(batches: list[Batch], name: str | None) -> Batch:
    """The batch that is meant: by its number, by the name or path of its file, or the newest.

    Raises:
        Misuse: there is none
    """
    for batch in batches:
        if name is None or name == str(batch.id) or Path(name).name == batch.name:
            return batch
    raise Misuse(
        Text("в журнале нет такого пакета", "the ledger has no such batch"),
        Text("Список: oint refusals list", "For a list: oint refusals list"),
    )


def _manner(given: dict[str, Any], *, even_if_billed: bool) -> Manner:
    first = seconds("--poll", given["poll"], least=0.01)
    pace = Pace(first=first, longest=max(60.0, first), settle=seconds("--settle", given["settle"]))
    wait = seconds("--wait", given["wait"])
    return Manner(even_if_billed=even_if_billed, wait=wait, in_flight=given["in_flight"], pace=pace)


def _column(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals or name not in {"uuid", "cdek_number", "im_number", "order"} or not column:
        raise Misuse(
            Text("--column: непонятное значение", "--column: the value does not fit"),
            Text(
                'Напишите --column "uuid=Моя колонка" или --column cdek_number=B',
                'Write --column "uuid=My column" or --column cdek_number=B',
            ),
        )
    return name, column


def _carry_out(batch: Batch, found: Found, manner: Manner, given: dict[str, Any]) -> int:
    """Carry a batch out, show how far it is, and say how it ended."""
    with spoken(), closing(open_ledger(given["ledger"])) as ledger:
        before = ledger.counts(batch)
        progress = Progress(batch.total or 0, before, time.monotonic)
        interrupted = asyncio.run(_watched(batch, found, manner, given, progress))
        counts = ledger.counts(batch)
        others = ledger.others(batch.span, 0)
    go_on = f"oint refusals resume {batch.id}" + _same_options(given)
    if given["as_json"]:
        output.say(
            output.pretty({"batch": batch.id, "total": batch.total, "counts": counts, "interrupted": interrupted})
        )
    else:
        output.say(summary(counts))
    _advise(batch, counts, others, go_on, interrupted=interrupted)
    return codes.INTERRUPTED if interrupted else batch_exit_code(counts)


def _advise(
    batch: Batch, counts: dict[str, int], others: list[tuple[str, int]], go_on: str, *, interrupted: bool
) -> None:
    """The next step, for a person."""
    for worker, rows in others:
        output.tell(_OTHERS.format(rows=rows, worker=worker))
    if interrupted or any(counts.get(state) for state in ("planned", "sending", "accepted", "unknown")):
        output.tell(_GO_ON.format(command=go_on))
    elif set(counts) - {"confirmed"}:
        output.tell(_REPORT.format(command=f"oint refusals report {batch.id} --failures"))


def _same_options(given: dict[str, Any]) -> str:
    """The options that a command to go on needs, written out; a PostgreSQL address may hold a password: it is left out."""
    words = [" --testapi"] if given["testapi"] else []
    words += [f" --profile {given['profile']}"] if given["profile"] else []
    ledger = given["ledger"]
    if ledger:
        words.append(f" --ledger {'…' if '://' in ledger else ledger}")
    return "".join(words)


async def _watched(batch: Batch, found: Found, manner: Manner, given: dict[str, Any], progress: Progress) -> bool:
    """Run with progress shown; Ctrl-C once ends cleanly, twice at once.

    Returns:
        whether it was interrupted
    """
    stops: list[bool] = []
    loop = asyncio.get_running_loop()

    def begun(run: Run) -> None:
        def interrupt(*_: object) -> None:
            if stops:
                os._exit(codes.INTERRUPTED)
            stops.append(True)
            output.tell(_ENDING)
            loop.call_soon_threadsafe(run.stop)

        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(ValueError):  # not the main thread of a program that calls us: it has its own ways
                signal.signal(number, interrupt)

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
            begun=begun,
        )
    finally:
        if shown is not None:
            shown.cancel()
            _line(progress, last=True)
    return bool(stops)


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


_PLANNED = Text("Пакет {number} ({name}): строк {rows}", "Batch {number} ({name}): {rows} rows")
_KNOWN = Text(
    "Пакет {number} ({name}) уже в журнале, строк {rows}: продолжаем его",
    "Batch {number} ({name}) is in the ledger already, {rows} rows: going on with it",
)
_PROGRESS = Text(
    "{done}/{total}: подтверждено {confirmed}, отклонено {rejected}, советов {advised}, в работе {pending}, {rate}/с, осталось {minutes}",
    "{done}/{total}: confirmed {confirmed}, rejected {rejected}, advised {advised}, pending {pending}, {rate}/s, {minutes} left",
)
_WAITING = Text("ждём СДЭК {:.0f} с", "waiting for CDEK, {:.0f} s")
_ENDING = Text(
    "Заканчиваем начатое; Ctrl-C ещё раз: немедленно. Ничего не потеряется",
    "Ending what was begun; Ctrl-C again: at once. Nothing is lost",
)
_GO_ON = Text("Продолжить: {command}", "To go on: {command}")
_REPORT = Text("Что не удалось и почему: {command}", "What failed, and why: {command}")
_OTHERS = Text("Строк, над которыми работает {worker}: {rows}", "Rows that {worker} is working on: {rows}")
