"""XML by expat, in chunks: no document type, no long token, names without their prefixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from oint.refusals.input.workbooks.limits import LEVELS, MAX_DEPTH, MAX_NAMES, MAX_TOKEN_BYTES, NAMES, TAG_BYTES
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from xml.parsers.expat import XMLParserType

    StartHandler = Callable[[str, dict[str, str]], object]
    EndHandler = Callable[[str], object]
    TextHandler = Callable[[str], object]

_FALSE = frozenset({"0", "false", "off", "f"})
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class XmlParser:
    """Parser that is fed with chunks of UTF-8. What expat keeps in memory is limited: depth, names, one tag.

    Args:
        start: called at the start of an element with its name and its attributes
        end: called at its end
        text: called with pieces of the text between
        namespaces: names come as the namespace, a blank, and the name without its prefix
    """

    def __init__(
        self, start: StartHandler, end: EndHandler | None = None, text: TextHandler | None = None, *, namespaces: bool
    ) -> None:
        self._parser: XMLParserType = expat.ParserCreate("utf-8", " " if namespaces else None)
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _reject_doctype
        self._parser.CharacterDataHandler = text
        self._start = start
        self._end = end
        self._parser.StartElementHandler = self._handle_start
        self._parser.EndElementHandler = self._handle_end
        self._fed = 0
        self._depth = 0
        self._names: set[str] = set()

    @property
    def position(self) -> int:
        """Return where in what was fed the element starts that is handled, in bytes."""
        return self._parser.CurrentByteIndex

    def feed(self, chunk: bytes, *, is_last: bool = False) -> None:
        """Parse a chunk.

        Raises:
            DamagedWorkbookError: this is not well-formed XML, or it has a document type
            OversizedWorkbookError: a tag is too long, elements are too deep, or there are too many names
        """
        self._fed += len(chunk)
        try:
            self._parser.Parse(chunk, is_last)
        except (expat.ExpatError, UnicodeError) as error:
            raise DamagedWorkbookError from error
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN_BYTES + len(chunk):
            raise OversizedWorkbookError(MAX_TOKEN_BYTES, TAG_BYTES)

    def _handle_start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name not in self._names or not self._names.issuperset(attributes):
            self._names.add(name)
            self._names.update(attributes)
            if len(self._names) > MAX_NAMES:
                raise OversizedWorkbookError(MAX_NAMES, NAMES)
        if self._depth > MAX_DEPTH:
            raise OversizedWorkbookError(MAX_DEPTH, LEVELS)
        self._start(name, attributes)

    def _handle_end(self, name: str) -> None:
        self._depth -= 1
        if self._end is not None:
            self._end(name)


def parse_xml(
    chunks: Iterable[bytes],
    start: StartHandler,
    end: EndHandler | None = None,
    text: TextHandler | None = None,
    *,
    namespaces: bool = False,
) -> None:
    """Parse a whole document; see `XmlParser`."""
    parser = XmlParser(start, end, text, namespaces=namespaces)
    for chunk in chunks:
        parser.feed(chunk)
    parser.feed(b"", is_last=True)


def get_local_name(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def get_attribute(attributes: dict[str, str], name: str) -> str | None:
    """Return an attribute by its name without a prefix."""
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), None)


def is_true(value: str | None) -> bool:
    """Return the meaning of a boolean attribute: what is not false is true."""
    return value is not None and value.strip().lower() not in _FALSE


def parse_count(value: str | None, *, default: int) -> int:
    """Parse a whole number that is not negative.

    Raises:
        DamagedWorkbookError: it is not one
    """
    if value is None:
        return default
    text = value.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10):  # noqa: PLR2004 - digits of any number in a workbook
        raise DamagedWorkbookError
    return int(text)


def unescape(text: str) -> str:
    """Replace the references in a text of XML.

    Raises:
        DamagedWorkbookError: a reference is not known
    """
    parts = _REFERENCE.sub(_replace_reference, text)
    if "&" in _REFERENCE.sub("", text):
        raise DamagedWorkbookError
    return parts


def _replace_reference(match: re.Match[str]) -> str:
    if match[3]:
        return _ENTITIES[match[3]]
    number = int(match[1]) if match[1] else int(match[2], 16)
    if number > 0x10FFFF:  # noqa: PLR2004 - the last code point
        raise DamagedWorkbookError
    return chr(number)


def _reject_doctype(*_: object) -> None:
    raise DamagedWorkbookError
