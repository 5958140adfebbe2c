"""ODS: what LibreOffice and others write is read as it is shown."""

import io
import zipfile

import pytest

from oint.refusals.input import InputFileError, open_input
from tests.support.ods_files import MIMETYPE, NAMESPACES, make_number, make_ods, make_row, make_table, make_text

HEADER = make_row("Номер заказа")


def read(data, **options):
    with open_input("-", stdin=io.BytesIO(data), **options) as source:
        return list(source.rows())


def names(data, **options):
    return [row.im_number or row.error.code for row in read(data, **options)]


def open_error(data, **options):
    with pytest.raises(InputFileError) as caught:
        read(data, **options)
    return caught.value


STYLES = """
<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>
<style:style style:name="flat" style:family="table-row"><style:table-row-properties style:row-height="0cm"/></style:style>
<style:style style:name="thin" style:family="table-column"><style:table-column-properties style:column-width="0.01in"/></style:style>
<style:style style:name="struck" style:family="table-cell">
<style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="child" style:family="table-cell" style:parent-style-name="struck"/>
<style:style style:name="plain-child" style:family="table-cell" style:parent-style-name="struck">
<style:text-properties style:text-line-through-style="none"/></style:style>
<style:style style:name="common" style:family="table-cell" style:parent-style-name="Struck"/>
<style:style style:name="run" style:family="text"><style:text-properties style:text-line-through-type="single"/></style:style>
<number:number-style style:name="N1"><number:text>IM-</number:text>
<number:number number:decimal-places="0" number:min-integer-digits="4"/></number:number-style>
<number:number-style style:name="N2"><number:number number:decimal-places="2" number:min-integer-digits="1"/></number:number-style>
<number:number-style style:name="N3"><number:number number:min-integer-digits="1" number:grouping="true"/></number:number-style>
<number:number-style style:name="N4"><number:number number:min-integer-digits="1"/><style:map/></number:number-style>
<number:text-style style:name="T1"><number:text>IM-</number:text><number:text-content/></number:text-style>
<style:style style:name="im" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="decimals" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="groups" style:family="table-cell" style:data-style-name="N3"/>
<style:style style:name="map" style:family="table-cell" style:data-style-name="N4"/>
<style:style style:name="text" style:family="table-cell" style:data-style-name="T1"/>
"""
COMMON = (
    '<style:default-style style:family="table-cell"/><style:style style:name="Struck" style:family="table-cell">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
)


@pytest.mark.parametrize(
    "attributes",
    ['table:visibility="collapse"', 'table:visibility="filter"', 'table:style-name="flat"'],
)
def test_row_that_nobody_sees_is_left_out_and_counted(attributes):
    data = make_ods(make_table(HEADER, make_row("h-1", attributes=attributes), make_row("a-1")), styles=STYLES)
    with open_input("-", stdin=io.BytesIO(data)) as source:
        assert [row.im_number for row in source.rows()] == ["a-1"]
        assert source.left_out.to_json() == {"hidden_row": {"count": 1, "rows": [2]}}
    assert names(data, hidden="take") == ["h-1", "a-1"]


def test_group_of_rows_that_is_closed_is_left_out():
    group = f'<table:table-row-group table:display="false">{make_row("h-1")}</table:table-row-group>'
    shown = f'<table:table-row-group table:display="true">{make_row("a-1")}</table:table-row-group>'
    assert names(make_ods(make_table(HEADER, group, shown, make_row("a-2")))) == ["a-1", "a-2"]


@pytest.mark.parametrize("attributes", ['table:visibility="collapse"', 'table:style-name="thin"'])
def test_hidden_column_is_not_the_column_with_orders(attributes):
    columns = f'<table:table-column {attributes} table:number-columns-repeated="2"/><table:table-column/>'
    rows = [make_row("UUID", "Номер СДЭК", "Номер заказа"), make_row("", "1106625424", "a-1")]
    data = make_ods(make_table(*rows, columns=columns), styles=STYLES)
    assert [row[1:4] for row in read(data)] == [(None, None, "a-1")]


def test_hidden_sheet_is_left_out_unless_it_is_named():
    old = make_table(HEADER, make_row("old-1"), name="Архив", attributes='table:style-name="hidden"')
    new = make_table(HEADER, make_row("new-1"), name="Отказы")
    data = make_ods(old + new, styles=STYLES)
    with open_input("-", stdin=io.BytesIO(data)) as source:
        assert [row.im_number for row in source.rows()] == ["new-1"]
        assert source.left_out.to_json() == {"hidden_sheet": {"count": 1, "rows": [1], "names": ["Архив"]}}
    assert names(data, sheet="Архив") == ["old-1"]
    assert open_error(data, hidden="take").code == "input_sheet_ambiguous"


def test_rows_of_one_sheet_never_mix_with_those_of_another():
    tables = "".join(make_table(make_row("Имя"), make_row(f"n-{n}"), name=f"Л{n}") for n in range(3))
    orders = make_table(HEADER, make_row("a-1"), name="Отказы")
    assert names(make_ods(tables + orders + tables.replace("Л", "М"))) == ["a-1"]


CELLS = [
    (make_number(45, "IM-0045", 'table:style-name="im"'), "IM-0045"),
    (make_number(45, "45", 'table:style-name="im"'), "bad_row_format"),
    (make_number(45, None, 'table:style-name="im"'), "IM-0045"),
    (make_number(45, "45.00", 'table:style-name="decimals"'), "bad_row_format"),
    (make_number(1106625424, "1 106 625 424", 'table:style-name="groups"'), "1106625424"),
    (make_number(1106625424, "1,106,625,424", 'table:style-name="groups"'), "1106625424"),
    (make_number(1106625424, "1\u00a0106\u00a0625\u00a0424", 'table:style-name="groups"'), "1106625424"),
    (make_number(45, "IM-45", 'table:style-name="map"'), "IM-45"),
    (make_number(45, "IM-46", 'table:style-name="map"'), "bad_row_format"),
    (make_number(45, "###", 'table:style-name="map"'), "bad_row_format"),
    (make_number(45, "45"), "45"),
    (make_number(45), "45"),
    (make_number("1.106625424E9", "1106625424"), "1106625424"),
    (make_number(1.5, "1,5"), "bad_row_fraction"),
    (make_number(12345678901234567890, "1,23456789012346E+19"), "bad_row_rounded"),
    (make_number(0, "0", 'table:formula="of:=[.B9]"'), "bad_row_not_calculated"),
    (make_number(45, "45", 'table:formula="of:=[.B9]"'), "45"),
    ('<table:table-cell office:value-type="currency" office:value="350"><text:p>350 ₽</text:p></table:table-cell>', "bad_row_format"),
    ('<table:table-cell office:value-type="date" office:date-value="2026-11-28"><text:p>28.11.26</text:p></table:table-cell>', "bad_row_date"),
    ('<table:table-cell office:value-type="time" office:time-value="PT1H"><text:p>1:00</text:p></table:table-cell>', "bad_row_date"),
    ('<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>ИСТИНА</text:p></table:table-cell>', "bad_row_value"),
    ('<table:table-cell office:value-type="void"><text:p>x</text:p></table:table-cell>', "bad_row_value"),
    ('<table:table-cell table:formula="of:=NA()" office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>', "bad_row_formula"),
    ('<table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!</text:p></table:table-cell>', "bad_row_formula"),
    ('<table:table-cell table:formula="of:=x" office:value-type="string"><text:p>Err:509</text:p></table:table-cell>', "bad_row_formula"),
    ('<table:table-cell table:formula="of:=[.B9]"/>', "bad_row_not_calculated"),
    ("<table:table-cell><text:p>a-1</text:p></table:table-cell>", "a-1"),
    ('<table:table-cell office:value-type="string" office:string-value="a-1"/>', "a-1"),
    (make_text("a-1", 'office:string-value="a-2"'), "bad_row_value"),
    (make_text("45", 'table:style-name="text"'), "IM-45"),
    (make_text("a<text:s/>1"), "a 1"),
    (make_text("a\n   1"), "a 1"),
    (make_text("a-1</text:p><text:p>a-2"), "bad_row_shop_number"),
    (make_text("a<text:line-break/>1"), "bad_row_shop_number"),
    (make_text('<text:a>a</text:a><text:span text:style-name="x">-1</text:span>'), "a-1"),
    (make_text("a-1<text:note><text:p>no</text:p></text:note><draw:frame><text:p>no</text:p></draw:frame>"), "a-1"),
    ('<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation><text:p>a-1</text:p></table:table-cell>', "a-1"),
    (make_text("a-1", 'table:style-name="struck"'), "bad_row_struck"),
    (make_text("a-1", 'table:style-name="child"'), "bad_row_struck"),
    (make_text("a-1", 'table:style-name="common"'), "bad_row_struck"),
    (make_text("a-1", 'table:style-name="plain-child"'), "a-1"),
    (make_text('a-<text:span text:style-name="run">1</text:span>'), "bad_row_struck"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "shown"), CELLS)
def test_cell_is_read_as_it_is_shown_or_its_row_is_invalid(cell, shown):
    rows = [make_row("Номер заказа", "Имя"), make_row(cell, "x"), make_row("z-9", "x")]
    data = make_ods(make_table(*rows), styles=STYLES, common=COMMON)
    assert names(data, columns={"im_number": "A"}) == [shown, "z-9"]


@pytest.mark.parametrize("place", ["row", "column"])
def test_style_of_row_or_column_counts_where_the_cell_has_none(place):
    default = 'table:default-cell-style-name="struck"'
    columns = f"<table:table-column {default if place == 'column' else ''}/>"
    row = make_row("s-1", attributes=default if place == "row" else "")
    data = make_ods(make_table(HEADER, row, columns=columns), styles=STYLES)
    assert names(data) == ["bad_row_struck"]


def test_repeated_rows_and_columns_have_their_numbers():
    rows = [
        make_row("Имя", "Номер заказа"),
        make_row("", attributes='table:number-rows-repeated="3"'),
        make_row('<table:table-cell table:number-columns-repeated="1"/>', "a-1"),
        make_row("x", "a-2", attributes='table:number-rows-repeated="2"'),
        make_row("", attributes='table:number-rows-repeated="1048565"'),
    ]
    assert [(row.number, row.im_number) for row in read(make_ods(make_table(*rows)))] == [
        (5, "a-1"),
        (6, "a-2"),
        (7, "a-2"),
    ]


def test_rows_below_a_merged_order_are_invalid():
    covered = "<table:covered-table-cell><text:p>old</text:p></table:covered-table-cell>"
    rows = [
        make_row("Номер заказа", "Имя"),
        make_row(make_text("m-1", 'table:number-rows-spanned="2"'), "x"),
        make_row(covered, "y"),
        make_row("a-1", "z"),
    ]
    assert names(make_ods(make_table(*rows))) == ["m-1", "bad_row_merged", "a-1"]


def test_header_of_two_rows_is_no_row_of_orders():
    rows = [
        make_row(make_text("Номер заказа", 'table:number-rows-spanned="2"'), make_text("Сумма", 'table:number-columns-spanned="2"'), "<table:covered-table-cell/>"),
        make_row("<table:covered-table-cell/>", "план", "факт"),
        make_row("a-1", "1", "2"),
    ]  # fmt: skip
    assert names(make_ods(make_table(*rows))) == ["a-1"]


def test_other_prefixes_are_read():
    data = make_ods(make_table(HEADER, make_row("h-1", attributes='table:visibility="filter"'), make_row("a-1")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml").decode()
    for prefix in ("table", "text", "office"):
        content = content.replace(f"{prefix}:", f"{prefix[0]}{prefix[-1]}:")
    content = content.replace(
        "urn:oasis:names:tc:opendocument:xmlns:te:", "urn:oasis:names:tc:opendocument:xmlns:table:"
    )
    for prefix in ("table", "text", "office"):
        short = f"{prefix[0]}{prefix[-1]}"
        content = content.replace(f"xmlns:{short}:", f"xmlns:{prefix}:").replace(f"xmlns:{prefix}=", f"xmlns:{short}=")
    assert "table:table " not in content
    assert names(make_ods("", **{"content.xml": content})) == ["a-1"]


def test_copies_of_other_documents_are_no_sheets():
    link = f"<table:dde-links><table:dde-link>{make_table(HEADER, make_row('x-1'))}</table:dde-link></table:dde-links>"
    assert names(make_ods(make_table(HEADER, make_row("a-1")) + link)) == ["a-1"]


def test_table_within_a_cell_is_no_sheet_and_no_row():
    inner = f"<table:table-cell>{make_table(HEADER, make_row('x-1'))}</table:table-cell>"
    data = make_ods(make_table(make_row("Номер заказа", "Имя"), make_row("a-1", inner), make_row("a-2", "y")))
    assert names(data) == ["a-1", "a-2"]


def test_encrypted_workbook_is_locked():
    manifest = "<m:manifest xmlns:m='m'><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
    data = make_ods("", **{"META-INF/manifest.xml": manifest, "content.xml": b"\x93\x01"})
    assert open_error(data).code == "input_workbook_locked"


@pytest.mark.parametrize(
    "content",
    [
        "<a",
        f"<office:document-content {NAMESPACES}>",
        f"<office:document-content {NAMESPACES}>{make_table(HEADER, make_row('a-1'))[:-20]}",
        f"<!DOCTYPE a><office:document-content {NAMESPACES}>{make_table(HEADER)}</office:document-content>",
    ],
)
def test_content_that_is_not_well_formed_is_damaged(content):
    assert open_error(make_ods("", **{"content.xml": content})).code == "input_workbook_damaged"


def test_text_document_is_not_a_workbook():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", MIMETYPE.replace("spreadsheet", "text"))
        archive.writestr("content.xml", f"<a {NAMESPACES}>{make_table(HEADER, make_row('a-1'))}</a>")
    assert open_error(data.getvalue()).code.startswith("input_")
