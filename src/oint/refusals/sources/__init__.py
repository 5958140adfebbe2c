"""Files of orders -> rows that name one order each.

from oint.refusals.sources import open_source

with open_source("refusals.csv") as source:
    for row in source.rows():
        print(row.number, row.uuid, row.trouble)
"""

from __future__ import annotations

from oint.refusals.sources.errors import SourceError
from oint.refusals.sources.opening import Kind, ListedSource, Source, listed, open_source
from oint.refusals.sources.rows import TROUBLES, SourceRow, Trouble
from oint.refusals.sources.texts import list_rows

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
