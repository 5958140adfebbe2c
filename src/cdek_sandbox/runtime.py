"""The sandbox at run time: its state, faults, log of calls, and the files that keep them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from cdek_sandbox.connections import Connections
from cdek_sandbox.faults.rate_limit import TokenBucket
from cdek_sandbox.faults.rules import Faults
from cdek_sandbox.resources.webhooks.dispatcher import WebhookDispatcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.recording import Recorder
    from cdek_sandbox.store import Store

MAX_LOGGED_CALLS = 20_000


class Runtime:
    """Everything that a call may touch. Each fresh start is followed by the `preparations`, in their order."""

    def __init__(self, state: SandboxState, store: Store | None = None, recorder: Recorder | None = None) -> None:
        self.state = state
        self.faults = Faults()
        self.webhooks = WebhookDispatcher(state, self.save)
        self.rate_limit_bucket = TokenBucket()
        self.connections = Connections()
        self.preparations: list[Callable[[Runtime], None]] = []
        self._recorder = recorder
        self.calls: deque[dict[str, Any]] = deque(maxlen=MAX_LOGGED_CALLS)
        self._logged = 0
        self._store = store
        if store is not None:
            store.load(state, self.faults)

    def log(self, method: str, path: str, operation: str | None, status: int | None, fault: str | None) -> None:
        """Log a call without its headers, query and body, which may hold secrets."""
        now = self.state.clock.now()
        self._logged += 1
        self.calls.append(
            {
                "number": self._logged,
                "time": self.state.format_moment(now),
                "moment": now,
                "method": method,
                "path": path,
                "operation": operation,
                "status": status,
                "fault": fault,
            }
        )

    def record(self, call: Request, sent: Response | None, fault: str | None) -> None:
        """Write a call and its response to the recording, if any; None: no whole response was sent."""
        if self._recorder is not None:
            self._recorder.note(call, sent, fault)

    def prepare(self) -> None:
        """Run the preparations on a fresh state."""
        for step in self.preparations:
            step(self)
        self.save()

    def save(self) -> None:
        """Save the changes and their events; a call is answered after that."""
        if self.state.subscriptions:
            self.webhooks.enqueue_changes()
        if self._store is not None:
            self._store.save(self.state, self.faults)
        self.state.unsaved.clear()

    def close(self) -> None:
        """Close the files."""
        if self._recorder is not None:
            self._recorder.close()
        if self._store is not None:
            self._store.close()

    def reset(self, seed: int) -> None:
        """Return to a fresh start with this seed."""
        self.state.restart(seed)
        self.webhooks.reset()
        self.faults = Faults()
        self.rate_limit_bucket = TokenBucket()
        self.calls.clear()
        if self._store is not None:
            self._store.clear()
        self.prepare()
