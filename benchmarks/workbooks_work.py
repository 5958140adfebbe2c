"""`python -m benchmarks.workbooks_work WAY FILE`: read a workbook once and print what it took; see `benchmarks.workbooks`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.memory import read_peak_rss_mb
from oint.refusals.input import open_input

if TYPE_CHECKING:
    from collections.abc import Callable


def read_bare(path: Path) -> int:
    """Read all cells with python-calamine, which does not see what is hidden."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - it belongs to this way alone

    book = CalamineWorkbook.from_path(path)
    return sum(1 for name in book.sheet_names for _ in book.get_sheet_by_name(name).iter_rows()) - 1


def read_orders(path: Path) -> int:
    """Read the orders as `oint refusals plan` does, and count the rows that are left out, too."""
    with open_input(path) as source:
        count = sum(1 for _ in source.rows())
        return count + sum(rows.count for _, rows in source.left_out)


WAYS: dict[str, Callable[[Path], int]] = {"bare": read_bare, "orders": read_orders}


def main(way: str, file: str) -> None:
    """Read a file in one way and print the CPU seconds, the memory and the count."""
    before = read_peak_rss_mb()
    cpu = time.process_time()
    count = WAYS[way](Path(file))
    print(json.dumps([time.process_time() - cpu, read_peak_rss_mb() - before, count]))


if __name__ == "__main__":
    main(*sys.argv[1:])
