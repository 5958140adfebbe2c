"""The table: a row a figure, beside its floor and its budget."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table.

    Args:
        name: what was measured
        ours: the figure, in `unit`; None: not measured, and `note` says why
        floor: the least, or the most, that Python gives for the same
        unit: of both figures
        budget: of ours / floor; None for rows that only compare
        at_least: the budget is the least ratio, not the most
        note: what else there is to say
        defect: that it is not measured is a defect
    """

    name: str
    ours: float | None = None
    floor: float = 0.0
    unit: str = "ms"
    budget: float | None = None
    at_least: bool = False
    note: str = ""
    defect: bool = False

    @property
    def verdict(self) -> str:
        """What the ratio says of the budget."""
        if self.ours is None:
            return "not measured"
        if self.budget is None:
            return "compared"
        ratio = self.ours / self.floor
        return "within" if (ratio >= self.budget if self.at_least else ratio <= self.budget) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """The row as text, column by column."""
        budget = "-" if self.budget is None else f"{'>=' if self.at_least else '<='} {self.budget:g}"
        if self.ours is None:
            return (self.name, "-", "-", "-", budget, self.verdict)
        figures = (f"{self.ours:,.4g} {self.unit}", f"{self.floor:,.4g} {self.unit}", f"{self.ours / self.floor:.2f}")
        return (self.name, *figures, budget, self.verdict)


HEAD = ("row", "ours", "floor", "ratio", "budget", "verdict")


def drawn(rows: list[Row]) -> str:
    """The table as text, with the notes of its rows below."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = [" | ".join(_aligned(line, widths)) for line in lines]
    text.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(text + [f"{row.name}: {row.note}" for row in rows if row.note])


def _aligned(line: tuple[str, ...], widths: list[int]) -> list[str]:
    first, *figures, verdict = line
    middle = [cell.rjust(width) for cell, width in zip(figures, widths[1:-1], strict=True)]
    return [first.ljust(widths[0]), *middle, verdict.ljust(widths[-1])]
