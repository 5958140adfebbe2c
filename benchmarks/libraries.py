"""The HTTP libraries that the transports could have been built on, bare: no retries, no typed answers, no deadline."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from benchmarks.wire import TOKEN, UUID

if TYPE_CHECKING:
    from benchmarks.worker import Run

HEADERS = {"Accept": "application/json", "Authorization": f"Bearer {TOKEN}"}


def urllib3(url: str, _: bytes) -> Run:
    """A pool of urllib3's, one refusal after the other."""
    import urllib3  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - there only in the peers' environment

    pool = urllib3.PoolManager(headers=HEADERS)

    def run(count: int) -> None:
        for _ in range(count):
            answer = pool.request("POST", f"{url}/orders/{UUID}/refusal", redirect=False, retries=False)
            assert answer.json()["requests"][0]["state"] == "ACCEPTED"

    return run


def aiohttp(url: str, _: bytes, tasks: int = 1) -> Run:
    """A session of aiohttp's; each task does its share, one refusal after the other."""
    import aiohttp  # type: ignore[import-not-found, unused-ignore] # noqa: PLC0415 - there only in the peers' environment

    runner = asyncio.Runner()

    async def opened() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers=HEADERS, connector=aiohttp.TCPConnector(limit=tasks))

    session = runner.run(opened())

    async def refusals(count: int) -> None:
        for _ in range(count):
            async with session.post(f"{url}/orders/{UUID}/refusal", allow_redirects=False) as answer:
                assert (await answer.json())["requests"][0]["state"] == "ACCEPTED"

    async def share(count: int) -> None:
        await asyncio.gather(*(refusals(count // tasks) for _ in range(tasks)))

    return lambda count: runner.run(share(count))


def many_aiohttp(url: str, request: bytes) -> Run:
    """The same with 256 refusals in flight."""
    return aiohttp(url, request, 256)
