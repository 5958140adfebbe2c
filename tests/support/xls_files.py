"""Hand-written XLS workbooks (BIFF8 in an OLE container) for tests."""

from __future__ import annotations

import struct

SECTOR = 512
MIN_STREAM = 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STRUCK = 0x0008


def make_record(number, data):
    return struct.pack("<HH", number, len(data)) + data


def make_string(text, count="<H"):
    return struct.pack(count, len(text)) + b"\1" + text.encode("utf-16-le")


def make_font(flags=0):
    return make_record(
        0x31, struct.pack("<HHHHHBBBB", 200, flags, 0x7FFF, 400, 0, 0, 0, 0, 0) + make_string("Arial", "<B")
    )


def make_style(font, number_format):
    return make_record(0xE0, struct.pack("<HHH14x", font, number_format, 1))


def make_begin(kind):
    return make_record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 0x06))


def make_text(row, column, text, style=0):
    return make_record(0x204, struct.pack("<HHH", row, column, style) + make_string(text))


def make_rich_text(row, column, text, runs, style=0):
    """Make a text whose runs begin at a character with a font each."""
    data = struct.pack("<HHH", row, column, style) + make_string(text) + struct.pack("<H", len(runs))
    return make_record(0xD6, data + b"".join(struct.pack("<HH", *run) for run in runs))


def make_number(row, column, value, style=0):
    return make_record(0x203, struct.pack("<HHHd", row, column, style, value))


def make_error(row, column, code=0x2A):
    return make_record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def make_row(row, *, is_hidden=False, height=255, is_height_set=False):
    options = 0x100 | (0x20 if is_hidden else 0) | (0x40 if is_height_set else 0)
    return make_record(0x208, struct.pack("<HHHHHHI", row, 0, 256, height, 0, 0, options))


def make_column(first, last, *, is_hidden=True, width=2340):
    return make_record(0x7D, struct.pack("<HHHHHH", first, last, width, 0, int(is_hidden), 0))


def make_merges(*ranges):
    return make_record(0xE5, struct.pack("<H", len(ranges)) + b"".join(struct.pack("<HHHH", *each) for each in ranges))


def make_xls(*sheets, formats=(), fonts=(0,), styles=((0, 0),)):
    """Make a workbook.

    Args:
        sheets: name, visibility (0: visible) and records of each
        formats: codes, numbered from 164
        fonts: flags of each
        styles: font and format of each
    """
    head = make_begin(0x05) + make_record(0x42, struct.pack("<H", 1200)) + b"".join(map(make_font, fonts))
    for number, code in enumerate(formats, 164):
        head += make_record(0x41E, struct.pack("<H", number) + make_string(code))
    head += b"".join(make_style(*style) for style in styles)
    names = [make_string(name, "<B") for name, _, _ in sheets]
    position = len(head) + sum(4 + 6 + len(name) for name in names) + 4
    bodies = b""
    for name, (_, visibility, records) in zip(names, sheets, strict=True):
        head += make_record(0x85, struct.pack("<IBB", position + len(bodies), visibility, 0) + name)
        bodies += make_begin(0x10) + b"".join(records) + make_record(0x0A, b"")
    return make_ole("Workbook", head + make_record(0x0A, b"") + bodies)


def make_ole(name, stream):
    """Make a container with one stream."""
    stream = stream.ljust(MIN_STREAM, b"\0")
    count = -(-len(stream) // SECTOR)
    chain = [*range(1, count), END, END, FAT]
    assert len(chain) <= SECTOR // 4
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    directory = make_entry("Root Entry", 5, END, 0, child=1) + make_entry(name, 2, 0, len(stream))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, count, 0, MIN_STREAM, END, 0, END, 0)
        + struct.pack("<109I", count + 1, *[FREE] * 108)
    )
    return header + stream.ljust(count * SECTOR, b"\0") + directory.ljust(SECTOR, b"\0") + table


def make_entry(name, kind, start, size, child=FREE):
    encoded = name.encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, FREE, FREE, child)
        + bytes(36)
        + struct.pack("<II4x", start, size)
    )
