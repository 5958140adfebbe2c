"""Rows and sheets of an input file that are left out: they are counted, and shown beside what is planned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Self, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Reason = Literal["hidden_row", "hidden_sheet", "repeated_header", "after_table", "note"]
"""Why a row is left out.

`hidden_row`: nobody sees it; `hidden_sheet`: the same, numbered by sheet; `repeated_header`: the table's header again;
`after_table`: a total or a sentence below the last order; `note`: a sentence above the first order.
"""
MAX_NUMBERS_KEPT: Final = 20
"""Row numbers of each reason that are kept; further rows are only counted."""


@dataclass
class LeftOutRows:
    """The rows of one reason.

    Args:
        count: of all of them
        numbers: of the first ones
        names: of the first sheets, which have names
    """

    count: int = 0
    numbers: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, int | list[int] | list[str]]:
        """Return the count, the first numbers, and the names where there are any."""
        fields: dict[str, int | list[int] | list[str]] = {"count": self.count, "rows": list(self.numbers)}
        if self.names:
            fields["names"] = list(self.names)
        return fields


class LeftOut:
    """Counts of what a reading has left out, by reason in the order of their first row."""

    def __init__(self) -> None:
        self._by_reason: dict[Reason, LeftOutRows] = {}

    def add(self, reason: Reason, row_number: int, name: str | None = None) -> None:
        """Count a row, numbered as in `InputRow`, or a sheet by its number and name."""
        rows = self._by_reason.setdefault(reason, LeftOutRows())
        rows.count += 1
        if len(rows.numbers) < MAX_NUMBERS_KEPT:
            rows.numbers.append(row_number)
            rows.names += [name] if name is not None else []

    def __bool__(self) -> bool:
        return bool(self._by_reason)

    def __iter__(self) -> Iterator[tuple[Reason, LeftOutRows]]:
        return iter(self._by_reason.items())

    @classmethod
    def from_json(cls, values: Mapping[str, Mapping[str, Any]]) -> Self:
        """Make the counts of what `to_json` has returned; an unknown reason is left out."""
        left_out = cls()
        for reason in get_args(Reason):
            if reason in values:
                fields = values[reason]
                rows = LeftOutRows(int(fields["count"]), list(fields["rows"]), list(fields.get("names", ())))
                left_out._by_reason[reason] = rows
        return left_out

    def to_json(self) -> dict[str, dict[str, int | list[int] | list[str]]]:
        """Return reason -> the count, the first row numbers, and the names of sheets."""
        return {reason: rows.to_json() for reason, rows in self}
