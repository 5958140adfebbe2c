"""`POST /v2/oauth/token`, and the check of the token of every other request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from cdek_sandbox.core import responses
from cdek_sandbox.core.access_tokens import SCOPE
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.core.state import World


def issue_token(world: World, call: Call) -> Answer:
    """A token for the pair of an account; the three encodings in use are read alike."""
    if call.method != "POST":
        text = problem("unauthorized").message
        return responses.oauth_error(401, "unauthorized", text)
    asked = call.parameters | {
        name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()
    }
    owner = world.accounts.owner(asked.get("client_id", ""), asked.get("client_secret", ""))
    if asked.get("grant_type") != "client_credentials":
        # CDEK's answer to another grant type is not recorded: Spring's default is a choice.
        return responses.oauth_error(400, "unsupported_grant_type", "Unsupported grant type")
    if owner is None:
        return responses.oauth_error(world.settings.bad_credentials_status, "invalid_client", "Bad client credentials")
    token, jti = world.tokens.issue(owner, world.clock.now() + world.settings.token_life)
    life = world.settings.token_life
    return responses.token(
        {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": life,
            "scope": SCOPE,
            "jti": jti,
        }
    )


def authorize(world: World, call: Call) -> Answer | None:
    """Put the owner of the call's token into the call, or give the 401 that CDEK answers."""
    scheme, _, token = call.header(b"authorization").partition(" ")
    if not scheme:
        if world.settings.anonymous_body == "spring":
            row = problem("unauthorized")
            return responses.oauth_error(401, row.code, row.message)
        return responses.refused(world, "AUTH", [problem("unauthorized")], 401)
    claims = world.tokens.read(token.strip()) if scheme.lower() == "bearer" else None
    if claims is None:
        return responses.refused(world, "AUTH", [problem("v2_authorization_incorrect")], 401)
    if claims.exp <= world.clock.now():
        # What CDEK puts into the message is not recorded. Spring names the token: a client must be able to keep it secret.
        return responses.refused(world, "AUTH", [problem("v2_token_expired", token.strip())], 401)
    call.owner = claims.owner
    return None


OPERATIONS = (Operation("token", ("GET", "POST"), "/v2/oauth/token", issue_token, needs_token=False),)
