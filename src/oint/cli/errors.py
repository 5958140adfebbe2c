"""A command line that cannot be carried out as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cli import codes

if TYPE_CHECKING:
    from oint.i18n import Message


class UsageError(Exception):
    """What is wrong with the command line, and what to do.

    Args:
        sentence: what is wrong
        next_step: what to do
        code: exit code
    """

    def __init__(self, text: Message, hint: Message, code: int = codes.BAD_USAGE) -> None:
        super().__init__(text, hint)
        self.text = text
        self.hint = hint
        self.code = code

    def __str__(self) -> str:
        return f"{self.text}. {self.hint}"
