"""Writer of the ledger: many rows go to disk in one commit, and no caller continues before its row is there.

While a commit runs, further changes gather, and the next commit takes them all.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from oint.refusals.ledger import LedgerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.refusals.ledger import Ledger
    from oint.refusals.ledger.rows import Row

T = TypeVar("T")
GROUP_COMMIT_DELAY_SECONDS = 0.02
"""Seconds in which changes gather before a commit: a commit costs a worker more than all that it does to a row."""

_PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries to reach a database that is away; the last one again and again."""


class LedgerWriter:
    """Writes to one ledger from a thread of its own.

    Args:
        ledger: its connection belongs to the writer alone from now on
        fence: the claim to write with
        boundary: told before and after every change: where a crash would matter
        away: told when the ledger cannot be reached, with the seconds until the next try
    """

    def __init__(
        self,
        ledger: Ledger,
        fence: int,
        boundary: Callable[[str], None],
        away: Callable[[float], None],
    ) -> None:
        self._ledger = ledger
        self._fence = fence
        self._boundary = boundary
        self._away = away
        self._thread = ThreadPoolExecutor(1, "oint-ledger")
        self._waiting: list[tuple[Row, asyncio.Future[bool]]] = []
        self._busy: asyncio.Task[None] | None = None

    async def save(self, row: Row) -> bool:
        """Keep what has become of a row; True once it is on disk, False where another worker has taken it over.

        Raises:
            LedgerError: it cannot be kept
        """
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if self._busy is None:
            self._busy = asyncio.create_task(self._commit_all())
        return await done

    async def execute(self, name: str, work: Callable[[Ledger], T]) -> T:
        """Change something of the ledger: what is named is durable afterwards, or was not done."""
        self._boundary(f"before {name}")
        result = await self.query(work)
        self._boundary(f"after {name}")
        return result

    async def query(self, work: Callable[[Ledger], T]) -> T:
        """Ask the ledger something, by its thread; again and again while the database is away."""
        loop = asyncio.get_running_loop()
        for attempt in range(1_000_000_000):
            try:
                return await loop.run_in_executor(self._thread, work, self._ledger)
            except LedgerUnavailable:
                pause = _PAUSES[min(attempt, len(_PAUSES) - 1)]
                self._away(pause)
                await asyncio.sleep(pause)
        raise AssertionError  # pragma: no cover - the loop has no end

    async def _commit_all(self) -> None:
        try:
            while self._waiting:
                await asyncio.sleep(GROUP_COMMIT_DELAY_SECONDS)
                pending, self._waiting = self._waiting, []
                try:
                    lost_ids = await self._commit([row for row, _ in pending])
                except Exception as error:  # noqa: BLE001 - it is theirs who wait, whatever it is
                    for _, done in pending:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for row, done in pending:
                        if not done.done():
                            done.set_result(row.id not in lost_ids)
        finally:
            self._busy = None

    async def _commit(self, rows: list[Row]) -> set[int]:
        return await self.execute("commit", lambda ledger: ledger.write_rows(rows, self._fence))

    async def close(self) -> None:
        """Finish what is being written."""
        while self._busy is not None:
            with suppress(Exception):
                await self._busy
        self._thread.shutdown()
