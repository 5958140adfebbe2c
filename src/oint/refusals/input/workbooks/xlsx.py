"""XLSX: the parts of the package, and the sheets that they are. Any program's dialect is read."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from oint.refusals.input.workbooks.archive import normalize_path
from oint.refusals.input.workbooks.limits import MAX_ELEMENTS, MAX_SHEETS, RELATIONS, SHEETS
from oint.refusals.input.workbooks.model import (
    BinaryWorkbookError,
    DamagedWorkbookError,
    OversizedWorkbookError,
    SheetFacts,
    State,
)
from oint.refusals.input.workbooks.xlsx_cells import CellReader, XlsxRow
from oint.refusals.input.workbooks.xlsx_facts import read_facts
from oint.refusals.input.workbooks.xlsx_rows import read_rows
from oint.refusals.input.workbooks.xlsx_strings import SharedStrings, read_shared_strings
from oint.refusals.input.workbooks.xlsx_styles import parse_styles
from oint.refusals.input.workbooks.xml_parsing import get_attribute, get_local_name, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.refusals.input.workbooks.archive import Archive

_PACKAGE_RELATIONS = "_rels/.rels"
_DEFAULT_WORKBOOK = "xl/workbook.xml"
_BINARY_SUFFIX = ".bin"


class _Relation(NamedTuple):
    """A reference from one part of the package to another.

    Args:
        kind: the last part of its type: worksheet, styles, …
        path: of the entry
    """

    kind: str
    path: str


class XlsxWorkbook:
    """An XLSX workbook: its sheets in the order of their tabs.

    Raises:
        BinaryWorkbookError: it is an .xlsb
        DamagedWorkbookError: it has no workbook part, or parts that contradict each other
        OversizedWorkbookError: it has too many sheets
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        path = self._find_workbook_part()
        if path.lower().endswith(_BINARY_SUFFIX):
            raise BinaryWorkbookError
        relations = self._read_relations(path)
        self._paths = {relation.kind: relation.path for relation in relations.values()}
        self.sheets = self._make_sheets(path, relations)

    def _find_workbook_part(self) -> str:
        if _PACKAGE_RELATIONS in self._archive:
            for relation in _parse_relations(self._archive.read_xml(_PACKAGE_RELATIONS), "").values():
                if relation.kind == "officeDocument":
                    return relation.path
        if "xl/workbook.bin" in self._archive:
            raise BinaryWorkbookError
        return _DEFAULT_WORKBOOK

    def _read_relations(self, path: str) -> dict[str, _Relation]:
        folder, name = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        return _parse_relations(self._archive.read_xml(relations), folder)

    def _make_sheets(self, path: str, relations: dict[str, _Relation]) -> list[XlsxSheet]:
        sheets = []
        for name, state, relation_id in _parse_sheets(self._archive.read_xml(path)):
            relation = relations.get(relation_id)
            if relation is None:
                raise DamagedWorkbookError
            if relation.kind == "worksheet":
                sheets.append(XlsxSheet(self, name, state, relation.path))
        if len({normalize_path(sheet.path) for sheet in sheets}) < len(sheets):
            raise DamagedWorkbookError
        return sheets

    @cached_property
    def cell_reader(self) -> CellReader:
        """Return what shows the cells of all sheets."""
        strings, styles = self._paths.get("sharedStrings"), self._paths.get("styles")
        return CellReader(
            read_shared_strings(lambda: self._archive.read_xml(strings)) if strings else SharedStrings(),
            parse_styles(self._archive.read_xml(styles)) if styles else [],
        )

    def read_part(self, path: str) -> Iterator[bytes]:
        """Read a part in chunks of UTF-8."""
        return self._archive.read_xml(path)


class XlsxSheet:
    """A sheet of an XLSX workbook; see `Sheet`."""

    def __init__(self, workbook: XlsxWorkbook, name: str, state: State, path: str) -> None:
        self.name = name
        self.state = state
        self.path = path
        self._workbook = workbook

    def read_facts(self) -> SheetFacts:
        """Read what concerns the whole sheet."""
        return read_facts(self._workbook.read_part(self.path))

    def read_rows(self) -> Iterator[XlsxRow]:
        """Read the rows that have cells, in ascending order."""
        return read_rows(lambda: self._workbook.read_part(self.path), self._workbook.cell_reader)


def _parse_sheets(chunks: Iterator[bytes]) -> list[tuple[str, State, str]]:
    """Return the name, the state and the relation of each sheet."""
    sheets: list[tuple[str, State, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if get_local_name(name) != "sheet":
            return
        state: State = "visible" if attributes.get("state", "visible") == "visible" else "hidden"
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        sheets.append((attributes.get("name", ""), state, relation))
        if len(sheets) > MAX_SHEETS:
            raise OversizedWorkbookError(MAX_SHEETS, SHEETS)

    parse_xml(chunks, start)
    return sheets


def _parse_relations(chunks: Iterator[bytes], folder: str) -> dict[str, _Relation]:
    """Return the relations by their identifiers.

    Args:
        chunks: of the part that lists them
        folder: that their targets are relative to
    """
    relations: dict[str, _Relation] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if get_local_name(name) != "Relationship" or get_attribute(attributes, "TargetMode") == "External":
            return
        target = unquote(attributes.get("Target", "")).replace("\\", "/")
        path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = attributes.get("Type", "").rpartition("/")[2]
        relations[attributes.get("Id", "")] = _Relation(kind, path)
        if len(relations) > MAX_ELEMENTS:
            raise OversizedWorkbookError(MAX_ELEMENTS, RELATIONS)

    parse_xml(chunks, start)
    return relations
