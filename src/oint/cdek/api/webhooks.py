"""Webhook subscriptions (/v2/webhooks). CDEK keeps two for each client, and deletes one silently after failed deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.api._common import Envelope, RequestState
from oint.cdek.api._request import Request, encode_json, validate_uuid
from oint.cdek.api._response import ListResponse, Model
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    import uuid as uuids


class Subscription(Model):
    """A subscription: CDEK sends events of `type` to `url`."""

    uuid: str | None = None
    type: str | None = None
    url: str | None = None


class SubscriptionResponse(Envelope):
    """CDEK's response about one subscription; `entity` has the fields that CDEK returns."""

    entity: Subscription | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the response names a subscription and none of its requests is INVALID."""
        return bool(self.uuid) and all(entry.state != RequestState.INVALID for entry in self.requests)

    @property
    def uuid(self) -> str | None:
        """Return the subscription's uuid."""
        return self.entity.uuid if self.entity else None


class Subscriptions(ListResponse[Subscription]):
    """The active subscriptions."""


def list() -> Request[Subscriptions]:  # noqa: A001 - what it does
    """Read the active subscriptions (GET webhooks)."""
    return Request("getWebhooks", "GET", "/webhooks", Subscriptions, changes=False)


def create(type: str, url: str) -> Request[SubscriptionResponse]:  # noqa: A002 - CDEK's field name
    """Subscribe an address to events of a type (POST webhooks).

    CDEK signs nothing: use an address that cannot be guessed, and treat an event as a hint to read the order.

    Args:
        type: ORDER_STATUS, ORDER_MODIFIED, PRINT_FORM, RECEIPT, DOWNLOAD_PHOTO, PREALERT_CLOSED, ACCOMPANYING_WAYBILL,
            OFFICE_AVAILABILITY, DELIV_PROBLEM, DELIV_AGREEMENT or COURIER_INFO
        url: CDEK sends POST requests to it; it must respond with 200 within 15 seconds
    Raises:
        InvalidArgument: the type is empty, or the address is not http or https; nothing was sent
    """
    if not type.strip():
        raise InvalidArgument(
            "type",
            Message("type: вид событий не указан", "type: the type of events is missing"),
            Message("Например, ORDER_STATUS", "For example, ORDER_STATUS"),
        )
    if not url.startswith(("https://", "http://")):
        raise InvalidArgument(
            "url",
            Message("url: это не адрес http или https", "url: not an http or https address"),
            Message(
                "Укажите адрес целиком: https://shop.example/cdek",
                "Pass the complete address: https://shop.example/cdek",
            ),
        )
    body = encode_json({"type": type, "url": url}, "url")
    return Request("createWebhook", "POST", "/webhooks", SubscriptionResponse, changes=True, body=body)


def get(uuid: str | uuids.UUID) -> Request[SubscriptionResponse]:
    """Read a subscription (GET webhooks/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getWebhook", "GET", f"/webhooks/{validate_uuid(uuid)}", SubscriptionResponse, changes=False)


def delete(uuid: str | uuids.UUID) -> Request[SubscriptionResponse]:
    """Delete a subscription (DELETE webhooks/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("deleteWebhook", "DELETE", f"/webhooks/{validate_uuid(uuid)}", SubscriptionResponse, changes=True)
