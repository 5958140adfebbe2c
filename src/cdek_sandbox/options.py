"""The options of a sandbox."""

from __future__ import annotations

from dataclasses import dataclass

from cdek_sandbox.core.accounts import PUBLISHED_ACCOUNT, PUBLISHED_PASSWORD

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `oint sandbox start`."""

    host: str = LOOPBACK
    port: int = 0
    db: str | None = None
    seed: int | None = None
    account: str = PUBLISHED_ACCOUNT
    password: str = PUBLISHED_PASSWORD
    until_stdin_ends: bool = False
    scenario: tuple[str, ...] = ()
    faults: str | None = None
    record: str | None = None
    replay: str | None = None
    webhooks_anywhere: bool = False
    allowed_host: tuple[str, ...] = ()
