"""The bytes of a source: a file that is opened once, or a stream that is kept in a private file."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from oint.refusals.input.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

CHUNK = 256 * 1024
MAX_STREAM_BYTES = 2048
"""MB that are kept of a stream; a file is read where it is."""
MB = 1024 * 1024
STDIN = "-"


class IndependentReader(io.RawIOBase):
    """A reader of an open file with a place of its own, so that a file is read twice at a time."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read on from its own place."""
        self._file.seek(self._at)
        data = self._file.read(len(memoryview(buffer).cast("B")))
        memoryview(buffer).cast("B")[: len(data)] = data
        self._at += len(data)
        return len(data)


def open_bytes(path: str | Path, stdin: BinaryIO | None) -> tuple[str, BinaryIO]:
    """The source's name and its bytes, which can be read again.

    Args:
        path: of a file, or "-": standard input
        stdin: what stands for standard input
    Raises:
        InputFileError: there is no such file, it cannot be read, or standard input is closed
    """
    if path == STDIN:
        given = stdin or getattr(sys.stdin, "buffer", None)
        if given is None:
            raise InputFileError("source_closed")
        return STDIN, _kept(STDIN, given)
    name = Path(path).name or str(path)
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - the source closes it
    except FileNotFoundError as error:
        raise InputFileError("source_missing", name=name) from error
    except IsADirectoryError as error:
        raise InputFileError("source_folder", name=name) from error
    except PermissionError as error:
        folder = Path(path).is_dir()  # Windows says so of a folder
        raise InputFileError("source_folder" if folder else "source_forbidden", name=name) from error
    except (OSError, ValueError) as error:
        raise InputFileError("source_unreadable", name=name, why=_why(error)) from error
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return name, file
    with file:
        return name, _kept(name, file)


def chunks(name: str, file: BinaryIO) -> Iterator[bytes]:
    """All bytes of a file from its beginning.

    Raises:
        InputFileError: it cannot be read on
    """
    view = IndependentReader(file)
    try:
        while data := view.read(CHUNK):
            yield data
    except OSError as error:
        raise InputFileError("source_unreadable", name=name, why=_why(error)) from error


def size(file: BinaryIO) -> int:
    """Bytes of a file."""
    return file.seek(0, io.SEEK_END)


def _kept(name: str, stream: BinaryIO) -> BinaryIO:
    """A stream in a file without a name, which goes when it is closed."""
    kept = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - the source closes it
    try:
        while kept.tell() <= MAX_STREAM_BYTES * MB:
            data = stream.read(CHUNK)
            if not data:
                kept.flush()
                return kept
            kept.write(data)
    except OSError as error:
        kept.close()
        raise InputFileError("source_unreadable", name=name, why=_why(error)) from error
    except BaseException:
        kept.close()
        raise
    kept.close()
    raise InputFileError("source_too_large", name=name, limit=MAX_STREAM_BYTES)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
