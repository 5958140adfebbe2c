"""`oint refusals plan`: a file's rows written into the ledger for whoever works on it; `run` begins with the same."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, get_args

import click

from oint.cli import codes, output
from oint.cli.batches import as_usage_errors, batch_options, ledger_option
from oint.cli.errors import UsageError
from oint.cli.running import account_options, billed_option, combine_options, resolve_credentials, verbosity_options
from oint.i18n import Message
from oint.refusals.batch import plan_batch
from oint.refusals.input import open_input
from oint.refusals.register import By

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.auth.credentials import ResolvedCredentials
    from oint.refusals.batch import PlanResult
    from oint.refusals.input import InputFile

_PLAN = Message(
    "Записать заказы файла в журнал и ничего не отправлять: пакет ждёт, пока его не подтвердит oint refusals approve. FILE: "
    "как у run.",
    "Write the orders of a file into the ledger and send nothing: the batch is held until oint refusals approve releases it. "
    "FILE: as for run.",
)
_COLUMN = Message(
    "колонка: uuid=…, cdek_number=…, im_number=… или order=…", "a column: uuid=…, cdek_number=…, im_number=… or order=…"
)
_SHEET = Message("лист книги", "sheet of the workbook")
_ENCODING = Message("кодировка текста; иначе определяется сама", "encoding of the text; else it is told from the bytes")
_DELIMITER = Message("разделитель CSV: знак или tab", "delimiter of the CSV: a character, or tab")
_BY = Message("чем задан заказ там, где колонка не говорит", "what names an order, where the column does not say")
_JSON = Message("результат как JSON", "the result as JSON")

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
@verbosity_options
def plan(**given: Any) -> int:
    """Plan a file, and send nothing."""
    found = resolve_credentials(given)
    with open_input_or_fail(given) as source:
        planned = write_plan(source, found, given)
    if given["as_json"]:
        fields = {"batch": planned.batch.id, "total": planned.batch.total, "added": planned.added}
        output.print_result(output.pretty(fields))
    else:
        output.print_result(format_plan(planned, _KNOWN))
    if not given["quiet"]:
        words = f"{planned.batch.id}{batch_options(given)}"
        output.print_status(_NEXT.format(words=words))
    return codes.OK


@contextmanager
def open_input_or_fail(given: dict[str, Any]) -> Iterator[InputFile]:
    """The file that `source_options` names; trouble with it, or with a ledger, in its own words.

    Raises:
        Misuse: it cannot be read
    """
    columns = dict(_column(text) for text in given["columns"])
    look = {name: given[name] for name in ("by", "sheet", "encoding", "delimiter")}
    stdin = sys.stdin.buffer if sys.stdin else None
    with as_usage_errors(), open_input(given["file"], columns=columns, stdin=stdin, **look) as source:
        yield source


def write_plan(source: InputFile, found: ResolvedCredentials, given: dict[str, Any]) -> PlanResult:
    """The source in the ledger."""
    return plan_batch(
        source,
        found.credentials,
        test=found.test,
        ledger=given["ledger"],
        even_if_billed=given["even_if_billed"],
        account=str(found.label),
    )


def format_plan(planned: PlanResult, known: Message) -> Message:
    """What planning came to, in a line; `known`: that the batch was in the ledger already."""
    batch = planned.batch
    return (known if planned.known else _PLANNED).format(number=batch.id, name=batch.name, rows=batch.total)


def _column(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not equals or name not in {"uuid", "cdek_number", "im_number", "order"} or not column:
        raise UsageError(
            Message("--column: непонятное значение", "--column: the value does not fit"),
            Message(
                'Напишите --column "uuid=Моя колонка" или --column cdek_number=B',
                'Write --column "uuid=My column" or --column cdek_number=B',
            ),
        )
    return name, column


_PLANNED = Message("Пакет {number} ({name}): строк {rows}", "Batch {number} ({name}): {rows} rows")
_KNOWN = Message(
    "Пакет {number} ({name}) уже в журнале, строк {rows}",
    "Batch {number} ({name}) is in the ledger already, {rows} rows",
)
_NEXT = Message(
    "Пакет ждёт. Посмотреть: oint refusals preview {words}; подтвердить: oint refusals approve {words}",
    "The batch is held. To look: oint refusals preview {words}; to approve: oint refusals approve {words}",
)
