"""Choice of the rows of a preview that are approved: how many, which, and which orders must not be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from oint.refusals.card_facts import REFUSE
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import ALL_ROWS, DUPLICATE, INVALID, NOT_READ

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from oint.refusals.preview import Narrowing, PreviewRow

SENT = frozenset({REFUSE, NOT_READ})
"""Actions that send a refusal."""


class Choice(NamedTuple):
    """How the user limits an approval.

    Args:
        yes: approve without asking
        expect: exact number of refusals; None: any
        limit: maximum number of refusals to approve; None: all
        exceptions: names of orders that must not be refused, as `fold_names` returns them
        no_cards: preview without reading order cards
        rows: numbers of the rows to approve; None: all
        without: numbers of rows that stay held
        even_if_billed: overrule the advice to delete the order
        narrowing: only orders of some statuses, or that have been at their office for some days
    """

    yes: bool
    expect: int | None
    limit: int | None
    exceptions: frozenset[str]
    no_cards: bool
    rows: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    even_if_billed: bool = False
    narrowing: Narrowing = ALL_ROWS

    @property
    def leaves_out(self) -> bool:
        """Return whether orders are left out: only their cards show their other names in the batch."""
        return bool(self.exceptions or self.without)

    @property
    def needs_preview(self) -> bool:
        """Return whether the choice depends on order cards: always where a person is asked."""
        return (
            not self.yes
            or self.expect is not None
            or self.limit is not None
            or self.leaves_out
            or self.narrowing.is_active
        )

    @property
    def detail(self) -> str | None:
        """Return the options as a line for the batch's record of events."""
        parts = [
            f"{name}={value}" for name, value in (("limit", self.limit), ("expect", self.expect)) if value is not None
        ]
        parts += [f"only-status={status}" for status in sorted(self.narrowing.only_status)]
        parts += [f"min-days={self.narrowing.min_days}"] if self.narrowing.min_days is not None else []
        parts += ["yes"] if self.yes else []
        parts += ["no-cards"] if self.no_cards else []
        parts += [f"except={len(self.exceptions)}"] if self.exceptions else []
        parts += [f"rows={len(self.rows)}"] if self.rows is not None else []
        parts += [f"without={len(self.without)}"] if self.without else []
        return " ".join(parts) or None


def choose_rows(rows: Iterable[PreviewRow], choice: Choice, excepted: Iterable[PreviewRow]) -> Iterator[PreviewRow]:
    """Yield the rows to approve. The rows are walked several times and not kept.

    A row whose card could not be read stays held: nobody has seen what would be sent. A row with the order of a row that
    stays held for a reason stays held as well. A duplicate follows its first row; where that one is not named, and the
    duplicate is, it stands for it.
    """
    barred = {row.row for row in excepted} | choice.without
    barred |= {row.row for row in rows if row.action == UNREAD}
    orders = {row.uuid for row in rows if row.row in barred and row.uuid is not None}
    covered: set[int] = set()
    duplicated = {row.duplicate_of for row in rows if row.action == DUPLICATE and row.other_batch is None}
    firsts = {row.row: row for row in rows if row.row in duplicated}
    refusals = 0
    for row in rows:
        number, one = row.row, row
        is_named = choice.rows is None or number in choice.rows
        if row.action == INVALID or number in barred or row.uuid in orders or not is_named:
            continue
        if row.action == DUPLICATE and row.other_batch is None and row.duplicate_of is not None:
            number = row.duplicate_of
            if number not in covered:
                if choice.rows is None or number in barred:
                    continue
                one = msgspec.structs.replace(firsts[number], row=row.row, order=row.order, id=row.id)
        if one.action in SENT:
            refusals += 1
        if choice.limit is not None and (one.action not in SENT or refusals > choice.limit):
            continue
        covered.add(number)
        yield one


def find_excepted(rows: Iterable[PreviewRow], exceptions: frozenset[str]) -> list[PreviewRow]:
    """Return the rows whose orders must not be refused, under any of their names, including duplicates."""
    matches = [row for row in rows if row.action != INVALID and not _names(row).isdisjoint(exceptions)]
    orders = {row.uuid for row in matches if row.uuid is not None}
    numbers = {row.row for row in matches}
    return [
        row
        for row in rows
        if row.row in numbers or row.uuid in orders or (row.other_batch is None and row.duplicate_of in numbers)
    ]


def _names(row: PreviewRow) -> frozenset[str]:
    return fold_names((row.order, row.uuid, row.cdek_number, row.im_number))


def fold_names(names: Collection[str | None]) -> frozenset[str]:
    """Return names case-folded, the form in which they are compared."""
    return frozenset(name.casefold() for name in names if name)
