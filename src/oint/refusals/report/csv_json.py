"""A report as CSV or JSON, written as its lines come."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec

from oint.refusals.report.messages import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    from oint.i18n import Message
    from oint.refusals.report.rows import ReportRow

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program would take for the beginning of a formula."""


def write_csv(
    lines: Iterable[object], sink: BinaryIO, encoding: str = "utf-8-sig", columns: Mapping[str, Message] = COLUMNS
) -> int:
    """Write a report as CSV that Excel opens by a double click: `;` between cells, and UTF-8 with its mark.

    What would be a formula gets an apostrophe before it.

    Args:
        lines: see `lines`
        sink: where to
        encoding: any of Python's; letters that it lacks become `?`
        columns: names of the lines' fields -> titles
    Returns:
        how many lines
    """
    text = io.TextIOWrapper(sink, encoding, errors="replace", newline="", write_through=False)
    count = 0
    try:
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow([str(name) for name in columns.values()])
        for count, line in enumerate(lines, 1):  # noqa: B007 - the last number is the answer
            writer.writerow([_cell(getattr(line, name)) for name in columns])
        text.flush()
    finally:
        text.detach()
    return count


def write_json(lines: Iterable[ReportRow], sink: BinaryIO) -> int:
    """Write a report as a JSON list, one object a line.

    Returns:
        how many lines
    """
    encoder = msgspec.json.Encoder()
    count = 0
    sink.write(b"[")
    for count, line in enumerate(lines, 1):
        sink.write(b",\n " if count > 1 else b"\n ")
        sink.write(encoder.encode(line))
    sink.write(b"\n]\n")
    return count


def _cell(value: str | int | None) -> str | int:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None else value
