"""Which row is next: readings that are due before new sendings, so that what was begun is ended first. Pure."""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from oint.refusals.ledger.rows import Row


class DueAt(NamedTuple):
    """When a row continues: at a moment of its worker's clock; without one, when there is room."""

    moment: float | None = None


class Schedule:
    """The rows in a worker's hands that wait for their next step; moments are seconds of the worker's clock."""

    def __init__(self) -> None:
        self._fresh: deque[Row] = deque()
        self._due: list[tuple[float, int, Row]] = []

    def __len__(self) -> int:
        return len(self._fresh) + len(self._due)

    @property
    def fresh(self) -> int:
        """Add rows that were just claimed."""
        return len(self._fresh)

    def add(self, row: Row, following: DueAt = DueAt()) -> None:  # noqa: B008 - frozen
        """Add a row, due at a moment."""
        if following.moment is None:
            self._fresh.append(row)
        else:
            heappush(self._due, (following.moment, row.id, row))

    def next(self, now: float) -> Row | None:
        """Return the row that is due now; None: no row is."""
        if self._due and self._due[0][0] <= now:
            return heappop(self._due)[2]
        return self._fresh.popleft() if self._fresh else None

    def next_due(self) -> float | None:
        """Return when the next row is due that is not due now."""
        return self._due[0][0] if self._due else None

    def reschedule_now(self, uuids: AbstractSet[str], now: float) -> bool:
        """Bring the readings of these orders forward to now; whether there were any."""
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

    def drop(self, is_meant: Callable[[Row], bool]) -> None:
        """Let go of some rows."""
        self._fresh = deque(row for row in self._fresh if not is_meant(row))
        self._due = [entry for entry in self._due if not is_meant(entry[2])]
        heapify(self._due)

    def clear(self) -> None:
        """Let go of everything."""
        self._fresh.clear()
        self._due.clear()
