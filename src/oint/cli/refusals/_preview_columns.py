"""Rows of a preview as lines of one width, in the columns that fit. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oint.cli.text_width import cut_text, measure_width, pad_text
from oint.redaction import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from oint.i18n import Message
    from oint.refusals.preview import PreviewRow

SPARE_PRIORITY = 4
"""Columns from this priority on are left out rather than a name cut."""

GAP = "  "
"""Between two columns, and before what belongs to the line above."""


class Column(NamedTuple):
    """A column of a table.

    Args:
        title: see `Message`
        read: makes the cell of a row
        min_width, max_width: columns of the terminal that it takes
        priority: columns with the highest number are left out first; 0: never
        is_number: it is aligned to the right
    """

    title: Message
    read: Callable[[PreviewRow, float], object]
    min_width: int
    max_width: int
    priority: int = 0
    is_number: bool = False


class Table:
    """Rows as lines of one width, with the columns that fit."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[PreviewRow], now: float, width: int) -> None:
        self._now = now
        widths = [
            (column, max([measure_width(str(column.title)), *(measure_width(self._read(column, row)) for row in rows)]))
            for column in columns
            if any(self._read(column, row) for row in rows)
        ]
        self._widths = _fit([(column, min(need, column.max_width)) for column, need in widths], width)
        self.header = self._join(str(column.title) for column, _ in self._widths)

    def format_row(self, row: PreviewRow) -> str:
        """Format a row as a line."""
        return self._join(self._read(column, row) for column, _ in self._widths)

    def _read(self, column: Column, row: PreviewRow) -> str:
        value = column.read(row, self._now)
        return "" if value is None else sanitize_line(str(value))

    def _join(self, cells: Iterable[str]) -> str:
        parts = []
        for (column, width), cell in zip(self._widths, cells, strict=True):
            text = cut_text(cell, width)
            parts.append(" " * (width - measure_width(text)) + text if column.is_number else pad_text(text, width))
        return GAP.join(parts).rstrip()


def _fit(widths: list[tuple[Column, int]], width: int) -> list[tuple[Column, int]]:
    """Leave columns out until the others fit at their narrowest, then narrow the widest ones, the order's name last."""

    def need(sizes: Iterable[int]) -> int:
        sizes = list(sizes)
        return sum(sizes) + len(GAP) * (len(sizes) - 1)

    def need_least() -> int:
        keeps_names = any(column.priority >= SPARE_PRIORITY for column, _ in widths)
        return need(
            size if keeps_names and not column.priority else min(column.min_width, size) for column, size in widths
        )

    while need_least() > width:
        last = max(widths, key=lambda each: each[0].priority)
        widths = [each for each in widths if each is not last]
    while need(size for _, size in widths) > width:
        shrinkable = [index for index, (column, size) in enumerate(widths) if size > column.min_width]
        widest = max(shrinkable, key=lambda index: (widths[index][0].priority, widths[index][1]))
        widths[widest] = (widths[widest][0], widths[widest][1] - 1)
    return widths
