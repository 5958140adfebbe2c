"""Columns, measures and row attributes of XLSX."""

from __future__ import annotations

from oint.refusals.input.workbooks.limits import MAX_COLUMNS
from oint.refusals.input.workbooks.model import DamagedWorkbookError
from oint.refusals.input.workbooks.xml_parsing import is_true

MIN_ROW_HEIGHT_POINTS = 1.5
"""A row that is set to less shows nothing."""


def is_hidden_row(attributes: dict[str, str]) -> bool:
    """Return whether the attributes of a row hide it.

    A filter, a collapsed group and a person's hand set `hidden`; a height set to nothing hides as well. A height that is
    not set by hand is only a measurement.
    """
    if is_true(attributes.get("hidden")):
        return True
    if not is_true(attributes.get("customHeight")):
        return False
    return is_less(attributes.get("ht", "0"), MIN_ROW_HEIGHT_POINTS)


def is_less(text: str, minimum: float) -> bool:
    """Return whether a measure is less than a minimum.

    Raises:
        DamagedWorkbookError: it is not a number
    """
    try:
        return float(text) < minimum
    except ValueError as error:
        raise DamagedWorkbookError from error


def parse_letters(letters: str) -> int:
    """Return the index of a column, from 0.

    Raises:
        DamagedWorkbookError: no sheet has such a column
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > MAX_COLUMNS:
        raise DamagedWorkbookError
    return number - 1
