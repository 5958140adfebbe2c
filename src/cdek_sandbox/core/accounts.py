"""The two clients of the sandbox: the main one, and another whose orders the main one may not read."""

from __future__ import annotations

import hmac
from typing import Final, NamedTuple

MAIN: Final = "main"
OTHER: Final = "other"
# The pair that CDEK publishes for its test host: everybody has it.
PUBLISHED_ACCOUNT = "wqGwiQx0gg8mLtiEKsUinjVSICCjtTEP"
PUBLISHED_PASSWORD = "RmAmgvSgSl1yirlz9QupbzOJVqhCxcP5"  # noqa: S105 - published by CDEK for everybody
OTHER_ACCOUNT = "sandbox-other-client"
OTHER_PASSWORD = "sandbox-other-password"  # noqa: S105 - made up, known to nobody but the sandbox


class Accounts(NamedTuple):
    """Account and password of the main client; those of the other one are fixed."""

    account: str = PUBLISHED_ACCOUNT
    password: str = PUBLISHED_PASSWORD

    def find_owner(self, account: str, password: str) -> str | None:
        """Find the client with these credentials; None if they are wrong."""
        pairs = {MAIN: (self.account, self.password), OTHER: (OTHER_ACCOUNT, OTHER_PASSWORD)}
        return next((owner for owner, pair in pairs.items() if _is_same_pair(pair, (account, password))), None)


def _is_same_pair(one: tuple[str, str], two: tuple[str, str]) -> bool:
    return all(hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(one, two, strict=True))
