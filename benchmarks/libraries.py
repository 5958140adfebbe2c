"""HTTP libraries on their own: no retries, no typed responses, no deadline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks.wire import TOKEN, UUID

if TYPE_CHECKING:
    from benchmarks.worker import Run

HEADERS = {"Accept": "application/json", "Authorization": f"Bearer {TOKEN}"}


def run_urllib3(url: str, _: bytes) -> Run:
    """Return a function that sends refusals one after the other through a pool of urllib3."""
    import urllib3  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - installed in the environment of the peers only

    pool = urllib3.PoolManager(headers=HEADERS)

    def run(count: int) -> None:
        for _ in range(count):
            response = pool.request("POST", f"{url}/orders/{UUID}/refusal", redirect=False, retries=False)
            assert response.json()["requests"][0]["state"] == "ACCEPTED"

    return run


def run_aiohttp(url: str, _: bytes, tasks: int = 1) -> Run:
    """Return a function that sends refusals through a session of aiohttp, divided among tasks."""
    import aiohttp  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - installed in the environment of the peers only

    runner = asyncio.Runner()

    async def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers=HEADERS, connector=aiohttp.TCPConnector(limit=tasks))

    session = runner.run(open_session())

    async def send_refusals(count: int) -> None:
        for _ in range(count):
            async with session.post(f"{url}/orders/{UUID}/refusal", allow_redirects=False) as response:
                assert (await response.json())["requests"][0]["state"] == "ACCEPTED"

    async def divide(count: int) -> None:
        await asyncio.gather(*(send_refusals(count // tasks) for _ in range(tasks)))

    return lambda count: runner.run(divide(count))


def run_concurrent_aiohttp(url: str, request: bytes) -> Run:
    """Return a function that keeps 256 refusals in flight with aiohttp."""
    return run_aiohttp(url, request, 256)
