"""Webhook subscriptions. What CDEK then sends is read by `oint.cdek.events`."""

from __future__ import annotations

from oint.cdek.models.base import Model, Rows
from oint.cdek.models.envelope import Envelope, RequestState


class Subscription(Model):
    """A subscription: events of `type` go to `url`."""

    uuid: str | None = None
    type: str | None = None
    url: str | None = None


class SubscriptionAnswer(Envelope):
    """CDEK's answer about one subscription; `entity` is filled as far as CDEK names it."""

    entity: Subscription | None = None

    @property
    def usable(self) -> bool:
        """It names a subscription, and no request about it is INVALID."""
        return bool(self.uuid) and all(entry.state != RequestState.INVALID for entry in self.requests)

    @property
    def uuid(self) -> str | None:
        """The subscription's uuid."""
        return self.entity.uuid if self.entity else None


class Subscriptions(Rows[Subscription]):
    """The active subscriptions."""
