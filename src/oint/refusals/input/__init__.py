"""Files of orders -> rows that name one order each.

from oint.refusals.input import open_source

with open_source("refusals.csv") as source:
    for row in source.rows():
        print(row.number, row.uuid, row.trouble)
"""

from __future__ import annotations

from oint.refusals.input.csv_reader import list_rows
from oint.refusals.input.errors import SourceError
from oint.refusals.input.open_input import Kind, ListedSource, Source, listed, open_source
from oint.refusals.input.rows import TROUBLES, SourceRow, Trouble

__all__ = [
    "TROUBLES",
    "Kind",
    "ListedSource",
    "Source",
    "SourceError",
    "SourceRow",
    "Trouble",
    "list_rows",
    "listed",
    "open_source",
]
