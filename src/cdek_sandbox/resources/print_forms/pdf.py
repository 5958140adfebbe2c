"""PDF files: lines of Latin text in a frame, written by pydyf. The 14 fonts of every reader need no embedding."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARGIN = 12
_LINES_PER_WIDTH = 20  # the type size in points is the width of the page divided by this number
_FONT = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}


class PageSize(NamedTuple):
    """Width and height of a page, in points of 1/72 inch."""

    width: int
    height: int


PAGE_SIZES = {"A4": PageSize(595, 842), "A5": PageSize(420, 595), "A6": PageSize(298, 420), "A7": PageSize(210, 298)}


def build_pdf(size: PageSize, pages: Sequence[Sequence[str]]) -> bytes:
    """Build a PDF with these lines on its pages; other than Latin characters become "?"."""
    import pydyf  # noqa: PLC0415 - loaded for the first file

    document = pydyf.PDF()
    font = pydyf.Dictionary(_FONT)
    document.add_object(font)
    resources = pydyf.Dictionary({"Font": pydyf.Dictionary({"F1": font.reference})})
    for lines in pages:
        content = _draw_lines(pydyf.Stream(), size, lines)
        document.add_object(content)
        page = {"Type": "/Page", "Parent": document.pages.reference, "MediaBox": pydyf.Array([0, 0, *size])}
        document.add_page(pydyf.Dictionary({**page, "Resources": resources, "Contents": content.reference}))
    output = BytesIO()
    document.write(output)
    return output.getvalue()


def _draw_lines(stream: Any, size: PageSize, lines: Sequence[str]) -> Any:
    type_size = size.width // _LINES_PER_WIDTH
    stream.rectangle(_MARGIN, _MARGIN, size.width - 2 * _MARGIN, size.height - 2 * _MARGIN)
    stream.stroke()
    stream.begin_text()
    stream.set_font_size("F1", type_size)
    stream.move_text_to(2 * _MARGIN, size.height - 2 * _MARGIN - type_size)
    for line in lines:
        stream.show_text_string(line.encode("ascii", "replace").decode())
        stream.move_text_to(0, -type_size * 3 // 2)
    stream.end_text()
    return stream
