"""ODS: the sheets of `content.xml`, and the styles of both its parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.refusals.input.files import MB
from oint.refusals.input.workbooks.limits import (
    MAX_SHEETS,
    MAX_TOKEN_BYTES,
    MAX_UNPACKED_MB,
    MEGABYTES,
    SHEETS,
    TAG_BYTES,
)
from oint.refusals.input.workbooks.model import (
    DamagedWorkbookError,
    LockedWorkbookError,
    OversizedWorkbookError,
    SheetFacts,
    State,
)
from oint.refusals.input.workbooks.ods_sheet import SheetParser
from oint.refusals.input.workbooks.ods_styles import TABLE, OdsStyles
from oint.refusals.input.workbooks.xml_parsing import XmlParser, get_local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from oint.refusals.input.workbooks.archive import Archive
    from oint.refusals.input.workbooks.ods_rows import OdsRow

CONTENT = "content.xml"
MIMETYPE = "mimetype"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_STYLES = "styles.xml"
_MANIFEST = "META-INF/manifest.xml"
_TABLE_TAG = re.compile(rb"<(/?)(?:[\w.-]{1,64}:)?table(?=[\s/>])[^<>]*>")
_MAX_HEAD_MB = 16
_MAX_READ_BYTES = 16 * MAX_UNPACKED_MB * 1024 * 1024
"""Bytes that are read if each sheet is looked for from the beginning of the part."""


class OdsWorkbook:
    """An ODS workbook: its sheets in the order of their tabs.

    Raises:
        DamagedWorkbookError: a part is not well-formed
        LockedWorkbookError: it is encrypted
        OversizedWorkbookError: it has too many sheets or styles
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        if not b"".join(archive.read_bytes(MIMETYPE)).startswith(_SPREADSHEET):
            raise DamagedWorkbookError
        if _MANIFEST in archive:
            parse_xml(archive.read_xml(_MANIFEST), _reject_encryption)
        self.styles = OdsStyles()
        if _STYLES in archive:
            parse_xml(
                archive.read_xml(_STYLES), self.styles.start, self.styles.end, self.styles.add_text, namespaces=True
            )
        content = _ContentParser(self.styles)
        content.parse(archive.read_xml(CONTENT))
        self.head = bytes(content.head)
        """The part before its first sheet: the elements that all sheets are in."""
        self.sheets = [OdsSheet(self, *sheet) for sheet in content.sheets]
        if sum(sheet.position for sheet in self.sheets) > _MAX_READ_BYTES:
            raise OversizedWorkbookError(MAX_UNPACKED_MB, MEGABYTES)

    def read_content(self) -> Iterator[bytes]:
        """Read the part with the sheets in chunks of UTF-8."""
        return self._archive.read_xml(CONTENT)


class OdsSheet:
    """A sheet of an ODS workbook; see `Sheet`.

    Args:
        workbook: that it belongs to
        name: that its tab shows
        state: whether a person sees its tab
        position: where it starts in the part, in bytes
    """

    def __init__(self, workbook: OdsWorkbook, name: str, state: State, position: int) -> None:
        self.name = name
        self.state = state
        self.position = position
        self._workbook = workbook

    def read_facts(self) -> SheetFacts:
        """Read what concerns the whole sheet; its rows know their merged cells."""
        sheet = SheetParser(self._workbook.styles)
        for _ in self._parse(sheet):
            if sheet.has_rows:
                break
        return SheetFacts(sheet.hidden_columns, None)

    def read_rows(self) -> Iterator[OdsRow]:
        """Read the rows that have cells, in ascending order."""
        sheet = SheetParser(self._workbook.styles)
        for _ in self._parse(sheet):
            yield from sheet.take_rows()

    def _parse(self, sheet: SheetParser) -> Iterator[None]:
        """Parse the sheet alone; yield after each chunk of it."""
        parser = XmlParser(sheet.start, sheet.end, sheet.add_text, namespaces=True)
        parser.feed(self._workbook.head)
        position = 0
        for chunk in self._workbook.read_content():
            start = max(0, self.position - position)
            position += len(chunk)
            if start < len(chunk):
                parser.feed(chunk[start:])
                yield
            if sheet.is_complete:
                return
        raise DamagedWorkbookError


class _ContentParser:
    """Handlers of expat that collect the styles of `content.xml`, and where its sheets start."""

    def __init__(self, styles: OdsStyles) -> None:
        self.sheets: list[tuple[str, State, int]] = []
        """Name and state of each sheet, and where it starts in the part, in bytes."""
        self.head = bytearray()
        self._styles = styles
        self._position = 0
        """Where the tag starts that is fed."""
        self._is_link = False
        """Within the copies of sheets of other documents."""
        self._parser = XmlParser(self._start, self._end, styles.add_text, namespaces=True)

    def parse(self, chunks: Iterable[bytes]) -> None:
        """Parse a part, except what is between the tags of its sheets."""
        rest = b""
        depth = offset = 0
        for chunk in chunks:
            rest += chunk
            end = 0
            for tag in _TABLE_TAG.finditer(rest):
                change = 0 if tag[0].endswith(b"/>") else -1 if tag[1] else 1
                if depth == 0:
                    self._feed(rest[end : tag.start()])
                if depth == 0 or depth + change == 0:
                    self._position = offset + tag.start()
                    self._parser.feed(tag[0])
                depth += change
                end = tag.end()
            boundary = max(end, rest.rfind(b"<"))
            if depth == 0:
                self._feed(rest[end:boundary])
            rest = rest[boundary:]
            offset += boundary
            if len(rest) > MAX_TOKEN_BYTES:
                raise OversizedWorkbookError(MAX_TOKEN_BYTES, TAG_BYTES)
        self._parser.feed(rest, is_last=True)

    def _feed(self, data: bytes) -> None:
        if not self.sheets:
            self.head += data
            if len(self.head) > _MAX_HEAD_MB * MB:
                raise OversizedWorkbookError(_MAX_HEAD_MB, MEGABYTES)
        self._parser.feed(data)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{TABLE}dde-links":
            self._is_link = True
        elif name != f"{TABLE}table":
            self._styles.start(name, attributes)
        elif not self._is_link:
            self._add_sheet(attributes)

    def _end(self, name: str) -> None:
        if name == f"{TABLE}dde-links":
            self._is_link = False
        else:
            self._styles.end(name)

    def _add_sheet(self, attributes: dict[str, str]) -> None:
        if len(self.sheets) >= MAX_SHEETS:
            raise OversizedWorkbookError(MAX_SHEETS, SHEETS)
        is_hidden = self._styles.is_hidden("table", attributes.get(f"{TABLE}style-name"))
        self.sheets.append((attributes.get(f"{TABLE}name", ""), "hidden" if is_hidden else "visible", self._position))


def _reject_encryption(name: str, _: dict[str, str]) -> None:
    if get_local_name(name) == "encryption-data":
        raise LockedWorkbookError
