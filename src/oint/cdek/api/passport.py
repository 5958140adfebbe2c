"""Checks of passport data (/v2/passport)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import field

from oint.cdek.api._common import SimpleResponse
from oint.cdek.api._request import Request, add_query, validate_uuid
from oint.cdek.api._response import Model
from oint.cdek.api._schema import parse_digits, require_exactly_one

if TYPE_CHECKING:
    import uuid as uuids


class Passport(Model):
    """Whether the passport data of `client`, SENDER or RECEIVER, are sufficient for customs."""

    client: str | None = None
    passport_requirements_satisfied: bool | None = None


class PassportOrder(Model):
    """The people of an order."""

    order_uuid: str | None = None
    cdek_number: int | None = None
    passport: list[Passport] = field(default_factory=list)


class Passports(SimpleResponse):
    """Whether passport data are sufficient, by order."""

    orders: list[PassportOrder] = field(default_factory=list)


def get(
    order_uuid: str | uuids.UUID | None = None, cdek_number: str | int | None = None, client: str | None = None
) -> Request[Passports]:
    """Check whether an order has enough passport data (GET passport). Pass the uuid or the number.

    Args:
        order_uuid: the order's uuid
        cdek_number: CDEK's number of the order
        client: SENDER, RECEIVER or ALL; CDEK decides without
    Raises:
        InvalidArgument: not exactly one was passed, or it is malformed; nothing was sent
    """
    require_exactly_one(order_uuid=order_uuid, cdek_number=cdek_number)
    path = add_query(
        "/passport",
        order_uuid=None if order_uuid is None else validate_uuid(order_uuid, "order_uuid"),
        cdek_number=None if cdek_number is None else parse_digits(cdek_number, "cdek_number"),
        client=client,
    )
    return Request("getPassport", "GET", path, Passports, changes=False)
