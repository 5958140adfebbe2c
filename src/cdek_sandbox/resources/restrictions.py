"""`POST /v2/international/package/restrictions`: hints about customs. The rules are invented, the words are CDEK's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cdek_sandbox.core import responses
from cdek_sandbox.core.error_codes import problem
from cdek_sandbox.core.operation import Operation
from cdek_sandbox.core.request_body import read_bare_body
from cdek_sandbox.core.responses import Response
from cdek_sandbox.core.schema import LOCATION, Field, define_integers, define_strings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdek_sandbox.core.request import Request
    from cdek_sandbox.core.state import SandboxState

RESTRICTIONS_SCHEMA = {
    "tariff_code": Field("int"),
    "from_location": Field("object", LOCATION),
    "to_location": Field("object", LOCATION),
    "packages": Field(
        "object",
        {
            **define_integers("weight", "length", "width", "height"),
            "items": Field(
                "object", {**define_strings("name", "item_id", "feacn_code"), "amount": Field("int")}, many=True
            ),
            "package_id": Field("str"),
        },
        many=True,
    ),
}
_NAMES = {
    "FORBIDDEN": "Запрещено",
    "LIMITED": "Ограничено",
    "ALLOWED": "Разрешено",
    "FEACN_RESTRICTION": "Ограничение по коду ТН ВЭД",
    "GENERAL_RESTRICTION": "Общее ограничение",
}
_HEAVY_GRAMS = 31_000
_ORDER = ("ALLOWED", "LIMITED", "FORBIDDEN")


class Restriction(NamedTuple):
    """The restriction of an item; `reason` and the lists may be empty."""

    status: str
    reason: str | None = None
    limitations: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


_ALLOWED = Restriction("ALLOWED")
_RULES = {
    "93": Restriction("FORBIDDEN", "FEACN_RESTRICTION"),
    "36": Restriction("FORBIDDEN", "FEACN_RESTRICTION"),
    "30": Restriction("LIMITED", "FEACN_RESTRICTION", ("Не более 5 упаковок",), ("Рецепт врача",)),
    "85": Restriction("LIMITED", "FEACN_RESTRICTION", ("Не более 2 штук",), ("Нотификация ФСБ",)),
}
"""By the first two digits of the customs code."""


_TOO_HEAVY = Restriction("LIMITED", "GENERAL_RESTRICTION")


def list_restrictions(_state: SandboxState, request: Request) -> Response:
    """Return a hint for each package and item."""
    body = read_bare_body(request, RESTRICTIONS_SCHEMA)
    if isinstance(body, Response):
        return body
    if not body.get("packages"):
        return responses.build_error_list([problem("v2_field_is_empty", "[packages]")])
    return responses.build_json(200, {"packages": [_describe_package(package) for package in body["packages"]]})


def _describe_package(package: Mapping[str, Any]) -> dict[str, Any]:
    rules = [_RULES.get(item.get("feacn_code", "")[:2], _ALLOWED) for item in package.get("items", ())]
    if package.get("weight", 0) > _HEAVY_GRAMS:
        rules.append(_TOO_HEAVY)
    worst = max(rules, key=lambda rule: _ORDER.index(rule.status), default=_ALLOWED)
    items = [_describe_item(item, rule) for item, rule in zip(package.get("items", ()), rules, strict=False)]
    named = {"package_id": package["package_id"]} if "package_id" in package else {}
    return {**named, "status": _describe_status(worst), "description": _NAMES[worst.status], "items": items}


def _describe_item(item: Mapping[str, Any], rule: Restriction) -> dict[str, Any]:
    fields = {name: item[name] for name in ("item_id", "feacn_code") if name in item}
    return {
        **fields,
        "status": _describe_status(rule),
        "limitations": [*rule.limitations],
        "documents": [*rule.documents],
    }


def _describe_status(rule: Restriction) -> dict[str, Any]:
    status: dict[str, Any] = {"code": rule.status, "name": _NAMES[rule.status]}
    return status | ({"reason": {"code": rule.reason, "name": _NAMES[rule.reason]}} if rule.reason else {})


OPERATIONS = (
    Operation(
        "restriction_hints",
        ("POST",),
        "/v2/international/package/restrictions",
        list_restrictions,
        schema=RESTRICTIONS_SCHEMA,
    ),
)
