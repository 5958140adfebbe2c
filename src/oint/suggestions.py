"""Suggestions ("Did you mean …?") for misspelled names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, names: Iterable[str], otherwise: Message) -> Message:
    """Suggest a known word that is near ("did you mean …?"); otherwise return another hint."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a slip needs it

    by_folded = {name.casefold(): name for name in reversed(list(names))}
    matches = [by_folded[near] for near in get_close_matches(word.casefold(), by_folded, n=1)]
    if not matches:
        return otherwise
    return Message(f"Возможно, вы имели в виду {matches[0]}", f"Did you mean {matches[0]}?")
