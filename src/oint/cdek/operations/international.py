"""Customs hints for parcels abroad (/v2/international)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.models.international import Restrictions
from oint.cdek.operations.base import Request, json_body

if TYPE_CHECKING:
    from collections.abc import Mapping


def restrictions(request: Mapping[str, Any]) -> Request[Restrictions]:
    """Which goods may cross the border, and with what documents (POST international/package/restrictions).

    Args:
        request: CDEK's RestrictionHintsRequestDto: `tariff_code`, `from_location`, `to_location`, `packages` with `items`
    Raises:
        BadArgument: the request holds what JSON cannot; nothing was sent
    """
    path = "/international/package/restrictions"
    body = json_body(request, "request")
    return Request("checkPackagesRestrictions", "POST", path, Restrictions, changes=False, body=body)
