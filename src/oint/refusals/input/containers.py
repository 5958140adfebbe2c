"""Containers that hold a workbook or something else: ZIP archives and OLE compound files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final

from oint.i18n import Message
from oint.refusals.input.detection import OLE_MAGIC, ZIP_MAGIC
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.files import MB, get_size, read_chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_DIRECTORY_BYTES = 1 * MB
"""Bytes at the end of a ZIP archive that are searched for names of its entries."""
_WORKBOOK_ENTRY = re.compile(rb"xl/[\w./-]{5}")
_DIRECTORY_END = b"PK\x05\x06"
_OLE_NAME_BYTES = 64
_WORKBOOK_PARTS: Final = (b"content.xml", b"[Content_Types].xml")
"""Entries of an ODS, and of a workbook whose sheets lie elsewhere."""
_ZIP_KINDS: Final = (
    ("input_document", Message("документ Word (DOCX)", "a Word document (DOCX)"), (b"word/document",)),
    ("input_document", Message("презентация (PPTX)", "a presentation (PPTX)"), (b"ppt/presentation",)),
    ("input_other_table", Message("таблица Apple Numbers", "an Apple Numbers table"), (b"Index/Document.iwa",)),
    ("input_document", Message("книга EPUB", "an EPUB book"), (b"META-INF/container.xml",)),
)
_ODF_KINDS: Final = (
    (b"opendocument.text", Message("документ ODT", "an ODT document")),
    (b"opendocument.presentation", Message("презентация ODP", "an ODP presentation")),
    (b"opendocument.graphics", Message("рисунок ODG", "an ODG drawing")),
)
_ARCHIVE = Message("архив ZIP", "a ZIP archive")
_OLE_WORKBOOKS: Final = ("Workbook", "Book", "EncryptedPackage", "WORKBOOK", "BOOK")
_OLE_KINDS: Final = (
    ("input_document", Message("документ Word (DOC)", "a Word document (DOC)"), "WordDocument"),
    ("input_document", Message("презентация (PPT)", "a presentation (PPT)"), "PowerPoint Document"),
    ("input_letter", Message("письмо Outlook (MSG)", "an Outlook letter (MSG)"), "__properties_version1.0"),
)
_OLE_OTHER = Message("документ, но не таблица", "a document, but not a spreadsheet")


def reject_foreign_container(name: str, file: BinaryIO, head: bytes) -> None:
    """Reject an archive or a document that is not a workbook; other files pass.

    Args:
        name: of the file, for errors
        file: its bytes
        head: its first bytes
    Raises:
        InputFileError: it is something else than a workbook; the error says what
    """
    if head.startswith(ZIP_MAGIC):
        _reject_archive(name, head, _read_end(file))
    elif head.startswith(OLE_MAGIC):
        _reject_compound(name, _search_names(read_chunks(name, file)))


def _reject_archive(name: str, head: bytes, end: bytes) -> None:
    if _WORKBOOK_ENTRY.search(end) or _DIRECTORY_END not in end:  # without a directory it is damaged, whatever it is
        return
    mimetype = head[:200]
    for mark, kind in _ODF_KINDS:
        if mark in mimetype:
            raise InputFileError("input_document", name=name, kind=kind)
    for code, kind, entries in _ZIP_KINDS:
        if any(entry in end for entry in entries):
            raise InputFileError(code, name=name, kind=kind)
    if not any(entry in end for entry in _WORKBOOK_PARTS):
        raise InputFileError("input_archive", name=name, kind=_ARCHIVE)


def _reject_compound(name: str, entries: set[str]) -> None:
    if not entries.isdisjoint(_OLE_WORKBOOKS):
        return
    for code, kind, entry in _OLE_KINDS:
        if entry in entries:
            raise InputFileError(code, name=name, kind=kind)
    raise InputFileError("input_document", name=name, kind=_OLE_OTHER)


def _read_end(file: BinaryIO) -> bytes:
    file.seek(max(0, get_size(file) - _MAX_DIRECTORY_BYTES))
    return file.read(_MAX_DIRECTORY_BYTES)


def _search_names(chunks: Iterable[bytes]) -> set[str]:
    """Return the known names of entries: each fills 64 bytes and is followed by its length."""
    entries = {name: _encode_entry(name) for name in (*_OLE_WORKBOOKS, *(kind[2] for kind in _OLE_KINDS))}
    matches: set[str] = set()
    rest = b""
    for data in chunks:
        chunk = rest + data
        matches.update(name for name, entry in entries.items() if entry in chunk)
        rest = chunk[-_OLE_NAME_BYTES:]
    return matches


def _encode_entry(name: str) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return encoded.ljust(_OLE_NAME_BYTES, b"\0") + len(encoded).to_bytes(2, "little")
