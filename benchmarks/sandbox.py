"""The sandbox: refusals a second on one core, its start, and its memory with 100,000 orders."""

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

from benchmarks.floors import Exchange, address_of
from benchmarks.processes import Defect, Worker
from benchmarks.startup import alternating
from benchmarks.table import Row
from cdek_sandbox import Sandbox, SandboxError, running_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.worker import Run

BUDGET = 3000
"""Refusals a second on one core."""
ACCEPTED = 202
_CONNECTIONS = 32
_READY = "from cdek_sandbox import running_sandbox\nwith running_sandbox(): pass"


def rows(rounds: int, orders: int) -> list[Row]:
    """The three figures; `rounds` of each, and `orders` in memory."""
    asked = (
        (Row("sandbox: refusals/s on one core", unit="/s", budget=1, at_least=True), _rate),
        (Row("sandbox: start and end, wall"), _start),
        (Row(f"sandbox: memory with {orders:,} orders", unit="MB"), _memory),
    )
    found = []
    for row, measured in asked:
        try:
            found.append(measured(row, rounds, orders))
        except (Defect, SandboxError, OSError, subprocess.SubprocessError) as error:
            found.append(row._replace(note=str(error), defect=True))
    return found


def _rate(row: Row, rounds: int, orders: int) -> Row:
    """Each refusal is of another order.

    One core's worth is what a second of the sandbox's own CPU does: other work of the machine does not count. Where the
    system does not tell it, a second by the clock.
    """
    count = min(orders, 18_000) // rounds // _CONNECTIONS * _CONNECTIONS
    with running_sandbox(seed=1) as box, _client(box, box.order_batch(rounds * count)) as client:
        took = [_seconds(client, box, count) for _ in range(rounds)]
        done = sum(call["operation"] == "refusal" and call["status"] == ACCEPTED for call in box.calls())
    if done != rounds * count:
        raise Defect(f"only {done} of {rounds * count} refusals were accepted")
    rate = count / statistics.median(took)
    return row._replace(ours=rate, floor=BUDGET, note="its floor is its budget")


@contextmanager
def _client(box: Sandbox, uuids: list[str]) -> Iterator[Worker]:
    with Worker("sandbox:refuse", box.url) as worker:
        worker.ask(msgspec.json.encode({"token": _token(box), "uuids": uuids}).hex())
        yield worker


def _seconds(client: Worker, box: Sandbox, count: int) -> float:
    before = _cpu(box)
    wall = client.run(count).wall
    after = _cpu(box)
    return wall if before is None or after is None else after - before


def _cpu(box: Sandbox) -> float | None:
    """Seconds of CPU that the sandbox's process has used, None where the system does not tell."""
    stat = Path(f"/proc/{box.process.pid}/stat")
    if not stat.exists():
        return None
    user, system = stat.read_text("utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def refuse(url: str, _: bytes) -> Run:
    """The client: its first line names the token and the orders, each call refuses so many more of them."""
    asked = msgspec.json.decode(bytes.fromhex(sys.stdin.readline()))
    runner, (host, port), left = asyncio.Runner(), address_of(url), iter(asked["uuids"])
    head = f"HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {asked['token']}\r\nContent-Length: 0\r\n\r\n"

    async def connect() -> list[Exchange]:
        loop = asyncio.get_running_loop()
        made = [await loop.create_connection(Exchange, host, port) for _ in range(_CONNECTIONS)]
        return [exchange for _, exchange in made]

    async def share(exchange: Exchange, count: int) -> None:
        for _ in range(count):
            answer = await exchange.post(f"POST /v2/orders/{next(left)}/refusal {head}".encode())
            assert b'"CREATE_REFUSAL"' in answer

    async def all_shares(count: int) -> None:
        await asyncio.gather(*(share(exchange, count // _CONNECTIONS) for exchange in pool))

    pool = runner.run(connect())
    return lambda count: runner.run(all_shares(count))


def _start(row: Row, rounds: int, _orders: int) -> Row:
    """From nothing to a sandbox that answers, and down again, beside two bare interpreters: the caller's and its own."""
    bare = "import subprocess, sys; subprocess.run([sys.executable, '-I', '-c', 'pass'])"
    ours, floor = alternating([[sys.executable, "-c", _READY], [sys.executable, "-I", "-c", bare]], rounds, {})
    return row._replace(ours=ours * 1e3, floor=floor * 1e3)


def _memory(row: Row, _rounds: int, orders: int) -> Row:
    """Resident memory after the orders came, beside that of an empty sandbox."""
    status = Path("/proc/self/status")
    if not status.exists():
        return row._replace(note="this system does not show the memory of another process")
    with running_sandbox(seed=1) as box:
        empty = _resident(box)
        began = time.perf_counter()
        box.order_batch(orders)
        took = time.perf_counter() - began
        full = _resident(box)
    note = f"{(full - empty) * 1e3 / orders:.2f} kB an order; made in {took:.1f} s"
    return row._replace(ours=full, floor=empty, note=note)


def _resident(box: Sandbox) -> float:
    lines = Path(f"/proc/{box.process.pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1e3


def _token(box: Sandbox) -> str:
    pair = {"grant_type": "client_credentials", "client_id": box.account, "client_secret": box.password}
    connection = HTTPConnection(urlsplit(box.url).netloc)
    connection.request("POST", "/v2/oauth/token", urlencode(pair))
    token = msgspec.json.decode(connection.getresponse().read())["access_token"]
    connection.close()
    return str(token)
