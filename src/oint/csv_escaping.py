"""Texts of CSV that no spreadsheet program takes for a formula, whichever delimiter its locale expects."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = "=+\\-@＝＋－＠"
"""Beginnings of a formula; programs read the full-width ones in the same way."""
_AT_START: Final = re.compile(rf'[\s"]*[{_MARKS}]|[\t\r]')
_AFTER_DELIMITER: Final = re.compile(rf'([,;|\t\r\n][\s"]*)(?=[{_MARKS}])(?![+-][0-9][0-9.]*(?:[\s,;|"\]}}]|$))')
"""A beginning behind what another locale takes for the end of a cell; a plain number is harmless there."""


def escape_formulas(text: str) -> str:
    """Put an apostrophe before everything in a cell that could become a formula.

    A file with `;` between its cells that is opened where `,` is expected is cut inside its texts: `IM-1,=HYPERLINK(…)`
    would have a formula in its second cell.
    """
    escaped = _AFTER_DELIMITER.sub(r"\1'", text)
    return f"'{escaped}" if _AT_START.match(escaped) else escaped
