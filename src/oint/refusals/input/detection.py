"""Detection of what the bytes of a file are: a workbook, JSON Lines, or text in some encoding.

Whatever its size, a file is read in chunks.
"""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TextIO

from oint.refusals.input.errors import InputFileError
from oint.refusals.input.files import CHUNK_BYTES, IndependentReader, read_chunks

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE_LENGTH = 1024 * 1024
"""Characters."""
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "latin-1")
ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODING_BY_CODEC = {codecs.lookup(name).name: name for name in (*ENCODINGS, "utf-8-sig")}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_TEXT_BYTES = bytes({*b"\t\n\r\f\x1a\x1b", *range(0x20, 0x100)})
_MAX_CONTROL_SHARE = 0.01
"""A file with a greater share of control characters is not text."""
_JSON_SPACES = "\ufeff \t\r\n"


class Encoding(NamedTuple):
    """How bytes become text.

    Args:
        name: of the codec
        errors: "strict", or "replace" where the encoding is a guess: then a wrong byte spoils its row alone
    """

    name: str
    errors: str = "strict"


def is_workbook(head: bytes) -> bool:
    """Return whether a file begins as XLSX, ODS and XLS do."""
    return head.startswith((ZIP_MAGIC, _OLE_MAGIC))


def is_json(head: str) -> bool:
    """Return whether a text begins as JSON does: with an object or an array."""
    start = head.lstrip(_JSON_SPACES)
    return start.startswith("{") or (start.startswith("[") and start[1:].lstrip()[:1] in ('{"[]-0123456789'))


def reject_json_document(name: str, head: str) -> None:
    """Reject a single JSON document: an array, or an object that is spread over many lines.

    Raises:
        InputFileError: the text is not JSON Lines
    """
    first = head.lstrip(_JSON_SPACES).splitlines()[:1]
    if first and (first[0].startswith("[") or first[0].strip() == "{"):
        raise InputFileError("input_json_document", name=name)


def detect_encoding(name: str, file: BinaryIO, encoding: str | None) -> Encoding:
    """Return the encoding of a text.

    In this order: the user's choice; the byte order mark; UTF-8 if all of the file is; cp1251 or cp866, by which letters
    are frequent.

    Args:
        name: of the file, for errors
        file: its bytes
        encoding: the user's choice
    Raises:
        InputFileError: the user's choice is not supported, or the file is not text
    """
    if encoding is not None:
        return Encoding(_get_supported(encoding))
    head = IndependentReader(file).read(CHUNK_BYTES) or b""
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return Encoding(codec)
    if b"\0" in head or len(head.translate(None, _TEXT_BYTES)) > len(head) * _MAX_CONTROL_SHARE:
        raise InputFileError("input_binary", name=name)
    if _is_encoded_in("utf-8", read_chunks(name, file)):
        return Encoding("utf-8")
    return Encoding(_detect_russian_codec(read_chunks(name, file)), "replace")


def validate_text(name: str, file: BinaryIO, encoding: Encoding) -> None:
    """Read a text once to its end: every byte must be text, and every line short enough to be one.

    Raises:
        InputFileError: it is not in that encoding, or has a line longer than 1 MB
    """
    length = 0
    try:
        for text in codecs.iterdecode(read_chunks(name, file), encoding.name, encoding.errors):
            first, last = text.find("\n"), text.rfind("\n")
            if first < 0:
                first, last = text.find("\r"), text.rfind("\r")
            if length + (first if first >= 0 else len(text)) > MAX_LINE_LENGTH:
                raise InputFileError("input_line_too_long", name=name)
            length = len(text) - last - 1 if last >= 0 else length + len(text)
    except UnicodeError as error:
        raise InputFileError("input_encoding_wrong", name=name, encoding=encoding.name) from error


def open_text(file: BinaryIO, encoding: Encoding) -> TextIO:
    """Open a text at its beginning; lines keep their ends, as `csv` requires."""
    buffer = io.BufferedReader(IndependentReader(file), CHUNK_BYTES)
    return io.TextIOWrapper(buffer, encoding=encoding.name, errors=encoding.errors, newline="")


def _get_supported(encoding: str) -> str:
    try:
        supported = _ENCODING_BY_CODEC.get(codecs.lookup(encoding).name)
    except (LookupError, ValueError):
        supported = None
    if supported is None:
        raise InputFileError("input_encoding_unknown", encoding=encoding[:40], encodings=", ".join(ENCODINGS))
    return "utf-8-sig" if supported == "utf-8" else supported


def _is_encoded_in(encoding: str, chunks: Iterator[bytes]) -> bool:
    try:
        for _ in codecs.iterdecode(chunks, encoding):
            pass
    except UnicodeError:
        return False
    return True


def _detect_russian_codec(chunks: Iterator[bytes]) -> str:
    """Return cp866 or cp1251.

    cp866 has its small letters where cp1251 has symbols, and box-drawing characters where cp1251 has its capitals.
    """
    small_cp866 = bytes({*range(0x80, 0xB0)} - {0xA0, 0xA8, 0xAB})
    letters_cp1251 = bytes({*range(0xC0, 0xE0), *range(0xF0, 0x100)})
    score = 0
    for chunk in chunks:
        score += len(chunk.translate(None, letters_cp1251)) - len(chunk.translate(None, small_cp866))
    return "cp866" if score > 0 else "cp1251"
