"""In which encoding a text is written, and whether all of it is; read in pieces, whatever its size."""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TextIO

from oint.refusals.input.errors import InputFileError
from oint.refusals.input.files import CHUNK, IndependentReader, chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE_BYTES = 1024 * 1024
"""Characters."""
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "latin-1")
_BY_NAME = {codecs.lookup(name).name: name for name in (*ENCODINGS, "utf-8-sig")}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TEXT = bytes({*b"\t\n\r\f\x1a\x1b", *range(0x20, 0x100)})
_BINARY_SHARE = 0.01
"""More control characters than this, and it is no text."""


class Encoding(NamedTuple):
    """How bytes become text.

    Args:
        name: of the codec
        errors: "strict", or "replace" where the encoding is a guess: then only the row that it spoils is in trouble
    """

    name: str
    errors: str = "strict"


def detect_encoding(name: str, file: BinaryIO, given: str | None) -> Encoding:
    """The encoding of a text: the one given, else by its byte order mark, else UTF-8 if all of it is, else cp1251 or cp866.

    Raises:
        InputFileError: the encoding given is not known here, or this is no text
    """
    if given is not None:
        return Encoding(_known(given))
    head = IndependentReader(file).read(CHUNK) or b""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return Encoding(encoding)
    if b"\0" in head or len(head.translate(None, _TEXT)) > len(head) * _BINARY_SHARE:
        raise InputFileError("source_binary", name=name)
    if _decodes(chunks(name, file), "utf-8"):
        return Encoding("utf-8")
    return Encoding(_russian(chunks(name, file)), "replace")


def validate_text(name: str, file: BinaryIO, encoding: Encoding) -> None:
    """Read all of it once: every byte is text, and every line is short enough to be one.

    Raises:
        InputFileError: it is not in that encoding, or has a line longer than 1 MB
    """
    length = 0
    try:
        for text in codecs.iterdecode(chunks(name, file), encoding.name, encoding.errors):
            first, last = text.find("\n"), text.rfind("\n")
            if first < 0:
                first, last = text.find("\r"), text.rfind("\r")
            if length + (first if first >= 0 else len(text)) > MAX_LINE_BYTES:
                raise InputFileError("source_line_too_long", name=name)
            length = len(text) - last - 1 if last >= 0 else length + len(text)
    except UnicodeError as error:
        raise InputFileError("source_encoding_wrong", name=name, encoding=encoding.name) from error


def open_text(file: BinaryIO, encoding: Encoding) -> TextIO:
    """The text from its beginning; its lines keep their ends, as `csv` wants them."""
    buffer = io.BufferedReader(IndependentReader(file), CHUNK)
    return io.TextIOWrapper(buffer, encoding=encoding.name, errors=encoding.errors, newline="")


def _known(given: str) -> str:
    try:
        found = _BY_NAME.get(codecs.lookup(given).name)
    except (LookupError, ValueError):
        found = None
    if found is None:
        raise InputFileError("source_encoding_unknown", given=given[:40], known=", ".join(ENCODINGS))
    return "utf-8-sig" if found == "utf-8" else found


def _decodes(parts: Iterator[bytes], encoding: str) -> bool:
    try:
        for _ in codecs.iterdecode(parts, encoding):
            pass
    except UnicodeError:
        return False
    return True


def _russian(parts: Iterator[bytes]) -> str:
    """cp866 has its small letters where cp1251 has signs, and lines of boxes where cp1251 has its capitals."""
    small_866 = bytes({*range(0x80, 0xB0)} - {0xA0, 0xA8, 0xAB})
    letters_1251 = bytes({*range(0xC0, 0xE0), *range(0xF0, 0x100)})
    score = 0
    for part in parts:
        score += len(part.translate(None, letters_1251)) - len(part.translate(None, small_866))
    return "cp866" if score > 0 else "cp1251"
