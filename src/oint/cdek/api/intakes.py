"""Intakes: a courier picks up parcels (/v2/intakes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import field

from oint.cdek.api._common import Accepted, Contact, Envelope, Location, SimpleResponse, StatusRow, find_latest
from oint.cdek.api._request import Request, validate_uuid
from oint.cdek.api._response import ListResponse, Model
from oint.cdek.api._schema import (
    CONTACT,
    PLACE,
    SIZES,
    all_of,
    any_of,
    encode_body,
    is_empty,
    iso_date,
    max_length,
    object_schema,
    time_of_day,
)

if TYPE_CHECKING:
    import uuid as uuids
    from collections.abc import Mapping


class IntakePackage(Model):
    """A package to pick up: grams, centimetres."""

    package_id: str | None = None
    weight: int | None = None
    length: int | None = None
    width: int | None = None
    height: int | None = None


class Intake(Model):
    """An intake. `weight` in grams, sizes in centimetres; times are HH:MM of the sender's place."""

    uuid: str | None = None
    cdek_number: str | None = None
    order_uuid: str | None = None
    intake_date: str | None = None
    intake_number: str | None = None
    intake_time_from: str | None = None
    intake_time_to: str | None = None
    lunch_time_from: str | None = None
    lunch_time_to: str | None = None
    name: str | None = None
    weight: int | None = None
    length: int | None = None
    width: int | None = None
    height: int | None = None
    comment: str | None = None
    courier_power_of_attorney: bool | None = None
    courier_identity_card: bool | None = None
    sender: Contact | None = None
    from_location: Location | None = None
    to_location: Location | None = None
    need_call: bool | None = None
    statuses: list[StatusRow] = field(default_factory=list)
    packages: list[IntakePackage] = field(default_factory=list)

    @property
    def status(self) -> StatusRow | None:
        """Return the current status; None without a status."""
        return find_latest(self.statuses)


class IntakeResponse(Envelope):
    """CDEK's response to GET intake: the intake, and the history of its operations."""

    entity: Intake | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the intake has a uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def intake(self) -> Intake:
        """Return the intake; a complete response always has one."""
        return self.entity or Intake()


class Intakes(ListResponse[Intake]):
    """All intakes of an order."""


class AvailableDays(SimpleResponse):
    """Days when a courier can come, as YYYY-MM-DD; `all_days`: any day will do."""

    date: list[str] = field(default_factory=list)
    all_days: bool | None = None


_INTAKE = object_schema(
    *("intake_date", "intake_time_from", "intake_time_to"),
    intake_date=iso_date,
    intake_time_from=time_of_day,
    intake_time_to=time_of_day,
    lunch_time_from=time_of_day,
    lunch_time_to=time_of_day,
    name=max_length(255),
    comment=max_length(255),
    sender=CONTACT,
    from_location=PLACE,
    **SIZES,
)
_WITHOUT_ORDER = object_schema("name", "sender", "from_location")
_CHANGE = object_schema("status", status=object_schema("code", "add_status"))
_DAYS = object_schema("from_location", from_location=all_of(any_of("code", "address"), PLACE), date=iso_date)


def create(intake: Mapping[str, Any]) -> Request[Accepted]:
    """Call a courier to pick up parcels (POST intakes).

    Args:
        intake: CDEK's IntakeDto as a mapping: `intake_date`, `intake_time_from`, `intake_time_to`, and either
            `cdek_number` or `order_uuid`, or `name`, `sender` and `from_location`; weight in grams, sizes in centimetres
    Returns:
        ACCEPTED with the intake's uuid: queued; read the intake to see the outcome
    Raises:
        InvalidArgument: a required field is missing, or a value is invalid; `field` is its path
    """
    document = encode_body(all_of(_INTAKE, _check_order_or_place), intake, "intake")
    return Request("createIntake", "POST", "/intakes", Accepted, changes=True, body=document)


def _check_order_or_place(intake: Mapping[str, Any], path: str) -> None:
    if is_empty(intake.get("cdek_number")) and is_empty(intake.get("order_uuid")):
        _WITHOUT_ORDER(intake, path)


def update(uuid: str | uuids.UUID, status: Mapping[str, Any]) -> Request[Accepted]:
    """Change the status of an intake (PATCH intakes).

    Args:
        uuid: uuid of the intake
        status: `code` and `add_status`: CDEK takes PROCESSING_REQUIRED with CALL_REQUIRED or DOC_REQUIRED
    Raises:
        InvalidArgument: the uuid is malformed, or one of the two is empty; nothing was sent
    """
    change = {"uuid": validate_uuid(uuid), "status": status}
    document = encode_body(_CHANGE, change, "status")
    return Request("updateIntake", "PATCH", "/intakes", Accepted, changes=True, body=document)


def get(uuid: str | uuids.UUID) -> Request[IntakeResponse]:
    """Read an intake (GET intakes/{uuid}).

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("getIntake", "GET", f"/intakes/{validate_uuid(uuid)}", IntakeResponse, changes=False)


def delete(uuid: str | uuids.UUID) -> Request[Accepted]:
    """Delete an intake that is not done yet (DELETE intakes/{uuid}); CDEK deletes it in the background.

    Raises:
        InvalidArgument: the uuid is malformed; nothing was sent
    """
    return Request("deleteIntake", "DELETE", f"/intakes/{validate_uuid(uuid)}", Accepted, changes=True)


def available_days(request: Mapping[str, Any]) -> Request[AvailableDays]:
    """Read the days when a courier can come to a place (POST intakes/availableDays).

    Args:
        request: `from_location` with `code` or `address`; `date` of the last day wanted, in two weeks without

    Raises:
        InvalidArgument: the place is missing, or the date is invalid; nothing was sent
    """
    document = encode_body(_DAYS, request, "request")
    return Request("intakeDays", "POST", "/intakes/availableDays", AvailableDays, changes=False, body=document)
