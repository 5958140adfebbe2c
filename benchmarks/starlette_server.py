"""The reference of the sandbox: a Starlette application that accepts every refusal and stores nothing, on uvicorn.

`python -m benchmarks.starlette_server` prints its port, and ends when its standard input is closed.
"""

from __future__ import annotations

import socket
import sys
import threading
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.wire import ACCEPTED

if TYPE_CHECKING:
    from starlette.requests import Request


async def accept_refusal(_: Request) -> Response:
    """Answer as CDEK does to a refusal."""
    return Response(ACCEPTED, 202, media_type="application/json")


def main() -> None:
    """Serve until the standard input is closed."""
    app = Starlette(routes=[Route("/v2/orders/{uuid}/refusal", accept_refusal, methods=["POST"])])
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))

    def wait_for_end() -> None:
        sys.stdin.read()
        server.should_exit = True

    print(listener.getsockname()[1], flush=True)
    threading.Thread(target=wait_for_end, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    main()
