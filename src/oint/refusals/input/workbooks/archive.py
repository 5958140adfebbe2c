"""The ZIP archive of a workbook, read within limits; its parts as UTF-8, whatever they are encoded in."""

from __future__ import annotations

import codecs
import io
import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from oint.refusals.input.files import CHUNK_BYTES, MB
from oint.refusals.input.workbooks.limits import ENTRIES, MAX_DIRECTORY_BYTES, MAX_ENTRIES, MAX_UNPACKED_MB, MEGABYTES
from oint.refusals.input.workbooks.model import DamagedWorkbookError, LockedWorkbookError, OversizedWorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator

ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, ValueError, EOFError, struct.error)
"""What `zipfile` raises where an archive is damaged."""
_SUPPORTED_COMPRESSION = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_END, _END_LENGTH = b"PK\x05\x06", 22
_MAX_COMMENT_BYTES = 65_535
_END_64_LOCATOR, _END_64_LOCATOR_LENGTH = b"PK\x06\x07", 20

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODINGS = re.compile(r"utf-8|ascii|utf-16(?:-[lb]e)?|cp125[0-8]|cp866|koi8-[ru]|iso8859-\d\d?")


class Archive:
    """An archive whose entries are found by name, as Office finds them: without regard to case and slashes.

    Raises:
        DamagedWorkbookError: it is damaged, or two entries have one name
        LockedWorkbookError: an entry is encrypted
        OversizedWorkbookError: it has too many entries, or unpacks to too much
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            _check_directory(file)
            self._zip = zipfile.ZipFile(file)
        except ARCHIVE_ERRORS as error:
            raise DamagedWorkbookError from error
        entries = self._zip.infolist()
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise LockedWorkbookError
        if any(entry.compress_type not in _SUPPORTED_COMPRESSION for entry in entries):
            raise DamagedWorkbookError
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED_MB * MB:
            raise OversizedWorkbookError(MAX_UNPACKED_MB, MEGABYTES)
        self._entries = {normalize_path(entry.filename): entry for entry in entries if not entry.is_dir()}
        if len(self._entries) < sum(not entry.is_dir() for entry in entries):
            raise DamagedWorkbookError

    def __contains__(self, path: str) -> bool:
        return normalize_path(path) in self._entries

    def read_bytes(self, path: str) -> Iterator[bytes]:
        """Read an entry in chunks, to its end.

        Raises:
            DamagedWorkbookError: there is no such entry, or it is damaged
        """
        entry = self._entries.get(normalize_path(path))
        if entry is None:
            raise DamagedWorkbookError
        try:
            with self._zip.open(entry) as part:
                while data := part.read(CHUNK_BYTES):
                    yield data
        except ARCHIVE_ERRORS as error:
            raise DamagedWorkbookError from error

    def read_xml(self, path: str) -> Iterator[bytes]:
        """Read an entry in chunks of UTF-8 without a byte order mark.

        Raises:
            DamagedWorkbookError: there is no such entry, it is damaged, or its encoding is not known
        """
        chunks = self.read_bytes(path)
        head = next(chunks, b"")
        encoding = _detect_xml_encoding(head)
        if encoding == "utf-8":
            yield head
            yield from chunks
            return
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            yield decoder.decode(head).encode()
            for chunk in chunks:
                yield decoder.decode(chunk).encode()
            yield decoder.decode(b"", final=True).encode()
        except UnicodeError as error:
            raise DamagedWorkbookError from error


def normalize_path(path: str) -> str:
    """Return the path of an entry in the form for comparing."""
    return path.replace("\\", "/").lstrip("/").lower()


def _detect_xml_encoding(head: bytes) -> str:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if head[:2] in {b"<\0", b"\0<"}:
        return "utf-16-le" if head[1] == 0 else "utf-16-be"
    declaration = _DECLARED_ENCODING.match(head)
    try:
        encoding = codecs.lookup(declaration[1].decode()).name if declaration else "utf-8"
    except LookupError as error:
        raise DamagedWorkbookError from error
    if not _ENCODINGS.fullmatch(encoding) or encoding == "utf-16":
        raise DamagedWorkbookError
    return encoding


def _check_directory(file: BinaryIO) -> None:
    """Check the size of the list of entries before `zipfile` reads it.

    Raises:
        DamagedWorkbookError: the archive has no list
        OversizedWorkbookError: it is too long
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - _END_LENGTH - _MAX_COMMENT_BYTES - _END_64_LOCATOR_LENGTH))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_LENGTH:
        raise DamagedWorkbookError
    count, length = struct.unpack_from("<HL", tail, at + 10)
    locator = tail[max(0, at - _END_64_LOCATOR_LENGTH) : at]
    if locator.startswith(_END_64_LOCATOR):
        file.seek(struct.unpack_from("<Q", locator, 8)[0])
        count, length = struct.unpack_from("<32xQQ", file.read(48))
    if length > MAX_DIRECTORY_BYTES or count > MAX_ENTRIES:
        raise OversizedWorkbookError(MAX_ENTRIES, ENTRIES)
