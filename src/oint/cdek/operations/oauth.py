"""Authorisation: POST /v2/oauth/token."""

from __future__ import annotations

from urllib.parse import urlencode

from oint.cdek.models.oauth import Token
from oint.cdek.operations.base import FORM, Request, whole_text


def token(account: str, password: str) -> Request[Token]:
    """Get a token for an account (POST oauth/token).

    The pair goes in the form body, never in the URL.

    Args:
        account: the account's identifier (Account)
        password: its secret (Secure password)

    Returns:
        the token; `expires_in` is its life in seconds
    Raises:
        BadArgument: one of them is no text; the error repeats nothing of it, and nothing was sent
    """
    pairs = {
        "grant_type": "client_credentials",
        "client_id": whole_text(account, "account"),
        "client_secret": whole_text(password, "password"),
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
