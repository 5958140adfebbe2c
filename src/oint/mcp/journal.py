"""The log of the MCP server: who called what, and how it ended. A line of JSON each, never a value."""

from __future__ import annotations

import logging
import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from oint.private_files import PRIVATE_FILE
from oint.redact import one_line

if TYPE_CHECKING:
    from typing import BinaryIO


class Journal:
    """A file to which lines are added, private from the start; without one, nothing is kept.

    Args:
        path: the file, or None
    Raises:
        OSError: it cannot be written
    """

    def __init__(self, path: str | None) -> None:
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        if path is not None:
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE), "ab")

    def add(self, event: str, **fields: Any) -> None:
        """One line; every text in it is made safe to show."""
        if self._file is None:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        safe = {name: one_line(value) if isinstance(value, str) else value for name, value in fields.items()}
        with self._lock:
            self._file.write(msgspec.json.encode({"at": at, "event": event, **safe}) + b"\n")
            self._file.flush()

    def take_log_of(self, name: str) -> None:
        """Keep the warnings of a library here, which else would go to stderr with whatever they quote."""
        logger = logging.getLogger(name)
        logger.addHandler(_Handler(self))
        logger.propagate = False


class _Handler(logging.Handler):
    def __init__(self, journal: Journal) -> None:
        super().__init__(logging.WARNING)
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        """Keep where a warning comes from; what it says may quote an agent's values."""
        self._journal.add("warning", logger=record.name, line=record.lineno, level=record.levelname)
