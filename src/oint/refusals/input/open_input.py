"""Open any file of orders, and read its rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Literal, Self

from oint.refusals.input import csv_reader, detection, excel_reader, jsonl_reader
from oint.refusals.input.containers import reject_foreign_container
from oint.refusals.input.errors import ROW_ERRORS, InputFileError
from oint.refusals.input.files import CHUNK_BYTES, STDIN, IndependentReader, open_bytes, read_chunks
from oint.refusals.input.layout import COLUMNS
from oint.refusals.input.left_out import LeftOut
from oint.refusals.input.uuid_blocks import expand_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from oint.refusals.input.layout import ColumnLayout
    from oint.refusals.input.rows import InputRow
    from oint.refusals.input.uuid_blocks import UuidBlock
    from oint.refusals.settings import By, HiddenPolicy

Kind = Literal["csv", "xlsx", "jsonl", "lines"]
READER_VERSION = 3
"""Raised whenever the same bytes are read as other orders: a file that was misread before becomes a new batch."""

MAX_ROWS_WITHOUT_ORDER = 1000
"""Rows from the first, one of which must identify an order; otherwise this is the wrong file."""
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_LOCK_FILE_PREFIXES = ("~$", ".~lock.")
"""Names of the files that Excel and LibreOffice keep beside a workbook that is open."""
_TAB_NAMES = ("tab", "\\t")


@dataclass(frozen=True)
class ReadOptions:
    """What the user says about a file; it changes what the bytes mean. For the fields see `open_input`.

    Raises:
        InputFileError: an option that no file could have
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    by: By = "auto"
    hidden: HiddenPolicy = "skip"

    def __post_init__(self) -> None:
        for column in self.columns:
            if column not in COLUMNS:
                raise InputFileError("input_column_unknown", column=column[:40])
        char = self.delimiter_char
        if char is not None and (len(char) != 1 or char in '"\r\n\x1f\0' or char.isalnum() or not char.isascii()):
            raise InputFileError("input_delimiter_unknown", delimiter=char[:10])

    @property
    def delimiter_char(self) -> str | None:
        """Return the delimiter as one character: a tab where it is given by name."""
        return "\t" if self.delimiter is not None and self.delimiter.lower() in _TAB_NAMES else self.delimiter

    def to_json(self, kind: Kind) -> str:
        """Return the options that are set as JSON, with the reader's version and the kind of file."""
        fields: dict[str, object] = {
            "reader": READER_VERSION,
            "kind": kind,
            "by": self.by,
            "columns": dict(self.columns),
            "sheet": self.sheet,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "hidden": self.hidden if self.hidden != "skip" else None,
        }
        text = json.dumps({name: value for name, value in fields.items() if value}, ensure_ascii=False)
        return text.encode("utf-8", "replace").decode()  # the command line may have bytes that are not UTF-8

    def digest(self) -> bytes:
        """Return the part of a file's fingerprint that depends on the options."""
        values = [
            READER_VERSION,
            sorted(self.columns.items()),
            self.sheet,
            self.encoding,
            self.delimiter_char,
            self.by,
            self.hidden,
        ]
        return json.dumps(values).encode()


class InputFile:
    """An open file of orders; a context manager that closes it.

    Args:
        name: of the file, or "-"
        kind: csv, xlsx (any workbook), jsonl or lines
        file: its bytes
        options: how they are read
        read_rows: reads the rows from the first one, and counts in its argument what it leaves out
        columns: where its columns are; None: each row says it, or the file is a list
        sheet: name of the sheet of a workbook that is read
        encoding: of a text
    Attributes:
        left_out: what the latest call of `rows` has left out so far; complete once all rows were read
    """

    def __init__(
        self,
        name: str,
        kind: Kind,
        file: BinaryIO,
        options: ReadOptions,
        read_rows: Callable[[LeftOut], Iterator[InputRow | UuidBlock]],
        *,
        columns: ColumnLayout | None = None,
        sheet: str | None = None,
        encoding: str | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.columns = columns
        self.sheet = sheet
        self.encoding = encoding
        self.left_out = LeftOut()
        self._file = file
        self._options = options
        self._read_rows = read_rows

    @property
    def reading(self) -> str:
        """Return how the file is read, as JSON: the reader's version, the kind, and the user's options."""
        return self._options.to_json(self.kind)

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256, in hexadecimal digits, of the bytes, the reader's version and the options."""
        digest = hashlib.sha256(self._options.digest())
        for data in read_chunks(self.name, self._file):
            digest.update(data)
        return digest.hexdigest()

    def rows(self) -> Iterator[InputRow]:
        """Read the rows lazily from the first one; empty rows are left out. May be called again.

        Raises:
            InputFileError: the file turns out to be damaged further down; plan nothing from the rows before
        """
        return expand_blocks(self.read_blocks())

    def read_blocks(self) -> Iterator[InputRow | UuidBlock]:
        """Read the rows as `rows` does, but many rows at once where each is only a UUID."""
        self.left_out = LeftOut()
        return self._read_rows(self.left_out)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ListedInput:
    """Orders that were listed one by one, in place of an `InputFile`: the same orders are the same batch.

    Args:
        rows: that identify an order each
    """

    name = "register"
    kind: Kind = "lines"
    columns: ColumnLayout | None = None
    sheet: str | None = None
    encoding: str | None = None

    def __init__(self, rows: Sequence[InputRow]) -> None:
        self._rows = rows
        self.left_out = LeftOut()

    @property
    def reading(self) -> str:
        """Return how the orders are read, as JSON: the reader's version and the kind."""
        return json.dumps({"reader": READER_VERSION, "kind": self.kind})

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256, in hexadecimal digits, of the orders' identifiers."""
        names = json.dumps([READER_VERSION, "listed", [row[1:4] for row in self._rows]])
        return hashlib.sha256(names.encode()).hexdigest()

    def rows(self) -> Iterator[InputRow]:
        """Return the rows from the first one."""
        return iter(self._rows)

    def read_blocks(self) -> Iterator[InputRow]:
        """Return the same rows: an `InputFile` may have many of them at once."""
        return self.rows()


def open_input(
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    by: By = "auto",
    hidden: HiddenPolicy = "skip",
    stdin: BinaryIO | None = None,
) -> InputFile:
    """Open a file of orders: CSV, XLSX (also XLS and ODS), JSON Lines, or a plain list. Nothing is sent to CDEK.

    Args:
        path: of the file, or "-": standard input, which is copied to a private temporary file
        columns: uuid, cdek_number, im_number or order -> the header, letter or number of its column. If any is given,
            only those columns are read; otherwise known headers are searched for
        sheet: name of the sheet, also of a hidden one; None: the only visible one with orders
        encoding: of a text; None: detected from its bytes
        delimiter: between the cells of a text, one character or "tab"; None: detected from the first lines
        by: how an order is identified whose column does not say it, as for `register_refusal`
        hidden: whether hidden rows, columns and sheets of a workbook are taken or skipped
        stdin: used instead of standard input
    Returns:
        the file, which the caller closes
    Raises:
        InputFileError: no refusals can be planned from it
    """
    options = ReadOptions(dict(columns or {}), sheet, encoding, delimiter, by, hidden)
    name, file = open_bytes(path, stdin)
    try:
        source = _open_detected(name, file, options)
        _require_valid_row(source)
    except BaseException:
        file.close()
        raise
    return source


def read_stdin_list(by: By, stdin: BinaryIO | None = None) -> list[InputRow]:
    """Read standard input as a plain list, whatever it looks like. Its encoding is detected as that of a file.

    Args:
        by: how an order is identified, as for `register_refusal`
        stdin: used instead of standard input
    Raises:
        InputFileError: it is closed or not text
    """
    name, file = open_bytes(STDIN, stdin)
    with file:
        detection.reject_foreign_format(name, next(read_chunks(name, file), b""))
        encoding = detection.detect_encoding(name, file, None)
        detection.validate_text(name, file, encoding)
        return list(csv_reader.read_list_rows(detection.open_text(file, encoding), by))


def _open_detected(name: str, file: BinaryIO, options: ReadOptions) -> InputFile:
    if name.startswith(_LOCK_FILE_PREFIXES):
        raise InputFileError("input_lock_file", name=name)
    head = next(read_chunks(name, file), b"")
    if not head.strip():
        raise InputFileError("input_empty", name=name)
    detection.reject_foreign_format(name, head)
    if detection.is_workbook(head):
        reject_foreign_container(name, file, head)
        sheet = excel_reader.SheetReader(name, file, options.sheet, options.columns, options.hidden)
        return InputFile(
            name, "xlsx", file, options, partial(sheet.read_rows, options.by), columns=sheet.layout, sheet=sheet.name
        )
    encoding = detection.detect_encoding(name, file, options.encoding)
    detection.validate_text(name, file, encoding)
    start = IndependentReader(file).read(CHUNK_BYTES) or b""
    text = start.decode(encoding.name, "replace")
    open_text = partial(detection.open_text, file, encoding)
    if options.delimiter is None and (detection.is_json(text) or name.lower().endswith(_JSON_SUFFIXES)):
        detection.reject_json_document(name, text)
        return InputFile(
            name,
            "jsonl",
            file,
            options,
            lambda _: jsonl_reader.read_json_rows(name, open_text(), options.columns, options.by),
            encoding=encoding.name,
        )
    layout = csv_reader.detect_csv_layout(name, open_text(), options.delimiter_char, options.columns)
    if layout.delimiter is None:
        return InputFile(
            name,
            "lines",
            file,
            options,
            lambda left_out: csv_reader.read_list_file_rows(open_text(), options.by, left_out),
            encoding=encoding.name,
        )
    return InputFile(
        name,
        "csv",
        file,
        options,
        lambda left_out: csv_reader.read_csv_rows(name, open_text(), layout, options.by, left_out),
        columns=layout.columns,
        encoding=encoding.name,
    )


def _require_valid_row(source: InputFile) -> None:
    """Read until the first valid row: most files have it at once.

    Raises:
        InputFileError: there is no row at all, or none of the first 1,000 identifies an order
    """
    first = None
    count = 0
    for row in islice(source.rows(), MAX_ROWS_WITHOUT_ORDER):
        if row.error is None:
            return
        first = first or row
        count += 1
    if first is None or first.error is None:
        raise InputFileError("input_empty", name=source.name)
    if count == MAX_ROWS_WITHOUT_ORDER:
        text = ROW_ERRORS[first.error.code].text
        raise InputFileError("input_no_valid_row", name=source.name, rows=count, number=first.number, error=text)
