"""The wire of one call: sending an answer as it should be, and every way of not doing so."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from msgspec import UNSET
from msgspec import json as msgjson

from cdek_sandbox.answers import Answer
from cdek_sandbox.faults.actions import Answered, Close, Cut, Drip, Hang, Reset

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.faults.actions import Action

_LINGER_ZERO = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class Wire:
    """One call's connection, which the server's protocol puts into the scope."""

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    @property
    def _transport(self) -> asyncio.Transport:
        return cast("asyncio.Transport", self._scope["state"]["connection"].transport)

    @property
    def closed(self) -> bool:
        """The client has left: what is sent now, nobody reads."""
        return self._transport.is_closing()

    async def answer(self, answer: Answer) -> None:
        """Send the answer as a server should."""
        await self._send({"type": "http.response.start", "status": answer.status, "headers": answer.all_headers})
        await self._send({"type": "http.response.body", "body": answer.body})

    async def spoil(self, action: Action, answer: Answer | None) -> bool:
        """Do what the action says; True where the whole of the real answer went out all the same."""
        match action:
            case Reset():
                self._reset()
            case Close():
                self._transport.close()
            case Hang():
                pass
            case Cut() if answer is not None:
                self._cut(answer, action.bytes)
            case Drip() if answer is not None:
                return await self._drip(answer, action)
        await self._gone()
        return False

    def _reset(self) -> None:
        raw = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._transport.abort()

    def _cut(self, answer: Answer, size: int) -> None:
        self._transport.write(_head(answer) + answer.body[:size])
        self._transport.close()

    async def _drip(self, answer: Answer, drip: Drip) -> bool:
        data = _head(answer) + answer.body
        for start in range(0, len(data), drip.bytes):
            if self.closed:
                return False
            self._transport.write(data[start : start + drip.bytes])
            await self._pause(drip.interval)
        self._transport.close()
        await self._gone()
        return True

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until the client has left."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._gone(), seconds)

    async def _gone(self) -> None:
        """Wait until the connection is no more: the server answers for an application that returns earlier."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _head(answer: Answer) -> bytes:
    lines = [b"HTTP/1.1 %d %s" % (answer.status, HTTPStatus(answer.status).phrase.encode())]
    lines += [name + b": " + value for name, value in answer.all_headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def answer_of(action: Answered) -> Answer:
    """The answer that a rule puts in place of CDEK's."""
    is_json = action.body is not UNSET
    body = msgjson.encode(action.body) if is_json else action.text.encode()
    content_type = action.content_type or ("application/json" if is_json else "text/html; charset=utf-8")
    headers = [(b"content-type", content_type.encode())]
    headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in action.headers.items()]
    return Answer(action.status, body, headers)
