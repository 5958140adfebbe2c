"""Cells of an XLSX file whose formula has failed (#N/A, #DIV/0!): calamine shows them as empty, so they are looked up."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LARGEST = 1024 * 1024
"""Bytes of these two that are read: a sheet takes about a hundred."""
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>")
_FAILED = (b't="e"', b"t='e'")
_ROW = re.compile(rb"""(?:^|\s)r=["'][A-Z]{1,3}([0-9]{1,7})["']""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)>")
_GIVEN = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def failed_rows(piece: bytes) -> set[int]:
    """The rows of the failed cells in a piece of a sheet's XML."""
    if not any(mark in piece for mark in _FAILED):
        return set()
    cells = (cell[1] for cell in _CELL.finditer(piece) if any(mark in cell[1] for mark in _FAILED))
    return {int(row[1]) for cell in cells if (row := _ROW.search(cell))}


def entries(packed: zipfile.ZipFile) -> list[str]:
    """The names of the sheets' entries in a packed workbook, in the order of the sheets; "" where one is not told."""
    targets = {}
    for link in _LINK.finditer(_text(packed, _LINKS)):
        given = _given(link[1])
        targets[given.get("Id")] = posixpath.join("xl", given.get("Target", "")).lstrip("/")
    links = []
    for sheet in _SHEET.finditer(_text(packed, _BOOK)):
        given = _given(sheet[1])
        links.append(next((value for key, value in given.items() if key.endswith(":id")), None))
    return [targets.get(link, "") for link in links]


def _given(tag: str) -> dict[str, str]:
    """The attributes of a tag."""
    return {name: double or single for name, double, single in _GIVEN.findall(tag)}


def _text(packed: zipfile.ZipFile, entry: str) -> str:
    if entry not in packed.namelist():
        return ""
    with packed.open(entry) as part:
        return part.read(_LARGEST).decode("utf-8", "replace")
