"""Credentials, and one token for all threads and tasks of a process, renewed by one call at a time before it expires.

    absent --look_up--> being fetched --set_token--> fresh --(near its end)--> being renewed --set_token--> fresh
                              |--fail_refresh--> absent                               |--fail_refresh--> as before

The first call that finds no usable token fetches one: its lookup has neither a token nor a future. All other calls get
a future to wait for, or the token that is still valid while it is being renewed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

import msgspec

from oint.cdek import _forking
from oint.cdek._http import is_valid_header_value
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    from concurrent.futures import Future

    from oint.cdek.api.oauth import Token
    from oint.cdek.errors import CdekError

MAX_RENEWAL_LEAD_SECONDS = 60.0
"""A token is renewed this long before it expires, but at most a tenth of its lifetime before."""

DEFAULT_LIFETIME_SECONDS = 3600.0
"""CDEK's documented lifetime of a token, for a response that does not state it."""


class TokenStore(Protocol):
    """Stores tokens between processes. It must be private, and must never raise."""

    def load(self, key: str) -> tuple[str, float] | None:
        """Return the token and its expiry (Unix time), or None."""

    def save(self, key: str, token: str, expires_at: float) -> None:
        """Store a token until it expires (Unix time)."""


class StaticToken(msgspec.Struct, frozen=True):
    """A token obtained elsewhere: it is used unchanged and never renewed.

    Raises:
        InvalidArgument: the token has characters that no token has
    """

    token: str

    def __post_init__(self) -> None:
        if not is_valid_header_value(self.token):
            raise InvalidArgument(
                "token",
                Message(
                    "в токене есть пробелы или посторонние знаки",
                    "the token has spaces or characters that no token has",
                ),
                Message(
                    "Передайте только сам токен, без слова Bearer", "Pass the token alone, without the word Bearer"
                ),
            )

    def __repr__(self) -> str:
        return "StaticToken('***')"


class Account(msgspec.Struct, frozen=True):
    """The identifier and password of an account; `store` keeps its tokens between processes."""

    account: str
    password: str
    store: TokenStore | None = None

    def __repr__(self) -> str:
        return f"Account({self.account!r}, '***')"


Credentials = StaticToken | Account


class TokenLookup(msgspec.Struct, frozen=True):
    """What a call gets: a token, or a future to wait for, or neither: then this call must fetch the token."""

    token: str | None = None
    pending: Future[str | CdekError] | None = None

    def __repr__(self) -> str:
        return f"TokenLookup(token={self.token and '***'!r}, pending={self.pending!r})"


class TokenCache:
    """The token of one account at one host. Safe for threads, and for tasks of several event loops at once."""

    def __init__(self, key: str, credentials: Account) -> None:
        self.credentials = credentials
        self._key = key
        self._lock = threading.Lock()
        self._token: str | None = None
        self._expires_at = 0.0
        self._renewal_lead = MAX_RENEWAL_LEAD_SECONDS
        self._pending: Future[str | CdekError] | None = None
        self._is_loaded = credentials.store is None

    def look_up(self, now: float, refused: str | None = None) -> TokenLookup:
        """Look up a token to send now.

        Args:
            now: Unix time
            refused: a token that CDEK has answered with 401; it is not returned again
        """
        with self._lock:
            self._load()
            if refused is not None and refused == self._token:
                self._token = None
            remaining = self._expires_at - now
            is_renewing = self._pending is not None
            if self._token is not None and (remaining > self._renewal_lead or (remaining > 0 and is_renewing)):
                return TokenLookup(self._token)
            if self._pending is not None:
                return TokenLookup(pending=self._pending)
            self._pending = _create_future()
            return TokenLookup()

    def set_token(self, response: Token, now: float) -> str:
        """Store the fetched token, and hand it to all calls that wait for it."""
        token = response.access_token or ""
        lifetime = response.expires_in if response.expires_in is not None else DEFAULT_LIFETIME_SECONDS
        with self._lock:
            self._token, self._expires_at = token, now + lifetime
            self._renewal_lead = min(MAX_RENEWAL_LEAD_SECONDS, lifetime / 10)
        pending = self._take_pending()
        if self.credentials.store is not None:
            self.credentials.store.save(self._key, token, now + lifetime)
        pending.set_result(token)
        return token

    def fail_refresh(self, error: CdekError) -> None:
        """Hand the error to all calls that wait for the token."""
        self._take_pending().set_result(error)

    def cancel_refresh(self) -> None:
        """Let a waiting call take over, because the call that was fetching the token was cancelled."""
        self._take_pending().cancel()

    def reset_after_fork(self) -> None:
        """Forget the fetching thread of the parent process; the parent's token stays valid in the child."""
        self._lock = threading.Lock()
        self._pending = None

    def _take_pending(self) -> Future[str | CdekError]:
        with self._lock:
            pending, self._pending = self._pending, None
        return pending or _create_future()

    def _load(self) -> None:
        """Load the token that an earlier process has stored, once."""
        if self._is_loaded or self.credentials.store is None:
            return
        self._is_loaded = True
        stored = self.credentials.store.load(self._key)
        if stored is not None:
            self._token, self._expires_at = stored


def _create_future() -> Future[str | CdekError]:
    from concurrent.futures import Future  # noqa: PLC0415 - slow to load, and a static token needs none

    return Future()


_shared: dict[str, TokenCache] = {}
_shared_lock = threading.Lock()
_forking.hold_across_fork(_shared_lock)


def shared_token_cache(base_url: str, credentials: Account) -> TokenCache:
    """Return the only `TokenCache` of the process for an account at a host."""
    from hashlib import sha256  # noqa: PLC0415 - slow to load, and a static token needs none

    secret = f"{base_url}\n{credentials.account}\n{credentials.password}"
    key = sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    with _shared_lock:
        return _shared.setdefault(key, TokenCache(key, credentials))


def _reset_after_fork() -> None:
    for tokens in _shared.values():
        tokens.reset_after_fork()


_forking.run_in_child(_reset_after_fork)
