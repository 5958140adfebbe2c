"""Measure the sandbox: refusals per second of CPU, its start, and its memory with 100,000 orders."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import msgspec

from benchmarks.processes import BenchmarkError, StarletteServer, Worker
from benchmarks.reference import RawConnection, split_address
from benchmarks.startup import measure_alternating
from benchmarks.table import Row
from cdek_sandbox import Sandbox, SandboxError, running_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.worker import Run

MAX_MEMORY_MB = 250
"""With 100,000 orders."""
ACCEPTED = 202
_CONNECTIONS = 32
_READY = "from cdek_sandbox import running_sandbox\nwith running_sandbox(): pass"


def measure(rounds: int, orders: int) -> list[Row]:
    """Measure three rows, with a number of rounds and with `orders` in memory."""
    cases = (
        (Row("sandbox: refusals/s on one core", unit="/s", budget=0.3, at_least=True), _measure_rate),
        (Row("sandbox: start and end, wall"), _measure_start),
        (Row(f"sandbox: memory with {orders:,} orders", unit="MB", budget=1), _measure_memory),
    )
    rows = []
    for row, measure_row in cases:
        try:
            rows.append(measure_row(row, rounds, orders))
        except (BenchmarkError, SandboxError, OSError, subprocess.SubprocessError) as error:
            rows.append(row._replace(note=str(error), defect=True))
    return rows


def _measure_rate(row: Row, rounds: int, orders: int) -> Row:
    """Measure refusals per CPU second of the sandbox, each of another order, beside a bare Starlette application.

    Other processes of the machine do not count. On systems that do not show the CPU time of a process, wall time is used.
    """
    count = min(orders, 18_000) // rounds // _CONNECTIONS * _CONNECTIONS
    with (
        running_sandbox(seed=1) as box,
        StarletteServer() as bare,
        _start_client(box.url, _issue_token(box), uuids := box.order_batch(rounds * count)) as client,
        _start_client(bare.url, "token", uuids) as bare_client,
    ):
        seconds, bare_seconds = zip(
            *(
                (_measure_seconds(client, box.process.pid, count), _measure_seconds(bare_client, bare.pid, count))
                for _ in range(rounds)
            ),
            strict=True,
        )
        done = sum(call["operation"] == "refusal" and call["status"] == ACCEPTED for call in box.calls())
    if done != rounds * count:
        raise BenchmarkError(f"only {done} of {rounds * count} refusals were accepted")
    return row._replace(ours=count / statistics.median(seconds), reference=count / statistics.median(bare_seconds))


@contextmanager
def _start_client(url: str, token: str, uuids: list[str]) -> Iterator[Worker]:
    with Worker("sandbox:run_refusals", url) as worker:
        worker.send_line(msgspec.json.encode({"token": token, "uuids": uuids}).hex())
        yield worker


def _measure_seconds(client: Worker, server: int, count: int) -> float:
    before = _read_cpu_seconds(server)
    wall = client.run(count).wall
    after = _read_cpu_seconds(server)
    return wall if before is None or after is None else after - before


def _read_cpu_seconds(pid: int) -> float | None:
    """Return the CPU seconds of a process, or None if the system does not show them."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    user, system = stat.read_text("utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def run_refusals(url: str, _: bytes) -> Run:
    """Return a function that refuses the next orders. The first line of the input has the token and the orders."""
    parameters = msgspec.json.decode(bytes.fromhex(sys.stdin.readline()))
    runner, (host, port), uuids = asyncio.Runner(), split_address(url), iter(parameters["uuids"])
    head = f"HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {parameters['token']}\r\nContent-Length: 0\r\n\r\n"

    async def connect() -> list[RawConnection]:
        loop = asyncio.get_running_loop()
        connections = [await loop.create_connection(RawConnection, host, port) for _ in range(_CONNECTIONS)]
        return [connection for _, connection in connections]

    async def send_part(connection: RawConnection, count: int) -> None:
        for _ in range(count):
            response = await connection.post(f"POST /v2/orders/{next(uuids)}/refusal {head}".encode())
            assert b'"CREATE_REFUSAL"' in response

    async def send_all(count: int) -> None:
        await asyncio.gather(*(send_part(connection, count // _CONNECTIONS) for connection in pool))

    pool = runner.run(connect())
    return lambda count: runner.run(send_all(count))


def _measure_start(row: Row, rounds: int, _orders: int) -> Row:
    """Measure the start and the end of a sandbox, beside two bare interpreters."""
    bare = "import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', 'pass'])"
    ours, reference = measure_alternating(
        [[sys.executable, "-c", _READY], [sys.executable, "-I", "-c", bare]], rounds, {}
    )
    return row._replace(ours=ours * 1e3, reference=reference * 1e3)


def _measure_memory(row: Row, _rounds: int, orders: int) -> Row:
    """Measure the resident memory with all orders, beside the budget."""
    status = Path("/proc/self/status")
    if not status.exists():
        return row._replace(note="this system does not show the memory of another process")
    with running_sandbox(seed=1) as box:
        empty = _read_resident_mb(box)
        started_at = time.perf_counter()
        box.order_batch(orders)
        seconds = time.perf_counter() - started_at
        full = _read_resident_mb(box)
    note = f"{(full - empty) * 1e3 / orders:.2f} kB an order; created in {seconds:.1f} s; the reference is the budget"
    return row._replace(ours=full, reference=MAX_MEMORY_MB, note=note)


def _read_resident_mb(box: Sandbox) -> float:
    lines = Path(f"/proc/{box.process.pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1e3


def _issue_token(box: Sandbox) -> str:
    pair = {"grant_type": "client_credentials", "client_id": box.account, "client_secret": box.password}
    connection = HTTPConnection(urlsplit(box.url).netloc)
    connection.request("POST", "/v2/oauth/token", urlencode(pair))
    token = msgspec.json.decode(connection.getresponse().read())["access_token"]
    connection.close()
    return str(token)
