"""A command line that cannot be carried out as it is, and the nearest one that can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cli import codes
from oint.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


class Misuse(Exception):
    """What is wrong with the command line, and what to do.

    Args:
        sentence: what is wrong
        next_step: what to do
        code: exit code
    """

    def __init__(self, sentence: Text, next_step: Text, code: int = codes.BAD_USAGE) -> None:
        super().__init__(sentence, next_step)
        self.sentence = sentence
        self.next_step = next_step
        self.code = code

    def __str__(self) -> str:
        return f"{self.sentence}. {self.next_step}"


def nearest(word: str, known: Iterable[str], otherwise: Text) -> Text:
    """The question "did you mean …?" where a known word is near, else another hint."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a slip needs it

    by_folded = {name.casefold(): name for name in reversed(list(known))}
    found = [by_folded[near] for near in get_close_matches(word.casefold(), by_folded, n=1)]
    if not found:
        return otherwise
    return Text(f"Возможно, вы имели в виду {found[0]}", f"Did you mean {found[0]}?")
