"""The name that somebody meant who wrote another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], otherwise: Text) -> Text:
    """The question "did you mean …?" where a known word is near, else another hint."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a slip needs it

    by_folded = {name.casefold(): name for name in reversed(list(known))}
    found = [by_folded[near] for near in get_close_matches(word.casefold(), by_folded, n=1)]
    if not found:
        return otherwise
    return Text(f"Возможно, вы имели в виду {found[0]}", f"Did you mean {found[0]}?")
