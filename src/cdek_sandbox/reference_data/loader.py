"""Read the data files of this package: tables in CSV, documents in JSON. An error names the file and the line."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from cdek_sandbox.errors import StartupError
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Row = TypeVar("Row")
Document = TypeVar("Document")
FOLDER = Path(__file__).parent
_INVALID_FILE = Message(
    "Файл данных песочницы {0}, строка {1}: {2}. Исправьте файл или переустановите oint.",
    "The sandbox's data file {0}, line {1}: {2}. Correct the file, or install oint anew.",
)


class DataFileError(StartupError):
    """A data file is invalid; the message names the file and the line."""


def read_table(path: Path, row: type[Row]) -> list[Row]:
    """Read a CSV file with a head as rows of a msgspec type; an empty cell leaves the field at its default.

    Raises:
        DataFileError: a line does not have the cells of the head, or a cell does not have the type of its field.
    """
    with path.open(encoding="utf-8", newline="") as file:
        return list(_read_rows(path, csv.DictReader(file, strict=True), row))


def _read_rows(path: Path, reader: csv.DictReader[str], row: type[Row]) -> Iterator[Row]:
    try:
        for cells in reader:
            yield _read_row(cells, row)
    except (csv.Error, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise DataFileError(_INVALID_FILE.format(path.name, reader.reader.line_num, error)) from None


def _read_row(cells: Mapping[str | None, str | None], row: type[Row]) -> Row:
    if None in cells or None in cells.values():  # csv puts the cells of a longer or a shorter line there
        raise msgspec.ValidationError("Expected as many cells as in the first line")
    return msgspec.convert({name: cell for name, cell in cells.items() if cell}, row, strict=False)


def read_document(path: Path, document: type[Document]) -> Document:
    """Read a JSON file as a msgspec type.

    Raises:
        DataFileError: it is not JSON, or a value does not have the type of its field.
    """
    data = path.read_bytes()
    try:
        return msgspec.json.decode(data, type=document)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise DataFileError(_INVALID_FILE.format(path.name, _find_line(data, str(error)), error)) from None


def _find_line(data: bytes, error: str) -> int:
    """Return the line of the byte, or of the outermost field, that msgspec's message names."""
    if byte := re.search(r"\(byte (\d+)\)", error):
        return data.count(b"\n", 0, int(byte[1])) + 1
    field = re.search(r"(?:\$\.|field `)(\w+)", error)
    place = data.find(b'"%b"' % field[1].encode()) if field else -1
    return data.count(b"\n", 0, max(0, place)) + 1
