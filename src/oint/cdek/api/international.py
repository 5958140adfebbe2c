"""Customs hints for parcels abroad (/v2/international)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import SimpleResponse
from oint.cdek.api._request import Request, encode_json
from oint.cdek.api._response import Model

if TYPE_CHECKING:
    from collections.abc import Mapping


class HintReason(Model):
    """Why goods are restricted: FEACN_RESTRICTION, GENERAL_RESTRICTION."""

    code: str | None = None
    name: str | None = None


class HintStatus(Model):
    """Whether goods may cross: FORBIDDEN, LIMITED, ALLOWED."""

    code: str | None = None
    name: str | None = None
    reason: HintReason | None = None


class ItemHint(Model):
    """Hints about one item: its limitations, and the documents that it needs."""

    item_id: str | None = None
    feacn_code: str | None = None
    status: HintStatus | None = None
    limitations: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)


class PackageHint(Model):
    """Hints about one package."""

    package_id: str | None = None
    status: HintStatus | None = None
    description: str | None = None
    items: list[ItemHint] = field(default_factory=list)


class Restrictions(SimpleResponse):
    """The hints, one for each package."""

    packages: list[PackageHint] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Return whether there are hints; errors beside them do not matter."""
        return bool(self.packages) or super().is_complete


def restrictions(request: Mapping[str, Any]) -> Request[Restrictions]:
    """Check which goods may cross the border, and with which documents (POST international/package/restrictions).

    Args:
        request: CDEK's RestrictionHintsRequestDto: `tariff_code`, `from_location`, `to_location`, `packages` with `items`
    Raises:
        InvalidArgument: JSON cannot represent the request; nothing was sent
    """
    path = "/international/package/restrictions"
    body = encode_json(request, "request")
    return Request("checkPackagesRestrictions", "POST", path, Restrictions, changes=False, body=body)
