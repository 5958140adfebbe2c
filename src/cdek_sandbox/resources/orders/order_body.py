"""Facts that the body of an order states: delivery mode, reverse, passport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdek_sandbox.reference_data.tariffs import TARIFFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PASSPORT_FIELDS = ("passport_series", "passport_number", "passport_date_of_issue", "passport_organization")
FROM_DOOR = frozenset({"1", "2", "6"})
TO_DOOR = frozenset({"1", "3", "8"})
FROM_OFFICE = frozenset({"3", "4", "7"})
TO_LOCKER = frozenset({"6", "7", "10"})
_REVERSE_SERVICE = "REVERSE"
TYPE_DELIVERY = 2


def is_known_tariff(tariff_code: int) -> bool:
    """Return whether CDEK has this tariff."""
    return tariff_code in TARIFFS


def get_delivery_mode(body: Mapping[str, Any]) -> str:
    """Return the delivery mode by the tariff, or by the addresses if the tariff is unknown."""
    tariff = TARIFFS.get(body["tariff_code"])
    if tariff is not None:
        return str(tariff.mode)
    if "delivery_point" in body:
        return "4" if "shipment_point" in body else "2"
    return "3" if "shipment_point" in body else "1"


def wants_reverse(body: Mapping[str, Any]) -> bool:
    """Return whether a reverse order is to follow: by the field, or by the service that CDEK used until August 2025."""
    has_service = any(row.get("code") == _REVERSE_SERVICE for row in body.get("services", ()))
    return has_service or bool(body.get("has_reverse_order"))


def list_visible_services(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the services without REVERSE, which still works but which CDEK no longer shows."""
    return [row for row in rows if row.get("code") != _REVERSE_SERVICE]


def remove_reverse(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of an order without a reverse."""
    bare = {name: value for name, value in body.items() if name != "has_reverse_order"}
    return bare | ({"services": list_visible_services(bare["services"])} if "services" in bare else {})


def has_passport(contact: Mapping[str, Any]) -> bool:
    """Return whether the passport fields of a contact are sufficient. That CDEK requires these four is a choice."""
    return all(contact.get(name) for name in _PASSPORT_FIELDS)
