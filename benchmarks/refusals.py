"""Refusals: CPU of one, and how many a second where CDEK takes its time, beside raw sockets and raw asyncio."""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.processes import Defect, Server, Took, Worker
from benchmarks.table import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DELAY = 0.05
IN_FLIGHT = 256


class Load(NamedTuple):
    """How a pair is measured: rounds, and refusals in each."""

    rounds: int
    refusals: int


class Pair(NamedTuple):
    """A client and its floor, as functions of the bench, and the Python that runs the client."""

    client: str
    floor: str
    python: str = sys.executable


def rows(load: Load, peer: Path | None) -> list[Row]:
    """CPU sync and async, and refusals a second at a server that takes 50 ms; the same of the peer and the libraries."""
    asynchronous = Pair("ours:asynchronous", "floors:asynchronous")
    with Server() as server:
        found = [
            _cpu(Row("one refusal, sync, CPU", budget=8), server, Pair("ours:sync", "floors:sync"), load),
            _cpu(Row("one refusal, async, CPU", budget=8), server, asynchronous, load),
        ]
        if peer is not None:
            short = Load(load.rounds, load.refusals // 4)
            for way, client in (("as documented", "documented"), ("token and session kept", "kept")):
                row = Row(f"peer cdek: one refusal, {way}, CPU")
                found.append(_cpu(row, server, Pair(f"peer:{client}", "floors:sync", str(peer)), short))
            for library, floor in (("urllib3", "floors:sync"), ("aiohttp", "floors:asynchronous")):
                row = Row(f"bare {library}: one refusal, CPU")
                found.append(_cpu(row, server, Pair(f"libraries:{library}", floor, str(peer)), short))
    row = Row(f"refusals/s, {IN_FLIGHT} in flight, {DELAY * 1e3:.0f} ms each", budget=0.9, at_least=True)
    with Server(DELAY) as slow:
        found.append(_rate(row, slow, load, Pair("ours:many", "floors:many")))
        if peer is not None:
            row = Row(f"bare aiohttp: refusals/s, {IN_FLIGHT} in flight")
            found.append(_rate(row, slow, load, Pair("libraries:many_aiohttp", "floors:many", str(peer))))
    return found


def _cpu(row: Row, server: Server, pair: Pair, load: Load) -> Row:
    def cost(took: Took) -> float:
        return took.cpu / load.refusals * 1e6

    return _measured(row._replace(unit="µs"), server, pair, load, cost)


def _rate(row: Row, server: Server, load: Load, pair: Pair) -> Row:
    whole = Load(load.rounds, IN_FLIGHT * max(4, load.refusals * 4 // IN_FLIGHT))

    def rate(took: Took) -> float:
        return whole.refusals / took.wall

    return _measured(row._replace(unit="/s"), server, pair, whole, rate)


def _measured(row: Row, server: Server, pair: Pair, load: Load, figure: Callable[[Took], float]) -> Row:
    try:
        ours, floor = _alternating(server, pair, load, figure)
    except Defect as error:
        return row._replace(note=str(error), defect=True)
    return row._replace(ours=ours, floor=floor)


def _alternating(server: Server, pair: Pair, load: Load, figure: Callable[[Took], float]) -> list[float]:
    """Median figures of a client and its floor, taken in turns; the floor sends the bytes that the client sent."""
    with ExitStack() as stack:
        client = stack.enter_context(Worker(pair.client, server.url, python=pair.python))
        client.run(IN_FLIGHT)
        floor = stack.enter_context(Worker(pair.floor, server.url, server.last()))
        floor.run(IN_FLIGHT)
        taken = [[figure(worker.run(load.refusals)) for worker in (client, floor)] for _ in range(load.rounds)]
    return [statistics.median(figures) for figures in zip(*taken, strict=True)]
