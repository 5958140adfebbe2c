"""JSON Lines: one object, text or number per line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

import msgspec

from oint.refusals.input.columns import COLUMNS, LIST, ColumnLayout, make_row_reader
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.header import detect_layout, find_header
from oint.refusals.input.rows import InputRow, RowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from oint.refusals.register import By

_LARGEST_SHAPES = 1000
_BROKEN = RowError("bad_row_json", "")


def is_json(head: str) -> bool:
    """Whether a text begins as JSON does: an object, or an array."""
    start = head.lstrip("\ufeff \t\r\n")
    return start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in ('{"[]-0123456789'))


def check_lines(name: str, head: str) -> None:
    """Refuse one document that is spread over many lines, or an array.

    Raises:
        InputFileError: the text is no JSON Lines
    """
    first = head.lstrip("\ufeff \t\r\n").splitlines()[:1]
    if first and (first[0].startswith("[") or first[0].strip() == "{"):
        raise InputFileError("source_json_whole", name=name)


def read_json_rows(name: str, text: TextIO, wanted: Mapping[str, str], by: By) -> Iterator[InputRow]:
    """The rows of JSON Lines, numbered by line.

    Raises:
        InputFileError: an object has two fields for one name of an order
    """
    decode = msgspec.json.Decoder().decode
    shapes = _RowReaders(name, wanted, by)
    for number, line in enumerate(text, 1):
        written = line.strip("\ufeff \t\r\n")
        if not written:
            continue
        try:
            value = decode(written)
        except (ValueError, RecursionError):
            yield InputRow(number, None, None, None, _BROKEN)
            continue
        row = shapes.read(number, value)
        yield row or InputRow(number, None, None, None, RowError("bad_row_empty", ""))


class _RowReaders:
    """How objects with the same fields are read; found once for each shape."""

    def __init__(self, name: str, wanted: Mapping[str, str], by: By) -> None:
        self._name, self._wanted, self._by = name, wanted, by
        self._known: dict[tuple[str, ...], Callable[[int, Sequence[object]], InputRow | None]] = {}
        self._bare = make_row_reader(LIST, by)

    def read(self, number: int, value: object) -> InputRow | None:
        if not isinstance(value, dict):
            return self._bare(number, (value,))
        shape = tuple(value)
        known = self._known.get(shape)
        if known is None:
            if len(self._known) >= _LARGEST_SHAPES:
                self._known.clear()
            known = self._known[shape] = self._reader(shape)
        return known(number, tuple(value.values()))

    def _reader(self, shape: tuple[str, ...]) -> Callable[[int, Sequence[object]], InputRow | None]:
        """Names of the house are taken as they are; only without them other headers are looked for."""
        own = {column: index for index, column in enumerate(shape) if column in COLUMNS}
        if own and not self._wanted:
            return make_row_reader(ColumnLayout(0, own, len(shape)), self._by)
        # what the user gives is a field's name before it is a place: fields have names, and come in any order
        called = find_header(self._name, [shape], self._wanted) if self._wanted else None
        found = called or detect_layout(self._name, [shape], self._wanted)
        return make_row_reader(found or ColumnLayout(0, {}, len(shape)), self._by)
