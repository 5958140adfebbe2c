"""Weapons: small workbooks that would exhaust memory or time are read or refused within a bound, each in a process."""

import io
import struct
import subprocess
import sys
import zipfile

import pytest

from tests.support.ods_files import MIMETYPE, NAMESPACES, make_number, make_ods, make_row, make_table, make_text
from tests.support.xls_files import make_ole, make_xls
from tests.support.xls_files import make_text as make_xls_text
from tests.support.xlsx_files import MAIN, make_sheet, make_strings, make_xlsx

MB = 1024 * 1024
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>Номер заказа</t></is></c></row>'
ORDER = '<row r="2"><c r="A2" t="inlineStr"><is><t>a-1</t></is></c></row>'
READ = """
import resource, sys
limit = 400 * 1024 * 1024
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from oint.refusals.input import InputFileError, open_input
try:
    with open_input(sys.argv[1]) as source:
        print("read", sum(1 for row in source.rows()))
except InputFileError as error:
    print(error.code)
"""


def stream(head, piece, count, tail, name="xl/worksheets/sheet1.xml", **parts):
    """Make a workbook one of whose parts is a piece many times over, without holding it in memory."""
    data = io.BytesIO(make_xlsx(make_sheet(""), **{"strings": make_strings(), **parts}, parts={name: None}))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open(name, "w") as part:
        part.write(head.encode())
        for _ in range(count):
            part.write(piece)
        part.write(tail.encode())
    return data.getvalue()


SHEET_HEAD, SHEET_TAIL = f'<worksheet xmlns="{MAIN}"><sheetData>{HEADER}', "</sheetData></worksheet>"
STRINGS_HEAD, STRINGS = f'<sst xmlns="{MAIN}">', "xl/sharedStrings.xml"


def rows_without_reference():
    return make_xlsx(
        make_sheet(
            '<row r="1"><c r="XFD1" t="inlineStr"><is><t>Номер заказа</t></is></c></row><row r="1048576"><c><v>1</v></c></row>'
        )
    )


def far_corner(reference):
    return make_xlsx(make_sheet(f"{HEADER}{ORDER}<row r='1048576'><c {reference}><v>1</v></c></row>"))


def many_entries():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(60_000):
            archive.writestr(f"{number}", b"")
    return data.getvalue()


def overstated_directory():
    data = bytearray(make_xlsx(make_sheet(HEADER)))
    at = data.rfind(b"PK\5\6")
    struct.pack_into("<HHL", data, at + 8, 0xFFFF, 0xFFFF, 0x7FFFFFFF)
    return bytes(data)


def cyclic_xls():
    data = bytearray(make_xls(("1", 0, [make_xls_text(0, 0, "uuid")])))
    table = len(data) - 512
    struct.pack_into("<I", data, table + 4, 1)
    return bytes(data)


def sheets_of_one_place():
    record = make_xls_text(0, 0, "uuid")
    data = make_xls(*[(f"{number}", 0, [record]) for number in range(20)])
    first = struct.unpack_from("<I", data, data.find(b"\x85\0") + 4)[0]
    at = -1
    patched = bytearray(data)
    for _ in range(20):
        at = data.find(b"\x85\0", at + 1)
        struct.pack_into("<I", patched, at + 4, first)
    return bytes(patched)


def ods_stream(piece, count):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", MIMETYPE)
        with archive.open("content.xml", "w") as part:
            part.write(
                f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>"
                f'<table:table table:name="1">{make_row("Номер заказа")}'.encode()
            )
            for _ in range(count):
                part.write(piece)
            part.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")
    return data.getvalue()


BILLION_LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + f']><worksheet xmlns="{MAIN}"><sheetData><row><c t="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
)
CELL = b'<c t="inlineStr"><is><t>a-1</t></is></c>'
DISTINCT = b"".join(b'<c a%x="" r="A2"/>' % number for number in range(50_000))

WEAPONS = {
    "rows without a reference below the last column": (rows_without_reference, "input_workbook_wide"),
    "reference in small letters": (lambda: far_corner('r="xfd1048576"'), "input_workbook_wide"),
    "blanks around the reference": (lambda: far_corner('r = "XFD1048576"'), "input_workbook_wide"),
    "line break in the reference": (lambda: far_corner('r="\nXFD1048576"'), "input_workbook_wide"),
    "reference beyond the last row": (lambda: far_corner('r="A99999999"'), "input_workbook_damaged"),
    "reference of another row": (lambda: far_corner('r="A2"'), "input_workbook_damaged"),
    "four thousand million strings": (
        lambda: make_xlsx(make_sheet(HEADER), strings=make_strings("a", attributes='uniqueCount="4000000000"')),
        "input_empty",
    ),
    "one string of 1 MB, a hundred thousand times": (
        lambda: stream(
            SHEET_HEAD, b'<row><c t="s"><v>0</v></c></row>' * 1000, 100, SHEET_TAIL, strings=make_strings("a" * MB)
        ),
        "input_no_valid_row",
    ),
    "one string of 450 MB": (
        lambda: stream(f"{STRINGS_HEAD}<si><t>", b"a" * MB, 450, "</t></si></sst>", STRINGS, strings=""),
        "input_workbook_oversized",
    ),
    "20 million strings": (
        lambda: stream(STRINGS_HEAD, b"<si><t/></si>" * 100_000, 200, "</sst>", STRINGS, strings=""),
        "input_workbook_oversized",
    ),
    "20 million plain strings": (
        lambda: stream(STRINGS_HEAD, b"<si><t></t></si>" * 100_000, 200, "</sst>", STRINGS, strings=""),
        "input_workbook_oversized",
    ),
    "400 MB of blanks": (lambda: stream(SHEET_HEAD, b" " * MB, 400, SHEET_TAIL), "input_"),
    "1.5 GB of blanks": (lambda: stream(SHEET_HEAD, b" " * MB, 1500, SHEET_TAIL), "input_workbook_oversized"),
    "an attribute of 100 MB": (
        lambda: stream(SHEET_HEAD + '<row r="', b"1" * MB, 100, f'"/>{SHEET_TAIL}'),
        "input_workbook_oversized",
    ),
    "a comment of 100 MB": (
        lambda: stream(SHEET_HEAD + "<!--", b"</c>" * (MB // 4), 100, f"-->{SHEET_TAIL}"),
        "input_workbook_oversized",
    ),
    "30 million elements within each other": (
        lambda: stream(SHEET_HEAD, b"<a>" * 100_000, 300, SHEET_TAIL),
        "input_workbook_oversized",
    ),
    "50,000 names of attributes": (
        lambda: make_xlsx(make_sheet(f'{HEADER}<row r="2">{DISTINCT.decode()}</row>')),
        "input_workbook_oversized",
    ),
    "6 million real cells": (
        lambda: stream(SHEET_HEAD, (b"<row>" + CELL * 6 + b"</row>") * 1000, 1000, SHEET_TAIL),
        "input_workbook_oversized",
    ),
    "150,000 merged ranges over all columns": (
        lambda: make_xlsx(
            make_sheet(
                HEADER + ORDER,
                after="<mergeCells>"
                + "".join(f'<mergeCell ref="A{n}:XFD{n}"/>' for n in range(3, 150_000))
                + "</mergeCells>",
            )
        ),
        "input_workbook_oversized",
    ),
    "entities within entities": (lambda: make_xlsx(BILLION_LAUGHS), "input_workbook_damaged"),
    "60,000 entries": (many_entries, "input_"),
    "a list of entries of 2 GB": (overstated_directory, "input_workbook_oversized"),
    "1,500 sheets": (lambda: make_xlsx(*[make_sheet("")] * 1500), "input_workbook_oversized"),
    "two thousand million blanks": (
        lambda: make_ods(
            make_table(make_row("Номер заказа"), make_row("a-1"), make_row(make_text('<text:s text:c="2000000000"/>')))
        ),
        "read 1",
    ),
    "16,384 columns in a million rows": (
        lambda: make_ods(
            make_table(
                make_row("Номер заказа"),
                make_row(
                    make_number(1, 1, 'table:number-columns-repeated="16384"'),
                    attributes='table:number-rows-repeated="1000000"',
                ),
            )
        ),
        "input_workbook_oversized",
    ),
    "a million equal rows": (
        lambda: make_ods(
            make_table(make_row("Номер заказа"), make_row("a-1", attributes='table:number-rows-repeated="1000000"'))
        ),
        "read 1000000",
    ),
    "covered cells in a million rows": (
        lambda: ods_stream(
            b'<table:table-row><table:covered-table-cell table:number-columns-repeated="16384"/></table:table-row>'
            * 1000,
            1000,
        ),
        "input_workbook_oversized",
    ),
    "ODS elements within each other": (lambda: ods_stream(b"<a>" * 100_000, 100), "input_workbook_oversized"),
    "XLS with a cycle": (cyclic_xls, "input_workbook_damaged"),
    "20 sheets of one place": (sheets_of_one_place, "input_workbook_damaged"),
    "an OLE file without a workbook": (lambda: make_ole("WordDocument", b"text"), "input_"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited in Linux's way")
@pytest.mark.parametrize("weapon", WEAPONS)
def test_weapon_is_read_or_refused_within_400_mb_and_60_s(tmp_path, weapon):
    make, end = WEAPONS[weapon]
    path = tmp_path / "weapon.bin"
    path.write_bytes(make())
    done = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, check=False)
    assert done.stdout.strip().startswith(end), done.stdout + done.stderr[-2000:]
