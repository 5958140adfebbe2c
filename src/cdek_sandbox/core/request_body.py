"""Reading the JSON body of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.core import responses
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.schema import read_form

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.request import Call
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.core.schema import Form
    from cdek_sandbox.core.state import World


def read_json(call: Call) -> Any:
    """The body as JSON; an absent one and one that is no JSON at all are told apart from `null` by being text."""
    try:
        return msgspec.json.decode(call.body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):  # the last for endless nesting
        return ""


def read_object(world: World, call: Call, entry_type: str) -> dict[str, Any] | Answer:
    """The body as a JSON object, or the answer that refuses it."""
    raw = read_json(call)
    if raw is None:
        return responses.refused(world, entry_type, [problem("v2_internal_error")])
    if not isinstance(raw, dict):
        return responses.refused(world, entry_type, [problem("v2_bad_request")])
    return raw


def read_body(world: World, call: Call, form: Mapping[str, Form], entry_type: str) -> dict[str, Any] | Answer:
    """The body as CDEK understands it by a form, or the answer that refuses it."""
    raw = read_object(world, call, entry_type)
    if isinstance(raw, responses.Answer):
        return raw
    body, problems = read_form(form, raw)
    return responses.refused(world, entry_type, problems) if problems else body
