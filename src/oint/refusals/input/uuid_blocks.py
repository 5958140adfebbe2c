"""Blocks of a text in which every line is one UUID: they are checked at once, and become rows without a decision each.

A block equals its rows, and is read as they are: it only takes less time.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Final, TextIO

from oint.refusals.input.rows import InputRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oint.refusals.input.layout import ColumnLayout
    from oint.refusals.settings import By

PIECE_CHARACTERS = 64 * 1024
"""A line that is not a UUID slows down the whole piece of text around it, so pieces are small."""
MAX_ROWS: Final = 25_000
"""Rows of a block, exceeded by those of one piece of text at most."""
_HEX: Final = "[0-9A-Fa-f]"
_UUID_LINES: Final = re.compile(rf"(?:{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}\r?\n)++")
"""Without `IGNORECASE`, which takes three times as long. The line end is required: a piece is whole lines."""


@dataclass(frozen=True, slots=True)
class UuidBlock:
    """Consecutive rows that have a UUID and nothing else.

    Args:
        number: of the first row
        uuids: in lower case
    """

    number: int
    uuids: list[str]

    def __len__(self) -> int:
        return len(self.uuids)

    @property
    def numbers(self) -> range:
        """Return the numbers of the rows."""
        return range(self.number, self.number + len(self.uuids))

    def split(self) -> Iterator[tuple[int, tuple[str]]]:
        """Yield the number and the only cell of each row."""
        return zip(self.numbers, zip(self.uuids), strict=True)

    def rows(self) -> Iterator[InputRow]:
        """Yield the rows as they are read amid orders."""
        return map(InputRow, self.numbers, self.uuids, repeat(None), repeat(None), repeat(None))


def has_only_uuids(layout: ColumnLayout, by: By) -> bool:
    """Return whether a line of a table is its UUID: it has one column, and a UUID in it is taken for one."""
    columns = {"uuid"} if by in {"cdek", "shop"} else {"uuid", "order"}
    return layout.width == 1 and not layout.twins and layout.indexes.keys() <= columns


def read_pieces(text: TextIO) -> Iterator[list[str] | str]:
    """Read many whole lines at once: as a list of UUIDs where every line is one, otherwise as text."""
    uuids: list[str] = []
    while piece := text.read(PIECE_CHARACTERS) + text.readline():
        is_plain = _UUID_LINES.fullmatch(piece) is not None
        if is_plain:
            uuids += piece.lower().split()
        if uuids and (not is_plain or len(uuids) >= MAX_ROWS):
            yield uuids
            uuids = []
        if not is_plain:
            yield piece
    if uuids:
        yield uuids


def read_lines(text: TextIO) -> Iterator[list[str] | str]:
    """Read line by line, but many UUIDs at once."""
    for piece in read_pieces(text):
        if isinstance(piece, list):
            yield piece
        else:
            yield from split_lines(piece)


def split_lines(piece: str) -> Iterable[str]:
    """Split a text into lines with their ends, as a file is split."""
    return io.StringIO(piece, newline="")


def expand_blocks(items: Iterable[InputRow | UuidBlock]) -> Iterator[InputRow]:
    """Yield all rows one by one."""
    for item in items:
        if isinstance(item, UuidBlock):
            yield from item.rows()
        else:
            yield item


def group_rows(items: Iterable[InputRow | UuidBlock]) -> Iterator[list[InputRow] | UuidBlock]:
    """Yield the rows between blocks together, `MAX_ROWS` at most."""
    rows: list[InputRow] = []
    for item in items:
        if rows and (isinstance(item, UuidBlock) or len(rows) >= MAX_ROWS):
            yield rows
            rows = []
        if isinstance(item, UuidBlock):
            yield item
        else:
            rows.append(item)
    if rows:
        yield rows
