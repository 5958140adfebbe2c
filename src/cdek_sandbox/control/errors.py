"""Trouble with a call of the control plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.i18n import Message


class ControlError(Exception):
    """A control call that cannot be done; answered with 400 and both texts."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.en)
        self.text = text
