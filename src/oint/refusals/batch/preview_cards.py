"""Read the cards of a batch for its preview, and write what was seen as it comes."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from oint.refusals.ledger.previews import note_unread, read_candidates, read_shared_keys, save_seen
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.client import AsyncClient
    from oint.refusals.batch.runner import Run
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.preview import PreviewRow

ROWS_PER_WRITE = 200
SECONDS_PER_WRITE = 1.0
"""What was seen is written at least that often: an interruption loses no more."""


async def read_cards(
    ledger: Ledger,
    batch: Batch,
    client: AsyncClient,
    run: Run,
    *,
    since: float,
    insist: str | None,
    on_row: Callable[[PreviewRow], None],
) -> None:
    """Read the cards of the held rows of a batch that were not read since a moment.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        client: for CDEK
        run: keeps the account's rate limit
        since: Unix time
        insist: the code of the advice that is overruled for all rows
        on_row: called with each row whose card was read, or could not be
    Raises:
        AuthenticationError: CDEK does not take the credentials
        LedgerError: the ledger cannot be written
    """
    writer = _FactWriter(ledger)
    candidates = read_candidates(ledger, batch, since)
    shared_keys = read_shared_keys(ledger, batch).keys()
    rows = preview(candidates, client, run.enter, _find_nothing, insist=insist, hold=run.hold, shared_keys=shared_keys)
    try:
        async with aclosing(rows):
            async for row in rows:
                if row.is_read or row.action == UNREAD:
                    writer.add(row)
                    on_row(row)
    finally:
        writer.flush()


async def _find_nothing(_: str) -> None:
    """Leave refusals of other batches to `StoredPreview`, which joins them all at once."""


class _FactWriter:
    """Writes what was seen in small groups.

    Args:
        ledger: where it is written
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._rows: list[PreviewRow] = []
        self._due = time.monotonic() + SECONDS_PER_WRITE

    def add(self, row: PreviewRow) -> None:
        """Add a row, and write the group when it is due."""
        self._rows.append(row)
        if len(self._rows) >= ROWS_PER_WRITE or time.monotonic() > self._due:
            self.flush()

    def flush(self) -> None:
        """Write all rows that are not written."""
        rows, self._rows = self._rows, []
        self._due = time.monotonic() + SECONDS_PER_WRITE
        save_seen(self._ledger, [row for row in rows if row.is_read])
        note_unread(self._ledger, [row for row in rows if row.action == UNREAD])
