"""`POST /v2/oauth/token`, and the check of the token of every other request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from cdek_sandbox.core import responses
from cdek_sandbox.core.access_tokens import SCOPE
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation

if TYPE_CHECKING:
    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.state import SandboxState


def issue_token(state: SandboxState, request: Request) -> Response:
    """Issue a token for the credentials of an account; all three encodings in use are read."""
    if request.method != "POST":
        text = problem("unauthorized").message
        return responses.build_oauth_error(401, "unauthorized", text)
    parameters = request.query_parameters | {
        name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()
    }
    owner = state.accounts.find_owner(parameters.get("client_id", ""), parameters.get("client_secret", ""))
    if parameters.get("grant_type") != "client_credentials":
        # CDEK's response to another grant type is not recorded: Spring's default is a choice.
        return responses.build_oauth_error(400, "unsupported_grant_type", "Unsupported grant type")
    if owner is None:
        return responses.build_oauth_error(
            state.settings.bad_credentials_status, "invalid_client", "Bad client credentials"
        )
    token, jti = state.tokens.issue(owner, state.clock.now() + state.settings.token_life)
    life = state.settings.token_life
    return responses.build_token(
        {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": life,
            "scope": SCOPE,
            "jti": jti,
        }
    )


def authorize(state: SandboxState, request: Request) -> Response | None:
    """Set the owner of the request by its token, or return CDEK's 401."""
    scheme, _, token = request.get_header(b"authorization").partition(" ")
    if not scheme:
        if state.settings.anonymous_body == "spring":
            row = problem("unauthorized")
            return responses.build_oauth_error(401, row.code, row.message)
        return responses.build_refusal(state, "AUTH", [problem("unauthorized")], 401)
    claims = state.tokens.read(token.strip()) if scheme.lower() == "bearer" else None
    if claims is None:
        return responses.build_refusal(state, "AUTH", [problem("v2_authorization_incorrect")], 401)
    if claims.exp <= state.clock.now():
        # What CDEK puts into the message is not recorded. Spring names the token: a client must be able to keep it secret.
        return responses.build_refusal(state, "AUTH", [problem("v2_token_expired", token.strip())], 401)
    request.owner = claims.owner
    return None


OPERATIONS = (Operation("token", ("GET", "POST"), "/v2/oauth/token", issue_token, needs_token=False),)
