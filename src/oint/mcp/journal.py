"""The log of the MCP server: who called what, and how it ended. A line of JSON each, never a value."""

from __future__ import annotations

import logging
import os
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from oint.auth.secure_files import PRIVATE_FILE
from oint.i18n import Message
from oint.redaction import sanitize_line

if TYPE_CHECKING:
    from io import FileIO


class Journal:
    """A file to which lines are added, private from the start; without one, nothing is kept.

    Args:
        path: the file, or None
    Raises:
        OSError: it cannot be written
    """

    def __init__(self, path: str | None) -> None:
        self._lock = threading.Lock()
        self._path = path
        self._file: FileIO | None = None
        self._is_torn = self._is_told = False
        if path is not None:
            opened = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
            self._file = os.fdopen(
                opened, "ab", buffering=0
            )  # what cannot be written is not tried again behind our back

    def add(self, event: str, **fields: Any) -> None:
        """One line; every text in it is made safe to show. A line that cannot be written is lost: the work is not for it."""
        if self._file is None:
            return
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        safe = {name: sanitize_line(value) if isinstance(value, str) else value for name, value in fields.items()}
        line = msgspec.json.encode({"at": at, "event": event, **safe}) + b"\n"
        with self._lock:
            line = b"\n" + line if self._is_torn else line
            try:
                self._is_torn = self._file.write(line) < len(line)
            except OSError as error:
                self._tell(error)

    def _tell(self, error: OSError) -> None:
        """Tell the user, once: each further line would say the same."""
        if self._is_told:
            return
        self._is_told = True
        trouble = Message(
            f"журнал {self._path} не записать ({error.strerror}); работа продолжается без него. Освободите место на диске",
            f"the log {self._path} cannot be written ({error.strerror}); the work goes on without it. Make free space on the disk",
        )
        with suppress(OSError, ValueError):  # stderr may be closed
            sys.stderr.write(f"oint: {trouble}\n")

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
