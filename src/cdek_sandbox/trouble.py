"""What keeps a sandbox from starting."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.i18n import Message


class CannotStart(Exception):
    """The sandbox cannot start; the text says why and what to do."""

    def __init__(self, text: Message) -> None:
        super().__init__(str(text))
        self.text = text
