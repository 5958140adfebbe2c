"""What a file was taken for: kept with its batch, so that a later preview shows it too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from oint.refusals.input.headers import format_position
from oint.refusals.input.left_out import LeftOut

if TYPE_CHECKING:
    from oint.refusals.input.open_input import InputFile, ListedInput


class UsedColumn(msgspec.Struct, frozen=True):
    """A column that is read.

    Args:
        column: its name, as in `COLUMNS`
        letter: as spreadsheets show it
        header: as the file has it; None: there is none
    """

    column: str
    letter: str
    header: str | None


class UnusedColumn(msgspec.Struct, frozen=True):
    """A column with a known header that is not read; `reason`: see `DropReason`."""

    letter: str
    header: str
    reason: str


class FileFacts(msgspec.Struct, frozen=True):
    """What a file was taken for.

    Args:
        kind: csv, xlsx (any workbook), jsonl or lines
        sheet: of a workbook
        encoding: of a text
        header_row: number of the header's row; None: there is no header
        used: columns that are read; empty: each row says what it is
        not_used: columns that were considered and not read
        left_out: reason -> number of rows and the first of their numbers, see `LeftOut.to_json`
    """

    kind: str
    sheet: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    used: tuple[UsedColumn, ...] = ()
    not_used: tuple[UnusedColumn, ...] = ()
    left_out: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)

    def to_json(self) -> str:
        """Return the facts as the ledger keeps them."""
        return msgspec.json.encode(self).decode()

    @property
    def left_out_rows(self) -> LeftOut:
        """Return the counts of the rows that were left out."""
        return LeftOut.from_json(self.left_out)


def describe_file(source: InputFile | ListedInput) -> FileFacts:
    """Describe what a file was taken for; `left_out` is complete once all its rows were read."""
    layout = source.columns
    facts = FileFacts(source.kind, source.sheet, source.encoding, left_out=source.left_out.to_json())
    if layout is None:
        return facts
    return msgspec.structs.replace(
        facts,
        header_row=layout.header_row or None,
        used=tuple(UsedColumn(one.column, format_position(one.position), one.header or None) for one in layout.choices),
        not_used=tuple(UnusedColumn(format_position(one.position), one.header, one.reason) for one in layout.dropped),
    )


def read_file_facts(text: str | None) -> FileFacts | None:
    """Read the facts that a ledger keeps; None: it has none, or they are damaged."""
    try:
        return None if text is None else msgspec.json.decode(text, type=FileFacts)
    except msgspec.MsgspecError:
        return None
