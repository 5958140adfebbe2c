"""Access tokens: JSON Web Tokens, signed with a key of the seed, so that a restarted sandbox still accepts them.

HS256 is one call of `hmac`. PyJWT would load `cryptography` wherever that is installed: 0.14 to 0.28 s before the first
token, against 0.4 s for the whole start. An unsigned token of another sandbox or before a reset would be accepted.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from cdek_sandbox.core.random_source import RandomSource

SCOPE = "location:all order:all payment:all"
_HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"  # {"alg":"HS256","typ":"JWT"}


class Claims(Struct):
    """The content of a token: its owner, the end of its life in seconds of the sandbox's clock, its number."""

    owner: str
    exp: float
    jti: str


class Tokens:
    """Issues tokens and reads them back; each is verified once."""

    def __init__(self, random_source: RandomSource) -> None:
        self._dice = random_source
        self._key = random_source.derive_key("tokens")
        self._verified: dict[str, Claims] = {}

    def issue(self, owner: str, expires: float) -> tuple[str, str]:
        """Issue a new token and return it with its `jti`."""
        jti = _encode(bytes.fromhex(self._dice.next_uuid("jti").replace("-", "")))
        claims = Claims(owner, expires, jti)
        body = f"{_HEADER}.{_encode(msgspec.json.encode(claims))}"
        token = f"{body}.{self._sign(body)}"
        self._verified[token] = claims
        return token, jti

    def read(self, token: str) -> Claims | None:
        """Return the claims of a token, None if it was not issued with this seed."""
        claims = self._verified.get(token)
        if claims is None and (claims := self._verify(token)) is not None:
            self._verified[token] = claims
        return claims

    def _verify(self, token: str) -> Claims | None:
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._sign(body).encode(), signature.encode("utf-8", "replace")):
            return None
        return msgspec.json.decode(_decode(body.partition(".")[2]), type=Claims)

    def _sign(self, body: str) -> str:
        return _encode(hmac.digest(self._key, body.encode("utf-8", "replace"), "sha256"))


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
