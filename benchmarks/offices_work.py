"""`python -m benchmarks.offices_work WAY FILE`: read offices once and print what it took; see `benchmarks.offices`.

What the network costs is left out of all three: the bytes come from a file, whole or in chunks as sockets give them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.memory import read_peak_rss_mb
from oint.cdek._engine import CallContext, Items, ReadChunk, SendStreaming
from oint.cdek._http import HttpResponse, Timeouts
from oint.cdek._protocol import parse_response
from oint.cdek._retry import RETRY
from oint.cdek._streaming import read_items
from oint.cdek.api import deliverypoints
from oint.cdek.auth import StaticToken
from oint.cdek.transports._sync_connection import CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIST = deliverypoints.list()


class Body:
    """A file as the body of a response."""

    status = 200
    headers: Mapping[str, str] = {}

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)

    def read(self, _: float) -> bytes:
        """Return the next chunk."""
        return self._file.read(CHUNK_BYTES)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_by_loads(path: Path) -> int:
    """Count the offices with `json.loads`, the reference."""
    return len(json.loads(path.read_bytes()))


def read_as_list(path: Path) -> int:
    """Count the offices as `client.deliverypoints.list` reads them."""
    return len(parse_response(LIST, HttpResponse(200, {}, path.read_bytes())))


def read_as_stream(path: Path) -> int:
    """Count the offices as `client.deliverypoints.stream` yields them. Each is released before the next."""
    context = CallContext("http://x/v2", StaticToken("bench"), timeouts=Timeouts(total=1e6), retry=RETRY)
    stream = read_items(deliverypoints.stream(), context)
    count = 0
    sent: object = None
    try:
        while True:
            step = stream.send(sent)
            sent = None
            match step:
                case Items(items):
                    count += sum(1 for _ in items)
                case SendStreaming():
                    sent = Body(path)
                case ReadChunk(body, deadline):
                    sent = body.read(deadline)
    except StopIteration:
        return count


WAYS: dict[str, Callable[[Path], int]] = {"loads": read_by_loads, "list": read_as_list, "stream": read_as_stream}


def main(way: str, file: str) -> None:
    """Read a file in one way and print the CPU seconds, the memory and the count."""
    before = read_peak_rss_mb()
    cpu = time.process_time()
    count = WAYS[way](Path(file))
    print(json.dumps([time.process_time() - cpu, read_peak_rss_mb() - before, count]))


if __name__ == "__main__":
    main(*sys.argv[1:])
