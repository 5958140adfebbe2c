"""Customs hints about the goods of packages (schema RestrictionHintsResponseDto)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.reply import Reply


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
    """What is known of one item: its limitations, and the documents that it needs."""

    item_id: str | None = None
    feacn_code: str | None = None
    status: HintStatus | None = None
    limitations: list[str] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)


class PackageHint(Model):
    """What is known of a package."""

    package_id: str | None = None
    status: HintStatus | None = None
    description: str | None = None
    items: list[ItemHint] = field(default_factory=list)


class Restrictions(Reply):
    """The hints, a package each."""

    packages: list[PackageHint] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Hints count, whatever errors stand beside them."""
        return bool(self.packages) or super().usable
