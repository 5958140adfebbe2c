"""`oint refusals report`: a line for every row of a batch, to read, or as CSV, JSON or an Excel workbook."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from oint.cli import atomic_write, codes, output
from oint.cli.errors import UsageError
from oint.cli.refusals import _formatting as words
from oint.cli.refusals._batches import (
    address_of,
    as_usage_errors,
    batch_named,
    opened_ledger,
    same_ledger,
    summary,
)
from oint.cli.refusals._header import Header, header_text
from oint.cli.refusals._running import NO_ANSWER, resolve_credentials
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.ledger import parse_file_path
from oint.refusals.ledger.batch_events import read_batch_events
from oint.refusals.ledger.queries import read_batch_stats
from oint.refusals.report import MissingDependency, read_report_rows, write_csv, write_json, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from oint.cli.refusals._commands import AccountOptions
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.report import ReportRow


def show_report(  # noqa: PLR0913 - each option by its name
    batch: str | None,
    *,
    as_csv: bool,
    as_json: bool,
    xlsx: str | None,
    out: str | None,
    encoding: str,
    failures: bool,
    refresh: bool,
    ledger: str | None,
    account: AccountOptions,
) -> int:
    """Report the result of every row."""
    _check(as_csv=as_csv, as_json=as_json, xlsx=xlsx, out=out)
    _refuse_overwriting_ledger(xlsx or out, ledger)
    with opened_ledger(ledger) as opened:
        chosen = batch_named(opened, batch, required=True)
    code = _refresh(chosen, account, ledger) if refresh else codes.OK
    with opened_ledger(ledger) as opened:
        if not (as_csv or as_json or xlsx):
            _read_out(opened, chosen, ledger)
            return code
        found = read_report_rows(
            opened, chosen, failures=failures, clean=lru_cache(1024)(sanitize_line), options=same_ledger(ledger)
        )
        with closing(found) as rows:  # before the ledger is, wherever the writing broke off
            if xlsx:
                _workbook(rows, xlsx)
            else:
                coding = "utf-8-sig" if encoding == "utf-8" else encoding
                _table(rows, out, write_json if as_json else lambda rows, sink: write_csv(rows, sink, coding))
    return code


def _refresh(batch: Batch, account: AccountOptions, ledger: str | None) -> int:
    """Read again what CDEK has not linked yet.

    Returns:
        the exit code: the report comes in any case
    """
    from oint.refusals.batch.api import refresh_batch_async  # noqa: PLC0415 - needs the extra for asyncio

    found = resolve_credentials(account)
    with as_usage_errors():
        cause = asyncio.run(refresh_batch_async(batch.id, found.credentials, test=found.test, ledger=ledger))
    if cause is None:
        return codes.OK
    output.print_status(NO_ANSWER.format(cause=cause.cause))
    return codes.BY_KIND[cause.kind]


def _check(*, as_csv: bool, as_json: bool, xlsx: str | None, out: str | None) -> None:
    """One form at a time, and a file that can be written.

    Raises:
        UsageError: it is not so
    """
    if as_csv + as_json + (xlsx is not None) > 1:
        raise UsageError(
            Message("--csv, --json и --xlsx не сочетаются", "--csv, --json and --xlsx exclude each other"),
            Message("Оставьте одну из этих опций", "Keep one of these options"),
        )
    if out is not None and not (as_csv or as_json):
        raise UsageError(
            Message("--out нужен вместе с --csv или --json", "--out goes with --csv or --json"),
            Message("Добавьте --csv или --json", "Add --csv or --json"),
        )
    for option, path in (("--xlsx", xlsx), ("--out", out)):
        if path is not None:
            atomic_write.check(path, option)


def _refuse_overwriting_ledger(path: str | None, ledger: str | None) -> None:
    """No report takes the place of the ledger that it is read from.

    Raises:
        UsageError: it would
    """
    with as_usage_errors():
        file = parse_file_path(address_of(ledger))
    if path is None or file is None:
        return
    target = Path(path).resolve()
    for end in ("", "-wal", "-shm"):  # SQLite keeps what is newest beside the file
        kept = file.resolve().with_name(file.resolve().name + end)
        if target == kept or (target.exists() and kept.exists() and target.samefile(kept)):
            raise UsageError(
                Message(f"{path} - это сам реестр", f"{path} is the ledger itself"),
                Message("Назовите другой файл для отчёта", "Name another file for the report"),
            )


def _read_out(ledger: Ledger, batch: Batch, address: str | None) -> None:
    """Summarize the batch, and the rows that need attention."""
    output.print_result(header_text(Header.of_batch(batch, read_batch_events(ledger, batch))))
    output.print_result(summary(read_batch_stats(ledger, batch).counts))
    for text in words.group_failures(
        read_report_rows(ledger, batch, failures=True, clean=sanitize_line, options=same_ledger(address))
    ):
        output.print_result(text)


def _workbook(rows: Iterator[ReportRow], path: str) -> None:
    try:
        with atomic_write.atomic_write(path) as beside:
            count = write_xlsx(rows, beside)
    except MissingDependency as error:
        raise UsageError(error.text, error.hint) from None
    output.print_status(_WRITTEN.format(rows=count, file=path))


def _table(rows: Iterator[ReportRow], path: str | None, write: Callable[[Iterator[ReportRow], BinaryIO], int]) -> None:
    if path is None:
        with output.binary() as sink:
            write(rows, sink)
        return
    with atomic_write.atomic_write(path) as beside, beside.open("wb") as sink:
        count = write(rows, sink)
    output.print_status(_WRITTEN.format(rows=count, file=path))


_WRITTEN = Message("{file}, строк: {rows}", "{file}: rows: {rows}")
