"""Texts in the columns of a terminal: how wide they are, cut, padded and broken into lines. Pure.

A wide character (CJK, most emoji) takes two columns, a combining one none. All texts here are printable, see
`oint.redaction.sanitize_line`.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator

ELLIPSIS = "…"
_EMOJI_SELECTOR = "\ufe0f"
_COMBINING = frozenset({"Mn", "Me"})


def measure_width(text: str) -> int:
    """Return how many columns a text takes, at most: what terminals draw differently counts as the wider form."""
    return len(text) if text.isascii() else sum(map(_measure_character, text))


def cut_text(text: str, width: int) -> str:
    """Cut a text to a width in columns; a text that was cut ends with an ellipsis."""
    if measure_width(text) <= width:
        return text
    if width < 1:
        return ""
    return _take(text, width - 1) + ELLIPSIS


def pad_text(text: str, width: int) -> str:
    """Cut a text to a width, and fill it up with spaces."""
    text = cut_text(text, width)
    return text + " " * (width - measure_width(text))


def wrap_text(text: str, width: int, *, first: str = "", rest: str = "") -> Iterator[str]:
    """Break a text into lines between words; a word that is wider than a line is cut into pieces.

    Args:
        text: without line breaks
        width: columns of a line, its beginning included
        first: beginning of the first line
        rest: beginning of all others
    """
    head, line = first, ""
    for word in text.split():
        if line and measure_width(f"{head}{line} {word}") <= width:
            line = f"{line} {word}"
            continue
        if line:
            yield head + line
            head = rest
        line = word
        while (room := max(1, width - measure_width(head))) < measure_width(line):
            part = _take(line, room) or line[0]
            yield head + part
            head, line = rest, line[len(part) :]
    yield head + line


def _take(text: str, width: int) -> str:
    """Return the longest beginning of a text that fits a width."""
    totals = accumulate(map(_measure_character, text))
    return text[: sum(1 for total in totals if total <= width)]


def _measure_character(character: str) -> int:
    if character == _EMOJI_SELECTOR:
        return 1  # many terminals draw the character before it in two columns
    if category(character) in _COMBINING:
        return 0
    return 2 if east_asian_width(character) in {"W", "F"} else 1
