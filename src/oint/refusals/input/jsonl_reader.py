"""JSON Lines: one object, text or number per line."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TextIO

import msgspec

from oint.refusals.input.columns import choose_fields, detect_layout
from oint.refusals.input.csv_reader import read_head
from oint.refusals.input.layout import COLUMNS, LIST_LAYOUT, ColumnLayout
from oint.refusals.input.rows import make_error_row, make_row_reader
from oint.refusals.input.user_columns import find_user_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from oint.refusals.input.rows import InputRow, RowReader
    from oint.refusals.settings import By

    _Sample = dict[tuple[str, ...], list[tuple[object, ...]]]

_MAX_CACHED_READERS = 1000


def read_json_rows(name: str, text: TextIO, user_columns: Mapping[str, str], by: By) -> Iterator[InputRow]:
    """Read the rows of JSON Lines, numbered by line.

    Args:
        name: of the file, for errors
        text: at its beginning
        user_columns: the fields that the user names, see `detect_layout`
        by: how a value is read that is not in a known field
    Raises:
        InputFileError: an object has two fields for the same identifier of an order
    """
    decode = msgspec.json.Decoder().decode
    head = read_head(text)
    readers = _ObjectReaders(name, user_columns, by, _sample_objects(head))
    for number, line in enumerate(chain(head, text), 1):
        content = line.strip("\ufeff \t\r\n")
        if not content:
            continue
        try:
            value = decode(content)
        except (ValueError, RecursionError):
            yield make_error_row(number, "bad_row_json")
            continue
        yield readers.read(number, value) or make_error_row(number, "bad_row_empty")


def _sample_objects(lines: Iterable[str]) -> _Sample:
    """Return the values of the first objects, by their fields; what is not an object is left out."""
    sample: _Sample = {}
    for line in lines:
        try:
            value = msgspec.json.decode(line.strip("\ufeff \t\r\n"))
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            sample.setdefault(tuple(value), []).append(tuple(value.values()))
    return sample


class _ObjectReaders:
    """Row readers of objects: one for all objects with the same fields in the same order."""

    def __init__(self, name: str, user_columns: Mapping[str, str], by: By, sample: _Sample) -> None:
        self._name, self._user_columns, self._by, self._sample = name, user_columns, by, sample
        self._readers: dict[tuple[str, ...], RowReader] = {}
        self._read_scalar = make_row_reader(LIST_LAYOUT, by)

    def read(self, number: int, value: object) -> InputRow | None:
        if not isinstance(value, dict):
            return self._read_scalar(number, (value,))
        fields = tuple(value)
        reader = self._readers.get(fields)
        if reader is None:
            if len(self._readers) >= _MAX_CACHED_READERS:
                self._readers.clear()
            reader = self._readers[fields] = self._make_reader(fields)
        return reader(number, tuple(value.values()))

    def _make_reader(self, fields: tuple[str, ...]) -> RowReader:
        """Use fields that are named exactly as in `COLUMNS`; only without them search for other headers."""
        exact = {field: index for index, field in enumerate(fields) if field in COLUMNS}
        if exact and not self._user_columns:
            return make_row_reader(ColumnLayout(0, exact, len(fields)), self._by)
        if not self._user_columns:
            return make_row_reader(choose_fields(self._name, fields, self._sample.get(fields, [])), self._by)
        # fields have names and come in any order, so a user's word is a name first and a position second
        named = find_user_header(self._name, [fields], self._user_columns)
        layout = named or detect_layout(self._name, [fields], self._user_columns)
        return make_row_reader(layout or ColumnLayout(0, {}, len(fields)), self._by)
