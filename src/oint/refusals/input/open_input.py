"""Any file with orders in it -> rows, in one call."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Literal, Self

from oint.refusals.input import csv_reader, encodings, excel_reader, jsonl_reader
from oint.refusals.input.columns import COLUMNS
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.files import CHUNK, STDIN, IndependentReader, chunks, open_bytes
from oint.refusals.input.rows import ROW_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from oint.refusals.input.rows import InputRow
    from oint.refusals.register import By

Kind = Literal["csv", "xlsx", "jsonl", "lines"]
READER_VERSION = 2
"""Raised whenever the same bytes are read as other orders: a file that was read wrongly before becomes a new batch."""

USABLE_WITHIN = 1000
"""Rows, one of which must name an order: else this is the wrong file."""
_JSON_NAMES = (".jsonl", ".ndjson", ".json")
_TAB = ("tab", "\\t")


@dataclass(frozen=True)
class ReadOptions:
    """What the user says about a source; it changes what the bytes mean.

    Raises:
        InputFileError: a choice that no source could have
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    by: By = "auto"

    def __post_init__(self) -> None:
        for column in self.columns:
            if column not in COLUMNS:
                raise InputFileError("source_column_unknown", given=column[:40])
        mark = self.mark
        if mark is not None and (len(mark) != 1 or mark in '"\r\n\x1f\0' or mark.isalnum() or not mark.isascii()):
            raise InputFileError("source_delimiter_unknown", given=mark[:10])

    @property
    def mark(self) -> str | None:
        """The delimiter as the one character that it is."""
        return "\t" if self.delimiter is not None and self.delimiter.lower() in _TAB else self.delimiter

    def digest(self) -> bytes:
        """What of them goes into the fingerprint."""
        said = [READER_VERSION, sorted(self.columns.items()), self.sheet, self.encoding, self.mark, self.by]
        return json.dumps(said).encode()


class InputFile:
    """An open source of refusals; a context manager that closes it.

    Args:
        name: of its file, or "-"
        kind: csv, xlsx (any workbook), jsonl or lines
    """

    def __init__(
        self, name: str, kind: Kind, file: BinaryIO, choices: ReadOptions, rows: Callable[[], Iterator[InputRow]]
    ) -> None:
        self.name = name
        self.kind = kind
        self._file = file
        self._choices = choices
        self._rows = rows

    @property
    def reading(self) -> str:
        """How the file is read, as JSON: the reader's version, the kind, and what the user said about it."""
        choices = self._choices
        said: dict[str, object] = {
            "reader": READER_VERSION,
            "kind": self.kind,
            "by": choices.by,
            "columns": dict(choices.columns),
        }
        said |= {"sheet": choices.sheet, "encoding": choices.encoding, "delimiter": choices.delimiter}
        return json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the bytes, the reader's version and the choices that change their meaning, in hexadecimal digits."""
        digest = hashlib.sha256(self._choices.digest())
        for data in chunks(self.name, self._file):
            digest.update(data)
        return digest.hexdigest()

    def rows(self) -> Iterator[InputRow]:
        """The rows from the first on, read as they are asked for; empty rows are left out. It may be called again.

        Raises:
            InputFileError: the file turns out to be broken further down; plan nothing from the rows before
        """
        return self._rows()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ListedInput:
    """Orders that were listed one by one, as a source: the same orders are the same batch.

    Args:
        rows: that name an order each
    """

    name = "register"
    kind: Kind = "lines"

    def __init__(self, rows: Sequence[InputRow]) -> None:
        self._listed = rows

    @property
    def reading(self) -> str:
        """How it is read, as JSON."""
        return json.dumps({"reader": READER_VERSION, "kind": self.kind})

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the names of the orders, in hexadecimal digits."""
        names = json.dumps([READER_VERSION, "listed", [row[1:4] for row in self._listed]])
        return hashlib.sha256(names.encode()).hexdigest()

    def rows(self) -> Iterator[InputRow]:
        """Return the rows from the first on."""
        return iter(self._listed)


def open_input(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    by: By = "auto",
    stdin: BinaryIO | None = None,
) -> InputFile:
    """Open a file of orders: CSV, XLSX (also XLS and ODS), JSON Lines, or a plain list. Nothing is sent to CDEK.

    Args:
        path: of the file, or "-": standard input, which is kept in a private file meanwhile
        columns: uuid, cdek_number, im_number or order -> the header, letter or number of its column; where any is
            given, only those are read; else known headers are looked for
        sheet: name of the sheet; None: the first with a header
        encoding: of a text; None: told from its bytes
        delimiter: between the cells of a text, one character or "tab"; None: told from its first lines
        by: what an order is whose column does not say it, as for `register_refusal`
        stdin: what stands for standard input
    Returns:
        the source, to be closed
    Raises:
        InputFileError: no refusals can be planned from it; its `sentence` says why and its `next_step` what to do
    """
    choices = ReadOptions(dict(columns or {}), sheet, encoding, delimiter, by)
    name, file = open_bytes(path, stdin)
    try:
        source = _open_recognized(name, file, choices)
        _require_valid_row(source)
    except BaseException:
        file.close()
        raise
    return source


def read_stdin_list(by: By, stdin: BinaryIO | None = None) -> list[InputRow]:
    """The rows of standard input as a plain list, whatever it looks like; it is decoded as a file is.

    Args:
        by: what an order is, as for `register_refusal`
        stdin: what stands for standard input
    Raises:
        InputFileError: it is closed, or no text
    """
    name, file = open_bytes(STDIN, stdin)
    with file:
        told = encodings.detect_encoding(name, file, None)
        encodings.validate_text(name, file, told)
        return list(csv_reader.read_list_rows(encodings.open_text(file, told), by))


def _open_recognized(name: str, file: BinaryIO, choices: ReadOptions) -> InputFile:
    head = next(chunks(name, file), b"")
    if not head.strip():
        raise InputFileError("source_empty", name=name)
    if excel_reader.is_workbook(head):
        sheet = excel_reader.Sheet(name, file, choices.sheet, choices.columns)
        return InputFile(name, "xlsx", file, choices, partial(sheet.rows, choices.by))
    told = encodings.detect_encoding(name, file, choices.encoding)
    encodings.validate_text(name, file, told)
    start = IndependentReader(file).read(CHUNK) or b""
    text = start.decode(told.name, "replace")
    opened = partial(encodings.open_text, file, told)
    if choices.delimiter is None and (jsonl_reader.is_json(text) or name.lower().endswith(_JSON_NAMES)):
        jsonl_reader.check_lines(name, text)
        rows = lambda: jsonl_reader.read_json_rows(name, opened(), choices.columns, choices.by)  # noqa: E731 - reads as a line
        return InputFile(name, "jsonl", file, choices, rows)
    layout = csv_reader.detect_csv_layout(name, opened(), choices.mark, choices.columns)
    if layout.delimiter is None:
        return InputFile(name, "lines", file, choices, lambda: csv_reader.read_list_rows(opened(), choices.by))
    return InputFile(name, "csv", file, choices, lambda: csv_reader.read_csv_rows(name, opened(), layout, choices.by))


def _require_valid_row(source: InputFile) -> None:
    """Look for the first good row: most files have it at once.

    Raises:
        InputFileError: there is no row at all, or none of the first 1,000 names an order
    """
    count = 0
    first = None
    for row in islice(source.rows(), USABLE_WITHIN):
        if row.error is None:
            return
        first = first or row
        count += 1
    if first is None or first.error is None:
        raise InputFileError("source_empty", name=source.name)
    if count == USABLE_WITHIN:
        trouble = ROW_ERRORS[first.error.code][0]
        raise InputFileError(
            "source_nothing_usable", name=source.name, rows=count, number=first.number, trouble=trouble
        )
