"""Authorisation: POST /v2/oauth/token."""

from __future__ import annotations

from urllib.parse import urlencode

from oint.cdek._http import is_valid_header_value
from oint.cdek.api._request import FORM, Request, require_valid_unicode
from oint.cdek.api._response import ApiResponse


class Token(ApiResponse):
    """CDEK's response to POST oauth/token. `expires_in`: lifetime in seconds. `repr` hides the token."""

    access_token: str | None = None
    token_type: str | None = None
    expires_in: float | None = None
    scope: str | None = None
    jti: str | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the response has a token that can be sent."""
        return is_valid_header_value(self.access_token or "")

    def __repr__(self) -> str:
        return f"Token(access_token='***', expires_in={self.expires_in!r}, scope={self.scope!r})"


def token(account: str, password: str) -> Request[Token]:
    """Get a token for an account (POST oauth/token).

    The pair goes in the form body, never in the URL.

    Args:
        account: the account's identifier (Account)
        password: its secret (Secure password)

    Returns:
        the token; `expires_in` is its life in seconds
    Raises:
        InvalidArgument: a text is not valid Unicode; the error repeats nothing of it, and nothing was sent
    """
    pairs = {
        "grant_type": "client_credentials",
        "client_id": require_valid_unicode(account, "account"),
        "client_secret": require_valid_unicode(password, "password"),
    }
    return Request(
        "token",
        "POST",
        "/oauth/token",
        Token,
        changes=False,
        body=urlencode(pairs).encode(),
        content_type=FORM,
        secret=True,
        authorized=False,
    )
