"""Classification of the rows of one table: which of them identify an order, and what the others are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from oint.refusals.input import row_kinds
from oint.refusals.input.errors import RowError
from oint.refusals.input.headers import KNOWN_HEADERS, normalize_header
from oint.refusals.input.row_kinds import MAX_SHORT_DIGITS, RowKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.input.layout import ColumnLayout
    from oint.refusals.input.rows import InputRow

_PLAIN_NUMBER: Final = r"(?!\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,4})?$)(?=\D*\d)[\w№#/\\-]+"
"""A number that needs no second look: not a date, no spaces."""
_TOTAL_WORDS: Final = frozenset(
    word + end
    for base in ("итого", "всего", "итог", "total", "общий итог", "grand total", "подытог", "subtotal")
    for word in (base, base.upper(), base.capitalize(), base.title())
    for end in ("", ":")
)
"""A row with one of these in any of its cells is a total."""
_MIN_OWN_HEADERS = 2
"""Cells equal to headers of the table that make a row another header."""


class RowClassifier:
    """Classifies the rows of a table.

    Args:
        layout: where the columns are
        header: cells of the header; None: the table has none
        sample: cells of the first rows below the header
    """

    def __init__(
        self, layout: ColumnLayout, header: Sequence[object] | None, sample: Sequence[Sequence[object]]
    ) -> None:
        self._indexes = (*layout.indexes.values(), *(twin.position for twin in layout.twins))
        self._has_header = header is not None
        self._header = _normalize(header or ())
        self._own_headers = frozenset(filter(None, self._header)) - KNOWN_HEADERS.keys()
        orders = [cells for cells in sample if self._identifiers(cells) and _normalize(cells) != self._header]
        self._profile = row_kinds.make_profile((str(self._identifiers(cells)[0]), _count(cells)) for cells in orders)
        self._match_plain = re.compile(rf"(?!\d{{0,{self._count_doubtful_digits()}}}$){_PLAIN_NUMBER}").fullmatch
        self._numeric_indexes = _find_numeric_columns(orders)

    def is_plain(self, row: InputRow, cells: Sequence[object]) -> bool:
        """Return whether a row amid orders surely identifies one: nearly all rows do, so this is fast."""
        _, uuid, cdek_number, im_number, error = row
        if error is not None or not _TOTAL_WORDS.isdisjoint(cells):
            return False
        return uuid is not None or self._match_plain(cdek_number or im_number or "") is not None

    def classify(self, row: InputRow, cells: Sequence[object], *, is_first: bool, is_set_apart: bool) -> RowKind:
        """Return the kind of a row that is not plain.

        Args:
            row: as it was read
            cells: of the row
            is_first: no filled row is between it and the header
            is_set_apart: an empty row is above it
        """
        identifiers = self._identifiers(cells)
        if any(isinstance(cell, RowError) for cell in identifiers):  # an order that cannot be read
            return RowKind.ORDER if _TOTAL_WORDS.isdisjoint(cells) else RowKind.TOTAL
        if kind := self._classify_header(cells, is_first=is_first):
            return kind
        if not _TOTAL_WORDS.isdisjoint(cells):
            return RowKind.TOTAL
        if row.uuid is not None and row.error is None:
            return RowKind.ORDER
        if not identifiers or (row.error is not None and row.error.code == "bad_row_empty"):
            return self._classify_without_order(cells, is_set_apart=is_set_apart)
        kinds = [row_kinds.classify_text(str(cell), self._profile) for cell in identifiers]
        if RowKind.ORDER not in kinds:
            return kinds[0]
        return RowKind.DOUBT if self._is_count(row, cells) else RowKind.ORDER

    def _count_doubtful_digits(self) -> int:
        """Return the length up to which a number without letters may be a count or a sum."""
        median = self._profile.median_digits
        return min((median - 1) // 2, MAX_SHORT_DIGITS) if median else MAX_SHORT_DIGITS

    def is_heading(self, cells: Sequence[object], *, is_set_apart: bool) -> bool:
        """Return whether a sentence may be the heading of the rows below it."""
        is_alone = _count(cells) == 1
        return row_kinds.is_heading(self.find_text(cells), is_alone=is_alone, is_set_apart=is_set_apart)

    def find_text(self, cells: Sequence[object]) -> str:
        """Return the text by which a row without an order is judged: of the order's column, or the first one."""
        filled = self._identifiers(cells) or [cell for cell in cells if _is_filled(cell)]
        return str(filled[0])

    def _classify_header(self, cells: Sequence[object], *, is_first: bool) -> RowKind | None:
        """Return the kind of a header, or None for other rows."""
        names = _normalize(cells)
        if self._has_header and names == self._header:
            return RowKind.REPEATED_HEADER
        if is_first and self._has_header and row_kinds.is_column_count(cells):
            return RowKind.PAGE
        identifiers = self._identifiers(cells)
        if any(map(row_kinds.has_digit, identifiers)):
            return None
        if any(normalize_header(cell) in KNOWN_HEADERS for cell in identifiers):
            return RowKind.HEADER
        has_names = not KNOWN_HEADERS.keys().isdisjoint(names) or self._count_own_headers(names) >= _MIN_OWN_HEADERS
        is_words = len(self._numeric_indexes) > 1 and all(_is_word(cells, index) for index in self._numeric_indexes)
        if identifiers and self._profile.has_digits and _count(cells) > 1 and (has_names or is_words):
            return RowKind.HEADER
        return RowKind.REPEATED_HEADER if is_first and self._is_list_header(cells) else None

    def _is_list_header(self, cells: Sequence[object]) -> bool:
        """Return whether the first row of a list is a header that no list of headers has: one word above numbers."""
        text = self.find_text(cells)
        is_list = not self._has_header and len(self._identifiers(cells)) == _count(cells) == 1
        return is_list and self._profile.has_digits and " " not in text and not row_kinds.is_adverse_heading(text)

    def _count_own_headers(self, names: Sequence[str]) -> int:
        return sum(name in self._own_headers for name in names)

    def _classify_without_order(self, cells: Sequence[object], *, is_set_apart: bool) -> RowKind:
        """Return the kind of a row whose order cells are empty: an order without its number is an order."""
        text = self.find_text(cells)
        if row_kinds.is_total(row_kinds.fold_text(text)):
            return RowKind.TOTAL
        return RowKind.SENTENCE if self.is_heading(cells, is_set_apart=is_set_apart) else RowKind.ORDER

    def _is_count(self, row: InputRow, cells: Sequence[object]) -> bool:
        """Return whether a short number in a nearly empty row is a count or a sum rather than an order."""
        number = row.cdek_number or row.im_number or ""
        is_short = number.isdigit() and len(number) <= MAX_SHORT_DIGITS
        return is_short and self._profile.median_digits == 0 and _count(cells) < self._profile.median_filled

    def _identifiers(self, cells: Sequence[object]) -> list[object]:
        """Return the filled cells of the columns that identify an order."""
        return [cells[index] for index in self._indexes if index < len(cells) and _is_filled(cells[index])]


def _normalize(cells: Sequence[object]) -> list[str]:
    """Return the cells in the form for comparing headers, without empty cells at the end."""
    names = [normalize_header(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return names


def _find_numeric_columns(orders: Sequence[Sequence[object]]) -> frozenset[int]:
    """Return the indexes of the columns in which most orders have a digit."""
    width = max(map(len, orders), default=0)
    return frozenset(
        index
        for index in range(width)
        if sum(index < len(cells) and row_kinds.has_digit(cells[index]) for cells in orders) * 2 > len(orders)
    )


def _is_word(cells: Sequence[object], index: int) -> bool:
    return index < len(cells) and _is_filled(cells[index]) and not row_kinds.has_digit(cells[index])


def _is_filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _count(cells: Sequence[object]) -> int:
    return sum(map(_is_filled, cells))
