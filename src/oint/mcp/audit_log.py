"""Audit log of the MCP server: one line of JSON for each call and its outcome, never a value."""

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


class AuditLog:
    """A private file to which lines are appended.

    Args:
        path: the file; None logs nothing
    Raises:
        OSError: the file cannot be opened
    """

    def __init__(self, path: str | None) -> None:
        self._lock = threading.Lock()
        self._path = path
        self._file: FileIO | None = None
        self._is_torn = self._is_failure_reported = False
        if path is not None:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
            self._file = os.fdopen(descriptor, "ab", buffering=0)  # a buffer would repeat a failed write

    def add(self, event: str, **fields: Any) -> None:
        """Append one line, its texts sanitized. A line that cannot be written is lost; the server continues."""
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
                self._report_once(error)

    def _report_once(self, error: OSError) -> None:
        """Report the failure on stderr, for the first lost line only."""
        if self._is_failure_reported:
            return
        self._is_failure_reported = True
        warning = Message(
            f"журнал {self._path} не записать ({error.strerror}); сервер работает без него. Проверьте место на диске",
            f"the log {self._path} cannot be written ({error.strerror}); the server continues without it. Check the free space on the disk",
        )
        with suppress(OSError, ValueError):  # stderr may be closed
            sys.stderr.write(f"oint: {warning}\n")

    def capture_logger(self, name: str) -> None:
        """Log the warnings of a library here. On stderr they would show the values that they quote."""
        logger = logging.getLogger(name)
        logger.addHandler(_AuditLogHandler(self))
        logger.propagate = False


class _AuditLogHandler(logging.Handler):
    def __init__(self, audit_log: AuditLog) -> None:
        super().__init__(logging.WARNING)
        self._audit_log = audit_log

    def emit(self, record: logging.LogRecord) -> None:
        """Log where a warning comes from, without its text, which may quote values."""
        self._audit_log.add("warning", logger=record.name, line=record.lineno, level=record.levelname)
