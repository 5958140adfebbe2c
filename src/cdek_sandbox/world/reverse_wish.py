"""Whether an order asks for a reverse: by its field, or by the service that was CDEK's way until August 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SERVICE = "REVERSE"


def wants_reverse(body: Mapping[str, Any]) -> bool:
    """Is the order of this body to be followed by a reverse order?"""
    asked = any(row.get("code") == _SERVICE for row in body.get("services", ()))
    return asked or bool(body.get("has_reverse_order"))


def shown_services(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The services without the one that still works, yet is no longer shown."""
    return [row for row in rows if row.get("code") != _SERVICE]


def without_reverse(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an order that no reverse is to follow."""
    bare = {name: value for name, value in body.items() if name != "has_reverse_order"}
    return bare | ({"services": shown_services(bare["services"])} if "services" in bare else {})
