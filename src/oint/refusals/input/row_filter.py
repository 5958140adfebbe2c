"""Rows of a table that are not orders: repeated headers, totals, sentences, and tables that follow the first one.

What follows the last order is left out and counted. Amid orders the same rows are invalid. Below a second header, or a
sentence that may be a heading, all rows are invalid: only a person can say what that heading means. So are they below a
title that forbids a refusal.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from oint.refusals.input.errors import RowError
from oint.refusals.input.row_classifier import RowClassifier
from oint.refusals.input.row_kinds import RowKind, fold_text, is_adverse_heading, is_forbidding
from oint.refusals.input.rows import InputRow, make_row_reader
from oint.refusals.input.uuid_blocks import UuidBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oint.refusals.input.layout import ColumnLayout
    from oint.refusals.input.left_out import LeftOut
    from oint.refusals.input.rows import RawRow
    from oint.refusals.settings import By

SAMPLE_ROWS: Final = 40
"""Rows below the header that show how the orders of the table look."""
MAX_PENDING_ROWS: Final = 999
"""Rows without an order that wait for the next order, which decides about them; if there are more, they are invalid."""
_SENTENCES = (RowKind.SENTENCE, RowKind.DOUBT)
_HEADERS = (RowKind.HEADER, RowKind.REPEATED_HEADER)
_PARTS_OF_PRINT = (RowKind.PAGE, RowKind.REPEATED_HEADER)
"""What printing adds to a table on each page."""


class _PendingRow(NamedTuple):
    """A row without an order: it is left out or invalid, depending on what follows it.

    Args:
        row: as it was read
        kind: see `RowKind`
        is_heading: it may be the heading of the rows below it
        is_adverse: above all orders it would mean that they are not to be refused
    """

    row: InputRow
    kind: RowKind
    is_heading: bool
    is_adverse: bool

    @property
    def ends_table(self) -> bool:
        """Return whether the rows below it may belong to another table."""
        return self.is_heading or self.kind in _HEADERS

    def reject(self) -> InputRow:
        """Return the row as an invalid one."""
        error = self.row.error if self.kind is RowKind.DOUBT else None
        return self.row._replace(error=error or RowError("bad_row_sentence", ""))


def filter_rows(
    rows: Iterable[RawRow | UuidBlock], layout: ColumnLayout, by: By, left_out: LeftOut
) -> Iterator[InputRow | UuidBlock]:
    """Read the rows of a table below its header, and leave out or reject what is not an order.

    Args:
        rows: number and cells of each row from the first one, the header included; an error in place of the cells makes
            the row invalid; a block stands for its rows
        layout: where the columns are
        by: how a cell of the column `order` is read
        left_out: counts what is left out
    """
    head, source = _take_head(iter(rows), layout.header_rows)
    top = [(number, cells) for number, cells in head if not isinstance(cells, RowError)]
    header = next((cells for number, cells in top if number == (layout.header_row or layout.header_rows)), None)
    sample = [cells for number, cells in top if number > layout.header_rows]
    classifier = RowClassifier(layout, header, sample)
    titles = (fold_text(cell) for number, cells in top if number <= layout.header_rows for cell in cells)
    is_forbidden = any(map(is_forbidding, titles))
    return _RowFilter(layout, by, left_out, classifier, is_forbidden=is_forbidden).read(chain(head, source))


def _take_head(
    rows: Iterator[RawRow | UuidBlock], header_rows: int
) -> tuple[list[RawRow], Iterator[RawRow | UuidBlock]]:
    """Take the rows down to the header, and the sample below it; a workbook numbers only the rows that it has.

    Returns:
        these rows, and those that follow them
    """
    head: list[RawRow] = []
    below = 0
    while below < SAMPLE_ROWS and (row := next(rows, None)):
        if isinstance(row, UuidBlock):
            rows = chain(row.split(), rows)
            continue
        below += row[0] > header_rows
        head.append(row)
    return head, rows


class _RowFilter:
    """The state between two rows: what waits for the next order, and whether a second table has begun."""

    def __init__(
        self, layout: ColumnLayout, by: By, left_out: LeftOut, classifier: RowClassifier, *, is_forbidden: bool
    ) -> None:
        self._header_rows = layout.header_rows
        self._read_row = make_row_reader(layout, by)
        self._left_out = left_out
        self._classifier = classifier
        self._pending: list[_PendingRow] = []
        self._last_number = layout.header_rows
        self._is_calm = False
        """The current row is amid orders, where the next order needs no decision."""
        self._has_orders = False
        self._is_second_table = is_forbidden
        self._is_set_apart = False
        """An empty row is above the current one."""

    def read(self, rows: Iterable[RawRow | UuidBlock]) -> Iterator[InputRow | UuidBlock]:
        """Yield orders and invalid rows, in the order of their numbers."""
        return chain(self._read_all(rows), self._end())

    def _read_all(self, rows: Iterable[RawRow | UuidBlock]) -> Iterator[InputRow | UuidBlock]:
        header_rows, read_row, is_plain = self._header_rows, self._read_row, self._classifier.is_plain
        for item in rows:
            if isinstance(item, UuidBlock):
                if self._is_calm and item.number == self._last_number + 1:
                    yield item
                    self._last_number += len(item)
                else:
                    yield from self._read_all(item.split())
                continue
            number, cells = item
            if number <= header_rows:
                continue
            if number > self._last_number + 1:  # a workbook has no rows that are empty
                self._is_set_apart, self._is_calm = True, False
            self._last_number = number
            if isinstance(cells, RowError):
                row: InputRow | None = InputRow(number, None, None, None, cells)
            else:
                row = read_row(number, cells)
            if row is not None and self._is_calm and is_plain(row, cells):
                yield row
                continue
            yield from self._decide(row, cells)
            self._is_calm = self._has_orders and not (self._pending or self._is_second_table or self._is_set_apart)

    def _decide(self, row: InputRow | None, cells: Sequence[object]) -> Iterator[InputRow]:
        """Yield a row that identifies an order, or should, and what waited for it; other rows wait for the next order."""
        if row is None:
            self._is_set_apart = True
        elif isinstance(cells, RowError) or self._classify(row, cells) is RowKind.ORDER:
            yield from self._settle_pending()
            self._has_orders = True
            self._is_set_apart = False
            is_valid = row.error is None and self._is_second_table
            yield row._replace(error=RowError("bad_row_second_table", "")) if is_valid else row
        elif len(self._pending) > MAX_PENDING_ROWS:
            yield from self._reject_pending()

    def _classify(self, row: InputRow, cells: Sequence[object]) -> RowKind:
        """Return the kind of a row; one that is not an order becomes pending."""
        is_first = not self._has_orders and not self._pending
        kind = self._classifier.classify(row, cells, is_first=is_first, is_set_apart=self._is_set_apart)
        if kind is not RowKind.ORDER:
            is_heading = kind in _SENTENCES and self._classifier.is_heading(cells, is_set_apart=self._is_set_apart)
            is_adverse = is_heading and is_adverse_heading(self._classifier.find_text(cells))
            self._pending.append(_PendingRow(row, kind, is_heading, is_adverse))
            self._is_set_apart = False
        return kind

    def _settle_pending(self) -> Iterator[InputRow]:
        """Decide about the pending rows, now that an order follows them."""
        is_print = all(pending.kind in _PARTS_OF_PRINT for pending in self._pending)
        is_top = not self._has_orders and not any(pending.is_adverse for pending in self._pending)
        if not is_print and not is_top:
            yield from self._reject_pending()
            return
        for pending in self._pending:
            if pending.kind is RowKind.DOUBT:
                yield pending.reject()
            else:
                is_note = pending.kind in {RowKind.TOTAL, RowKind.SENTENCE}
                self._left_out.add("note" if is_note else "repeated_header", pending.row.number)
        self._pending.clear()

    def _reject_pending(self) -> Iterator[InputRow]:
        self._is_second_table |= any(pending.ends_table for pending in self._pending)
        for pending in self._pending:
            yield pending.reject()
        self._pending.clear()

    def _end(self) -> Iterator[InputRow]:
        """Leave out what follows the last order."""
        for pending in self._pending:
            if self._has_orders and pending.kind is not RowKind.DOUBT:
                self._left_out.add("after_table", pending.row.number)
            else:
                yield pending.reject()
