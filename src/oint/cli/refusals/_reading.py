"""How far the cards of a preview are read: a line on the terminal while they are."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from oint.cli.progress import ProgressLine, format_reading
from oint.cli.terminal import is_terminal
from oint.refusals.batch import WaitTracker
from oint.refusals.outcome import UNREAD

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from oint.refusals.preview import PreviewRow

SECONDS_BETWEEN_LINES = 1.0


class CardReading(WaitTracker):
    """Counts the rows of a preview as they come; it is the handler of the `Run` that keeps the rate limit.

    Args:
        total: rows that are read; None: nobody knows before the end
        clock: seconds that never jump
    """

    def __init__(self, total: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._total = total
        self._began = clock()
        self._done = 0
        self._unread = 0

    def add(self, row: PreviewRow) -> None:
        """Count a row whose card was read, or could not be."""
        self._done += 1
        self._unread += row.action == UNREAD

    def format_text(self, width: int) -> str:
        """Format the line for a terminal of some columns."""
        rate = self._done / max(self._clock() - self._began, 0.001)
        return format_reading(
            self._done, self._total, rate, self.find_wait(), now=time.time(), width=width, unread=self._unread
        )


@asynccontextmanager
async def show_reading(reading: CardReading, *, quiet: bool) -> AsyncGenerator[None]:
    """Show on a terminal how far the reading is, as long as the block runs; a short one shows nothing."""
    if quiet or not is_terminal(sys.stderr):
        yield
        return
    line = ProgressLine()
    task = asyncio.create_task(_show_each_second(line, reading))
    try:
        yield
    finally:
        task.cancel()
        line.clear()


async def _show_each_second(line: ProgressLine, reading: CardReading) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LINES)
        line.show(None, reading.format_text)
