"""`oint refusals report`: a line for every row of a batch, to read, or as CSV, JSON or an Excel workbook."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from oint.cli import atomic_write, codes, output
from oint.cli.refusals import _formatting as words
from oint.cli.refusals._batches import (
    find_batch,
    format_counts,
    format_ledger_option,
    open_ledger_for_user,
    resolve_address,
    translate_errors,
)
from oint.cli.refusals._header import Header, header_text
from oint.cli.refusals._running import NO_ANSWER, resolve_credentials
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.ledger import parse_file_path
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.queries import read_batch_stats
from oint.refusals.report import MissingDependency, read_report_rows, write_csv, write_json, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from oint.cli.refusals._commands import ReportOptions
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.report import ReportRow


def show_report(options: ReportOptions) -> int:
    """Report the result of every row."""
    _check_options(options)
    _refuse_overwriting_ledger(options.xlsx or options.out, options.ledger)
    with open_ledger_for_user(options.ledger) as ledger:
        batch = find_batch(ledger, options.batch, required=True)
    code = _refresh(batch, options) if options.refresh else codes.OK
    with open_ledger_for_user(options.ledger) as ledger:
        if not (options.as_csv or options.as_json or options.xlsx):
            _print_summary(ledger, batch, options.ledger)
            return code
        report_rows = read_report_rows(
            ledger,
            batch,
            failures=options.failures,
            clean=lru_cache(1024)(sanitize_line),
            options=format_ledger_option(options.ledger),
        )
        with closing(report_rows) as rows:  # before the ledger is closed, wherever writing failed
            if options.xlsx:
                _write_workbook(rows, options.xlsx)
            else:
                _write_table(rows, options.out, _choose_writer(options))
    return code


def _choose_writer(options: ReportOptions) -> Callable[[Iterator[ReportRow], BinaryIO], int]:
    """Return the function that writes CSV or JSON."""
    encoding = "utf-8-sig" if options.encoding == "utf-8" else options.encoding
    return write_json if options.as_json else lambda rows, sink: write_csv(rows, sink, encoding)


def _refresh(batch: Batch, options: ReportOptions) -> int:
    """Read the orders again whose return order CDEK had not linked.

    Returns:
        the exit code; the report is printed in any case
    """
    from oint.refusals.batch.api import refresh_batch_async  # noqa: PLC0415 - needs the extra for asyncio

    resolved = resolve_credentials(options)
    with translate_errors():
        cause = asyncio.run(
            refresh_batch_async(batch.id, resolved.credentials, test=resolved.test, ledger=options.ledger)
        )
    if cause is None:
        return codes.OK
    output.print_status(NO_ANSWER.format(cause=cause.cause))
    return codes.BY_KIND[cause.kind]


def _check_options(options: ReportOptions) -> None:
    """Check that one output format is chosen, and that its file can be written.

    Raises:
        UsageError: it is not so
    """
    if options.as_csv + options.as_json + (options.xlsx is not None) > 1:
        raise UsageError(
            Message("--csv, --json и --xlsx не сочетаются", "--csv, --json and --xlsx exclude each other"),
            Message("Оставьте одну из этих опций", "Keep one of these options"),
        )
    if options.out is not None and not (options.as_csv or options.as_json):
        raise UsageError(
            Message("--out нужен вместе с --csv или --json", "--out requires --csv or --json"),
            Message("Добавьте --csv или --json", "Add --csv or --json"),
        )
    for option, path in (("--xlsx", options.xlsx), ("--out", options.out)):
        if path is not None:
            atomic_write.check(path, option)


def _refuse_overwriting_ledger(path: str | None, ledger: str | None) -> None:
    """Reject an output file that is the ledger itself.

    Raises:
        UsageError: it is
    """
    with translate_errors():
        file = parse_file_path(resolve_address(ledger))
    if path is None or file is None:
        return
    target = Path(path).resolve()
    for end in ("", "-wal", "-shm"):  # SQLite keeps what is newest beside the file
        ledger_file = file.resolve().with_name(file.resolve().name + end)
        if target == ledger_file or (target.exists() and ledger_file.exists() and target.samefile(ledger_file)):
            raise UsageError(
                Message(f"{path} - это сам реестр", f"{path} is the ledger itself"),
                Message("Назовите другой файл для отчёта", "Name another file for the report"),
            )


def _print_summary(ledger: Ledger, batch: Batch, address: str | None) -> None:
    """Summarize the batch, and the rows that need attention."""
    output.print_result(header_text(Header.of_batch(batch, read_batch_events(ledger, batch))))
    output.print_result(format_counts(read_batch_stats(ledger, batch).counts))
    for text in words.group_failures(
        read_report_rows(ledger, batch, failures=True, clean=sanitize_line, options=format_ledger_option(address))
    ):
        output.print_result(text)


def _write_workbook(rows: Iterator[ReportRow], path: str) -> None:
    try:
        with atomic_write.atomic_write(path) as temp_path:
            count = write_xlsx(rows, temp_path)
    except MissingDependency as error:
        raise UsageError(error.text, error.hint) from None
    output.print_status(_WRITTEN.format(rows=count, file=path))


def _write_table(
    rows: Iterator[ReportRow], path: str | None, write: Callable[[Iterator[ReportRow], BinaryIO], int]
) -> None:
    if path is None:
        with output.binary() as sink:
            write(rows, sink)
        return
    with atomic_write.atomic_write(path) as temp_path, temp_path.open("wb") as sink:
        count = write(rows, sink)
    output.print_status(_WRITTEN.format(rows=count, file=path))


_WRITTEN = Message("{file}, строк: {rows}", "{file}: rows: {rows}")
