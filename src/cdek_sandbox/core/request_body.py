"""Reading the JSON body of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.core import responses
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.schema import parse_body, parse_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.core.schema import Field
    from cdek_sandbox.core.state import SandboxState


def read_json(request: Request) -> Any:
    """Read the body as JSON; "" if it is absent or invalid, which differs from `null`."""
    try:
        return msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):  # the last for endless nesting
        return ""


def read_object(state: SandboxState, request: Request, entry_type: str) -> dict[str, Any] | Response:
    """Read the body as a JSON object, or return the response that refuses it."""
    raw = read_json(request)
    if raw is None:
        return responses.build_refusal(state, entry_type, [problem("v2_internal_error")])
    if not isinstance(raw, dict):
        return responses.build_refusal(state, entry_type, [problem("v2_bad_request")])
    return raw


def read_body(
    state: SandboxState, request: Request, schema: Mapping[str, Field], entry_type: str
) -> dict[str, Any] | Response:
    """Read the body by a schema, or return the response that refuses it."""
    raw = read_object(state, request, entry_type)
    if isinstance(raw, responses.Response):
        return raw
    body, problems = parse_body(schema, raw)
    return responses.build_refusal(state, entry_type, problems) if problems else body


def read_bare_body(request: Request, schema: Mapping[str, Field]) -> dict[str, Any] | Response:
    """Read the body by a schema; errors come as a bare list, and write a field as `[path]`."""
    raw = read_json(request)
    if raw is None:
        return responses.build_error_list([problem("v2_internal_error")])
    if not isinstance(raw, dict):
        return responses.build_error_list([problem("v2_bad_request")])
    body, paths = parse_fields(schema, raw)
    if paths:
        return responses.build_error_list([problem("v2_invalid_value_type", f"[{path}]") for path in paths])
    return body
