"""Access tokens: JSON Web Tokens signed with a key of the seed, so that a restarted sandbox still knows them."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from cdek_sandbox.world.dice import Dice

SCOPE = "location:all order:all payment:all"
_HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"


class Claims(Struct):
    """What a token says: whose it is and until when (seconds of the sandbox's clock) it holds."""

    owner: str
    exp: float
    jti: str


class Tokens:
    """Issues tokens and reads them back."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._key = dice.secret("tokens")
        self._known: dict[str, Claims] = {}

    def issue(self, owner: str, expires: float) -> tuple[str, str]:
        """A new token and its `jti`."""
        jti = _base64(bytes.fromhex(self._dice.uuid("jti").replace("-", "")))
        claims = Claims(owner, expires, jti)
        body = f"{_HEADER}.{_base64(msgspec.json.encode(claims))}"
        token = f"{body}.{self._signature(body)}"
        self._known[token] = claims
        return token, jti

    def read(self, token: str) -> Claims | None:
        """The claims of a token, None where it was not issued here."""
        known = self._known.get(token)
        if known is None and (known := self._verified(token)) is not None:
            self._known[token] = known
        return known

    def _verified(self, token: str) -> Claims | None:
        body, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(body).encode(), signature.encode("utf-8", "replace")):
            return None
        return msgspec.json.decode(_from_base64(body.partition(".")[2]), type=Claims)

    def _signature(self, body: str) -> str:
        return _base64(hmac.digest(self._key, body.encode("utf-8", "replace"), "sha256"))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
