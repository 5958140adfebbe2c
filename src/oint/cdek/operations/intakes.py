"""Intakes: a courier fetches parcels (/v2/intakes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.cdek.models.envelope import Accepted
from oint.cdek.models.intakes import AvailableDays, IntakeAnswer
from oint.cdek.operations.base import Request, checked_uuid
from oint.cdek.operations.order_shapes import CONTACT, PLACE, SIZES
from oint.cdek.operations.shapes import body, clock, day, empty, every, shape, some_of, text

if TYPE_CHECKING:
    import uuid as uuids
    from collections.abc import Mapping

_INTAKE = shape(
    *("intake_date", "intake_time_from", "intake_time_to"),
    intake_date=day,
    intake_time_from=clock,
    intake_time_to=clock,
    lunch_time_from=clock,
    lunch_time_to=clock,
    name=text(255),
    comment=text(255),
    sender=CONTACT,
    from_location=PLACE,
    **SIZES,
)
_WITHOUT_ORDER = shape("name", "sender", "from_location")
_CHANGE = shape("status", status=shape("code", "add_status"))
_DAYS = shape("from_location", from_location=every(some_of("code", "address"), PLACE), date=day)


def create(intake: Mapping[str, Any]) -> Request[Accepted]:
    """Call a courier for parcels (POST intakes).

    Args:
        intake: CDEK's IntakeDto as a mapping: `intake_date`, `intake_time_from`, `intake_time_to`, and either
            `cdek_number` or `order_uuid`, or `name`, `sender` and `from_location`; weight in grams, sizes in centimetres
    Returns:
        ACCEPTED with the intake's uuid: queued; read the intake to see what became of it
    Raises:
        BadArgument: what CDEK needs is missing, or a value cannot be right; `field` is its path
    """
    document = body(every(_INTAKE, _order_or_place), intake, "intake")
    return Request("createIntake", "POST", "/intakes", Accepted, changes=True, body=document)


def _order_or_place(intake: Mapping[str, Any], path: str) -> None:
    if empty(intake.get("cdek_number")) and empty(intake.get("order_uuid")):
        _WITHOUT_ORDER(intake, path)


def update(uuid: str | uuids.UUID, status: Mapping[str, Any]) -> Request[Accepted]:
    """Move an intake to another status (PATCH intakes).

    Args:
        uuid: the intake's
        status: `code` and `add_status`: CDEK takes PROCESSING_REQUIRED with CALL_REQUIRED or DOC_REQUIRED
    Raises:
        BadArgument: the uuid is malformed, or one of the two is empty; nothing was sent
    """
    change = {"uuid": checked_uuid(uuid), "status": status}
    document = body(_CHANGE, change, "status")
    return Request("updateIntake", "PATCH", "/intakes", Accepted, changes=True, body=document)


def get(uuid: str | uuids.UUID) -> Request[IntakeAnswer]:
    """Read an intake (GET intakes/{uuid}).

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("getIntake", "GET", f"/intakes/{checked_uuid(uuid)}", IntakeAnswer, changes=False)


def delete(uuid: str | uuids.UUID) -> Request[Accepted]:
    """Delete an intake that is not done yet (DELETE intakes/{uuid}); CDEK does that in the background.

    Raises:
        BadArgument: the uuid is malformed; nothing was sent
    """
    return Request("deleteIntake", "DELETE", f"/intakes/{checked_uuid(uuid)}", Accepted, changes=True)


def available_days(request: Mapping[str, Any]) -> Request[AvailableDays]:
    """Days when a courier can come to a place (POST intakes/availableDays).

    Args:
        request: `from_location` with `code` or `address`; `date` of the last day wanted, in two weeks without

    Raises:
        BadArgument: the place is not named, or the date is none; nothing was sent
    """
    document = body(_DAYS, request, "request")
    return Request("intakeDays", "POST", "/intakes/availableDays", AvailableDays, changes=False, body=document)
