"""Measure the CPU of one refusal beside a raw socket, and refusals per second at a slow server beside raw uvloop."""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.processes import BenchmarkError, Measurement, Server, Worker, create_certificate
from benchmarks.table import Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DELAY_SECONDS = 0.05
IN_FLIGHT = 256


class Load(NamedTuple):
    """The number of rounds, and of refusals in each."""

    rounds: int
    refusals: int


class Pair(NamedTuple):
    """A client and its reference as `module:function`, and the Python that runs the client."""

    client: str
    reference: str
    python: str = sys.executable


def measure(load: Load, peer: Path | None) -> list[Row]:
    """Measure the client, and the peer and the libraries if `peer` is given."""
    with Server() as server:
        rows = _measure_both(server, load, "HTTP", 5)
        if peer is not None:
            short = Load(load.rounds, load.refusals // 4)
            for way, client in (("as documented", "run_as_documented"), ("token and session kept", "run_with_reuse")):
                row = Row(f"peer cdek: one refusal, {way}, CPU")
                rows.append(
                    _measure_cpu(row, server, Pair(f"baseline:{client}", "reference:run_sync", str(peer)), short)
                )
            for library, reference in (("urllib3", "reference:run_sync"), ("aiohttp", "reference:run_async")):
                row = Row(f"bare {library}: one refusal, CPU")
                rows.append(_measure_cpu(row, server, Pair(f"libraries:run_{library}", reference, str(peer)), short))
    with create_certificate() as certificate, Server(0.0, certificate) as server:
        rows += _measure_both(server, load, "HTTPS", 2.5, SSL_CERT_FILE=str(certificate.authority))
    row = Row(f"refusals/s, {IN_FLIGHT} in flight, {DELAY_SECONDS * 1e3:.0f} ms each", budget=0.95, at_least=True)
    with Server(DELAY_SECONDS) as slow:
        rows.append(_measure_rate(row, slow, load, Pair("subject:run_concurrent", "reference:run_concurrent")))
        if peer is not None:
            row = Row(f"bare aiohttp: refusals/s, {IN_FLIGHT} in flight")
            rows.append(
                _measure_rate(
                    row, slow, load, Pair("libraries:run_concurrent_aiohttp", "reference:run_concurrent", str(peer))
                )
            )
    return rows


def _measure_both(server: Server, load: Load, scheme: str, budget: float, **environment: str) -> list[Row]:
    """Measure both clients beside a raw socket."""
    return [
        _measure_cpu(
            Row(f"one refusal, {scheme}, {kind}, CPU", budget=budget),
            server, Pair(f"subject:run_{kind}", "reference:run_sync"), load, **environment,
        )
        for kind in ("sync", "async")
    ]  # fmt: skip


def _measure_cpu(row: Row, server: Server, pair: Pair, load: Load, **environment: str) -> Row:
    def compute_cost(measurement: Measurement) -> float:
        return measurement.cpu / load.refusals * 1e6

    return _measure(row._replace(unit="µs"), server, pair, load, compute_cost, **environment)


def _measure_rate(row: Row, server: Server, load: Load, pair: Pair) -> Row:
    full_load = Load(load.rounds, IN_FLIGHT * max(4, load.refusals * 4 // IN_FLIGHT))

    def compute_rate(measurement: Measurement) -> float:
        return full_load.refusals / measurement.wall

    return _measure(row._replace(unit="/s"), server, pair, full_load, compute_rate)


def _measure(
    row: Row, server: Server, pair: Pair, load: Load, figure: Callable[[Measurement], float], **environment: str
) -> Row:
    try:
        ours, reference = _measure_alternating(server, pair, load, figure, **environment)
    except BenchmarkError as error:
        return row._replace(note=str(error), defect=True)
    return row._replace(ours=ours, reference=reference)


def _measure_alternating(
    server: Server, pair: Pair, load: Load, figure: Callable[[Measurement], float], **environment: str
) -> list[float]:
    """Return the medians of a client and its reference, measured in turns. The reference sends the bytes of the client."""
    with ExitStack() as stack:
        client = stack.enter_context(Worker(pair.client, server.url, b"", python=pair.python, **environment))
        client.run(IN_FLIGHT)
        reference = stack.enter_context(Worker(pair.reference, server.url, server.read_last_request(), **environment))
        reference.run(IN_FLIGHT)
        figures_by_round = [
            [figure(worker.run(load.refusals)) for worker in (client, reference)] for _ in range(load.rounds)
        ]
    return [statistics.median(figures) for figures in zip(*figures_by_round, strict=True)]
