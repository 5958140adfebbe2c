"""Reading the JSON body of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox import answers
from cdek_sandbox.world.body_form import read_form
from cdek_sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.answers import Answer
    from cdek_sandbox.call import Call
    from cdek_sandbox.world.body_form import Form
    from cdek_sandbox.world.world import World


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
        return answers.refused(world, entry_type, [problem("v2_internal_error")])
    if not isinstance(raw, dict):
        return answers.refused(world, entry_type, [problem("v2_bad_request")])
    return raw


def read_body(world: World, call: Call, form: Mapping[str, Form], entry_type: str) -> dict[str, Any] | Answer:
    """The body as CDEK understands it by a form, or the answer that refuses it."""
    raw = read_object(world, call, entry_type)
    if isinstance(raw, answers.Answer):
        return raw
    body, problems = read_form(form, raw)
    return answers.refused(world, entry_type, problems) if problems else body
