"""Split a command of Windows' cmd into the arguments that a program gets."""

from __future__ import annotations

import re

_CONTINUATION = re.compile(r"\s*\^\n\s*")
_ARGUMENT = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^\s"])+)')
_SPECIAL = frozenset("&|<>%!")


class UnsupportedSyntax(ValueError):
    """The text uses syntax of cmd that examples do not need."""


def split(text: str) -> list[str]:
    """Return the arguments of one command, as `CommandLineToArgvW` splits them.

    Raises:
        UnsupportedSyntax: there is an unpaired quote, a second command, or a special character of cmd
    """
    line = _CONTINUATION.sub(" ", text.strip())
    unquoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
    if "\n" in line or '"' in unquoted or "^" in unquoted or _SPECIAL & set(unquoted) or set("%!") & set(line):
        raise UnsupportedSyntax(text)
    return [re.sub(r'\\(")|"', r"\1", argument) for argument in _ARGUMENT.findall(line)]
