"""Models that several resources share: the request envelope, people, places, sums, statuses."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from msgspec import field

from oint.cdek.api._response import ApiResponse, Model

if TYPE_CHECKING:
    from collections.abc import Iterable


EPOCH = datetime.fromtimestamp(0, UTC)


def parse_datetime(text: str | None) -> datetime | None:
    """Parse a date-time as CDEK writes it: `+0000`, `+03:00`, `Z`, with or without fractions.

    A text without a zone is UTC. A text that is not a date gives None, so that it cannot break a read.
    """
    if not text:
        return None
    try:
        date_time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return date_time if date_time.tzinfo else date_time.replace(tzinfo=UTC)


class RequestState(StrEnum):
    """States of a request entry that CDEK documents; an entry's `state` may hold others."""

    ACCEPTED = "ACCEPTED"
    WAITING = "WAITING"
    SUCCESSFUL = "SUCCESSFUL"
    INVALID = "INVALID"


class RequestType(StrEnum):
    """Types of request entries. `CREATE_REFUSAL` is in use but not documented, so other types may come too."""

    CREATE = "CREATE"
    DELETE = "DELETE"
    CREATE_REFUSAL = "CREATE_REFUSAL"
    CREATE_CLIENT_RETURN = "CREATE_CLIENT_RETURN"


class ErrorItem(Model):
    """An error or a warning as CDEK writes it."""

    code: str | None = None
    message: str | None = None
    additional_code: str | None = None


class RequestEntry(Model):
    """One row of `requests[]`: an operation on the entity and its state."""

    request_uuid: str | None = None
    type: str | None = None
    date_time: str | None = None
    state: str | None = None
    errors: list[ErrorItem] = field(default_factory=list)
    warnings: list[ErrorItem] = field(default_factory=list)

    @property
    def at(self) -> datetime | None:
        """Return the time of the current state with its zone; None where CDEK's text is not a date."""
        return parse_datetime(self.date_time)


class RelatedEntity(Model):
    """A link to another entity: `type` is return_order, direct_order, client_return_order, waybill and others."""

    type: str | None = None
    uuid: str | None = None
    cdek_number: str | None = None
    url: str | None = None
    create_time: str | None = None
    date: str | None = None
    time_from: str | None = None
    time_to: str | None = None


class EntityRef(Model):
    """The entity of the response to a change: only its uuid."""

    uuid: str | None = None


class Envelope(ApiResponse):
    """`requests` and `related_entities`, around any entity."""

    requests: list[RequestEntry] = field(default_factory=list)
    related_entities: list[RelatedEntity] = field(default_factory=list)

    def find_entry(self, type_: str) -> RequestEntry | None:
        """Return the newest entry of a type; None without one."""
        return find_newest(entry for entry in self.requests if entry.type == type_)

    def find_related(self, type_: str) -> RelatedEntity | None:
        """Return the first linked entity of a type; None without one."""
        return next((entity for entity in self.related_entities if entity.type == type_), None)


class Accepted(Envelope):
    """CDEK's response to a change: it is queued. Only the entity, read later, shows the outcome."""

    entity: EntityRef | None = None

    @property
    def is_complete(self) -> bool:
        """Return whether the change is queued: the response names the entity and a request that is not INVALID."""
        return bool(self.uuid) and bool(self.requests) and self.state != RequestState.INVALID

    @property
    def uuid(self) -> str | None:
        """Return the uuid of the changed entity."""
        return self.entity.uuid if self.entity else None

    @property
    def request_uuid(self) -> str | None:
        """Return the uuid of the change itself: it identifies the entry when the entity is read."""
        return self.requests[0].request_uuid if self.requests else None

    @property
    def state(self) -> str | None:
        """Return the state of the change: ACCEPTED or WAITING here."""
        return self.requests[0].state if self.requests else None


def find_newest(entries: Iterable[RequestEntry]) -> RequestEntry | None:
    """Return the entry with the latest time; among equals, and without readable times, the first.

    CDEK writes the newest first today and wrote the oldest first in 2020, so dates decide where they are readable.
    """
    best: RequestEntry | None = None
    for entry in entries:
        if best is None or _is_later(entry.at, best.at):
            best = entry
    return best


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


class SimpleResponse(ApiResponse):
    """A response that may have errors and warnings (schema SimplifiedResponseDto)."""

    errors: list[ErrorItem] = field(default_factory=list)
    warnings: list[ErrorItem] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Return whether there are no errors: errors without data are a rejection under any HTTP status."""
        return not self.errors


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
    """A place; `code` is CDEK's number of the city."""

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
    """A sum in the order's currency (roubles unless the order has another)."""

    value: float | None = None
    vat_sum: float | None = None
    vat_rate: int | None = None


class StatusRow(Model):
    """One status of an entity."""

    code: str | None = None
    name: str | None = None
    date_time: str | None = None

    @property
    def at(self) -> datetime | None:
        """Return the time with its zone; None where CDEK's text is not a date."""
        return parse_datetime(self.date_time)


S = TypeVar("S", bound=StatusRow)


def sort_statuses(statuses: list[S], *, newest_first: bool = True) -> list[S]:
    """Return the statuses from the oldest to the newest, whatever their order at CDEK.

    Several may have the same second, so the order of the list decides between equals: `newest_first`, as CDEK
    lists those of orders today, unless the dates show the opposite. Where a date cannot be read, this order alone
    decides.
    """
    dated_statuses = [(status.at, status) for status in statuses]
    dates = [date for date, _ in dated_statuses if date is not None]
    if dates and dates[0] != dates[-1]:
        newest_first = dates[0] > dates[-1]
    if newest_first:
        dated_statuses.reverse()
    if len(dates) == len(dated_statuses):
        dated_statuses.sort(key=lambda pair: pair[0] or EPOCH)
    return [status for _, status in dated_statuses]


def find_latest(statuses: list[S], *, newest_first: bool = True) -> S | None:
    """Return the current status; None without a status."""
    return next(reversed(sort_statuses(statuses, newest_first=newest_first)), None)
