"""The client under measurement, used as its documentation says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks.wire import TOKEN, UUID
from oint.cdek import AsyncClient, Client, StaticToken

if TYPE_CHECKING:
    from benchmarks.worker import Run


def sync(url: str, _: bytes) -> Run:
    """`Client`, one refusal after the other."""
    client = Client(StaticToken(TOKEN), url=url)

    def run(count: int) -> None:
        for _ in range(count):
            assert client.orders.refuse(UUID).state == "ACCEPTED"

    return run


def asynchronous(url: str, _: bytes, tasks: int = 1) -> Run:
    """`AsyncClient`; each task does its share, one refusal after the other."""
    runner = asyncio.Runner()
    client = AsyncClient(StaticToken(TOKEN), url=url)

    async def refusals(count: int) -> None:
        for _ in range(count):
            assert (await client.orders.refuse(UUID)).state == "ACCEPTED"

    async def share(count: int) -> None:
        await asyncio.gather(*(refusals(count // tasks) for _ in range(tasks)))

    return lambda count: runner.run(share(count))


def many(url: str, request: bytes) -> Run:
    """`AsyncClient` with 256 refusals in flight."""
    return asynchronous(url, request, 256)
