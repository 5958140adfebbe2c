"""XML by expat, in chunks: no document type, no long token, names without their prefixes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from oint.refusals.input.files import CHUNK_BYTES
from oint.refusals.input.workbooks.limits import MAX_TOKEN_BYTES, TAG_BYTES
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from xml.parsers.expat import XMLParserType

    StartHandler = Callable[[str, dict[str, str]], object]
    EndHandler = Callable[[str], object]
    TextHandler = Callable[[str], object]

_CHUNKS_OF_TAG = MAX_TOKEN_BYTES // CHUNK_BYTES + 2
_OVERLAP_BYTES = 32
"""Bytes of a chunk that are searched again with the next one: the name of a tag may be cut."""
_FALSE = frozenset({"0", "false", "off", "f"})
_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class XmlParser:
    """Parser that is fed with chunks of UTF-8.

    Args:
        start: called at the start of an element with its name without a prefix, and its attributes
        end: called at its end
        text: called with pieces of the text between
        namespaces: names come as the namespace, a blank, and the name without its prefix
    """

    def __init__(
        self,
        start: StartHandler | None = None,
        end: EndHandler | None = None,
        text: TextHandler | None = None,
        *,
        namespaces: bool = False,
    ) -> None:
        self._parser: XMLParserType = expat.ParserCreate("utf-8", " " if namespaces else None)
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _reject_doctype
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = text
        self._fed = 0

    def set_handlers(
        self, start: StartHandler | None = None, end: EndHandler | None = None, text: TextHandler | None = None
    ) -> None:
        """Change the handlers; without any, expat only checks that the XML is well-formed."""
        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = text

    @property
    def position(self) -> int:
        """Return where in the document the element starts that is handled, in bytes."""
        return self._parser.CurrentByteIndex

    def feed(self, chunk: bytes, *, is_last: bool = False) -> None:
        """Parse a chunk.

        Raises:
            DamagedWorkbookError: this is not well-formed XML, or it has a document type
            OversizedWorkbookError: a tag is too long
        """
        self._fed += len(chunk)
        try:
            self._parser.Parse(chunk, is_last)
        except (expat.ExpatError, UnicodeError) as error:
            raise DamagedWorkbookError from error
        if self._fed - self._parser.CurrentByteIndex > MAX_TOKEN_BYTES + len(chunk):
            raise OversizedWorkbookError(MAX_TOKEN_BYTES, TAG_BYTES)


def parse_xml(
    chunks: Iterable[bytes],
    start: StartHandler | None = None,
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


class PartsParser:
    """Parser that handles the elements around long lists: expat alone goes through the lists.

    Args:
        tag: pattern of the tags at which handlers are needed again
        start: handles the start of an element, see `XmlParser`
        end: handles its end
        text: handles the text between
        namespaces: see `XmlParser`
    """

    def __init__(
        self,
        tag: re.Pattern[bytes],
        start: StartHandler,
        end: EndHandler,
        text: TextHandler | None = None,
        *,
        namespaces: bool = False,
    ) -> None:
        self.is_in_list = False
        """Set by the handlers: handlers are not needed up to the next of the tags."""
        self.parser = XmlParser(namespaces=namespaces)
        self._tag = tag
        self._handlers = (start, end, text)

    def parse(self, chunks: Iterable[bytes]) -> None:
        """Parse a whole document."""
        tail = b""
        handled_chunks = 0
        for chunk in chunks:
            if self._tag.search(tail + chunk):
                handled_chunks = _CHUNKS_OF_TAG  # until the tag must have come to its end
            is_handled = not self.is_in_list or handled_chunks > 0
            self.parser.set_handlers(*(self._handlers if is_handled else ()))
            self.parser.feed(chunk)
            handled_chunks -= 1
            tail = chunk[-_OVERLAP_BYTES:]
        self.parser.feed(b"", is_last=True)


def check_xml(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass chunks on once expat has found them well-formed.

    Raises:
        DamagedWorkbookError: they are not, or they have a document type
        OversizedWorkbookError: a tag is too long
    """
    parser = XmlParser()
    for chunk in chunks:
        parser.feed(chunk)
        yield chunk
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
