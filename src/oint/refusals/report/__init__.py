"""What became of a batch: a line for every row of its source, in its order, as words, CSV, JSON or a workbook."""

from __future__ import annotations

from oint.refusals.report.csv_json import write_csv, write_json
from oint.refusals.report.excel import TablesMissing, write_xlsx
from oint.refusals.report.rows import DOUBLE, Line, is_failure, lines

__all__ = ["DOUBLE", "Line", "TablesMissing", "is_failure", "lines", "write_csv", "write_json", "write_xlsx"]
