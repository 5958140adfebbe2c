"""Reverses: the recipient hands goods back on the spot (/v2/reverse)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.api._request import Request
from oint.cdek.api._response import EmptyResponse
from oint.cdek.api._schema import PHONE, PLACE, all_of, encode_body, list_of, object_schema, one_of, parse_int

if TYPE_CHECKING:
    from collections.abc import Mapping


MAX_PHONES = 10

_PERSON = object_schema("phones", phones=list_of(PHONE, MAX_PHONES))
_REQUEST = all_of(
    object_schema(
        *("tariff_code", "sender", "recipient"),
        tariff_code=parse_int,
        sender=_PERSON,
        recipient=_PERSON,
        from_location=PLACE,
        to_location=all_of(object_schema("address"), PLACE),
    ),
    one_of("from_location", "shipment_point"),
    one_of("to_location", "delivery_point"),
)


def availability(request: Mapping[str, Any]) -> Request[EmptyResponse]:
    """Check whether a reverse can be ordered together with a new order (POST reverse/availability).

    Args:
        request: CDEK's ReverseValidateRequestDto: `tariff_code`, `sender.phones`, `recipient.phones`, one of
            `from_location` and `shipment_point`, one of `to_location` and `delivery_point`
    Returns:
        a response without a body: it can. Otherwise `RequestRejected` is raised, with CDEK's reason
    Raises:
        InvalidArgument: a required field is missing, or two exclude each other; nothing was sent
    """
    document = encode_body(_REQUEST, request, "request")
    return Request("reverseAvailability", "POST", "/reverse/availability", EmptyResponse, changes=False, body=document)
