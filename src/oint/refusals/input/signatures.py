"""What the first bytes of a file say that it is, whatever its name: a page, a letter, a document, an archive.

Such a file may hold orders, but its tags and figures would be read as orders, too.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from oint.i18n import Message

BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAX_PDF_PREFIX_BYTES = 1024
_MIN_LETTER_HEADERS = 2
_MAX_MARKUP_CHARS = 64 * 1024
"""Characters from the beginning that are searched for tags."""
_BLANKS = "\ufeff\u00a0 \t\r\n\f\0"


class ForeignFormat(NamedTuple):
    """A format that is not read.

    Args:
        code: a key of `FILE_ERRORS`
        kind: the format in words
    """

    code: str
    kind: Message


def _document(ru: str, en: str) -> ForeignFormat:
    return ForeignFormat("input_document", Message(ru, en))


def _archive(ru: str, en: str) -> ForeignFormat:
    return ForeignFormat("input_archive", Message(ru, en))


def _xml(ru: str, en: str) -> ForeignFormat:
    return ForeignFormat("input_xml", Message(ru, en))


def _table(ru: str, en: str) -> ForeignFormat:
    return ForeignFormat("input_other_table", Message(ru, en))


_IMAGE = _document("изображение", "an image")
_SOUND = _document("звук или видео", "sound or video")
_DATABASE = _document("база данных", "a database")
_PROGRAM = _document("программа", "a program")
_PDF = _document("документ PDF", "a PDF document")
_PAGE = ForeignFormat("input_page", Message("веб-страница (HTML)", "a web page (HTML)"))
_FRAGMENT = ForeignFormat("input_page", Message("часть веб-страницы (HTML)", "a part of a web page (HTML)"))
_MHTML = ForeignFormat("input_page", Message("веб-страница в одном файле (MHTML)", "a web page in one file (MHTML)"))
_LETTER = ForeignFormat("input_letter", Message("письмо", "a letter"))
_SPREADSHEET_2003 = _table("таблица XML 2003 (SpreadsheetML)", "an XML spreadsheet of 2003 (SpreadsheetML)")
_DBF = _table("таблица DBF", "a DBF table")
_CLIXML = _xml("выгрузка объектов PowerShell (CLIXML)", "an export of PowerShell objects (CLIXML)")
_XML = _xml("документ XML", "an XML document")

_SIGNATURES: Final = (
    (b"{\\rtf", _document("документ RTF", "an RTF document")),
    (b"%!PS", _document("документ PostScript", "a PostScript document")),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF87a", _IMAGE),
    (b"GIF89a", _IMAGE),
    (b"II*\0", _IMAGE),
    (b"MM\0*", _IMAGE),
    (b"AT&TFORM", _IMAGE),
    (b"8BPS\0", _IMAGE),
    (b"\x1f\x8b", _archive("архив gzip", "a gzip archive")),
    (b"BZh", _archive("архив bzip2", "a bzip2 archive")),
    (b"\xfd7zXZ\0", _archive("архив xz", "an xz archive")),
    (b"7z\xbc\xaf\x27\x1c", _archive("архив 7-Zip", "a 7-Zip archive")),
    (b"Rar!\x1a\x07", _archive("архив RAR", "a RAR archive")),
    (b"\x28\xb5\x2f\xfd", _archive("архив zstd", "a zstd archive")),
    (b"MSCF\0", _archive("архив CAB", "a CAB archive")),
    (b"PK\x05\x06", _archive("пустой архив ZIP", "an empty ZIP archive")),
    (b"PK\x07\x08", _archive("часть архива ZIP", "a part of a ZIP archive")),
    (b"SQLite format 3\0", _DATABASE),
    (b"\0\1\0\0Standard ", _DATABASE),
    (b"OggS\0", _SOUND),
    (b"\x7fELF", _PROGRAM),
    (b"#!/", _PROGRAM),
    (b"#< CLIXML", _CLIXML),
)
_PATTERNS: Final = (
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), _IMAGE),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _IMAGE),
    (re.compile(rb"RIFF.{4}(?:WAVE|AVI )", re.DOTALL), _SOUND),
    (re.compile(rb".{4}ftyp(?:heic|heix|mif1|avif)", re.DOTALL), _IMAGE),
    (re.compile(rb".{4}ftyp", re.DOTALL), _SOUND),
    (re.compile(rb"ID3[\x02-\x04]"), _SOUND),
    (re.compile(rb"MZ.{0,62}\0", re.DOTALL), _PROGRAM),
    (re.compile(rb".{257}ustar", re.DOTALL), _archive("архив tar", "a tar archive")),
    (re.compile(rb"[\x03\x30-\x32\x83\x8b\xf5].[\x01-\x0c][\x01-\x1f].{2}\0\0.{4}\0", re.DOTALL), _DBF),
    (re.compile(rb"\x03.[\x01-\x0c][\x01-\x1f].{8}\0{16}", re.DOTALL), _DBF),
)
_ROOTS: Final = (
    (re.compile(r"html|head|body|table"), _PAGE),
    (re.compile(r"workbook"), _SPREADSHEET_2003),
    (re.compile(r"yml_catalog"), _xml("каталог товаров YML", "a YML catalogue of goods")),
    (re.compile(r"коммерческаяинформация"), _xml("выгрузка CommerceML (1С)", "a CommerceML export (1C)")),
    (re.compile(r"document(?:-content)?"), _table("таблица ODF в одном файле (FODS)", "a flat ODF spreadsheet (FODS)")),
    (re.compile(r"svg"), _IMAGE),
    (re.compile(r"objs"), _CLIXML),
)
_PROLOG = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)+", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)(?=[\s/>])")
_HTML_TAG = re.compile(
    r"</?(?:html|head|body|table|thead|tbody|tfoot|tr|td|th|caption|col|colgroup|div|span|p|br|hr|h[1-6]|a|b|i|u|s|em"
    r"|strong|font|center|meta|link|style|script|noscript|title|base|form|input|img|ul|ol|li|dl|dt|dd|pre|section|article"
    r"|main|header|footer|nav|small|nobr|iframe)(?=[\s/>])"
)
_TAG_LINE = re.compile(r"</?[^\W\d][\w:.-]*(?:\s[^<>]*)?/?>")
_PAGE_LINE = re.compile(r"^[ \t]*<(?:!doctype html|html|head|body)(?=[\s>])", re.MULTILINE)
_TABLE = re.compile(
    r"^([^;,|\t\n]*)<table\b[^<>]*>(?:\s|<!--[^>]*-->|</?(?:caption|colgroup|col|thead|tbody)\b[^<>]*>)*<tr\b",
    re.DOTALL | re.MULTILINE,
)
_LETTER_LINE = re.compile(
    r"(from|to|cc|date|reply-to|dkim-signature|x-[\w-]+|mime-version|received|return-path|message-id|delivered-to|subject"
    r"|content-type|content-transfer-encoding|от|кому|копия|дата|отправлено|тема):"
)
_LETTER_MARKS = frozenset(
    [
        "mime-version",
        "received",
        "return-path",
        "message-id",
        "delivered-to",
        "subject",
        "content-type",
        "content-transfer-encoding",
        "тема",
    ]
)
"""Headers that only a letter has."""


def detect_foreign_format(head: bytes) -> ForeignFormat | None:
    """Return the format of a file that is not read, or None where it may be a text or a workbook.

    Args:
        head: its first bytes, some 100 KB
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature) or start.startswith(signature):
            return kind
    if b"%PDF-" in head[:_MAX_PDF_PREFIX_BYTES]:
        return _PDF
    for pattern, kind in _PATTERNS:
        if pattern.match(head):
            return kind
    text = decode_head(head).lstrip(_BLANKS).lower()
    return _detect_letter(text) or _detect_markup(text)


def decode_head(head: bytes) -> str:
    """Return the beginning of a text, whatever its encoding: good enough to recognize tags and words."""
    for bom, codec in BOMS:
        if head.startswith(bom):
            return head.decode(codec, "replace")
    if utf16 := detect_utf16(head):
        return head.decode(utf16, "replace")
    text = head.decode("utf-8", "replace")
    return head.decode("cp1251", "replace") if "\ufffd" in text[:-1] else text


def detect_utf16(head: bytes) -> str | None:
    """Return utf-16-le or utf-16-be where a text without a byte order mark is in it; return None elsewhere."""
    size = len(head) // 2
    low, high = head[1 : size * 2 : 2].count(0), head[: size * 2 : 2].count(0)
    if max(low, high) * 5 <= size or min(low, high) * 20 > max(low, high):  # ASCII: one character in five, or more
        return None
    return "utf-16-le" if low > high else "utf-16-be"


def _detect_letter(text: str) -> ForeignFormat | None:
    """Return the kind of a letter, by the headers that it begins with."""
    names = []
    lines = text.splitlines()
    is_mailbox = text.startswith("from ") and "@" in lines[0]
    for line in lines[1 if is_mailbox else 0 :]:
        header = _LETTER_LINE.match(line)
        if header is None and not line.startswith((" ", "\t")):
            break
        names += [header[1]] if header else []
    if len(names) < _MIN_LETTER_HEADERS or _LETTER_MARKS.isdisjoint(names):
        return _MHTML if names[:1] == ["mime-version"] else None
    is_page = "multipart/related" in text or "x-document-type" in names
    return _MHTML if is_page and "mime-version" in names else _LETTER


def _detect_markup(text: str) -> ForeignFormat | None:
    """Return the kind of a text that consists of tags."""
    if text.startswith("<") and (kind := _detect_root(text)):
        return kind
    text = text[:_MAX_MARKUP_CHARS]
    if any(is_outside_quotes(text, match.start()) for match in _PAGE_LINE.finditer(text)):
        return _PAGE
    if any(is_outside_quotes(text, match.end(1)) for match in _TABLE.finditer(text)):
        return _FRAGMENT
    lines = tag_lines = position = 0
    for line in text.splitlines(keepends=True):
        if line.strip() and is_outside_quotes(text, position):
            lines += 1
            tag_lines += _TAG_LINE.match(line.lstrip()) is not None
        position += len(line)
    return _FRAGMENT if tag_lines * 2 > lines else None


def _detect_root(text: str) -> ForeignFormat | None:
    """Return the kind of a document that begins with a tag, by its first element."""
    prolog = _PROLOG.match(text)
    rest = text[prolog.end() :] if prolog else text
    head = prolog[0] if prolog else ""
    root = _ROOT.match(rest)
    if root is None:
        return _PAGE if "<!doctype html" in head else _XML if "<?xml" in head else None
    for name, kind in _ROOTS:
        if name.fullmatch(root[1]):
            return kind
    if "<?xml" not in head and _HTML_TAG.match(rest):
        return _FRAGMENT
    is_xml = "<?xml" in head or "xmlns" in rest or f"</{root[0][1:]}" in rest
    return _XML if is_xml else None


def is_outside_quotes(text: str, position: int) -> bool:
    """Return whether a position is outside the quoted cells of a table."""
    return text.count('"', 0, position) % 2 == 0
