"""Detection of what the bytes of a file are: a workbook, JSON Lines, or text in some encoding.

Whatever its size, a file is read in chunks.
"""

from __future__ import annotations

import codecs
import io
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TextIO

from oint.refusals.input.errors import InputFileError
from oint.refusals.input.files import CHUNK_BYTES, IndependentReader, read_chunks
from oint.refusals.input.signatures import BOMS, detect_foreign_format, detect_utf16

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE_LENGTH = 1024 * 1024
"""Characters."""
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp866", "koi8-r", "mac-cyrillic", "latin-1")
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODING_BY_CODEC = {codecs.lookup(name).name: name for name in (*ENCODINGS, "utf-8-sig")}
_TEXT_BYTES = bytes({*b"\t\n\r\f\x1a\x1b", *range(0x20, 0x100)})
_MAX_CONTROL_SHARE = 0.01
"""A file with a greater share of control characters is not text,"""
_MAX_CONTROLS = 4
"""if it has more of them than this."""
_MAX_BAD_LINES_SHARE = 0.01
"""Where a greater share of lines has bytes that the user's encoding lacks, the encoding is wrong."""
BAD_CHAR = "\ufffd"
"""Stands for bytes that the encoding lacks: a cell that is needed must not have it."""
_SHIFTED_LINE_ENDS = ("\u0a00", "\u0a04")
"""Line ends of UTF-16 after a byte is lost, below Latin and Russian letters: no alphabet has these characters."""
_JSON_SPACES = "\ufeff \t\r\n"


class Encoding(NamedTuple):
    """How bytes become text. A byte that the codec lacks becomes `BAD_CHAR`, and costs at most its row.

    Args:
        name: of the codec
        is_users_choice: then it is wrong where many lines have such bytes
    """

    name: str
    is_users_choice: bool = False


class _BadBytes(NamedTuple):
    """What a decoder has found in a file.

    Args:
        valid: characters beyond ASCII
        invalid: sequences of bytes that are not a character
    """

    valid: int
    invalid: int


def reject_foreign_format(name: str, head: bytes) -> None:
    """Reject a page, a letter, a document, an archive: everything that is neither a text nor a workbook.

    Raises:
        InputFileError: it is one of them; the error says which
    """
    if match := detect_foreign_format(head):
        raise InputFileError(match.code, name=name, kind=match.kind)


def is_workbook(head: bytes) -> bool:
    """Return whether a file begins as XLSX, ODS and XLS do."""
    return head.startswith((ZIP_MAGIC, OLE_MAGIC))


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

    In this order: the user's choice; the byte order mark; UTF-16 by its zero bytes; UTF-8 if most characters beyond
    ASCII are valid; cp1251 or cp866, by which letters are frequent.

    Args:
        name: of the file, for errors
        file: its bytes
        encoding: the user's choice
    Raises:
        InputFileError: the user's choice is not supported, or the file is not text
    """
    head = IndependentReader(file).read(CHUNK_BYTES) or b""
    if encoding is not None:
        supported = _get_supported(encoding)
        has_order = supported != "utf-16" or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return Encoding(supported if has_order else detect_utf16(head) or supported, is_users_choice=True)
    for bom, codec in BOMS:
        if head.startswith(bom):
            return Encoding(codec)
    if utf16 := detect_utf16(head):
        return Encoding(utf16)
    controls = len(head.translate(None, _TEXT_BYTES))
    if controls > max(len(head) * _MAX_CONTROL_SHARE, min(len(head) / 2, _MAX_CONTROLS)):
        raise InputFileError("input_binary", name=name)
    if _is_mostly_valid(_count_bad_bytes("utf-8", read_chunks(name, file))):
        return Encoding("utf-8")
    return Encoding(_detect_russian_codec(read_chunks(name, file)))


def validate_text(name: str, file: BinaryIO, encoding: Encoding) -> None:
    """Read a text once to its end: every line must be short enough to be one, and the user's encoding must fit.

    Raises:
        InputFileError: a line is longer than 1 MB, more than one line in a hundred is not in the user's encoding, or a
            byte is lost from UTF-16
    """
    try:
        has_bad_bytes = _measure_lines(name, codecs.iterdecode(read_chunks(name, file), encoding.name, "replace"))
    except UnicodeError as error:  # of UTF-16 without a byte order mark
        raise InputFileError("input_encoding_wrong", name=name, encoding=encoding.name) from error
    if encoding.is_users_choice and has_bad_bytes and not _is_right_encoding(name, file, encoding):
        raise InputFileError("input_encoding_wrong", name=name, encoding=encoding.name.removesuffix("-sig"))


def open_text(file: BinaryIO, encoding: Encoding) -> TextIO:
    """Open a text at its beginning; lines keep their ends, as `csv` requires."""
    buffer = io.BufferedReader(IndependentReader(file), CHUNK_BYTES)
    return io.TextIOWrapper(buffer, encoding=encoding.name, errors="replace", newline="")


def _get_supported(encoding: str) -> str:
    try:
        supported = _ENCODING_BY_CODEC.get(codecs.lookup(encoding).name)
    except (LookupError, ValueError):
        supported = None
    if supported is None:
        raise InputFileError("input_encoding_unknown", encoding=encoding[:40], encodings=", ".join(ENCODINGS))
    return "utf-8-sig" if supported == "utf-8" else supported


def _measure_lines(name: str, texts: Iterator[str]) -> bool:
    """Measure the lines of a text that comes in pieces; return whether it has bytes that the encoding lacks.

    Raises:
        InputFileError: a line is longer than 1 MB, or a byte is lost from UTF-16
    """
    length = 0
    has_bad_bytes = False
    for text in texts:
        has_bad_bytes = has_bad_bytes or BAD_CHAR in text
        if any(line_end in text for line_end in _SHIFTED_LINE_ENDS):
            raise InputFileError("input_utf16_broken", name=name)
        first, last = text.find("\n"), text.rfind("\n")
        if first < 0:
            first, last = text.find("\r"), text.rfind("\r")
        if length + (first if first >= 0 else len(text)) > MAX_LINE_LENGTH:
            raise InputFileError("input_line_too_long", name=name)
        length = len(text) - last - 1 if last >= 0 else length + len(text)
    return has_bad_bytes


def _is_right_encoding(name: str, file: BinaryIO, encoding: Encoding) -> bool:
    """Return whether few lines have bytes that the encoding lacks: one may have in any file, however short."""
    if not _is_mostly_valid(_count_bad_bytes(encoding.name, read_chunks(name, file))):
        return False
    lines = bad_lines = 0
    for line in open_text(file, encoding):
        lines += 1
        bad_lines += BAD_CHAR in line
    return bad_lines <= max(1, lines * _MAX_BAD_LINES_SHARE)


def _count_bad_bytes(encoding: str, chunks: Iterator[bytes]) -> _BadBytes:
    valid = invalid = 0
    for text in codecs.iterdecode(chunks, encoding, "replace"):
        if not text.isascii():
            bad = text.count(BAD_CHAR)
            invalid += bad
            valid += len(text) - len(text.encode("ascii", "ignore")) - bad
    return _BadBytes(valid, invalid)


def _is_mostly_valid(bad_bytes: _BadBytes) -> bool:
    return bad_bytes.valid > bad_bytes.invalid or bad_bytes.invalid == 0


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
