"""What a preview keeps of its rows for a person: totals, and the first rows of each group. Flat memory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from oint.cli.refusals._preview_actions import ACTIONS, FINE, find_next_step
from oint.cli.refusals._preview_facts import (
    DAY_RANGES,
    Storage,
    classify_storage,
    find_day_range,
    find_phase,
)
from oint.refusals.card_facts import REFUSE, Phase
from oint.refusals.preview import DUPLICATE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from oint.refusals.preview import PreviewRow

MAX_STOPPED_ROWS = 20
"""Rows of a group that needs attention, as a person sees them first."""

MAX_FINE_ROWS = 5
"""Rows of a group that needs nobody's attention."""

MAX_BATCHES = 10
"""Other batches that a preview names."""

UNKNOWN_DAYS = "unknown"


class RowGroup:
    """Rows that a person reads together.

    Args:
        action: of all its rows
        next_step: what to do about them, "" for nothing
        status, reason: of all its rows, where it needs nobody's attention
    """

    def __init__(self, action: str, next_step: str, status: str | None, reason: str | None) -> None:
        self.action, self.next_step, self.status, self.reason = action, next_step, status, reason
        self.count = 0
        self.first_rows: list[PreviewRow] = []

    @property
    def is_stopped(self) -> bool:
        """Return whether its rows need attention."""
        return self.action not in FINE

    def add(self, row: PreviewRow) -> None:
        """Count a row, and keep it if it is one of the first."""
        self.count += 1
        if len(self.first_rows) < (MAX_STOPPED_ROWS if self.is_stopped else MAX_FINE_ROWS):
            self.first_rows.append(row)


class PreviewTotals:
    """Totals of a preview. Days, storage and phases are those of the orders that would be refused.

    Args:
        now: Unix time
    """

    def __init__(self, now: float) -> None:
        self._now = now
        self._groups: dict[tuple[str, ...], RowGroup] = {}
        self.phases: Counter[Phase] = Counter()
        self.days: Counter[str] = Counter()
        self.storage: Counter[Storage] = Counter()
        self.duplicates_here = 0
        self.duplicates_elsewhere = 0
        self.batches: list[int] = []

    @classmethod
    def of(cls, rows: Iterable[PreviewRow], now: float) -> PreviewTotals:
        """Walk the rows once."""
        totals = cls(now)
        for row in rows:
            totals.add(row)
        return totals

    def add(self, row: PreviewRow) -> None:
        """Count a row."""
        self._find_group(row).add(row)
        if row.action == DUPLICATE:
            self._add_duplicate(row)
        if row.action != REFUSE:
            return
        phase = find_phase(row)
        if phase is not None:
            self.phases[phase] += 1
        if phase is Phase.AT_OFFICE:
            days = row.count_days_at_office(self._now)
            self.days[UNKNOWN_DAYS if days is None else str(find_day_range(days))] += 1
            self.storage[classify_storage(row, self._now)] += 1

    def list_groups(self, *, stopped: bool) -> list[RowGroup]:
        """List the groups that need attention, or the other ones, in the order in which a person reads them."""
        rank = {action: index for index, action in enumerate(ACTIONS)}
        groups = [group for group in self._groups.values() if group.is_stopped is stopped]
        return sorted(groups, key=lambda group: (rank.get(group.action, len(rank)), -group.count))

    def to_json(self) -> dict[str, Any]:
        """Make the fields of --json."""
        return {
            "days_at_office": {name: self.days[name] for name in (*map(str, DAY_RANGES), UNKNOWN_DAYS)},
            "free_storage": {state.value: self.storage[state] for state in Storage},
            "on_the_way": self.phases[Phase.ON_THE_WAY],
            "with_courier": self.phases[Phase.WITH_COURIER],
            "duplicates_in_other_batches": self.duplicates_elsewhere,
        }

    def _find_group(self, row: PreviewRow) -> RowGroup:
        step = str(find_next_step(row) or "")
        is_fine = row.action in FINE
        status, reason = (row.status, row.reason) if is_fine and row.action != DUPLICATE else (None, None)
        key = (row.action, step, status or "", reason or "")
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = RowGroup(row.action, step, status, reason)
        return group

    def _add_duplicate(self, row: PreviewRow) -> None:
        if row.other_batch is None:
            self.duplicates_here += 1
            return
        self.duplicates_elsewhere += 1
        if row.other_batch not in self.batches and len(self.batches) <= MAX_BATCHES:
            self.batches.append(row.other_batch)
