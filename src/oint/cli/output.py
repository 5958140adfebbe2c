"""What `oint` writes, and where: results to stdout, all else to stderr; always UTF-8, never a secret."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

    from oint.i18n import Message


def use_utf8() -> None:
    """Write UTF-8 whatever the terminal's code page is; what UTF-8 cannot hold is written escaped."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def pretty(value: Any) -> str:
    """JSON as OInt writes it: one space a level, letters as they are."""
    import msgspec  # noqa: PLC0415 - help pages write no JSON

    return msgspec.json.format(msgspec.json.encode(value), indent=1).decode()


def print_result(text: object) -> None:
    """Print a result or a page of help to stdout."""
    _write(sys.stdout, f"{text}\n")


@contextmanager
def binary() -> Iterator[BinaryIO]:
    """Stdout for bytes that come bit by bit; quiet where the reader has gone.

    Raises:
        OSError: it cannot be written
    """
    if sys.stdout is None:
        with open(os.devnull, "wb") as devnull:  # noqa: PTH123 - pathlib would be loaded for it
            yield devnull
        return
    sys.stdout.flush()
    try:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    except OSError as error:
        _redirect_to_devnull(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise


def print_status(text: object) -> None:
    """Print a remark or an error to stderr; where that fails, nothing is printed and nothing else changes."""
    from oint.redaction import redact  # noqa: PLC0415 - help pages tell nothing

    with suppress(OSError):
        _write(sys.stderr, f"{redact(str(text))}\n")


def print_error(sentence: Message | str, next_step: Message | str) -> None:
    """Print an error in one line to stderr."""
    from oint.redaction import sanitize_line  # noqa: PLC0415 - help pages tell nothing

    print_status(sanitize_line(f"oint: {sentence}. {next_step}"))


def traceback_of(error: BaseException) -> None:
    """Print the traceback that --debug shows; it holds source lines and messages, and no value of a variable."""
    from traceback import format_exception  # noqa: PLC0415 - only --debug needs it

    print_status("".join(format_exception(error)).rstrip())


def _write(stream: TextIO | None, text: str) -> None:
    """Write it all, and be quiet where the reader has gone (`oint … | head -1`).

    Raises:
        OSError: it cannot be written (a full disk)
    """
    if stream is None:
        return
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        _redirect_to_devnull(stream)
        if not isinstance(error, BrokenPipeError):
            raise


def _redirect_to_devnull(stream: TextIO) -> None:
    """Else Python tries again at its end, and complains."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
