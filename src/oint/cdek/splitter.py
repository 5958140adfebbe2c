"""A JSON array that comes in chunks -> pieces of it, each a whole array of its next items. Pure; memory stays bounded.

Where items end is guessed, and the guess is proved by reading: if everything before a comma reads as an array once it is
closed there, then no string, object or inner array is open at that comma, for a reader of JSON knows nothing but what
came before. So a wrong guess costs time, never an item, and the bytes are looked at by the fast reader alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")

BLANK = b" \t\r\n"
_OPENING = re.compile(rb'\{[ \t\r\n]*"[^"\\]*"[ \t\r\n]*:')
TRIES = 16
"""Guesses before more bytes are awaited: so many objects within one item may begin as the items do."""


class Splitter(Generic[R]):
    """Cuts one array.

    Args:
        read: reads a whole JSON array; None where the bytes are none
        least: bytes to gather before a piece is cut off
    """

    def __init__(self, read: Callable[[bytes], R | None], least: int = 32_768) -> None:
        self._read = read
        self._least = self._wanted = least
        self._opening = b""
        self._has_begun = False
        self._rest = bytearray()

    @property
    def rest(self) -> bytes:
        """What has come and was not given back yet, as an array of its own where it is of one."""
        return b"[" + self._rest if self._has_begun else bytes(self._rest)

    @property
    def size(self) -> int:
        """The bytes that have come and were not given back yet."""
        return len(self._rest)

    def feed(self, chunk: bytes) -> R | None:
        """Take the next bytes.

        Returns:
            the items that are whole by now, where enough have gathered; else None
        """
        self._rest += chunk
        if len(self._rest) < self._wanted:
            return None
        return self._piece() if self._begin() else None

    def end(self) -> R | None:
        """All bytes have come.

        Returns:
            the last items; None where what came is no JSON array: `rest` has what could not be read
        """
        self._begin()
        return self._read(self.rest)

    def _begin(self) -> bool:
        """Whether the array has begun; its bracket is taken off, for every piece gets one of its own."""
        if not self._has_begun:
            text = self._rest.lstrip(BLANK)
            self._has_begun = text.startswith(b"[")
            if self._has_begun:
                self._rest = text[1:].lstrip(BLANK)
        return self._has_begun

    def _piece(self) -> R | None:
        """The items up to the last comma between items, as far as it can be found."""
        if not self._opening and (found := _OPENING.match(self._rest)):
            self._opening = found.group()
        at = len(self._rest) if self._opening else 0
        for _ in range(TRIES):
            at = self._rest.rfind(self._opening, 0, at)
            if at <= 0:
                break
            before = self._rest[:at].rstrip(BLANK)
            items = self._read(b"[" + before[:-1] + b"]") if before.endswith(b",") else None
            if items is not None:
                del self._rest[:at]
                self._wanted = self._least
                return items
        self._wanted = 2 * len(self._rest)
        return None
