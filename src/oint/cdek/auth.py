"""One token for all threads and tasks of a process: renewed once at a time, and ahead of its end.

    absent --lease--> being fetched --settle--> fresh --(near its end)--> being renewed --settle--> fresh
                            |--fail--> absent                                  |--fail--> as it was

Whoever finds no usable token first becomes the one who fetches it (its lease has no token and no future); all others
get a future to wait on, or, while a renewal ahead of time runs, the token that still lives.
"""

from __future__ import annotations

import threading
from hashlib import sha256
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

AHEAD = 60.0
"""Seconds before its end at which a token is renewed; one that lives shortly, in the last tenth of its life."""

DEFAULT_LIFE = 3600.0
"""CDEK's documented life of a token in seconds, for an answer that does not name it."""


class TokenStore(Protocol):
    """A place that keeps tokens between processes. It must be private, and must never raise."""

    def load(self, key: str) -> tuple[str, float] | None:
        """The token and its end (Unix time), or None."""

    def save(self, key: str, token: str, expires_at: float) -> None:
        """Keep a token until its end (Unix time)."""


class StaticToken(msgspec.Struct, frozen=True):
    """A token got elsewhere: used as it is, never renewed.

    Raises:
        InvalidArgument: it has characters that no token has
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
                    "Передайте только сам токен, без слова Bearer", "Give the token alone, without the word Bearer"
                ),
            )

    def __repr__(self) -> str:
        return "StaticToken('***')"


class Account(msgspec.Struct, frozen=True):
    """An account's identifier and password, and optionally where its tokens are kept between processes."""

    account: str
    password: str
    store: TokenStore | None = None

    def __repr__(self) -> str:
        return f"Account({self.account!r}, '***')"


Credentials = StaticToken | Account


class Lease(msgspec.Struct, frozen=True):
    """What a caller gets: a token, or a future to wait on, or neither: then it is the one who fetches."""

    token: str | None = None
    coming: Future[str | CdekError] | None = None

    def __repr__(self) -> str:
        return f"Lease(token={self.token and '***'!r}, coming={self.coming!r})"


class TokenCache:
    """The token of one account at one host. Safe for threads, and for tasks of several event loops at once."""

    def __init__(self, key: str, credentials: Account) -> None:
        self.credentials = credentials
        self._key = key
        self._lock = threading.Lock()
        self._token: str | None = None
        self._expires_at = 0.0
        self._ahead = AHEAD
        self._coming: Future[str | CdekError] | None = None
        self._loaded = credentials.store is None

    def lease(self, now: float, refused: str | None = None) -> Lease:
        """A token to use now.

        Args:
            now: Unix time
            refused: a token that CDEK has just answered 401 to: it is not given out again
        """
        with self._lock:
            self._load()
            if refused is not None and refused == self._token:
                self._token = None
            left = self._expires_at - now
            if self._token is not None and (left > self._ahead or (left > 0 and self._coming is not None)):
                return Lease(self._token)
            if self._coming is not None:
                return Lease(coming=self._coming)
            self._coming = _future()
            return Lease()

    def settle(self, answer: Token, now: float) -> str:
        """The fetched token, for everybody."""
        token = answer.access_token or ""
        life = answer.expires_in if answer.expires_in is not None else DEFAULT_LIFE
        with self._lock:
            self._token, self._expires_at, self._ahead = token, now + life, min(AHEAD, life / 10)
        coming = self._no_longer_coming()
        if self.credentials.store is not None:
            self.credentials.store.save(self._key, token, now + life)
        coming.set_result(token)
        return token

    def fail(self, error: CdekError) -> None:
        """No token came: those who wait are told why."""
        self._no_longer_coming().set_result(error)

    def abandon(self) -> None:
        """The call that fetched was itself cancelled: one of those who wait takes over."""
        self._no_longer_coming().cancel()

    def reset_after_fork(self) -> None:
        """Wait for no thread of the process that this one was forked from; its token is as good here."""
        self._lock = threading.Lock()
        self._coming = None

    def _no_longer_coming(self) -> Future[str | CdekError]:
        with self._lock:
            coming, self._coming = self._coming, None
        return coming or _future()

    def _load(self) -> None:
        """Once: what an earlier process has kept."""
        if self._loaded or self.credentials.store is None:
            return
        self._loaded = True
        kept = self.credentials.store.load(self._key)
        if kept is not None:
            self._token, self._expires_at = kept


def _future() -> Future[str | CdekError]:
    from concurrent.futures import Future  # noqa: PLC0415 - slow to load, and a token given by hand needs none

    return Future()


_shared: dict[str, TokenCache] = {}
_shared_lock = threading.Lock()
_forking.whole(_shared_lock)


def shared(base_url: str, credentials: Account) -> TokenCache:
    """The process's one `TokenCache` for an account at a host."""
    secret = f"{base_url}\n{credentials.account}\n{credentials.password}"
    key = sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    with _shared_lock:
        return _shared.setdefault(key, TokenCache(key, credentials))


def _start_anew() -> None:
    for tokens in _shared.values():
        tokens.reset_after_fork()


_forking.in_child(_start_anew)
