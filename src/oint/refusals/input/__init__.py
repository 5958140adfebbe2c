"""Input files: read orders from CSV, workbooks, JSON Lines or plain lists.

from oint.refusals.input import open_input

with open_input("refusals.csv") as source:
    for row in source.rows():
        print(row.number, row.uuid, row.error)
"""

from __future__ import annotations

from oint.refusals.input.csv_reader import read_list_rows
from oint.refusals.input.errors import ROW_ERRORS, InputFileError, RowError
from oint.refusals.input.layout import ColumnChoice, ColumnLayout, DroppedColumn
from oint.refusals.input.left_out import LeftOut
from oint.refusals.input.open_input import InputFile, Kind, ListedInput, open_input, read_stdin_list
from oint.refusals.input.rows import InputRow

__all__ = [
    "ROW_ERRORS",
    "ColumnChoice",
    "ColumnLayout",
    "DroppedColumn",
    "InputFile",
    "InputFileError",
    "InputRow",
    "Kind",
    "LeftOut",
    "ListedInput",
    "RowError",
    "open_input",
    "read_list_rows",
    "read_stdin_list",
]
