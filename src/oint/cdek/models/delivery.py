"""Delivery agreements and the intervals to agree on (schemas ScheduleInfoDto, EstimatedDeliveryIntervalsResponseDto)."""

from __future__ import annotations

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.envelope import Envelope
from oint.cdek.models.parts import Location, StatusRow, latest
from oint.cdek.models.reply import Reply


class Agreement(Model):
    """When and where an order is to be delivered; times are HH:MM of the recipient's place."""

    uuid: str | None = None
    cdek_number: str | None = None
    order_uuid: str | None = None
    date: str | None = None
    time_from: str | None = None
    time_to: str | None = None
    comment: str | None = None
    delivery_point: str | None = None
    to_location: Location | None = None
    statuses: list[StatusRow] = field(default_factory=list)
    source: str | None = None

    @property
    def status(self) -> StatusRow | None:
        """Where the agreement stands now; None where CDEK names no status."""
        return latest(self.statuses)


class AgreementAnswer(Envelope):
    """CDEK's answer to GET delivery: the agreement, and every operation ever made on it."""

    entity: Agreement | None = None

    @property
    def usable(self) -> bool:
        """An agreement needs its uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def agreement(self) -> Agreement:
        """The agreement; a usable answer always has one."""
        return self.entity or Agreement()


class Interval(Model):
    """An interval, HH:MM or HH:MM:SS. The counts come with estimates: deliveries agreed on, and places in all."""

    start_time: str | None = None
    end_time: str | None = None
    agreed_count: int | None = None
    total_count: int | None = None


class DayIntervals(Model):
    """The intervals of a day, YYYY-MM-DD."""

    date: str | None = None
    time_intervals: list[Interval] = field(default_factory=list)


class Intervals(Reply):
    """When an order can be delivered, a day each."""

    date_intervals: list[DayIntervals] = field(default_factory=list)
