"""Whether a stream is a terminal, and how wide it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

DEFAULT_WIDTH = 80
"""Columns of what is no terminal, or does not say how wide it is."""


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a person reads a stream on a terminal."""
    return stream is not None and stream.isatty()


def find_width(stream: TextIO | None) -> int:
    """Return how many columns a stream has."""
    try:
        return (stream and os.get_terminal_size(stream.fileno()).columns) or DEFAULT_WIDTH
    except (OSError, ValueError):
        return DEFAULT_WIDTH
