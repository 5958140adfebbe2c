"""The token answer."""

from __future__ import annotations

from oint.cdek.models.base import Answer
from oint.cdek.wire import fits_a_header


class Token(Answer):
    """CDEK's answer to POST oauth/token. `expires_in`: seconds of life from now. Its text form hides the token."""

    access_token: str | None = None
    token_type: str | None = None
    expires_in: float | None = None
    scope: str | None = None
    jti: str | None = None

    @property
    def usable(self) -> bool:
        """A token answer needs a token, and one that can be sent."""
        return fits_a_header(self.access_token or "")

    def __repr__(self) -> str:
        return f"Token(access_token='***', expires_in={self.expires_in!r}, scope={self.scope!r})"
