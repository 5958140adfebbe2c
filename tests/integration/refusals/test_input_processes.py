"""Files read in a process of their own: bounded memory, and no package beyond those of the core."""

import subprocess
import sys

import pytest

from tests.support.xls_files import make_xls

PROSE = "много слов, и ни одного заказа: это просто проза из книги\nи ещё одна длинная строка без запятых и без номеров в ней\n"

MEASURE = """
import resource, sys
from oint.refusals.input import InputFileError, open_input
import oint.refusals.input.excel_reader, oint.refusals.input.jsonl_reader
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    open_input(sys.argv[1])
except InputFileError as error:
    print(error.code, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in Linux's units")
@pytest.mark.parametrize(
    ("start", "piece", "code"),
    [
        (b"", b"", "input_binary"),
        (b"uuid;", b"x" * 65536, "input_line_too_long"),
        (b"", PROSE.encode() * 300, "input_no_valid_row"),
        (b"PK\x03\x04", b"", "input_workbook_oversized"),
    ],
    ids=["zeros", "one line", "prose", "no workbook"],
)
def test_wrong_file_of_300_mb_is_rejected_in_bounded_memory(tmp_path, start, piece, code):
    path = tmp_path / "wrong.csv"
    with path.open("wb") as file:
        file.write(start)
        if piece:
            for _ in range(300 * 1024 * 1024 // len(piece)):
                file.write(piece)
        else:
            file.truncate(300 * 1024 * 1024)
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, check=True)
    error_code, growth_mb = done.stdout.split()
    assert error_code == code
    assert int(growth_mb) < 150


def test_reading_a_workbook_needs_no_extra(tmp_path):
    path = tmp_path / "a.xlsx"
    xlsxwriter = pytest.importorskip("xlsxwriter", reason="the extra `tables` is not installed")
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("1").write_column(0, 0, ["Номер заказа", "a-1"])
    code = (
        "import sys; sys.modules['python_calamine'] = sys.modules['xlrd'] = None\n"
        "from oint.refusals.input import open_input\n"
        "with open_input(sys.argv[1]) as source: print([row.im_number for row in source.rows()])"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout == "['a-1']\n"


def test_missing_xlrd_error_says_how_to_install(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(make_xls(("1", 0, [])))
    code = (
        "import sys; sys.modules['xlrd'] = None\n"
        "from oint.refusals.input import open_input, InputFileError\n"
        "try: open_input(sys.argv[1])\n"
        "except InputFileError as error: print(error.code, error)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("input_tables_missing ")
    assert "pip install 'oint[tables]'" in done.stdout
