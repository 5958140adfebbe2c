"""The measured client, used as its documentation says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks.wire import TOKEN, UUID
from oint.cdek import AsyncClient, Client, StaticToken

if TYPE_CHECKING:
    from benchmarks.worker import Run


def run_sync(url: str, _: bytes) -> Run:
    """Return a function that sends refusals one after the other with `Client`."""
    client = Client(StaticToken(TOKEN), url=url)

    def run(count: int) -> None:
        for _ in range(count):
            assert client.orders.refuse(UUID).state == "ACCEPTED"

    return run


def run_async(url: str, _: bytes, tasks: int = 1) -> Run:
    """Return a function that sends refusals with `AsyncClient`, divided among tasks."""
    runner = asyncio.Runner()
    client = AsyncClient(StaticToken(TOKEN), url=url)

    async def send_refusals(count: int) -> None:
        for _ in range(count):
            assert (await client.orders.refuse(UUID)).state == "ACCEPTED"

    async def divide(count: int) -> None:
        await asyncio.gather(*(send_refusals(count // tasks) for _ in range(tasks)))

    return lambda count: runner.run(divide(count))


def run_concurrent(url: str, request: bytes) -> Run:
    """Return a function that keeps 256 refusals in flight with `AsyncClient`."""
    return run_async(url, request, 256)
