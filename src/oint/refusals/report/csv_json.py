"""Writers of a report as CSV and JSON, in bounded memory."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from oint.csv_escaping import escape_formulas
from oint.refusals.report.messages import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    from oint.i18n import Message
    from oint.refusals.report.rows import ReportRow


def write_csv(
    rows: Iterable[object], sink: BinaryIO, encoding: str = "utf-8-sig", columns: Mapping[str, Message] = COLUMNS
) -> int:
    """Write rows as CSV that Excel opens by a double click: `;` between cells, and UTF-8 with a byte order mark.

    What would be a formula gets an apostrophe in front, also where `,` is expected between cells.

    Args:
        rows: of the report, or of another table
        sink: where to write; it is left open
        encoding: a codec of Python; characters that it lacks become `?`
        columns: names of the rows' fields -> titles
    Returns:
        the number of rows
    """
    text = io.TextIOWrapper(sink, encoding, errors="replace", newline="", write_through=False)
    count = 0
    try:
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([str(title) for title in columns.values()])
        for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the result
            writer.writerow([_format_cell(getattr(row, name)) for name in columns])
        text.flush()
    finally:
        text.detach()
    return count


def write_json(rows: Iterable[ReportRow], sink: BinaryIO) -> int:
    """Write a report as a JSON array, one object per line.

    Args:
        rows: of the report
        sink: where to write; it is left open
    Returns:
        the number of rows
    """
    encoder = msgspec.json.Encoder()
    count = 0
    sink.write(b"[")
    for count, row in enumerate(rows, 1):
        sink.write(b",\n " if count > 1 else b"\n ")
        sink.write(encoder.encode(row))
    sink.write(b"\n]\n")
    return count


def _format_cell(value: str | int | date | None) -> str | int:
    if isinstance(value, date):
        return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, str):
        return escape_formulas(value)
    return "" if value is None else value
