"""`oint refusals plan`: a file's rows written into the ledger for whoever works on it; `run` begins with the same."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.errors import UsageError
from oint.cli.refusals._batches import format_batch_options, translate_errors
from oint.cli.refusals._file_facts import build_file_fields, format_file_facts
from oint.cli.refusals._running import (
    resolve_credentials,
)
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


def plan_file(options: PlanOptions) -> int:
    """Plan a file, and send nothing."""
    resolved = resolve_credentials(options)
    with open_input_or_fail(options) as source:
        planned = write_plan(source, resolved, options)
    if options.as_json:
        fields: dict[str, object] = {"batch": planned.batch.id, "total": planned.batch.total, "added": planned.added}
        facts = read_file_facts(planned.batch.file_facts)
        output.print_result(output.pretty(fields | (build_file_fields(facts) if facts is not None else {})))
    else:
        output.print_result(format_plan(planned, _KNOWN))
    if not options.quiet:
        arguments = f"{planned.batch.id}{format_batch_options(options)}"
        output.print_status(_NEXT.format(words=arguments))
    return codes.OK


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
_KNOWN = Message(
    "Пакет {number} ({name}) уже в реестре, строк: {rows}",
    "Batch {number} ({name}) is already in the ledger; rows: {rows}",
)
_NEXT = Message(
    "Пакет ждёт. Посмотреть: oint refusals preview {words}; подтвердить: oint refusals approve {words}",
    "The batch is held. To review it: oint refusals preview {words}; to approve: oint refusals approve {words}",
)
