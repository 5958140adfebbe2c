"""Schemas of request bodies: field names and types, and how CDEK reads a value of another type."""

from __future__ import annotations

from math import isfinite
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.entities import Problem

_MAX_EXACT_NUMBER = 2**53  # beyond it a JSON number is not exact


class Field(NamedTuple):
    """A field: "int", "float", "str", "bool" or "object" with its own fields; `many` means an array."""

    kind: str
    fields: Mapping[str, Field] | None = None
    many: bool = False


def define_strings(*names: str) -> dict[str, Field]:
    """Define text fields."""
    return dict.fromkeys(names, Field("str"))


def define_integers(*names: str) -> dict[str, Field]:
    """Define integer fields."""
    return dict.fromkeys(names, Field("int"))


PHONE = define_strings("number", "additional")
CONTACT = {
    **define_strings(
        "company", "name", "contragent_type", "passport_series", "passport_number", "passport_date_of_issue"
    ),
    **define_strings("passport_organization", "tin", "passport_date_of_birth", "email"),
    "phones": Field("object", PHONE, many=True),
}
LOCATION = {
    "code": Field("int"),
    **define_strings("city_uuid", "city", "fias_guid", "kladr_code", "country_code", "country", "region"),
    "region_code": Field("int"),
    **define_strings("fias_region_guid", "sub_region"),
    "longitude": Field("float"),
    "latitude": Field("float"),
    "time_zone": Field("str"),
    "payment_limit": Field("float"),
    **define_strings("address", "postal_code"),
}
PLACE = {name: form for name, form in LOCATION.items() if name not in {"time_zone", "payment_limit"}}
FROM_LOCATION = {"from_location": Field("object", PLACE)}
TO_LOCATION = {"to_location": Field("object", PLACE)}
ORDER_REFERENCE = define_strings("order_uuid", "cdek_number")


def parse_body(schema: Mapping[str, Field], raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Parse the body without unknown fields and nulls; return it with the errors of wrong types."""
    body, wrong = parse_fields(schema, raw)
    return body, [problem("v2_invalid_value_type", path) for path in wrong]


def parse_fields(fields: Mapping[str, Field], raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Parse the body; return it with the paths of the fields whose type is wrong."""
    invalid_paths: list[str] = []
    return _parse_object(fields, raw, "", invalid_paths), invalid_paths


def _parse_object(
    fields: Mapping[str, Field], raw: Mapping[str, Any], path: str, invalid_paths: list[str]
) -> dict[str, Any]:
    result = {}
    for name, field in fields.items():
        value = raw.get(name)
        if value is None or (value == "" and field.kind != "str"):
            continue
        read = _parse_list if field.many else _parse_value
        result[name] = read(field, value, f"{path}{name}", invalid_paths)
    return result


def _parse_list(field: Field, value: Any, path: str, invalid_paths: list[str]) -> list[Any]:
    rows = value if isinstance(value, list) else [value]  # CDEK reads a single object as an array of one
    return [
        _parse_value(field, row, f"{path}[{index}]", invalid_paths) for index, row in enumerate(rows) if row is not None
    ]


def _parse_value(field: Field, value: Any, path: str, invalid_paths: list[str]) -> Any:
    if field.fields is not None:
        if isinstance(value, dict):
            return _parse_object(field.fields, value, f"{path}.", invalid_paths)
        invalid_paths.append(path)
        return {}
    read = _parse_scalar(field.kind, value)
    if read is None:
        invalid_paths.append(path)
    return read


def _parse_scalar(kind: str, value: Any) -> Any:
    """Parse a value of the wanted type; None if it is not possible."""
    if kind == "str":
        return _parse_text(value)
    if kind == "bool":
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
    return _parse_number(value, whole=kind == "int")


def _parse_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return intern(value)  # names of cities, items and people recur from order to order
    return str(value) if isinstance(value, int | float) else None


def _parse_number(value: Any, *, whole: bool) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if not isfinite(number) or abs(number) > _MAX_EXACT_NUMBER:
        return None
    if number.is_integer() and not isinstance(value, float):
        return int(number)
    return None if whole and not number.is_integer() else int(number) if whole else number
