"""Open the file of orders that the options name, and write its rows into the ledger."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from oint.cli.refusals._batches import translate_errors
from oint.cli.refusals._file_facts import format_file_facts
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.batch import plan_batch
from oint.refusals.input import open_input
from oint.refusals.input.file_facts import read_file_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.auth.credentials import ResolvedCredentials
    from oint.cli.refusals._commands import PlanOptions, PreviewOptions, RunFileOptions, SourceOptions
    from oint.refusals.batch import PlanResult
    from oint.refusals.input import InputFile


@contextmanager
def open_input_or_fail(options: SourceOptions) -> Iterator[InputFile]:
    """Open the file that the options name; its errors become usage errors.

    Raises:
        UsageError: it cannot be read
    """
    columns = dict(_column(text) for text in options.columns)
    stdin = sys.stdin.buffer if sys.stdin else None
    with (
        translate_errors(),
        open_input(
            options.file,
            columns=columns,
            stdin=stdin,
            by=options.by,
            sheet=options.sheet,
            hidden=options.hidden,
            encoding=options.encoding,
            delimiter=options.delimiter,
        ) as source,
    ):
        yield source


def write_plan(
    source: InputFile, resolved: ResolvedCredentials, options: PlanOptions | PreviewOptions | RunFileOptions
) -> PlanResult:
    """Write the orders of a file into the ledger."""
    return plan_batch(
        source,
        resolved.credentials,
        test=resolved.test,
        ledger=options.ledger,
        even_if_billed=options.even_if_billed,
        account=str(resolved.label),
    )


def format_plan(planned: PlanResult, planned_before: Message) -> Message:
    """Format the result of planning, and what the file was taken for; `planned_before`: for a batch in the ledger."""
    batch = planned.batch
    text = (planned_before if planned.known else _PLANNED).format(number=batch.id, name=batch.name, rows=batch.total)
    facts = read_file_facts(batch.file_facts)
    details = format_file_facts(facts) if facts is not None else None
    return text if details is None else Message(f"{text.ru}\n{details.ru}", f"{text.en}\n{details.en}")


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


_PLANNED = Message("Пакет {number} ({name}), строк: {rows}", "Batch {number} ({name}), rows: {rows}")
