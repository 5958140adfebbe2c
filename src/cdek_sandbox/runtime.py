"""The sandbox at run time: the world, its faults, the log of calls, and where all that is kept."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from cdek_sandbox.connections import Connections
from cdek_sandbox.faults.rate_limit import Bucket
from cdek_sandbox.faults.rules import Faults
from cdek_sandbox.webhook_delivery.dispatcher import PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.answers import Answer
    from cdek_sandbox.call import Call
    from cdek_sandbox.recording import Recorder
    from cdek_sandbox.store import Store
    from cdek_sandbox.world.world import World

_CALLS_KEPT = 20_000


class Runtime:
    """Everything that a call may touch. Each fresh start is followed by the `prepared` steps, in their order."""

    def __init__(self, world: World, store: Store | None = None, recorder: Recorder | None = None) -> None:
        self.world = world
        self.faults = Faults()
        self.post = PostOffice(world, self.save)
        self.bucket = Bucket()
        self.connections = Connections()
        self.prepared: list[Callable[[Runtime], None]] = []
        self._recorder = recorder
        self.calls: deque[dict[str, Any]] = deque(maxlen=_CALLS_KEPT)
        self._logged = 0
        self._store = store
        if store is not None:
            store.load(world, self.faults)

    def log(self, method: str, path: str, operation: str | None, status: int | None, fault: str | None) -> None:
        """Note a call; nothing of its headers, query or body is kept, so no secret is."""
        now = self.world.clock.now()
        self._logged += 1
        when = {"number": self._logged, "time": self.world.stamp(now), "moment": now}
        row = when | {"method": method, "path": path, "operation": operation}
        self.calls.append(row | {"status": status, "fault": fault})

    def record(self, call: Call, sent: Answer | None, fault: str | None) -> None:
        """Write the call and what was answered (None: nothing whole) where a recording was asked for."""
        if self._recorder is not None:
            self._recorder.note(call, sent, fault)

    def prepare(self) -> None:
        """Bring a fresh world to where this sandbox begins."""
        for step in self.prepared:
            step(self)
        self.save()

    def save(self) -> None:
        """Put on disk what has changed, and the events made of it; nothing is answered before."""
        if self.world.subscriptions:
            self.post.collect()
        if self._store is not None:
            self._store.save(self.world, self.faults)
        self.world.changed.clear()

    def close(self) -> None:
        """Let the files go."""
        if self._recorder is not None:
            self._recorder.close()
        if self._store is not None:
            self._store.close()

    def reset(self, seed: int) -> None:
        """Everything back to a fresh start."""
        self.world.restart(seed)
        self.post.forget()
        self.faults = Faults()
        self.bucket = Bucket()
        self.calls.clear()
        if self._store is not None:
            self._store.clear()
        self.prepare()
