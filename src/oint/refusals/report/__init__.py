"""Report of a batch: one row for every row of its input file, in order, as CSV, JSON or an Excel workbook."""

from __future__ import annotations

from oint.refusals.report.csv_json import write_csv, write_json
from oint.refusals.report.excel import MissingDependency, write_xlsx
from oint.refusals.report.rows import DUPLICATE, ReportRow, is_failure, read_report_rows

__all__ = [
    "DUPLICATE",
    "MissingDependency",
    "ReportRow",
    "is_failure",
    "read_report_rows",
    "write_csv",
    "write_json",
    "write_xlsx",
]
