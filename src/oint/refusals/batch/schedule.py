"""Schedule of a worker: due reads come before new sendings, so that started refusals end first. Pure."""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from oint.refusals.ledger.rows import Row


class DueAt(NamedTuple):
    """When a row continues: at a moment of the worker's clock; None: as soon as there is room."""

    moment: float | None = None


class Schedule:
    """Rows of a worker that wait for their next step. Moments are seconds of the worker's clock."""

    def __init__(self) -> None:
        self._fresh: deque[Row] = deque()
        self._due: list[tuple[float, int, Row]] = []

    def __len__(self) -> int:
        return len(self._fresh) + len(self._due)

    @property
    def fresh(self) -> int:
        """Return the number of rows that have no moment."""
        return len(self._fresh)

    def add(self, row: Row, following: DueAt = DueAt()) -> None:  # noqa: B008 - frozen
        """Add a row, due at a moment."""
        if following.moment is None:
            self._fresh.append(row)
        else:
            heappush(self._due, (following.moment, row.id, row))

    def next(self, now: float) -> Row | None:
        """Remove and return the row that is due now; None: no row is due."""
        if self._due and self._due[0][0] <= now:
            return heappop(self._due)[2]
        return self._fresh.popleft() if self._fresh else None

    def next_due(self) -> float | None:
        """Return the earliest moment at which a row is due."""
        return self._due[0][0] if self._due else None

    def reschedule_now(self, uuids: AbstractSet[str], now: float) -> bool:
        """Make the reads of these orders due now; return whether any was."""
        due = [(now if row.case.outcome.uuid in uuids else moment, number, row) for moment, number, row in self._due]
        if due == self._due:
            return False
        heapify(due)
        self._due = due
        return True

    def rows(self) -> Iterator[Row]:
        """Return all rows, in no order."""
        yield from self._fresh
        yield from (row for _, _, row in self._due)

    def drop(self, predicate: Callable[[Row], bool]) -> None:
        """Remove the rows that a predicate matches."""
        self._fresh = deque(row for row in self._fresh if not predicate(row))
        self._due = [entry for entry in self._due if not predicate(entry[2])]
        heapify(self._due)

    def clear(self) -> None:
        """Remove all rows."""
        self._fresh.clear()
        self._due.clear()
