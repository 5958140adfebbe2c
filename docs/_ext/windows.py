"""A command of Windows' cmd as the words that a program gets: carets, lines that go on, double quotes."""

from __future__ import annotations

import re

_CONTINUED = re.compile(r"\s*\^\n\s*")
_WORD = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^\s"])+)')
_SPECIAL = frozenset("&|<>%!")


class NotPlain(ValueError):
    """The text uses more of cmd than examples need."""


def words(text: str) -> list[str]:
    """The words of one command, as `CommandLineToArgvW` splits them.

    Raises:
        NotPlain: it holds an unpaired quote, several commands, or a character that cmd reads in its own way
    """
    line = _CONTINUED.sub(" ", text.strip())
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
    if "\n" in line or '"' in outside or "^" in outside or _SPECIAL & set(outside) or set("%!") & set(line):
        raise NotPlain(text)
    return [re.sub(r'\\(")|"', r"\1", word) for word in _WORD.findall(line)]
