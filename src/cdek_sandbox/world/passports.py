"""Is enough of a passport known? What CDEK asks for is not documented: the four fields of the document are a choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS = ("passport_series", "passport_number", "passport_date_of_issue", "passport_organization")


def satisfied(contact: Mapping[str, Any]) -> bool:
    """Do the contact's passport fields suffice?"""
    return all(contact.get(name) for name in _FIELDS)
