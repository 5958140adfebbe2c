"""XLSX in the dialects of many programs: each is read as Excel shows it, by either of the two readers of rows."""

import io

import pytest

from oint.refusals.input import InputFileError, open_input
from oint.refusals.input.errors import RowError
from oint.refusals.input.workbooks.xlsx_cells import CellReader
from oint.refusals.input.workbooks.xlsx_row_parser import parse_rows
from oint.refusals.input.workbooks.xlsx_rows import read_plain_rows
from oint.refusals.input.workbooks.xlsx_strings import NotPlainError, SharedStrings, parse_strings, read_plain_strings
from tests.support.xlsx_files import MAIN, PROLOG, make_relations, make_sheet, make_strings, make_styles, make_xlsx

PLAIN = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    '<row r="2" hidden="1"><c r="A2" t="s"><v>1</v></c></row>'
    '<row r="3"><c r="A3" t="s"><v>2</v></c></row>'
)
STRINGS = make_strings("Номер заказа", "h-1", "a-1")


def read(data, **options):
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        return list(source.rows())


def names(data, **options):
    return [row.im_number or row.error.code for row in read(data, **options)]


def open_error(data, **options):
    with pytest.raises(InputFileError) as caught:
        read(data, **options)
    return caught.value


def test_hidden_row_is_left_out_and_counted():
    with open_input("-", stdin=io.BytesIO(make_xlsx(make_sheet(PLAIN), strings=STRINGS))) as source:
        assert [row.im_number for row in source.rows()] == ["a-1"]
        assert source.left_out.to_json() == {"hidden_row": {"count": 1, "rows": [2]}}


@pytest.mark.parametrize(
    "attributes",
    [
        'hidden="1"',
        'hidden="true"',
        "hidden='1'",
        'ht="0" customHeight="1"',
        'customHeight="1"',
        'ht="0.75" customHeight="true"',
    ],
)
def test_row_that_nobody_sees_is_left_out(attributes):
    rows = PLAIN.replace('hidden="1"', attributes)
    assert names(make_xlsx(make_sheet(rows), strings=STRINGS)) == ["a-1"]


@pytest.mark.parametrize(
    "attributes",
    ['hidden="0"', 'hidden="false"', 'ht="0"', 'ht="15" customHeight="1"', 'customHeight="0"', 'collapsed="1"'],
)
def test_row_that_is_seen_is_read(attributes):
    rows = PLAIN.replace('hidden="1"', attributes)
    assert names(make_xlsx(make_sheet(rows), strings=STRINGS)) == ["h-1", "a-1"]


def inline(text):
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


DIALECTS = {
    "prefix": (
        make_sheet(PLAIN.replace("<", "<x:").replace("<x:/", "</x:"), prefix="x"),
        {
            "strings": STRINGS.replace("<", "<s:")
            .replace("<s:/", "</s:")
            .replace("<s:?", "<?")
            .replace("xmlns", "xmlns:s")
        },
    ),
    "no references": (
        f"<row>{inline('Номер заказа')}</row><row hidden='1'>{inline('h-1')}</row><row>{inline('a-1')}</row>",
        {},
    ),
    "other order of attributes": (PLAIN.replace('r="A1" t="s"', 't="s" r="A1"'), {"strings": STRINGS}),
    "blanks in tags": (PLAIN.replace('"><v>', '" ><v >').replace("</v>", "</v >"), {"strings": STRINGS}),
    "line breaks between tags": (PLAIN.replace("><", ">\r\n<"), {"strings": STRINGS}),
    "a comment": (PLAIN.replace("<row", "<!-- <row r='9'/> --><row"), {"strings": STRINGS}),
    "references in small letters": (PLAIN.replace("A1", "a1").replace("A3", "a3"), {"strings": STRINGS}),
    "phonetic guides and runs": (
        PLAIN,
        {
            "strings": make_strings(
                "<si><r><rPr><b/></rPr><t>Номер </t></r><r><t>заказа</t></r><rPh><t>номер</t></rPh></si>",
                "h-1",
                "<si><r><t>a-</t></r><r><t>1</t></r></si>",
            )
        },
    ),
    "blanks kept": (PLAIN, {"strings": STRINGS.replace("<t>a-1", '<t xml:space="preserve"> a-1 ')}),
    "line breaks in strings": (PLAIN, {"strings": STRINGS.replace("</t>", "\r\n</t>")}),
    "a reference to a character": (PLAIN, {"strings": STRINGS.replace("a-1", "&#97;&#x2d;1")}),
    "an escaped character": (PLAIN, {"strings": STRINGS.replace("a-1", "a_x002D_1")}),
    "formulas": (PLAIN.replace('t="s"><v>2', 't="str"><f>A9&amp;"1"</f><v>a-1'), {"strings": STRINGS}),
    "shared formulas": (PLAIN.replace('t="s"><v>2', 't="str"><f t="shared" si="0"/><v>a-1'), {"strings": STRINGS}),
    "array formulas": (
        PLAIN.replace('t="s"><v>2', 't="str"><f t="array" ref="A3:A3">B1</f><v>a-1'),
        {"strings": STRINGS},
    ),
    "styles on empty cells": (
        PLAIN.replace("</row>", '<c r="B1" s="0"/></row>'),
        {"strings": STRINGS, "styles": make_styles()},
    ),
    "strings in parts elsewhere": (
        PLAIN,
        {
            "parts": {
                "other/strings.xml": STRINGS,
                "xl/_rels/workbook.xml.rels": make_relations(
                    ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "/other/strings.xml")
                ),
            }
        },
    ),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dialect_is_read_as_excel_shows_it(dialect):
    rows, parts = DIALECTS[dialect]
    sheet = rows if rows.startswith("<?xml") else make_sheet(rows)
    assert names(make_xlsx(sheet, **parts)) == ["a-1"]


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("worksheets/Sheet1.XML", "xl/worksheets/sheet1.xml"),
        ("worksheets/sheet1.xml", "xl/worksheets/Sheet1.XML"),
        ("worksheets/sheet1.xml", "xl\\worksheets\\sheet1.xml"),
        ("../far/away.xml", "far/away.xml"),
        ("worksheets/sheet%201.xml", "xl/worksheets/sheet 1.xml"),
    ],
)
def test_part_of_sheet_is_found_wherever_the_package_says(path, entry):
    data = make_xlsx(
        make_sheet(PLAIN),
        strings=STRINGS,
        parts={
            "xl/worksheets/sheet1.xml": None,
            "xl/_rels/workbook.xml.rels": make_relations(("worksheet", path), ("sharedStrings", "sharedStrings.xml")),
            entry: make_sheet(PLAIN),
        },
    )
    assert names(data) == ["a-1"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_sheet_in_any_encoding_of_xml_is_read(encoding):
    declared = {"utf-16": "UTF-16", "utf-8-sig": "UTF-8", "cp1251": "windows-1251"}[encoding]
    parts = {
        "xl/worksheets/sheet1.xml": make_sheet(PLAIN).replace("UTF-8", declared).encode(encoding),
        "xl/sharedStrings.xml": STRINGS.replace("UTF-8", declared).encode(encoding),
    }
    assert names(make_xlsx(make_sheet(PLAIN), strings=STRINGS, parts=parts)) == ["a-1"]


def test_namespace_of_strict_workbook_does_not_matter():
    sheet = make_sheet(PLAIN).replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    assert names(make_xlsx(sheet, strings=STRINGS)) == ["a-1"]


CELLS = [
    ('<c r="A2"><v>45</v></c>', "45"),
    ('<c r="A2" s="0"><v>1106625424.0</v></c>', "1106625424"),
    ('<c r="A2" t="n"><v>1.106625424E9</v></c>', "1106625424"),
    ('<c r="A2" s="1"><v>45</v></c>', "IM-0045"),
    ('<c r="A2" s="2"><v>123</v></c>', "000123"),
    ('<c r="A2" s="3"><v>1106625424</v></c>', "1106625424"),
    ('<c r="A2" s="3" t="str"><v>a-1</v></c>', "a-1"),
    ('<c r="A2" s="4"><v>45</v></c>', "bad_row_format"),
    ('<c r="A2" s="5"><v>46000</v></c>', "bad_row_date"),
    ('<c r="A2" s="99"><v>45</v></c>', "bad_row_format"),
    ('<c r="A2" s="6"><v>45</v></c>', "bad_row_format"),
    ('<c r="A2"><v>1.5</v></c>', "bad_row_fraction"),
    ('<c r="A2"><v>1234567890123456789</v></c>', "bad_row_rounded"),
    ('<c r="A2" t="b"><v>1</v></c>', "bad_row_value"),
    ('<c r="A2" t="e"><v>#N/A</v></c>', "bad_row_formula"),
    ('<c r="A2" t="d"><v>2026-11-28</v></c>', "bad_row_date"),
    ('<c r="A2" t="x"><v>1</v></c>', "bad_row_value"),
    ('<c r="A2" t="s"><v>x</v></c>', "bad_row_value"),
    ('<c r="A2"><f>B2</f></c>', "bad_row_not_calculated"),
    ('<c r="A2"><f>B2</f><v></v></c>', "bad_row_not_calculated"),
    ('<c r="A2"><f>B2</f><v/></c>', "bad_row_not_calculated"),
    ('<c r="A2"><f>B2</f><v>0</v></c>', "bad_row_not_calculated"),
    ('<c r="A2"><f>B2</f><v>0.0</v></c>', "bad_row_not_calculated"),
    ('<c r="A2"><f>B2</f><v>45</v></c>', "45"),
    ('<c r="A2" t="str"><f>B2</f><v></v></c>', "bad_row_empty"),
    ('<c r="A2" t="str" s="7"><v>s-1</v></c>', "bad_row_struck"),
    ('<c r="A2" s="7"><v>45</v></c>', "bad_row_struck"),
    ('<c r="A2" t="str" s="8"><v>s-1</v></c>', "s-1"),
    ('<c r="A2" t="inlineStr"><is><r><rPr><strike/></rPr><t>s-</t></r><r><t>1</t></r></is></c>', "bad_row_struck"),
    ('<c r="A2" t="inlineStr"><is><r><rPr><strike val="0"/></rPr><t>s-1</t></r></is></c>', "s-1"),
    ('<c r="A2" t="s"><v>1</v></c>', "bad_row_struck"),
    ('<c r="A2" t="str"><v>a-1\na-2</v></c>', "bad_row_shop_number"),
    (f'<c r="A2" t="str"><v>{"a1" * 1000}</v></c>', "bad_row_shop_number"),
]
STYLES = make_styles(
    formats=["&quot;IM-&quot;0000", "000000", "#,##0", "0.00", "dd.mm.yyyy"],
    fonts=["", "<strike/>", '<strike val="0"/>'],
    styles=[(0, 0), (164, 0), (165, 0), (166, 0), (167, 0), (168, 0), (5, 0), (0, 1), (0, 2)],
)
ITEMS = make_strings("Номер заказа", "<si><r><rPr><strike/></rPr><t>s-1</t></r></si>")


@pytest.mark.parametrize(("cell", "shown"), CELLS)
def test_cell_is_read_as_it_is_shown_or_its_row_is_invalid(cell, shown):
    rows = (
        f'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"/></row><row r="2">{cell}<c r="B2" t="str"><v>x</v></c></row>'
    )
    more = '<row r="3"><c r="A3" t="str"><v>z-9</v></c></row>'
    data = make_xlsx(make_sheet(rows + more), strings=ITEMS, styles=STYLES)
    assert names(data, columns={"im_number": "A"}) == [shown, "z-9"]


def read_both(sheet):
    reader = CellReader(SharedStrings(), [])
    results = []
    for read_rows in (read_plain_rows, parse_rows):
        rows = list(read_rows([sheet.encode()], reader))
        results.append(
            [
                (row.number, row.is_hidden, {c: row.read_cell(c) for c in row.list_columns() if row.read_cell(c)})
                for row in rows
            ]
        )
    return results


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1" spans="1:3" ht="15" customHeight="1" x14ac:dyDescent="0.25"><c r="A1"><v>1</v></c></row>',
        '<row r="1"/><row r="2" hidden="1"><c r="A2"><v>1</v></c><c r="C2" s="0" t="str"><v>a &amp; b</v></c></row>',
        '<row r="5"><c r="B5" t="str"><f>A&lt;1</f><v>x</v></c><c r="C5"><f t="shared" si="1"/><v>7</v></c></row>',
        '<row r="5"><c r="B5" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c><c r="D5"/></row>',
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="b"><v>0</v></c></row> <row r="1000000"><c r="A1000000"><v>1</v></c></row>',
    ],
)
def test_both_readers_of_rows_read_the_same(rows):
    plain, parsed = read_both(make_sheet(rows))
    assert plain == parsed != []


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" cm="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><!-- --></row>',
        '<row r="1"><c r="A1"><v>1</v><extLst/></c></row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        "<row><c r='A1'><v>1</v></c></row>",
        "<x:row/>",
        "text",
        '<row r="1"><c r="A1"><v>1</v></c>',
    ],
)
def test_pattern_never_misses_what_it_does_not_match(rows):
    with pytest.raises(NotPlainError):
        list(read_plain_rows([make_sheet(rows).encode()], CellReader(SharedStrings(), [])))


@pytest.mark.parametrize(
    ("items", "texts"),
    [
        (["a", "", "b &lt; c"], ["a", "", "b < c"]),
        (["<si><t/></si>", '<si><t xml:space="preserve"> a </t></si>'], ["", " a "]),
        (["x" * 2000], ["x" * 1000]),
    ],
)
def test_both_readers_of_strings_read_the_same(items, texts):
    xml = make_strings(*items).encode()
    for read_strings in (read_plain_strings, parse_strings):
        strings = read_strings([xml[:60], xml[60:]])
        assert [strings.get(number) for number in range(len(strings))] == texts


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": None},
        {"xl/_rels/workbook.xml.rels": None},
        {"xl/_rels/workbook.xml.rels": make_relations()},
        {"xl/worksheets/sheet1.xml": None},
        {"xl/worksheets/sheet1.xml": make_sheet(PLAIN)[:-20]},
        {"xl/worksheets/sheet1.xml": make_sheet(PLAIN + PLAIN)},
        {"xl/worksheets/sheet1.xml": make_sheet(PLAIN.replace('r="A3"', 'r="A2"'))},
        {"xl/worksheets/sheet1.xml": make_sheet(PLAIN.replace("<v>2</v>", "<v>9</v>"))},
        {"xl/worksheets/sheet1.xml": make_sheet(PLAIN.replace('hidden="1"', 'ht="x" customHeight="1"'))},
        {"xl/worksheets/sheet1.xml": make_sheet(PLAIN, after='<mergeCells><mergeCell ref="A1:?"/></mergeCells>')},
        {"xl/worksheets/sheet1.xml": make_sheet(PLAIN).encode().replace(b"<row", b"<row\xff", 1)},
        {"xl/sharedStrings.xml": STRINGS.encode().replace(b"a-1", b"a\xff1")},
        {"xl/sharedStrings.xml": STRINGS.replace("a-1", "a&x;1")},
        {"XL/Workbook.xml": make_sheet("")},
    ],
)
def test_contradictory_package_is_damaged(parts):
    assert open_error(make_xlsx(make_sheet(PLAIN), strings=STRINGS, parts=parts)).code == "input_workbook_damaged"


def test_sheets_of_one_part_are_damaged():
    sheet = make_sheet(PLAIN)
    assert open_error(make_xlsx(("a.xml", sheet), ("A.XML", sheet), strings=STRINGS)).code == "input_workbook_damaged"


def test_xlsb_is_refused_with_what_to_do():
    relations = make_relations(("officeDocument", "xl/workbook.bin"))
    data = make_xlsx(
        make_sheet(PLAIN), parts={"_rels/.rels": relations, "xl/workbook.xml": None, "xl/workbook.bin": b""}
    )
    error = open_error(data)
    assert error.code == "input_workbook_binary"
    assert "XLSX" in str(error)


def test_encrypted_entries_are_locked():
    data = bytearray(make_xlsx(make_sheet(PLAIN)))
    at = data.find(b"PK\1\2")
    data[at + 8] |= 1
    assert open_error(bytes(data)).code == "input_workbook_locked"


@pytest.mark.parametrize("name", ["~$заказы.xlsx", ".~lock.заказы.xlsx#"])
def test_lock_file_is_named_as_such(tmp_path, name):
    path = tmp_path / name
    path.write_text(",ivanov,desk,28.11.2026 08:00,file:///home/ivanov;\n", encoding="utf-8")
    with pytest.raises(InputFileError) as caught:
        open_input(path)
    assert caught.value.code == "input_lock_file"


def test_chart_sheet_is_no_sheet_of_orders():
    relations = make_relations(("chartsheet", "chartsheets/sheet1.xml"), ("worksheet", "worksheets/sheet1.xml"))
    tabs = '<sheet name="График" r:id="rId1"/><sheet name="Заказы" r:id="rId2"/>'
    workbook = f'{PROLOG}<workbook xmlns="{MAIN}" xmlns:r="r"><sheets>{tabs}</sheets></workbook>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{v}</v></c></row>' for n, v in enumerate(["Номер заказа", "a-1"], 1)
    )
    parts = {"xl/workbook.xml": workbook, "xl/_rels/workbook.xml.rels": relations}
    assert names(make_xlsx(make_sheet(rows), parts=parts)) == ["a-1"]


@pytest.mark.parametrize(("merged", "orders"), [("A:B", ["a-1"]), ("2:2", ["a-1"]), ("$A$3:$B$3", ["a-1", "a-2"])])
def test_merged_range_of_any_form_covers_its_cells(merged, orders):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>x</v></c><c r="C{n}" t="str"><v>{v}</v></c></row>'
        for n, v in enumerate(["Номер заказа", "a-2", "a-1"], 1)
    )
    rows = rows.replace('"C2"', '"B2"') if merged != "$A$3:$B$3" else rows
    data = make_xlsx(make_sheet(rows, after=f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>'))
    assert sorted(row.im_number for row in read(data) if not row.error) == orders


def test_half_of_a_surrogate_pair_is_no_character():
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{v}</v></c></row>' for n, v in enumerate(["Номер заказа", "a_xDC05_1"], 1)
    )
    assert names(make_xlsx(make_sheet(rows))) == ["a_xDC05_1"]


def test_cells_of_overlapping_merged_ranges_are_covered():
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>a-{n}</v></c></row>' for n in range(2, 7))
    merges = '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="A3:B4"/></mergeCells>'
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>Имя</v></c></row>'
    data = make_xlsx(make_sheet(rows + cells, after=merges), strings=ITEMS)
    assert [row.im_number for row in read(data) if not row.error] == ["a-2", "a-5", "a-6"]


def test_row_error_stands_for_its_column_and_the_digits_it_hides():
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" s="4"><v>45</v></c></row>'
    more = '<row r="3"><c r="A3" t="str"><v>a-1</v></c></row><row r="4"><c r="A4" t="str"><v>a-2</v></c></row>'
    data = make_xlsx(make_sheet(rows + more), strings=ITEMS, styles=STYLES)
    assert read(data)[0].error == RowError("bad_row_format", "im_number: 99")
