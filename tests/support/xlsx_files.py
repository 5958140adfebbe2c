"""Hand-written XLSX workbooks for tests, in the dialects of several programs."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def make_relations(*relations):
    """Make the XML of relations from their kinds and targets; their identifiers are rId1, rId2, …"""
    parts = [
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(relations, 1)
    ]
    return f'{PROLOG}<Relationships xmlns="{RELATIONS}">{"".join(parts)}</Relationships>'


def make_sheet(rows, before="", after="", prefix=""):
    """Make the XML of a sheet from that of its rows and of what stands around them."""
    name = f"{prefix}:" if prefix else ""
    space = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    return (
        f"{PROLOG}<{name}worksheet {space}>{before}<{name}sheetData>{rows}</{name}sheetData>{after}</{name}worksheet>"
    )


def make_strings(*items, attributes=""):
    """Make the XML of shared strings from texts, or from the XML of items."""
    parts = [item if item.startswith("<si") else f"<si><t>{item}</t></si>" for item in items]
    return f'{PROLOG}<sst xmlns="{MAIN}" {attributes}>{"".join(parts)}</sst>'


def make_styles(*, formats=(), fonts=("",), styles=((0, 0),)):
    """Make the XML of styles: codes of formats from 164, XML of fonts, and format and font of each style."""
    parts = [
        "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in enumerate(formats, 164)),
        "".join(f"<font>{font}</font>" for font in fonts),
        "".join(f'<xf numFmtId="{number_format}" fontId="{font}"/>' for number_format, font in styles),
    ]
    names = ("numFmts", "fonts", "cellXfs")
    lists = "".join(f"<{name}>{part}</{name}>" for name, part in zip(names, parts, strict=True))
    return f'{PROLOG}<styleSheet xmlns="{MAIN}">{lists}</styleSheet>'


def make_xlsx(*sheets, strings=None, styles=None, states=None, parts=None, names=None):
    """Make a workbook.

    Args:
        sheets: XML of each sheet; a tuple: with the path of its part
        strings: XML of the shared strings
        styles: XML of the styles
        states: of the sheets
        parts: further entries, or others in place of those that are made; None leaves one out
        names: of the sheets
    """
    paths = [sheet[0] if isinstance(sheet, tuple) else f"worksheets/sheet{n}.xml" for n, sheet in enumerate(sheets, 1)]
    relations = [("worksheet", path) for path in paths]
    relations += [("sharedStrings", "sharedStrings.xml")] if strings is not None else []
    relations += [("styles", "styles.xml")] if styles is not None else []
    tabs = "".join(
        f'<sheet name="{names[n] if names else f"Лист{n + 1}"}" sheetId="{n + 1}" r:id="rId{n + 1}"'
        f"{f' state={chr(34)}{states[n]}{chr(34)}' if states and states[n] else ''}/>"
        for n in range(len(sheets))
    )
    entries = {
        "[Content_Types].xml": PROLOG + "<Types/>",
        "_rels/.rels": make_relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{PROLOG}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{tabs}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": make_relations(*relations),
        "xl/sharedStrings.xml": strings,
        "xl/styles.xml": styles,
    }
    for path, sheet in zip(paths, sheets, strict=True):
        entry = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
        entries[entry] = sheet[1] if isinstance(sheet, tuple) else sheet
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (entries | (parts or {})).items():
            if part is not None:
                archive.writestr(name, part)
    return data.getvalue()
