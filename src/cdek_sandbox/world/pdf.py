"""A PDF writer of a page's length: lines of Latin text in a frame. The 14 fonts of every reader need no embedding."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"  # the second line tells copying programs that the file is binary
_CATALOG, _PAGES, _FONT, _FIRST_PAGE = 1, 2, 3, 4
_MARGIN = 12
_NOT_PRINTED = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)"})


class Paper(NamedTuple):
    """Width and height of a page, in points of 1/72 inch."""

    width: int
    height: int


PAPERS = {"A4": Paper(595, 842), "A5": Paper(420, 595), "A6": Paper(298, 420), "A7": Paper(210, 298)}


def document(paper: Paper, pages: Sequence[Sequence[str]]) -> bytes:
    """A PDF with these lines on its pages; what is not Latin becomes "?"."""
    numbers = [_FIRST_PAGE + 2 * place for place in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        f"<< /Type /Catalog /Pages {_PAGES} 0 R >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(numbers)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in zip(numbers, pages, strict=True):
        objects += [_page(paper, number + 1), _content(paper, lines)]
    return _file(objects)


def _page(paper: Paper, content: int) -> bytes:
    return (
        f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {paper.width} {paper.height}]"
        f" /Resources << /Font << /F1 {_FONT} 0 R >> >> /Contents {content} 0 R >>"
    ).encode()


def _content(paper: Paper, lines: Sequence[str]) -> bytes:
    size = paper.width // 20
    inner = f"{_MARGIN} {_MARGIN} {paper.width - 2 * _MARGIN} {paper.height - 2 * _MARGIN}"
    start = f"{2 * _MARGIN} {paper.height - 2 * _MARGIN - size}"
    text = " ".join(f"({_escaped(line)}) Tj T*" for line in lines)
    stream = f"{inner} re S BT /F1 {size} Tf {size * 3 // 2} TL {start} Td {text} ET".encode()
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream)


def _escaped(line: str) -> str:
    return line.encode("ascii", "replace").decode().translate(_NOT_PRINTED)


def _file(objects: Iterable[bytes]) -> bytes:
    """The objects, numbered from 1, and the table of where each begins."""
    parts, places, length = [_HEADER], [], len(_HEADER)
    for number, body in enumerate(objects, 1):
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        parts.append(part)
        places.append(length)
        length += len(part)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(places) + 1
    trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, _CATALOG, length)
    return b"".join([*parts, b"xref\n0 %d\n0000000000 65535 f \n" % count, rows, trailer])
