"""The error of a command line that cannot be carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cli import codes
from oint.errors import OintError

if TYPE_CHECKING:
    from oint.i18n import Message


class UsageError(OintError):
    """Report what is wrong with the command line, and what to do.

    Args:
        text: what is wrong
        hint: what to do
        exit_code: of the command
    """

    def __init__(self, text: Message, hint: Message, exit_code: int = codes.BAD_USAGE) -> None:
        super().__init__(text, hint, code=codes.KINDS_OF_MISUSE.get(exit_code, "bad_usage"))
        self.exit_code = exit_code
