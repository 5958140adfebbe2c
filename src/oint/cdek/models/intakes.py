"""Intakes: a courier's visit to fetch parcels, and the days when one can come (schema IntakeInfoResponseEntity)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model, Rows
from oint.cdek.models.envelope import Envelope
from oint.cdek.models.parts import Contact, Location, StatusRow, latest
from oint.cdek.models.reply import Reply


class IntakePackage(Model):
    """A package to fetch: grams, centimetres."""

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
        """Where the intake stands now; None where CDEK names no status."""
        return latest(self.statuses)


class IntakeAnswer(Envelope):
    """CDEK's answer to GET intake: the intake, and every operation ever made on it."""

    entity: Intake | None = None

    @property
    def usable(self) -> bool:
        """An intake needs its uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def intake(self) -> Intake:
        """The intake; a usable answer always has one."""
        return self.entity or Intake()


class Intakes(Rows[Intake]):
    """All intakes of an order."""


class AvailableDays(Reply):
    """Days when a courier can come, as YYYY-MM-DD; `all_days`: any day will do."""

    date: list[str] = field(default_factory=list)
    all_days: bool | None = None
