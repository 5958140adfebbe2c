"""Workbooks as a person sees them: XLSX, XLS and ODS, read row by row within limits of memory and time."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from oint.refusals.input.files import MB, IndependentReader, get_size
from oint.refusals.input.workbooks.archive import Archive
from oint.refusals.input.workbooks.limits import MAX_FILE_MB, MEGABYTES
from oint.refusals.input.workbooks.model import (
    BinaryWorkbookError,
    DamagedWorkbookError,
    LockedWorkbookError,
    OversizedWorkbookError,
)
from oint.refusals.input.workbooks.ods import CONTENT, MIMETYPE, OdsWorkbook
from oint.refusals.input.workbooks.xls import OLE_MAGIC, XlsWorkbook
from oint.refusals.input.workbooks.xlsx import XlsxWorkbook

if TYPE_CHECKING:
    from oint.refusals.input.workbooks.model import Workbook


def open_workbook(file: BinaryIO) -> Workbook:
    """Open a workbook, whatever its format.

    Args:
        file: its bytes; it stays open, and is read again for each reading of rows
    Raises:
        DamagedWorkbookError: it is not a workbook
        LockedWorkbookError: it is protected with a password
        BinaryWorkbookError: it is an .xlsb
        OversizedWorkbookError: it exceeds a limit
    """
    if get_size(file) > MAX_FILE_MB * MB:
        raise OversizedWorkbookError(MAX_FILE_MB, MEGABYTES)
    if IndependentReader(file).read(len(OLE_MAGIC)) == OLE_MAGIC:
        return XlsWorkbook(file)
    archive = Archive(file)
    return OdsWorkbook(archive) if CONTENT in archive and MIMETYPE in archive else XlsxWorkbook(archive)


__all__ = [
    "BinaryWorkbookError",
    "DamagedWorkbookError",
    "LockedWorkbookError",
    "OversizedWorkbookError",
    "open_workbook",
]
