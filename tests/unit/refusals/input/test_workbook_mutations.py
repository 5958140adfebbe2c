"""Workbooks whose XML is changed at random: a file error, or rows that both readers agree on, and nothing else."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st

from oint.refusals.input import InputFileError, open_input
from oint.refusals.input.workbooks.model import DamagedWorkbookError, OversizedWorkbookError
from oint.refusals.input.workbooks.xlsx_cells import CellReader
from oint.refusals.input.workbooks.xlsx_row_parser import parse_rows
from oint.refusals.input.workbooks.xlsx_rows import read_plain_rows
from oint.refusals.input.workbooks.xlsx_rows import read_rows as read_either
from oint.refusals.input.workbooks.xlsx_strings import NotPlainError, SharedStrings
from tests.support.ods_files import make_number, make_ods, make_row, make_table
from tests.support.xlsx_files import make_sheet, make_strings, make_styles, make_xlsx

ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="str"><v>Имя</v></c></row>'
    '<row r="2" hidden="1" ht="15" customHeight="1"><c r="A2" s="1"><v>45</v></c><c r="B2" s="0"/></row>'
    '<row r="3" spans="1:2"><c r="A3" t="inlineStr"><is><t>a-1</t></is></c><c r="B3"><f>A1</f><v>1</v></c></row>'
    '<row r="4"><c r="A4" t="str"><f t="shared" si="0"/><v>a-2</v></c></row><row r="7"/>'
)
COLUMNS = '<cols><col min="2" max="3" hidden="1"/></cols>'
MERGES = '<mergeCells><mergeCell ref="B3:B4"/></mergeCells>'
SHEET = make_sheet(ROWS, COLUMNS, MERGES)
STRINGS = make_strings("Номер заказа", "<si><r><rPr><strike/></rPr><t>a</t></r></si>")
STYLES = make_styles(formats=["&quot;IM-&quot;0000"], styles=[(0, 0), (164, 0)])
TABLE = make_table(
    make_row("Номер заказа", "Имя"),
    make_row(make_number(45, 45), "x", attributes='table:visibility="filter"'),
    make_row("a-1", "y", attributes='table:number-rows-repeated="2"'),
    columns='<table:table-column table:number-columns-repeated="2"/>',
)
PIECES = (
    *"<>/\"'= &;:!0123456789ar",
    "<v>", "</v>", "</c>", "<c ", "<row", "</row>", "<!--", "-->", "<![CDATA[", "]]>", "/>", "&#0;", "&amp;", "hidden",
    "999999999999", "-1", "\0", "\ufffe", "<table:table-cell/>", "</table:table>", 't="s"', "<f>", "<is>", "<t>", "</t>",
)  # fmt: skip
mutations = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(("", *PIECES))), max_size=4)


def mutate(xml, changes):
    for at, length, piece in changes:
        start = int(at * len(xml))
        xml = xml[:start] + piece + xml[start + length :]
    return xml


def read(data):
    try:
        with open_input("-", stdin=io.BytesIO(data)) as source:
            return list(source.rows())
    except InputFileError as error:
        return error.code


@settings(max_examples=400, deadline=None)
@given(changes=mutations, part=st.sampled_from(["sheet", "strings", "styles", "workbook"]))
def test_changed_xlsx_gives_rows_or_a_file_error(changes, part):
    parts = {"sheet": SHEET, "strings": STRINGS, "styles": STYLES}
    if part != "workbook":
        parts[part] = mutate(parts[part], changes).encode(errors="replace")
    data = make_xlsx(parts["sheet"], strings=parts["strings"], styles=parts["styles"])
    assert isinstance(read(data), list | str)


@settings(max_examples=400, deadline=None)
@given(changes=mutations)
def test_changed_ods_gives_rows_or_a_file_error(changes):
    assert isinstance(read(make_ods(mutate(TABLE, changes))), list | str)


def read_rows(read_them, xml):
    strings = SharedStrings()
    strings.add("Номер заказа".encode())
    try:
        rows = list(read_them([xml.encode(errors="replace")], CellReader(strings, [])))
        return [
            (row.number, row.is_hidden, {column: row.read_cell(column) for column in row.list_columns()})
            for row in rows
        ]
    except (NotPlainError, DamagedWorkbookError, OversizedWorkbookError, UnicodeError):
        return None


@settings(max_examples=1000, deadline=None)
@given(changes=mutations)
def test_both_readers_of_rows_agree_on_what_they_read(changes):
    xml = mutate(SHEET, changes)
    plain, parsed = read_rows(read_plain_rows, xml), read_rows(parse_rows, xml)
    assert plain is None or parsed is None or plain == parsed


PLAIN_ROW = '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="B{0}"/></row>'
KINDS_OF_ROW = (
    PLAIN_ROW,
    '<row r="{0}"/>',
    '<row r="{0}" ht="13.65"><c r="A{0}" s="2"/><c r="B{0}" s="2"/></row>',
    '<row r="{0}"><c r="A{0}" s="0"/><c t="str" r="B{0}"><v>b-{0}</v></c></row>',
    "<row r='{0}' hidden='1'><c r='A{0}'><v>{0}</v></c></row>",
    '<row r="{0}"><c r="A{0}"><v></v></c></row>',
)


@given(rows=st.lists(st.sampled_from(KINDS_OF_ROW), max_size=12), size=st.integers(1, 400))
def test_no_row_is_lost_where_the_parser_takes_over_from_the_pattern(rows, size):
    xml = make_sheet("".join(row.format(number) for number, row in enumerate(rows, 1))).encode()
    chunks = [xml[at : at + size] for at in range(0, len(xml), size)]
    reader = CellReader(SharedStrings(), [])
    results = [
        [(row.number, row.is_hidden) for row in read(lambda: chunks, reader)] for read in (read_either, parse_chunks)
    ]
    assert results[0] == results[1]


def parse_chunks(read_chunks, reader):
    return parse_rows(read_chunks(), reader)
