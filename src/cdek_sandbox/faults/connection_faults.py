"""The connection of one call: send a response correctly, or with a fault."""

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

from cdek_sandbox.core.responses import Response
from cdek_sandbox.faults.actions import CannedResponse, Close, Hang, Reset, SlowBody, TruncatedBody

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.faults.actions import Action

_LINGER_ZERO = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class CallConnection:
    """The connection of one call; the server's protocol puts it into the ASGI scope."""

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send

    @property
    def _transport(self) -> asyncio.Transport:
        return cast("asyncio.Transport", self._scope["state"]["connection"].transport)

    @property
    def is_closed(self) -> bool:
        """Whether the client has disconnected."""
        return self._transport.is_closing()

    async def send(self, answer: Response) -> None:
        """Send a response correctly."""
        await self._send({"type": "http.response.start", "status": answer.status, "headers": answer.all_headers})
        await self._send({"type": "http.response.body", "body": answer.body})

    async def inject(self, action: Action, answer: Response | None) -> bool:
        """Apply a fault and return whether the whole real response was sent all the same."""
        match action:
            case Reset():
                self._reset()
            case Close():
                self._transport.close()
            case Hang():
                pass
            case TruncatedBody() if answer is not None:
                self._truncate(answer, action.bytes)
            case SlowBody() if answer is not None:
                return await self._send_slowly(answer, action)
        await self._wait_for_disconnect()
        return False

    def _reset(self) -> None:
        raw = self._transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._transport.abort()

    def _truncate(self, answer: Response, size: int) -> None:
        self._transport.write(_format_head(answer) + answer.body[:size])
        self._transport.close()

    async def _send_slowly(self, answer: Response, drip: SlowBody) -> bool:
        data = _format_head(answer) + answer.body
        for start in range(0, len(data), drip.bytes):
            if self.is_closed:
                return False
            self._transport.write(data[start : start + drip.bytes])
            await self._pause(drip.interval)
        self._transport.close()
        await self._wait_for_disconnect()
        return True

    async def _pause(self, seconds: float) -> None:
        """Wait for the time, in seconds, or until the client disconnects."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wait_for_disconnect(), seconds)

    async def _wait_for_disconnect(self) -> None:
        """Wait for the end of the connection: the server would respond for an application that returns earlier."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


def _format_head(answer: Response) -> bytes:
    lines = [b"HTTP/1.1 %d %s" % (answer.status, HTTPStatus(answer.status).phrase.encode())]
    lines += [name + b": " + value for name, value in answer.all_headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def build_canned_response(action: CannedResponse) -> Response:
    """Build the response that a rule puts in place of CDEK's."""
    is_json = action.body is not UNSET
    body = msgjson.encode(action.body) if is_json else action.text.encode()
    content_type = action.content_type or ("application/json" if is_json else "text/html; charset=utf-8")
    headers = [(b"content-type", content_type.encode())]
    headers += [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in action.headers.items()]
    return Response(action.status, body, headers)
