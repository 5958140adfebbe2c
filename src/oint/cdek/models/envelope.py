"""The request envelope: what CDEK answers to every change, and wraps around every entity."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import field

from oint.cdek.models.base import Answer, Model
from oint.cdek.moments import moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class RequestState(StrEnum):
    """States of a request entry that CDEK documents; an entry's `state` may hold others."""

    ACCEPTED = "ACCEPTED"
    WAITING = "WAITING"
    SUCCESSFUL = "SUCCESSFUL"
    INVALID = "INVALID"


class RequestType(StrEnum):
    """Types of request entries; `CREATE_REFUSAL` is live but not in CDEK's documents, so others must be expected too."""

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
    """One row of `requests[]`: an operation on the entity and how far it is."""

    request_uuid: str | None = None
    type: str | None = None
    date_time: str | None = None
    state: str | None = None
    errors: list[ErrorItem] = field(default_factory=list)
    warnings: list[ErrorItem] = field(default_factory=list)

    @property
    def at(self) -> datetime | None:
        """The moment of the present state, with its zone; None where CDEK's text is no date."""
        return moment(self.date_time)


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
    """The entity of an answer to a change: its uuid only."""

    uuid: str | None = None


class Envelope(Answer):
    """`requests` and `related_entities`, around any entity."""

    requests: list[RequestEntry] = field(default_factory=list)
    related_entities: list[RelatedEntity] = field(default_factory=list)

    def entry(self, type_: str) -> RequestEntry | None:
        """The newest entry of a type, wherever it stands in the list; None where there is none."""
        return newest(entry for entry in self.requests if entry.type == type_)

    def related(self, type_: str) -> RelatedEntity | None:
        """The first linked entity of a type; None where there is none."""
        return next((entity for entity in self.related_entities if entity.type == type_), None)


class Accepted(Envelope):
    """CDEK's answer to a change: queued, and nothing more. Only the entity, read later, tells what became of it."""

    entity: EntityRef | None = None

    @property
    def usable(self) -> bool:
        """A change is queued where its entity and its request are named, and the request is not INVALID already."""
        return bool(self.uuid) and bool(self.requests) and self.state != RequestState.INVALID

    @property
    def uuid(self) -> str | None:
        """Uuid of the entity that the change is about."""
        return self.entity.uuid if self.entity else None

    @property
    def request_uuid(self) -> str | None:
        """Uuid of the change itself: find its entry by it when reading the entity."""
        return self.requests[0].request_uuid if self.requests else None

    @property
    def state(self) -> str | None:
        """State of the change: ACCEPTED or WAITING here."""
        return self.requests[0].state if self.requests else None


def newest(entries: Iterable[RequestEntry]) -> RequestEntry | None:
    """The entry with the latest moment; among equals, and where no moment can be read, the first.

    CDEK writes the newest first today, and wrote the oldest first in 2020, so dates decide where there are any.
    """
    best: RequestEntry | None = None
    for entry in entries:
        if best is None or _later(entry.at, best.at):
            best = entry
    return best


def _later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)
