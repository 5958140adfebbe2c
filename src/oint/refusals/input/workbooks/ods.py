"""ODS: the sheets of `content.xml`, and the styles of both its parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.refusals.input.workbooks.limits import MAX_SHEETS, MAX_UNPACKED_MB, MEGABYTES, SHEETS
from oint.refusals.input.workbooks.model import (
    DamagedWorkbookError,
    LockedWorkbookError,
    MergedCells,
    OversizedWorkbookError,
    SheetFacts,
    State,
)
from oint.refusals.input.workbooks.ods_sheet import SheetParser
from oint.refusals.input.workbooks.ods_styles import TABLE, OdsStyles
from oint.refusals.input.workbooks.xml_parsing import PartsParser, XmlParser, get_local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.refusals.input.workbooks.archive import Archive
    from oint.refusals.input.workbooks.ods_rows import OdsRow

CONTENT = "content.xml"
MIMETYPE = "mimetype"
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_STYLES = "styles.xml"
_MANIFEST = "META-INF/manifest.xml"
_TABLE_TAG = re.compile(rb"[:</](?:table|dde-links)[\s>/]")
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
        content = _ContentParser(self)
        content.parser.parse(archive.read_xml(CONTENT))
        self.sheets = content.sheets
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
        return SheetFacts(sheet.hidden_columns, MergedCells())

    def read_rows(self) -> Iterator[OdsRow]:
        """Read the rows that have cells, in ascending order."""
        sheet = SheetParser(self._workbook.styles)
        for _ in self._parse(sheet):
            yield from sheet.take_rows()

    def _parse(self, sheet: SheetParser) -> Iterator[None]:
        """Parse the sheet; yield after each chunk of it."""
        parser = XmlParser(namespaces=True)
        rest = self.position
        for chunk in self._workbook.read_content():
            if rest >= 0:
                parser.feed(chunk[:rest])
                chunk, rest = chunk[rest:], rest - len(chunk)  # noqa: PLW2901 - the sheet's part of it
                if rest > 0:
                    continue
                rest = -1
                parser.set_handlers(sheet.start, sheet.end, sheet.add_text)
            parser.feed(chunk)
            yield
            if sheet.is_complete:
                return


class _ContentParser:
    """Handlers of expat that collect the styles of `content.xml`, and where its sheets start."""

    def __init__(self, workbook: OdsWorkbook) -> None:
        self.sheets: list[OdsSheet] = []
        self._workbook = workbook
        self._styles = workbook.styles
        self._depth = 0
        self._is_link = False
        """Within the copies of sheets of other documents."""
        self.parser = PartsParser(_TABLE_TAG, self.start, self.end, self._styles.add_text, namespaces=True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        if name == f"{TABLE}table":
            if self._depth == 0 and not self._is_link:
                self._add_sheet(attributes)
            self._depth += 1
            self.parser.is_in_list = True
        elif name == f"{TABLE}dde-links":
            self._is_link = True
        elif self._depth == 0:
            self._styles.start(name, attributes)

    def end(self, name: str) -> None:
        """Handle its end."""
        if name == f"{TABLE}table":
            self._depth -= 1
            self.parser.is_in_list = self._depth > 0
        elif name == f"{TABLE}dde-links":
            self._is_link = False
        elif self._depth == 0:
            self._styles.end(name)

    def _add_sheet(self, attributes: dict[str, str]) -> None:
        if len(self.sheets) >= MAX_SHEETS:
            raise OversizedWorkbookError(MAX_SHEETS, SHEETS)
        is_hidden = self._styles.is_hidden("table", attributes.get(f"{TABLE}style-name"))
        state: State = "hidden" if is_hidden else "visible"
        name = attributes.get(f"{TABLE}name", "")
        self.sheets.append(OdsSheet(self._workbook, name, state, self.parser.parser.position))


def _reject_encryption(name: str, _: dict[str, str]) -> None:
    if get_local_name(name) == "encryption-data":
        raise LockedWorkbookError
