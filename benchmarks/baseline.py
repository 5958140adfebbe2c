"""The package `cdek`, unmodified except for its base URL. It runs in an environment of its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from benchmarks.wire import TOKEN, UUID

if TYPE_CHECKING:
    from benchmarks.worker import Run


def run_as_documented(url: str, _: bytes) -> Run:
    """Return a function that sends refusals by `client.order.refusal(uuid)`, with a new token and connection for each."""
    client = _open_client(url)

    def run(count: int) -> None:
        for _ in range(count):
            assert client.order.refusal(UUID).requests[0].state == "ACCEPTED"

    return run


def run_with_reuse(url: str, _: bytes) -> Run:
    """Return a function that sends refusals with one token, set by `set_memory`, and one connection."""
    client = _open_client(url)
    memory = {"account_type": client.account_type, "expires_in": time.time() + 3600, "access_token": TOKEN}
    order = client.set_memory(memory, lambda _: None).order

    def run(count: int) -> None:
        for _ in range(count):
            assert order.refusal(UUID).requests[0].state == "ACCEPTED"

    return run


def _open_client(url: str) -> Any:
    from cdek import CdekClient  # type: ignore[import-not-found, attr-defined, unused-ignore] # noqa: PLC0415 - there only in the peer's environment

    client = CdekClient("TEST")
    client.base_url = f"{url}/"
    return client
