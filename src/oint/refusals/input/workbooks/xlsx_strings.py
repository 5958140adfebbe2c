"""The shared strings of an XLSX workbook, held as bytes: a million texts take as much memory as their characters."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

from oint.refusals.input.files import MB
from oint.refusals.input.workbooks.limits import (
    MAX_CELLS,
    MAX_STRING_BYTES,
    MAX_STRINGS_MB,
    MAX_TEXT_LENGTH,
    MEGABYTES_OF_TEXT,
    TEXT_CHARACTERS,
    TEXTS,
)
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError
from oint.refusals.input.workbooks.xml_parsing import (
    get_local_name,
    is_true,
    parse_xml,
    unescape,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PLAIN_ITEM = re.compile(rb'<si><t(?:/>|(?: xml:space="preserve")?>([^<]*)</t>)</si>')
_EMPTY_TEXT = b"<t/>"
_TAGS_OF_PLAIN_ITEM = 4
_ITEM, _END_OF_ITEM = b"<si>", b"</si>"
_HEAD = re.compile(rb"(?:<\?xml[^<>]{0,200}\?>)?\s*<sst[^<>]{0,1000}>\s*")
_TAIL = re.compile(rb"\s*</sst>\s*")
_ESCAPED = re.compile(r"_x((?![dD][89a-fA-F])[0-9a-fA-F]{4})_")
"""A character as Office writes it; halves of a surrogate pair are no characters."""
_STRIKES = frozenset({"strike", "dstrike"})


class NotPlainError(Exception):
    """The XML is not in the form that most programs write, so a parser has to read it."""


class SharedStrings:
    """Texts by number, and which of them are struck through."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._ends = array("I")
        self._struck: set[int] = set()

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, text: bytes, *, is_struck: bool = False) -> None:
        """Add the next text.

        Raises:
            OversizedWorkbookError: there are too many
        """
        if is_struck:
            self._struck.add(len(self._ends))
        self._data += text
        self._ends.append(len(self._data))
        if len(self._ends) > MAX_CELLS:
            raise OversizedWorkbookError(MAX_CELLS, TEXTS)
        if len(self._data) > MAX_STRINGS_MB * MB:
            raise OversizedWorkbookError(MAX_STRINGS_MB, MEGABYTES_OF_TEXT)

    def get(self, number: int) -> str:
        """Return a text.

        Raises:
            DamagedWorkbookError: there is none with this number
        """
        if number >= len(self._ends):
            raise DamagedWorkbookError
        start = self._ends[number - 1] if number else 0
        return self._data[start : self._ends[number]].decode()

    def is_struck(self, number: int) -> bool:
        """Return whether a text, or a part of it, is struck through."""
        return number in self._struck


class RichText:
    """Handlers of expat that collect the text of an `si` or `is` element: its runs without the phonetic guides."""

    def __init__(self) -> None:
        self.is_struck = False
        self._pieces: list[str] = []
        self._size = 0
        self._in_text = False
        self._phonetic_depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element, by its local name."""
        if name == "rPh":
            self._phonetic_depth += 1
        elif name == "t":
            self._in_text = not self._phonetic_depth
        elif name in _STRIKES and is_true(attributes.get("val", "1")):
            self.is_struck = True

    def end(self, name: str) -> None:
        """Handle its end."""
        if name == "rPh":
            self._phonetic_depth -= 1
        elif name == "t":
            self._in_text = False

    def add_text(self, text: str) -> None:
        """Handle a piece of text.

        Raises:
            OversizedWorkbookError: the text is too long
        """
        if not self._in_text:
            return
        self._size += len(text)
        if self._size > MAX_STRING_BYTES:
            raise OversizedWorkbookError(MAX_STRING_BYTES, TEXT_CHARACTERS)
        self._pieces.append(text)

    def join(self) -> bytes:
        """Return the text, cut to `MAX_TEXT_LENGTH`."""
        return shorten("".join(self._pieces)).encode(errors="replace")


def shorten(text: str) -> str:
    """Cut a text to what is kept of it; blanks around it do not count."""
    return text if len(text) <= MAX_TEXT_LENGTH else text.strip()[:MAX_TEXT_LENGTH]


def decode_text(text: str) -> str:
    """Decode the characters that Office writes as `_x000D_`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def read_shared_strings(read_chunks: Callable[[], Iterable[bytes]]) -> SharedStrings:
    """Read the shared strings: fast where they are in the form that most programs write.

    Raises:
        DamagedWorkbookError: this is not a list of strings
        OversizedWorkbookError: there are too many
    """
    try:
        return read_plain_strings(read_chunks())
    except NotPlainError:
        return parse_strings(read_chunks())


def read_plain_strings(chunks: Iterable[bytes]) -> SharedStrings:
    """Read strings by a pattern.

    Raises:
        NotPlainError: the pattern does not match all of the XML
    """
    strings = SharedStrings()
    for items in _split_items(chunks):
        texts = _PLAIN_ITEM.findall(items)
        if items.count(b"<") != len(texts) * _TAGS_OF_PLAIN_ITEM - items.count(_EMPTY_TEXT) or b"\r" in items:
            raise NotPlainError
        for text in texts:
            if len(text) > MAX_TEXT_LENGTH or b"&" in text:
                strings.add(shorten(unescape(text.decode())).encode())
            else:
                strings.add(text)
    return strings


def _split_items(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split a list of strings into pieces that are items alone.

    Raises:
        NotPlainError: something else stands before or after them
    """
    rest = b""
    is_first = True
    for chunk in chunks:
        rest += chunk
        end = rest.rfind(_END_OF_ITEM) + len(_END_OF_ITEM)
        if end < len(_END_OF_ITEM):
            if len(rest) > MAX_STRING_BYTES:
                raise NotPlainError
            continue
        start = rest.find(_ITEM) if is_first else 0
        if is_first and (start < 0 or not _HEAD.fullmatch(rest[:start])):
            raise NotPlainError
        yield rest[start:end]
        rest, is_first = rest[end:], False
    if not _TAIL.fullmatch(rest):
        raise NotPlainError


def parse_strings(chunks: Iterable[bytes]) -> SharedStrings:
    """Read strings by an XML parser."""
    strings = SharedStrings()
    rich = RichText()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal rich
        local = get_local_name(name)
        if local == "si":
            rich = RichText()
        rich.start(local, attributes)

    def end(name: str) -> None:
        local = get_local_name(name)
        rich.end(local)
        if local == "si":
            strings.add(rich.join(), is_struck=rich.is_struck)

    def add_text(text: str) -> None:
        rich.add_text(text)

    parse_xml(chunks, start, end, add_text)
    return strings
