"""100,000 rows of XLSX read as a person sees them: CPU and memory, beside python-calamine, which sees only values."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import xlsxwriter  # type: ignore[import-untyped]

from benchmarks.processes import Defect, call
from benchmarks.table import Row

ROWS = 100_000
_CPU, _MEMORY = 8, 2
"""Ratios to the bare reader; its memory is about 90 MB, and 200 MB are allowed."""


class Took(NamedTuple):
    """CPU seconds, MB at the most above those before the first byte was read, and how many rows came out."""

    cpu: float
    memory: float
    rows: int


def rows(rounds: int, count: int = ROWS) -> list[Row]:
    """Return two rows; both readers take turns, each time in a process of its own."""
    wanted = [
        Row(f"{count:,} x 10 cells of XLSX: CPU", unit="s", budget=_CPU),
        Row(f"{count:,} x 10 cells of XLSX: memory", unit="MB", budget=_MEMORY),
    ]
    try:
        orders, bare = _measure(rounds, count)
    except (Defect, OSError) as error:
        return [row._replace(note=str(error), defect=True) for row in wanted]
    figures = [(orders.cpu, bare.cpu), (orders.memory, bare.memory)]
    return [row._replace(ours=ours, floor=least) for row, (ours, least) in zip(wanted, figures, strict=True)]


def _measure(rounds: int, count: int) -> tuple[Took, Took]:
    """Return the medians of both readers."""
    results: dict[str, list[Took]] = {"orders": [], "bare": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "orders.xlsx")
        _write_workbook(file, count)
        for _ in range(rounds):
            for way, taken in results.items():
                taken.append(
                    Took(*json.loads(call([sys.executable, "-m", "benchmarks.workbooks_work", way, str(file)])))
                )
                if taken[-1].rows != count:
                    raise Defect(f"{way} read {taken[-1].rows} rows of {count}")
    orders, bare = (Took(*map(statistics.median, zip(*taken, strict=True))) for taken in results.values())
    return orders, bare


def _write_workbook(file: Path, count: int) -> None:
    """Write a workbook in which every third row is hidden, and numbers have formats."""
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        shop, code = book.add_format({"num_format": '"IM-"0000000'}), book.add_format({"num_format": "00000"})
        names = ("Номер заказа", "Номер СДЭК", "ФИО", "Город", "Сумма", "Вес", "Комментарий", "Склад", "Код", "Место")
        sheet.write_row(0, 0, names)
        for row in range(1, count + 1):
            if row % 3 == 0:
                sheet.set_row(row, options={"hidden": True})
            sheet.write_number(row, 0, row, shop)
            sheet.write_row(row, 1, (1_106_000_000 + row, f"Иванов {row}", "Омск", row * 1.5, row % 300))
            sheet.write_row(row, 6, (f"комментарий {row}", "Склад 1"))
            sheet.write_number(row, 8, row % 90_000, code)
            sheet.write_string(row, 9, f"полка {row}")
