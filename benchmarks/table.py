"""The table of results: a row for each figure, with its reference and its budget."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table.

    Args:
        name: what was measured
        ours: the figure in `unit`; None: not measured, for the reason in `note`
        reference: what Python needs at least for the same, or its budget
        unit: the unit of both figures
        budget: the limit of ours / reference; None: the row has no budget
        at_least: the budget is a minimum, not a maximum
        note: a remark below the table
        defect: the row should have been measured
    """

    name: str
    ours: float | None = None
    reference: float = 0.0
    unit: str = "ms"
    budget: float | None = None
    at_least: bool = False
    note: str = ""
    defect: bool = False

    @property
    def verdict(self) -> str:
        """Return whether the ratio is within the budget."""
        if self.ours is None:
            return "not measured"
        if self.budget is None:
            return "compared"
        ratio = self.ours / self.reference
        return "within" if (ratio >= self.budget if self.at_least else ratio <= self.budget) else "MISSED"

    def format_cells(self) -> tuple[str, ...]:
        """Return the text of each column."""
        budget = "-" if self.budget is None else f"{'>=' if self.at_least else '<='} {self.budget:g}"
        if self.ours is None:
            return (self.name, "-", "-", "-", budget, self.verdict)
        figures = (
            f"{self.ours:,.4g} {self.unit}",
            f"{self.reference:,.4g} {self.unit}",
            f"{self.ours / self.reference:.2f}",
        )
        return (self.name, *figures, budget, self.verdict)


HEAD = ("row", "ours", "reference", "ratio", "budget", "verdict")


def format_table(rows: list[Row]) -> str:
    """Return the table as text, with the notes of its rows below."""
    lines = [HEAD, *(row.format_cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = [" | ".join(_align_cells(line, widths)) for line in lines]
    text.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(text + [f"{row.name}: {row.note}" for row in rows if row.note])


def _align_cells(line: tuple[str, ...], widths: list[int]) -> list[str]:
    first, *figures, verdict = line
    middle = [cell.rjust(width) for cell, width in zip(figures, widths[1:-1], strict=True)]
    return [first.ljust(widths[0]), *middle, verdict.ljust(widths[-1])]
