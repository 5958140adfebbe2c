"""Transport on stdin and stdout that answers every request it has taken before the server ends.

The transport of the SDK ends the server at the end of stdin, and the responses of running calls are lost. Here the end
of stdin reaches the server only after the last response is written. The time limits of the calls bound that wait.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import anyio
from mcp.shared.message import ServerMessageMetadata, SessionMessage
from mcp_types import JSONRPCError, JSONRPCRequest, JSONRPCResponse, jsonrpc_message_adapter

if TYPE_CHECKING:
    from types import TracebackType

    from oint.mcp.audit_log import AuditLog

STDIN, STDOUT, STDERR = 0, 1, 2
MAX_UNREAD_SECONDS = 1.0
"""Time after a signal for the client to read a response. Clients kill a server about 2 s after asking it to end."""

Message = SessionMessage | Exception


class StdioStreams:
    """Both streams of one client, for `Server.run`. Create it in the running loop, once in a process.

    A line is taken when the server asks for it; one more is read ahead.

    Args:
        audit_log: the log; it gets `draining` if the end comes while responses are owed, and `gone` if the client
            does not read them
    """

    def __init__(self, audit_log: AuditLog) -> None:
        self._audit_log = audit_log
        self._loop = asyncio.get_running_loop()
        self._stdin, self._stdout = _claim_standard_streams()
        self._lines: asyncio.Queue[Message | None] = asyncio.Queue()
        self._room = threading.Semaphore()
        self._owed = 0
        self._none_owed = asyncio.Event()
        self._none_owed.set()
        self._has_ended = self._is_stopped = self._is_gone = False
        self._turn = asyncio.Lock()
        self._writer = anyio.CapacityLimiter(1)
        self._writing: anyio.CancelScope | None = None
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def stop(self) -> None:
        """Stop taking lines. Owed responses are still written if the client reads them in time."""
        self._is_stopped = True
        if self._writing is not None:
            self._writing.deadline = anyio.current_time() + MAX_UNREAD_SECONDS
        self._end()

    async def receive(self) -> Message:
        """Take the next line.

        Raises:
            anyio.EndOfStream: there is no further line, and no response is owed
        """
        message = None if self._has_ended else await self._lines.get()
        if message is None or self._has_ended:
            await self._drain()
            raise anyio.EndOfStream
        self._room.release()
        if isinstance(message, SessionMessage) and isinstance(message.message, JSONRPCRequest):
            message.metadata = ServerMessageMetadata(on_request_unanswered=self._settle_unanswered)
            self._owed += 1
            self._none_owed.clear()
        return message

    async def send(self, item: SessionMessage, /) -> None:
        """Write a message, or drop it if the client has stopped reading."""
        line = item.message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"
        with anyio.CancelScope(shield=True):  # half a line would corrupt the next one
            await self._write(line)
        if isinstance(item.message, JSONRPCResponse | JSONRPCError):
            self._settle()

    async def aclose(self) -> None:
        """Do nothing: both streams end with the process."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def _read(self) -> None:
        """Read stdin to its end in a daemon thread: a blocking read must not keep the process alive."""
        with suppress(OSError), os.fdopen(self._stdin, "rb") as stdin:
            for line in stdin:
                self._room.acquire()
                self._hand_over(_parse(line))
        self._hand_over(None)

    def _hand_over(self, message: Message | None) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._lines.put_nowait, message)

    def _end(self) -> None:
        self._has_ended = True
        self._lines.put_nowait(None)

    async def _drain(self) -> None:
        """Wait until no response is owed or the client is gone."""
        self._has_ended = True
        if self._owed and not self._is_gone:
            self._audit_log.add("draining", owed=self._owed)
        await self._none_owed.wait()

    async def _write(self, line: bytes) -> None:
        async with self._turn:
            if self._is_gone:
                return
            limit = MAX_UNREAD_SECONDS if self._is_stopped else None
            try:
                with anyio.move_on_after(limit) as self._writing:
                    await anyio.to_thread.run_sync(
                        _write_all, self._stdout, line, abandon_on_cancel=True, limiter=self._writer
                    )
            except OSError:
                self._lose()
            else:
                if self._writing.cancelled_caught:
                    self._lose()
            self._writing = None

    def _lose(self) -> None:
        """Stop serving a client that does not read its responses."""
        self._is_gone = True
        self._audit_log.add("gone", unanswered=self._owed)
        self._none_owed.set()
        self._end()

    async def _settle_unanswered(self) -> None:
        """Record that a request gets no response because the client has cancelled it."""
        self._settle()

    def _settle(self) -> None:
        self._owed -= 1
        if self._owed == 0:
            self._none_owed.set()


def _parse(line: bytes) -> Message:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line.decode("utf-8", "replace"), by_name=False))
    except ValueError as error:
        return error


def _write_all(fd: int, line: bytes) -> None:
    left = memoryview(line)
    while left:
        left = left[os.write(fd, left) :]


def _claim_standard_streams() -> tuple[int, int]:
    """Reserve stdin and stdout for the protocol. Other code gets an empty stdin and prints to stderr.

    Returns:
        descriptors of stdin and stdout
    """
    stdin, stdout = os.dup(STDIN), os.dup(STDOUT)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, STDIN)
    try:
        os.dup2(STDERR, STDOUT)
    except OSError:  # stderr is closed
        os.dup2(nothing, STDOUT)
    os.close(nothing)
    return stdin, stdout
