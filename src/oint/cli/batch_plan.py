"""`oint refusals plan`: a file's rows written into the ledger for whoever works on it; `run` begins with the same."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, get_args

import click

from oint.cli import codes, output
from oint.cli.batches import batch_words, ledger_option, spoken
from oint.cli.errors import Misuse
from oint.cli.running import account_options, billed_option, combine_options, found_for, talk_options
from oint.i18n import Text
from oint.refusals.batch import plan_batch
from oint.refusals.input import open_source
from oint.refusals.register import By

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.auth.credentials import Found
    from oint.refusals.batch import Planned
    from oint.refusals.input import Source

_PLAN = Text(
    "Записать заказы файла в журнал и ничего не отправлять: пакет ждёт, пока его не подтвердит oint refusals approve. FILE: "
    "как у run.",
    "Write the orders of a file into the ledger and send nothing: the batch is held until oint refusals approve releases it. "
    "FILE: as for run.",
)
_COLUMN = Text(
    "колонка: uuid=…, cdek_number=…, im_number=… или order=…", "a column: uuid=…, cdek_number=…, im_number=… or order=…"
)
_SHEET = Text("лист книги", "sheet of the workbook")
_ENCODING = Text("кодировка текста; иначе определяется сама", "encoding of the text; else it is told from the bytes")
_DELIMITER = Text("разделитель CSV: знак или tab", "delimiter of the CSV: a character, or tab")
_BY = Text("чем задан заказ там, где колонка не говорит", "what names an order, where the column does not say")
_JSON = Text("результат как JSON", "the result as JSON")

json_option = click.option("--json", "as_json", is_flag=True, help=str(_JSON))
source_options = combine_options(
    (
        click.argument("file"),
        click.option("--column", "columns", multiple=True, metavar="NAME=COLUMN", help=str(_COLUMN)),
        click.option("--sheet", metavar="NAME", help=str(_SHEET)),
        click.option("--encoding", metavar="NAME", help=str(_ENCODING)),
        click.option("--delimiter", metavar="CHAR", help=str(_DELIMITER)),
        click.option("--by", type=click.Choice(get_args(By)), default="auto", help=str(_BY)),
        billed_option,
    )
)
"""A file of orders and how it is to be read."""


@click.command("plan", help=str(_PLAN))
@source_options
@ledger_option
@account_options
@json_option
@talk_options
def plan(**given: Any) -> int:
    """Plan a file, and send nothing."""
    found = found_for(given)
    with opened(given) as source:
        planned = written(source, found, given)
    if given["as_json"]:
        fields = {"batch": planned.batch.id, "total": planned.batch.total, "added": planned.added}
        output.say(output.pretty(fields))
    else:
        output.say(told(planned, _KNOWN))
    if not given["quiet"]:
        words = f"{planned.batch.id}{batch_words(given)}"
        output.tell(_NEXT.format(words=words))
    return codes.DONE


@contextmanager
def opened(given: dict[str, Any]) -> Iterator[Source]:
    """The file that `source_options` names; trouble with it, or with a ledger, in its own words.

    Raises:
        Misuse: it cannot be read
    """
    columns = dict(_column(text) for text in given["columns"])
    look = {name: given[name] for name in ("by", "sheet", "encoding", "delimiter")}
    stdin = sys.stdin.buffer if sys.stdin else None
    with spoken(), open_source(given["file"], columns=columns, stdin=stdin, **look) as source:
        yield source


def written(source: Source, found: Found, given: dict[str, Any]) -> Planned:
    """The source in the ledger."""
    return plan_batch(
        source,
        found.credentials,
        test=found.test,
        ledger=given["ledger"],
        even_if_billed=given["even_if_billed"],
        account=str(found.label),
    )


def told(planned: Planned, known: Text) -> Text:
    """What planning came to, in a line; `known`: that the batch was in the ledger already."""
    batch = planned.batch
    return (known if planned.known else _PLANNED).format(number=batch.id, name=batch.name, rows=batch.total)


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


_PLANNED = Text("Пакет {number} ({name}): строк {rows}", "Batch {number} ({name}): {rows} rows")
_KNOWN = Text(
    "Пакет {number} ({name}) уже в журнале, строк {rows}",
    "Batch {number} ({name}) is in the ledger already, {rows} rows",
)
_NEXT = Text(
    "Пакет ждёт. Посмотреть: oint refusals preview {words}; подтвердить: oint refusals approve {words}",
    "The batch is held. To look: oint refusals preview {words}; to approve: oint refusals approve {words}",
)
