"""Lenient decoding of CDEK's JSON into typed responses, for responses whose fields have drifted.

The fast decoder reads documented JSON. What it rejects (a number instead of a string, one object
instead of a list, null instead of a list) is read again here, field by field: a value is coerced where its
meaning is clear and left at its default otherwise, and its path is noted.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T", bound=msgspec.Struct)

_UNREADABLE = object()


def convert(value: Any, kind: type[T]) -> tuple[T | None, tuple[str, ...]]:
    """Read decoded JSON as `kind`, field by field.

    Returns:
        the value (None where the JSON is not an object), and the paths of the fields that have drifted
    """
    drift: list[str] = []
    converted = _read(value, _describe_type(kind), "", drift)
    return (converted if isinstance(converted, kind) else None), tuple(drift)


@cache
def _describe_type(kind: type) -> inspect.Type:
    """Describe a type; cached, because this takes longer than reading a response, and a whole batch may drift."""
    return inspect.type_info(kind)


def _read(value: Any, wanted: inspect.Type, path: str, drift: list[str]) -> Any:
    """Return a value as the wanted type, or `_UNREADABLE`; a value of another type is noted in `drift`."""
    match wanted:
        case inspect.UnionType(types=types):
            if value is None:
                return None
            return _read(value, next(kind for kind in types if not isinstance(kind, inspect.NoneType)), path, drift)
        case inspect.StructType():
            return _read_struct(value, wanted, path, drift)
        case inspect.ListType(item_type=item_type):
            return _read_list(value, item_type, path, drift)
        case inspect.VarTupleType(item_type=item_type):
            items = _read_list(value, item_type, path, drift)
            return items if items is _UNREADABLE else tuple(items)
        case inspect.AnyType():
            return value
        case _:
            return _read_scalar(value, wanted, path, drift)


def _read_struct(value: Any, wanted: inspect.StructType, path: str, drift: list[str]) -> Any:
    if not isinstance(value, dict):
        drift.append(path)
        return _UNREADABLE
    fields: dict[str, Any] = {}
    for field in wanted.fields:
        if field.encode_name in value:
            inner = f"{path}.{field.encode_name}" if path else field.encode_name
            converted = _read(value[field.encode_name], field.type, inner, drift)
            if converted is not _UNREADABLE:
                fields[field.name] = converted
    return wanted.cls(**fields)


def _read_list(value: Any, item_type: inspect.Type, path: str, drift: list[str]) -> Any:
    if value is None:
        drift.append(path)
        return _UNREADABLE
    if not isinstance(value, list):
        drift.append(path)
        value = [value]
    items = (_read(item, item_type, f"{path}[{index}]", drift) for index, item in enumerate(value))
    return [item for item in items if item is not _UNREADABLE]


def _read_scalar(value: Any, wanted: inspect.Type, path: str, drift: list[str]) -> Any:
    coerced = value
    try:
        if isinstance(wanted, inspect.StrType) and isinstance(value, (bool, int, float)):
            coerced = msgspec.json.encode(value).decode()
            drift.append(path)
        return msgspec.convert(coerced, _PLAIN[type(wanted)], strict=False)
    except ValueError:  # of a wrong type, or an integer with more digits than Python converts to text
        drift.append(path)
        return _UNREADABLE


_PLAIN: dict[type[inspect.Type], type] = {
    inspect.StrType: str,
    inspect.IntType: int,
    inspect.FloatType: float,
    inspect.BoolType: bool,
}
