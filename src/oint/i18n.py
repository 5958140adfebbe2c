"""The two languages of oint: which one the user reads, and texts that exist in both.

The language is `OINT_LANG` (`ru` or `en`) where it is set, else the locale of the environment
(`LC_ALL`, `LC_MESSAGES`, `LANG`), else English.
"""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

Language = Literal["ru", "en"]


class Message(NamedTuple):
    """One text for users in both languages; `str()` chooses, `format` fills both."""

    ru: str
    en: str

    def __str__(self) -> str:
        return self.ru if current_language() == "ru" else self.en

    def format(self, *args: object, **values: object) -> Message:
        """Fill the placeholders of both texts with the same values."""
        return Message(self.ru.format(*args, **values), self.en.format(*args, **values))


def current_language() -> Language:
    """Find the language that the user reads, anew at each call: a test or a server may change it."""
    for name in ("OINT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value.startswith(("ru", "en")):
            return "ru" if value.startswith("ru") else "en"
        if value:
            return "en"
    return _read_windows_language() if os.name == "nt" else "en"


def _read_windows_language() -> Language:
    """Return the language of Windows, which keeps the locale outside the environment."""
    import locale  # noqa: PLC0415 - only where the environment is silent, which on Linux and macOS it seldom is

    name = locale.getlocale()[0] or ""
    return "ru" if name.lower().startswith(("ru", "russian")) else "en"
