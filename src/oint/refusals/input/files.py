"""The bytes of an input: a file that is opened once, or a stream that is copied to a private temporary file."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from oint.refusals.input.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

CHUNK_BYTES = 256 * 1024
MB = 1024 * 1024
MAX_STREAM_MB = 2048
"""Limit of a stream alone: a regular file is read where it is."""
STDIN = "-"


class OpenedBytes(NamedTuple):
    """The bytes of an input, to be closed by the caller, and its name for errors."""

    name: str
    file: BinaryIO


class IndependentReader(io.RawIOBase):
    """Reader of an open file with a position of its own, so that several readers can share the file."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read from the reader's own position."""
        self._file.seek(self._position)
        data = self._file.read(len(memoryview(buffer).cast("B")))
        memoryview(buffer).cast("B")[: len(data)] = data
        self._position += len(data)
        return len(data)


def open_bytes(path: str | Path, stdin: BinaryIO | None) -> OpenedBytes:
    """Open a file or standard input for reading, as often as needed.

    Args:
        path: of a file, or "-": standard input
        stdin: used instead of standard input
    Raises:
        InputFileError: the file does not exist or cannot be read, or standard input is closed
    """
    if path == STDIN:
        stream = stdin or getattr(sys.stdin, "buffer", None)
        if stream is None:
            raise InputFileError("input_closed")
        return OpenedBytes(STDIN, _copy_stream(STDIN, stream))
    name = get_shown_name(path)
    try:
        file = Path(path).open("rb")  # noqa: SIM115 - InputFile closes it
    except FileNotFoundError as error:
        raise InputFileError("input_missing", name=name) from error
    except IsADirectoryError as error:
        raise InputFileError("input_folder", name=name) from error
    except PermissionError as error:
        is_folder = Path(path).is_dir()  # Windows reports a folder so
        raise InputFileError("input_folder" if is_folder else "input_forbidden", name=name) from error
    except (OSError, ValueError) as error:
        raise InputFileError("input_unreadable", name=name, cause=_describe(error)) from error
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return OpenedBytes(name, file)
    with file:
        return OpenedBytes(name, _copy_stream(name, file))


def get_shown_name(path: str | Path) -> str:
    """Return the name of a file as it can be shown and stored: bytes that are not UTF-8 become U+FFFD."""
    name = Path(path).name or str(path)
    try:
        data = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair, which Windows allows
        data = name.encode("utf-8", "replace")
    return data.decode("utf-8", "replace")


def read_chunks(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Read all bytes of a file from its beginning.

    Raises:
        InputFileError: the file cannot be read to its end
    """
    reader = IndependentReader(file)
    try:
        while data := reader.read(CHUNK_BYTES):
            yield data
    except OSError as error:
        raise InputFileError("input_unreadable", name=name, cause=_describe(error)) from error


def get_size(file: BinaryIO) -> int:
    """Return the size of a file in bytes."""
    return file.seek(0, io.SEEK_END)


def _copy_stream(name: str, stream: BinaryIO) -> BinaryIO:
    """Copy a stream to a temporary file without a name, which is deleted when it is closed."""
    copy = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - InputFile closes it
    try:
        while copy.tell() <= MAX_STREAM_MB * MB:
            data = stream.read(CHUNK_BYTES)
            if not data:
                copy.flush()
                return copy
            copy.write(data)
    except OSError as error:
        copy.close()
        raise InputFileError("input_unreadable", name=name, cause=_describe(error)) from error
    except BaseException:
        copy.close()
        raise
    copy.close()
    raise InputFileError("input_too_large", name=name, limit=MAX_STREAM_MB)


def _describe(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
