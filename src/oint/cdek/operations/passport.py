"""Whether passport data suffice (/v2/passport)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.models.passport import Passports
from oint.cdek.operations.base import Request, checked_uuid, query
from oint.cdek.operations.checked import digits, exactly_one

if TYPE_CHECKING:
    import uuid as uuids


def get(
    order_uuid: str | uuids.UUID | None = None, cdek_number: str | int | None = None, client: str | None = None
) -> Request[Passports]:
    """Whether the passport data of an order's people suffice (GET passport). One of the two names is to be given.

    Args:
        order_uuid: the order's uuid
        cdek_number: CDEK's number of the order
        client: SENDER, RECEIVER or ALL; CDEK decides without
    Raises:
        BadArgument: not exactly one name is given, or it is malformed; nothing was sent
    """
    exactly_one(order_uuid=order_uuid, cdek_number=cdek_number)
    path = query(
        "/passport",
        order_uuid=None if order_uuid is None else checked_uuid(order_uuid, "order_uuid"),
        cdek_number=None if cdek_number is None else digits(cdek_number, "cdek_number"),
        client=client,
    )
    return Request("getPassport", "GET", path, Passports, changes=False)
