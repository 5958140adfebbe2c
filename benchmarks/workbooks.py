"""Measure CPU and memory of reading 100,000 rows of XLSX with their formats, beside python-calamine, which reads values only."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import xlsxwriter  # type: ignore[import-untyped]

from benchmarks.processes import BenchmarkError, run_command
from benchmarks.table import Row

ROWS = 100_000
_CPU, _MEMORY = 8, 2
"""Ratios to the bare reader; its memory is about 90 MB, and 200 MB are allowed."""


class Measurement(NamedTuple):
    """CPU seconds, maximum MB above those before the first byte, and the number of rows."""

    cpu: float
    memory: float
    rows: int


def measure(rounds: int, count: int = ROWS) -> list[Row]:
    """Return two rows; both readers take turns, each time in a process of its own."""
    table_rows = [
        Row(f"{count:,} x 10 cells of XLSX: CPU", unit="s", budget=_CPU),
        Row(f"{count:,} x 10 cells of XLSX: memory", unit="MB", budget=_MEMORY),
    ]
    try:
        orders, bare = _measure(rounds, count)
    except (BenchmarkError, OSError) as error:
        return [row._replace(note=str(error), defect=True) for row in table_rows]
    figures = [(orders.cpu, bare.cpu), (orders.memory, bare.memory)]
    return [row._replace(ours=ours, reference=floor) for row, (ours, floor) in zip(table_rows, figures, strict=True)]


def _measure(rounds: int, count: int) -> tuple[Measurement, Measurement]:
    """Return the medians of both readers."""
    results: dict[str, list[Measurement]] = {"orders": [], "bare": []}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "orders.xlsx")
        _write_workbook(file, count)
        for _ in range(rounds):
            for way, measurements in results.items():
                measurements.append(
                    Measurement(
                        *json.loads(run_command([sys.executable, "-m", "benchmarks.workbooks_work", way, str(file)]))
                    )
                )
                if measurements[-1].rows != count:
                    raise BenchmarkError(f"{way} read {measurements[-1].rows} rows of {count}")
    orders, bare = (
        Measurement(*map(statistics.median, zip(*measurements, strict=True))) for measurements in results.values()
    )
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
