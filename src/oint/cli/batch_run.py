"""`oint refusals run` and `resume`: a batch carried out in front of the user, who may stop it at any moment."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from oint.cli import codes, output
from oint.cli.batch_plan import json_option, opened, source_options, told, written
from oint.cli.batch_words import left_to_do
from oint.cli.batches import address_of, batch_exit_code, batch_words, ledger_option, spoken, summary
from oint.cli.misuse import Misuse
from oint.cli.running import billed_option, found_for, manner_of, sending_options, stop_by_signal, together
from oint.language import Text
from oint.refusals.batch import Manner, Progress, run_batch_async
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.reading import tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.credentials import Found
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.reading import Tally

_RUN = Text(
    "Зарегистрировать отказ по каждому заказу файла и довести до решения СДЭК. FILE: CSV, XLSX, JSON Lines или простой "
    "список; - : стандартный ввод. Всё записывается в журнал до отправки: повтор той же команды продолжает с того же "
    "места и ничего не отправляет дважды.",
    "Register a refusal of each order in a file and follow it to CDEK's verdict. FILE: CSV, XLSX, JSON Lines or a plain list; "
    "- : standard input. Everything is written into a ledger before it is sent: the same command again goes on from "
    "where it was, and sends nothing twice.",
)
_RESUME = Text(
    "Продолжить пакет с того места, где он остановился. BATCH: номер или имя файла; без него последний.",
    "Go on with a batch from where it stopped. BATCH: its number or its file's name; without it the newest.",
)
_DRY = Text(
    "показать, что будет с каждой строкой, сколько запросов и минут уйдёт; не отправлять",
    "show what will become of each row, and the requests and minutes it takes; send nothing",
)
_IN_FLIGHT = Text("запросов одновременно, не больше", "requests at once, at the most")

_running_options = together(
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
@_running_options
def run(*, dry_run: bool, **given: Any) -> int:
    """Plan a file, and carry it out."""
    manner = _manner(given)
    found = found_for(given)
    with opened(given) as source:
        if dry_run:
            from oint.cli.batch_dry import dry  # noqa: PLC0415 - most runs are not dry

            return dry(source, found, address_of(given["ledger"]), manner, rate=given["rate"], as_json=given["as_json"])
        planned = written(source, found, given)
    if not given["quiet"]:
        output.tell(told(planned, _KNOWN))
    return _carry_out(planned.batch, found, manner, given)


@click.command("resume", help=str(_RESUME))
@click.argument("batch", required=False)
@billed_option
@_running_options
def resume(batch: str | None, **given: Any) -> int:
    """Go on with a batch."""
    manner = _manner(given)
    found = found_for(given)
    with spoken(), closing(open_ledger(given["ledger"])) as ledger:
        chosen = named_batch(ledger.batches(), batch)
    return _carry_out(chosen, found, manner, given)


def _manner(given: dict[str, Any]) -> Manner:
    return manner_of(given, even_if_billed=given["even_if_billed"], in_flight=given["in_flight"])


def named_batch(batches: list[Batch], name: str | None) -> Batch:
    """The batch that is meant: by its number, else by the name or path of its file; without either the newest.

    Raises:
        Misuse: there is none
    """
    found = [batch for batch in batches if name in {None, str(batch.id)}]
    if not found and name is not None:
        found = [batch for batch in batches if Path(name).name == batch.name]
    if found:
        return found[0]
    raise Misuse(
        Text("в журнале нет такого пакета", "the ledger has no such batch"),
        Text("Список: oint refusals list", "For a list: oint refusals list"),
    )


def _carry_out(batch: Batch, found: Found, manner: Manner, given: dict[str, Any]) -> int:
    """Carry a batch out, show how far it is, and say how it ended."""
    with spoken(), closing(open_ledger(given["ledger"])) as ledger:
        before = ledger.counts(batch)
        progress = Progress(batch.total or 0, before, time.monotonic)
        interrupted = asyncio.run(_watched(batch, found, manner, given, progress))
        sums = tally(ledger, batch)
        others = ledger.others(batch.span, 0)
    counts = sums.counts
    if given["as_json"]:
        output.say(
            output.pretty({"batch": batch.id, "total": batch.total, "counts": counts, "interrupted": interrupted})
        )
    else:
        output.say(summary(counts))
    _advise(batch, sums, others, batch_words(given), interrupted=interrupted)
    return codes.INTERRUPTED if interrupted else batch_exit_code(counts)


def _advise(batch: Batch, sums: Tally, others: list[tuple[str, int]], words: str, *, interrupted: bool) -> None:
    """The next step, for a person."""
    for worker, rows in others:
        output.tell(_OTHERS.format(rows=rows, worker=worker))
    if interrupted or left_to_do(sums):
        output.tell(_GO_ON.format(command=f"oint refusals resume {batch.id}{words}"))
    elif set(sums.counts) - {"confirmed"}:
        output.tell(_REPORT.format(command=f"oint refusals report {batch.id} --failures"))


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
_OTHERS = Text("Строк, над которыми работает {worker}: {rows}", "Rows that {worker} is working on: {rows}")
