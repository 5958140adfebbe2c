"""Limits of a workbook: a small file can unpack to more than any memory or patience holds."""

from __future__ import annotations

from typing import Final

from oint.i18n import Message

MAX_FILE_MB: Final = 100
MAX_UNPACKED_MB: Final = 512
MAX_ENTRIES: Final = 10_000
MAX_DIRECTORY_BYTES: Final = 4 * 1024 * 1024
"""Bytes of an archive's list of entries, all of which `zipfile` keeps."""
MAX_TOKEN_BYTES: Final = 1024 * 1024
"""Bytes of one tag, comment or attribute of XML."""
MAX_STRING_BYTES: Final = 1024 * 1024
"""Bytes of one text; spreadsheet programs stop at 32,767 characters."""
MAX_STRINGS_MB: Final = 128
"""Size of the shared texts, each cut to `MAX_TEXT_LENGTH`."""
MAX_TEXT_LENGTH: Final = 1000
"""Characters of a cell's text that are kept. No identifier of an order is nearly as long."""
MAX_CELLS: Final = 5_000_000
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
MAX_FILLED_COLUMNS: Final = 1024
"""Filled columns from the first that are read; beyond them a sheet is not a table of orders."""
MAX_SHEETS: Final = 1000
MAX_STYLES: Final = 70_000
MAX_FORMAT_LENGTH: Final = 255
"""Characters of a number format."""
MAX_MERGED_COLUMNS: Final = 1_000_000
"""Columns of all merged ranges of a sheet together."""
MAX_ELEMENTS: Final = 200_000
"""Elements of a list of sheets, relations or columns."""
MAX_DEPTH: Final = 64
"""Elements of XML within each other."""
MAX_NAMES: Final = 10_000
"""Different names of elements and attributes in one part."""

MEGABYTES: Final = Message("МБ", "MB")
MEGABYTES_OF_TEXT: Final = Message("МБ текста", "MB of text")
ENTRIES: Final = Message("файлов в архиве", "files in the archive")
TAG_BYTES: Final = Message("байт в одном теге", "bytes in one tag")
TEXT_CHARACTERS: Final = Message("знаков в одной ячейке", "characters in one cell")
TEXTS: Final = Message("разных текстов", "different texts")
CELLS: Final = Message("ячеек", "cells")
SHEETS: Final = Message("листов", "sheets")
STYLES: Final = Message("стилей", "styles")
RANGES: Final = Message("диапазонов", "ranges")
RELATIONS: Final = Message("связей", "relations")
NAMES: Final = Message("разных имён", "different names")
LEVELS: Final = Message("уровней вложенности", "nested elements")
