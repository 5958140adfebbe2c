"""Hand-written ODS workbooks for tests."""

from __future__ import annotations

import io
import zipfile

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("draw", "drawing"),
    ]
)
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def make_ods(sheets, *, styles="", common="", **parts):
    """Make a workbook.

    Args:
        sheets: XML of its tables
        styles: XML of its automatic styles
        common: XML of the styles in styles.xml
        parts: further entries, by name
    """
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} {CALCEXT}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body></office:document-content>"
    )
    document = f"<office:document-styles {NAMESPACES}><office:styles>{common}</office:styles></office:document-styles>"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIMETYPE)
        for name, part in {"content.xml": content, "styles.xml": document, **parts}.items():
            archive.writestr(name, part)
    return data.getvalue()


def make_table(*rows, name="Лист1", columns="", attributes=""):
    """Make the XML of a sheet from that of its rows."""
    return f'<table:table table:name="{name}" {attributes}>{columns}{"".join(rows)}</table:table>'


def make_row(*cells, attributes=""):
    """Make the XML of a row: texts become cells, XML stays."""
    parts = [cell if cell.startswith("<") else make_text(cell) for cell in cells]
    return f"<table:table-row {attributes}>{''.join(parts)}</table:table-row>"


def make_text(text, attributes=""):
    """Make the XML of a cell with a text; of an empty cell without one."""
    if not text:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


def make_number(value, text=None, attributes=""):
    """Make the XML of a cell with a number, and the text that it shows."""
    shown = "" if text is None else f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="float" office:value="{value}" {attributes}>{shown}</table:table-cell>'
