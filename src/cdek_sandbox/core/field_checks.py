"""Checks of single fields that several resources share."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core.error_codes import problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cdek_sandbox.core.entities import Problem

_NOTHING: tuple[object, ...] = (None, "", [], {})
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def check_addresses(body: Mapping[str, Any]) -> list[Problem]:
    """Refuse an office and an address for the same end of the route."""
    problems = []
    if "shipment_point" in body and "from_location" in body:
        problems.append(problem("v2_shipment_address_multivalued"))
    if "delivery_point" in body and "to_location" in body:
        problems.append(problem("v2_delivery_address_multivalued"))
    return problems


def check_required(fields: Mapping[str, Any], *names: str, path: str = "") -> list[Problem]:
    """Refuse required fields that are absent or empty."""
    return [problem("v2_field_is_empty", name) for name in find_empty(fields, path, *names)]


def find_empty(fields: Mapping[str, Any], path: str, *names: str) -> Iterator[str]:
    """Find the paths of the named fields that are absent or empty; `path` is the prefix of each."""
    return (path + name for name in names if fields.get(name) in _NOTHING)


def check_formats(body: Mapping[str, Any], days: tuple[str, ...], times: tuple[str, ...]) -> list[Problem]:
    """Refuse days and times that are not in CDEK's format."""
    invalid_names = [name for name in days if name in body and not _is_day(body[name])]
    invalid_names += [name for name in times if name in body and not _TIME.fullmatch(body[name])]
    return [problem("v2_invalid_format", body[name], name) for name in invalid_names]


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_uuid(text: str) -> bool:
    """Check whether a text has the form of a UUID."""
    return _UUID.fullmatch(text) is not None
