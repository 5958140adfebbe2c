"""Schemas of request bodies: field names and types, and how CDEK reads a value of another type."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.entities import Problem


class Form(NamedTuple):
    """A field: "int", "float", "str", "bool" or "object" with its own fields; `many` asks for an array."""

    kind: str
    fields: Mapping[str, Form] | None = None
    many: bool = False


def strings(*names: str) -> dict[str, Form]:
    """Fields of text."""
    return dict.fromkeys(names, Form("str"))


def integers(*names: str) -> dict[str, Form]:
    """Fields of whole numbers."""
    return dict.fromkeys(names, Form("int"))


PHONE = strings("number", "additional")
CONTACT = {
    **strings("company", "name", "contragent_type", "passport_series", "passport_number", "passport_date_of_issue"),
    **strings("passport_organization", "tin", "passport_date_of_birth", "email"),
    "phones": Form("object", PHONE, many=True),
}
LOCATION = {
    "code": Form("int"),
    **strings("city_uuid", "city", "fias_guid", "kladr_code", "country_code", "country", "region"),
    "region_code": Form("int"),
    **strings("fias_region_guid", "sub_region"),
    "longitude": Form("float"),
    "latitude": Form("float"),
    "time_zone": Form("str"),
    "payment_limit": Form("float"),
    **strings("address", "postal_code"),
}
PLACE = {name: form for name, form in LOCATION.items() if name not in {"time_zone", "payment_limit"}}
FROM_LOCATION = {"from_location": Form("object", PLACE)}
TO_LOCATION = {"to_location": Form("object", PLACE)}
ORDER_REFERENCE = strings("order_uuid", "cdek_number")
_BIGGEST = 2**53  # beyond it a JSON number is not exact


def read_form(fields: Mapping[str, Form], raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The body as CDEK understands it, unknown fields and nulls left out, and the fields of a wrong type."""
    body, wrong = read_fields(fields, raw)
    return body, [problem("v2_invalid_value_type", path) for path in wrong]


def read_fields(fields: Mapping[str, Form], raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The body as CDEK understands it, and the paths of the fields whose type is wrong."""
    wrong: list[str] = []
    return _object(fields, raw, "", wrong), wrong


def _object(fields: Mapping[str, Form], raw: Mapping[str, Any], path: str, wrong: list[str]) -> dict[str, Any]:
    result = {}
    for name, form in fields.items():
        value = raw.get(name)
        if value is None or (value == "" and form.kind != "str"):
            continue
        read = _many if form.many else _one
        result[name] = read(form, value, f"{path}{name}", wrong)
    return result


def _many(form: Form, value: Any, path: str, wrong: list[str]) -> list[Any]:
    rows = value if isinstance(value, list) else [value]  # a single object is taken for an array of one
    return [_one(form, row, f"{path}[{index}]", wrong) for index, row in enumerate(rows) if row is not None]


def _one(form: Form, value: Any, path: str, wrong: list[str]) -> Any:
    if form.fields is not None:
        if isinstance(value, dict):
            return _object(form.fields, value, f"{path}.", wrong)
        wrong.append(path)
        return {}
    read = _scalar(form.kind, value)
    if read is None:
        wrong.append(path)
    return read


def _scalar(kind: str, value: Any) -> Any:
    """The value in the wanted type, None where it cannot be read so."""
    if kind == "str":
        return _text(value)
    if kind == "bool":
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())
    return _number(value, whole=kind == "int")


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def _number(value: Any, *, whole: bool) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if not isfinite(number) or abs(number) > _BIGGEST:
        return None
    if number.is_integer() and not isinstance(value, float):
        return int(number)
    return None if whole and not number.is_integer() else int(number) if whole else number
