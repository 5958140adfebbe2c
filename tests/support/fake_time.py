"""A worker's surroundings in made-up time: a loop, a rate limiter and a ledger writer that wait for nothing."""

import asyncio


class RateLimiter:
    """No rate limit: time is made up here."""

    async def acquire(self, owner=None):
        del owner
        await asyncio.sleep(0)

    def cancel_waiters(self, owner):
        pass


class LedgerWriter:
    """The ledger by the loop's own thread: nothing is left to chance."""

    def __init__(self, ledger, fence):
        self.ledger, self.fence = ledger, fence

    async def query(self, work):
        return work(self.ledger)

    async def execute(self, name, work):
        del name
        return work(self.ledger)

    async def save(self, row):
        return row.id not in self.ledger.write_rows([row], self.fence)


class Loop(asyncio.SelectorEventLoop):
    """A loop whose time passes only while nothing is to do, and then at once."""

    now = 0.0

    def time(self):
        return self.now

    def _run_once(self):
        waiting = [handle.when() for handle in self._scheduled if not handle.cancelled()]
        if not self._ready and waiting:
            self.now = max(self.now, min(waiting))
        super()._run_once()
