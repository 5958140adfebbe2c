"""Schema drift: change a real JSON response as another version of CDEK would write it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from cdek_sandbox.core.clock import format_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cdek_sandbox.core.random_source import RandomSource
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.faults.actions import SchemaDrift

Row = dict[str, Any]
_ENUM = re.compile(r"[A-Z][A-Z_]{2,}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)")
_NEW_VALUE = "SANDBOX_NEW_VALUE"
_NEW_FIELD = "sandbox_new_field"
_ORDERED = ("statuses", "requests")


def apply_drift(answer: Response, drift: SchemaDrift, random_source: RandomSource) -> Response:
    """Return the response with the drift applied; without JSON, or anything to change, it stays as it is."""
    try:
        content = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return answer
    if drift.kind == "old_dates":
        content = _rewrite_dates(content, drift)
    elif drift.kind == "oldest_first":
        _reverse_lists(content)
    else:
        _change_one(content, drift, random_source)
    return replace(answer, body=msgspec.json.encode(content))


def _change_one(content: Any, drift: SchemaDrift, random_source: RandomSource) -> None:
    """Change one of the fields to which this kind of drift applies."""
    rows = list(_list_objects(content))
    if drift.kind == "extra_field":
        if rows:
            rows[int(random_source.next_share("drift") * len(rows))][drift.field or _NEW_FIELD] = {"value": 1}
        return
    fits = _FITS[drift.kind]
    named = drift.field
    places = [(row, name) for row in rows for name in row if (name == named if named else fits(row[name]))]
    if not places:
        return
    row, name = places[int(random_source.next_share("drift") * len(places))]
    if drift.kind == "field_gone":
        del row[name]
    else:
        row[name] = _NEW_VALUE if drift.kind == "unknown_enum" else _change_type(row[name])


_FITS: dict[str, Callable[[Any], bool]] = {
    "unknown_enum": lambda value: isinstance(value, str) and _ENUM.fullmatch(value) is not None,
    "field_gone": lambda _: True,
    "type_changed": lambda value: (
        isinstance(value, bool | int | float) or (isinstance(value, str) and value.isdecimal())
    ),
}


def _change_type(value: Any) -> Any:
    """Return a value of another type: CDEK has sent numbers as text, text as numbers, and true as "true"."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return int(value) if isinstance(value, str) and value.isdecimal() else [value]


def _list_objects(content: Any) -> Iterator[Row]:
    """Return every JSON object, from the outside in."""
    if isinstance(content, dict):
        yield content
    for value in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _list_objects(value)


def _reverse_lists(content: Any) -> None:
    for row in _list_objects(content):
        for name in _ORDERED:
            if isinstance(row.get(name), list):
                row[name].reverse()


def _rewrite_dates(content: Any, drift: SchemaDrift) -> Any:
    """Rewrite every date and time in the other form."""
    if isinstance(content, dict):
        return {name: _rewrite_dates(value, drift) for name, value in content.items()}
    if isinstance(content, list):
        return [_rewrite_dates(value, drift) for value in content]
    if isinstance(content, str) and _MOMENT.fullmatch(content):
        return format_moment(datetime.fromisoformat(content).timestamp(), drift.date_form)
    return content
