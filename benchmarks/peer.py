"""The best peer of the package index, `cdek`, unmodified but for its base URL. Runs in an environment of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.wire import TOKEN, UUID

if TYPE_CHECKING:
    from benchmarks.worker import Run


def documented(url: str, _: bytes) -> Run:
    """As its documentation has it: `client.order.refusal(uuid)`, which gets a token and a connection for each call."""
    client = _client(url)

    def run(count: int) -> None:
        for _ in range(count):
            assert client.order.refusal(UUID).requests[0].state == "ACCEPTED"

    return run


def kept(url: str, _: bytes) -> Run:
    """At its best: the token handed in by `set_memory`, and one `OrderApp`, so one connection, for all calls."""
    client = _client(url)
    memory = {"account_type": client.account_type, "expires_in": time.time() + 3600, "access_token": TOKEN}
    order = client.set_memory(memory, lambda _: None).order

    def run(count: int) -> None:
        for _ in range(count):
            assert order.refusal(UUID).requests[0].state == "ACCEPTED"

    return run


def _client(url: str) -> Any:
    from cdek import CdekClient  # type: ignore[import-not-found, attr-defined, unused-ignore] # noqa: PLC0415 - there only in the peer's environment

    client = CdekClient("TEST")
    client.base_url = f"{url}/"
    return client
