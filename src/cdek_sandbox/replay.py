"""Replay of a recording: each call gets the next recorded response for its method, path and query."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.request import read_request
from cdek_sandbox.faults.actions import Close
from cdek_sandbox.faults.connection_faults import CallConnection

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.recording import RecordedCall
    from cdek_sandbox.runtime import Runtime

_Key = tuple[str, str, str]


class Replay:
    """A recording as an ASGI application; a call without a recorded response gets Spring's 404."""

    def __init__(self, runtime: Runtime, recording: list[RecordedCall]) -> None:
        self._runtime = runtime
        self._recording = recording
        self.rewind(runtime)
        runtime.preparations.append(self.rewind)

    def rewind(self, _runtime: Runtime) -> None:
        """Start the recording again."""
        self._left: dict[_Key, deque[RecordedCall]] = {}
        for line in self._recording:
            self._left.setdefault((line.method, line.path, line.query), deque()).append(line)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one call over ASGI."""
        call = await read_request(scope, receive)
        if call is None:
            return
        left = self._left.get((call.method, call.path, call.query))
        line = left.popleft() if left else None
        wire = CallConnection(scope, receive, send)
        status = 404 if line is None else line.status
        self._runtime.log(call.method, call.path, None, status, None if line is None else line.fault)
        if line is None:
            await wire.send(responses.build_spring_error(self._runtime.state, 404, call.path))
        elif line.status is None:
            await wire.inject(Close(), None)
        else:
            await wire.send(line.build_answer())
