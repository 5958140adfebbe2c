"""What several of CDEK's entities are made of: phones, people, places, sums, statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.moments import EPOCH, moment

if TYPE_CHECKING:
    from datetime import datetime


class Phone(Model):
    """A phone; CDEK drops the leading plus."""

    number: str | None = None
    additional: str | None = None


class Contact(Model):
    """Sender or recipient. Personal data: never logged by this library."""

    company: str | None = None
    name: str | None = None
    contragent_type: str | None = None
    passport_series: str | None = None
    passport_number: str | None = None
    passport_date_of_issue: str | None = None
    passport_organization: str | None = None
    tin: str | None = None
    passport_date_of_birth: str | None = None
    email: str | None = None
    phones: list[Phone] = field(default_factory=list)
    passport_requirements_satisfied: bool | None = None


class Location(Model):
    """A place; `code` is CDEK's own number of the city."""

    code: int | None = None
    city_uuid: str | None = None
    city: str | None = None
    fias_guid: str | None = None
    kladr_code: str | None = None
    country_code: str | None = None
    country: str | None = None
    region: str | None = None
    region_code: int | None = None
    fias_region_guid: str | None = None
    kladr_region_code: str | None = None
    sub_region: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    time_zone: str | None = None
    payment_limit: float | None = None
    address: str | None = None
    postal_code: str | None = None


class Money(Model):
    """A sum in the order's currency (roubles unless the card says otherwise)."""

    value: float | None = None
    vat_sum: float | None = None
    vat_rate: int | None = None


class StatusRow(Model):
    """One step of an entity's way."""

    code: str | None = None
    name: str | None = None
    date_time: str | None = None

    @property
    def at(self) -> datetime | None:
        """When it happened, with its zone; None where CDEK's text is no date."""
        return moment(self.date_time)


S = TypeVar("S", bound=StatusRow)


def chronological(statuses: list[S], *, newest_first: bool = True) -> list[S]:
    """The statuses from the oldest to the newest, whichever way CDEK wrote them.

    Several may carry the same second, so the list's own direction decides between equals: `newest_first`, as CDEK
    writes those of orders today, unless the dates show the opposite. Where a date cannot be read, that direction alone
    decides.
    """
    dated = [(status.at, status) for status in statuses]
    known = [date for date, _ in dated if date is not None]
    if known and known[0] != known[-1]:
        newest_first = known[0] > known[-1]
    if newest_first:
        dated.reverse()
    if len(known) == len(dated):
        dated.sort(key=lambda pair: pair[0] or EPOCH)
    return [status for _, status in dated]


def latest(statuses: list[S], *, newest_first: bool = True) -> S | None:
    """The status that stands now; None where there is none."""
    return next(reversed(chronological(statuses, newest_first=newest_first)), None)
