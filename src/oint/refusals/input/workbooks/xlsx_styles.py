"""The styles of an XLSX workbook: how each one shows a number, and whether it strikes the text through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from oint.refusals.input.workbooks.limits import LEVELS, MAX_DEPTH, MAX_STYLES, STYLES
from oint.refusals.input.workbooks.model import OversizedWorkbookError
from oint.refusals.input.workbooks.number_formats import NumberFormat, get_built_in_format, get_number_format
from oint.refusals.input.workbooks.xml_parsing import get_local_name, is_true, parse_count, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable


class CellStyle(NamedTuple):
    """What a cell's style decides.

    Args:
        number_format: how numbers and texts are shown
        is_struck: whether they are struck through
    """

    number_format: NumberFormat
    is_struck: bool


DEFAULT_STYLE: Final = CellStyle(get_number_format("General"), is_struck=False)
UNKNOWN_STYLE: Final = CellStyle(get_number_format(None), is_struck=False)


def parse_styles(chunks: Iterable[bytes]) -> list[CellStyle]:
    """Return the styles by the numbers that cells name.

    Raises:
        DamagedWorkbookError: this is not XML
        OversizedWorkbookError: there are too many styles
    """
    parser = _StyleParser()
    parse_xml(chunks, parser.start, parser.end)
    return [parser.make_style(*keys) for keys in parser.styles]


class _StyleParser:
    """Handlers of expat: they collect formats, fonts, and the styles that name them."""

    def __init__(self) -> None:
        self.styles: list[tuple[int, int]] = []
        self._formats: dict[int, str] = {}
        self._fonts: list[bool] = []
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        local = get_local_name(name)
        parent = self._path[-1] if self._path else ""
        if local == "numFmt" and parent == "numFmts":
            self._formats[parse_count(attributes.get("numFmtId"), default=0)] = attributes.get("formatCode", "")
        elif local == "font" and parent == "fonts":
            self._fonts.append(False)
        elif local == "strike" and parent == "font" and self._path[-2:-1] == ["fonts"]:
            self._fonts[-1] = is_true(attributes.get("val", "1"))
        elif local == "xf" and parent == "cellXfs":
            number_format = parse_count(attributes.get("numFmtId"), default=0)
            self.styles.append((number_format, parse_count(attributes.get("fontId"), default=0)))
        if max(len(self.styles), len(self._formats), len(self._fonts)) > MAX_STYLES:
            raise OversizedWorkbookError(MAX_STYLES, STYLES)
        self._path.append(local)
        if len(self._path) > MAX_DEPTH:
            raise OversizedWorkbookError(MAX_DEPTH, LEVELS)

    def end(self, _: str) -> None:
        """Handle its end."""
        self._path.pop()

    def make_style(self, number_format: int, font: int) -> CellStyle:
        """Make the style that names a format and a font by their numbers."""
        code = self._formats.get(number_format, get_built_in_format(number_format))
        is_struck = font < len(self._fonts) and self._fonts[font]
        return CellStyle(get_number_format(code), is_struck)
