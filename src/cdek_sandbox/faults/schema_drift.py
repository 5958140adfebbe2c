"""Answers as another version of CDEK would write them: each kind of drift changes a real JSON answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.world.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cdek_sandbox.answers import Answer
    from cdek_sandbox.faults.actions import Drift
    from cdek_sandbox.world.dice import Dice

Row = dict[str, Any]
_ENUM = re.compile(r"[A-Z][A-Z_]{2,}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)")
_NEW_VALUE = "SANDBOX_NEW_VALUE"
_NEW_FIELD = "sandbox_new_field"
_ORDERED = ("statuses", "requests")


def drifted(answer: Answer, drift: Drift, dice: Dice) -> Answer:
    """The answer, changed; one that is not JSON, or has nothing of that kind to change, stays as it was."""
    try:
        content = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return answer
    if drift.kind == "old_dates":
        content = _with_moments(content, drift)
    elif drift.kind == "oldest_first":
        _turn(content)
    else:
        _change(content, drift, dice)
    return replace(answer, body=msgspec.json.encode(content))


def _change(content: Any, drift: Drift, dice: Dice) -> None:
    """Change one place of those that can be changed so."""
    rows = list(_rows(content))
    if drift.kind == "extra_field":
        if rows:
            rows[int(dice.share("drift") * len(rows))][drift.field or _NEW_FIELD] = {"value": 1}
        return
    fits = _FITS[drift.kind]
    named = drift.field
    places = [(row, name) for row in rows for name in row if (name == named if named else fits(row[name]))]
    if not places:
        return
    row, name = places[int(dice.share("drift") * len(places))]
    if drift.kind == "field_gone":
        del row[name]
    else:
        row[name] = _NEW_VALUE if drift.kind == "unknown_enum" else _other_type(row[name])


_FITS: dict[str, Callable[[Any], bool]] = {
    "unknown_enum": lambda value: isinstance(value, str) and _ENUM.fullmatch(value) is not None,
    "field_gone": lambda _: True,
    "type_changed": lambda value: (
        isinstance(value, bool | int | float) or (isinstance(value, str) and value.isdecimal())
    ),
}


def _other_type(value: Any) -> Any:
    """CDEK has written numbers as text, text as numbers, and true as "true"; what is neither becomes an array."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else [value]


def _rows(content: Any) -> Iterator[Row]:
    """Every object, from the outside in."""
    if isinstance(content, dict):
        yield content
    for value in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _rows(value)


def _turn(content: Any) -> None:
    for row in _rows(content):
        for name in _ORDERED:
            if isinstance(row.get(name), list):
                row[name].reverse()


def _with_moments(content: Any, drift: Drift) -> Any:
    """Every moment written in the other form."""
    if isinstance(content, dict):
        return {name: _with_moments(value, drift) for name, value in content.items()}
    if isinstance(content, list):
        return [_with_moments(value, drift) for value in content]
    if isinstance(content, str) and _MOMENT.fullmatch(content):
        return stamp(datetime.fromisoformat(content).timestamp(), drift.date_form)
    return content
