r"""The life of a refusal as a state machine, and what an order card says about it. Pure: no I/O, no clock.

    planned --a--> sending -b-> accepted -c-> confirmed
    | | | ^        | | |               \-e-> rejected
    | | | |        | | \-d-> rejected
    | | | |        | \-f-> unknown -g-> accepted | confirmed | planned | rejected
    | | | \---j----/
    | | \-i-> accepted | confirmed
    | \-k-> rejected
    \-h-> advised

a  the intent is written down before the first byte leaves
b  CDEK has queued it: 202, or its word that a like request is still being processed
c  its entry is SUCCESSFUL, or the card says NOT_DELIVERED by refusal
d  CDEK said no, with a code: nothing was done
e  its entry turned INVALID
f  sent, and no usable answer came; or a no came to the second sending, while the first was lost
g  settled by reading the card; back to planned (rejected, after a no) only where the card, after a settling time, still
   shows no trace; rejected also where CDEK then shows no such order
h  the card, read before sending, says that refusing is not the right call
i  the card, read before sending, shows a refusal that stands already: to accepted or confirmed, nothing is sent
j  it never reached CDEK, or CDEK turned it away undone (429, 401)
k  CDEK does not show such an order: there is nothing to send
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

import msgspec

from oint.cdek.models.envelope import RequestEntry, RequestState, RequestType, newest
from oint.cdek.models.orders import OrderStatus

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from oint.cdek.models.envelope import ErrorItem
    from oint.cdek.models.orders import OrderAnswer, Status

Letter = Literal["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]

REFUSAL_REASONS = frozenset({"11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "22"})
"""Additional statuses of NOT_DELIVERED that CDEK names a refusal by the recipient; by API it is always 11."""


class State(StrEnum):
    """Where a refusal is in its life; confirmed, rejected and advised are ends."""

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ADVISED = "advised"


TRANSITIONS: frozenset[tuple[State, Letter, State]] = frozenset(
    {
        (State.PLANNED, "a", State.SENDING),
        (State.SENDING, "b", State.ACCEPTED),
        (State.ACCEPTED, "c", State.CONFIRMED),
        (State.SENDING, "d", State.REJECTED),
        (State.ACCEPTED, "e", State.REJECTED),
        (State.SENDING, "f", State.UNKNOWN),
        (State.UNKNOWN, "g", State.ACCEPTED),
        (State.UNKNOWN, "g", State.CONFIRMED),
        (State.UNKNOWN, "g", State.PLANNED),
        (State.UNKNOWN, "g", State.REJECTED),
        (State.PLANNED, "h", State.ADVISED),
        (State.PLANNED, "i", State.ACCEPTED),
        (State.PLANNED, "i", State.CONFIRMED),
        (State.SENDING, "j", State.PLANNED),
        (State.PLANNED, "k", State.REJECTED),
    }
)


class IllegalStep(Exception):
    """A step that the drawing does not have: a defect of this library."""


def step(state: State, letter: Letter, to: State) -> State:
    """Take a step of the drawing.

    Raises:
        IllegalStep: the drawing has no such step
    """
    if (state, letter, to) not in TRANSITIONS:
        raise IllegalStep(f"{state} -{letter}-> {to}")
    return to


class Sight(msgspec.Struct, frozen=True):
    """What a card says about one refusal.

    Args:
        state: accepted, confirmed or rejected; None: the card shows no trace of it
        entry: its row of `requests[]`, where there is one
    """

    state: State | None
    entry: RequestEntry | None

    @property
    def errors(self) -> list[ErrorItem]:
        """CDEK's reasons, where it was rejected."""
        return self.entry.errors if self.entry else []


def look(answer: OrderAnswer, request_uuid: str | None, before: AbstractSet[str]) -> Sight:
    """Find a refusal on a card.

    Args:
        answer: the card, as just read
        request_uuid: CDEK's uuid of the refusal, where its answer was not lost
        before: uuids of the refusals that the card showed before this one was sent: never taken for it
    """
    entry = _own_entry(answer, request_uuid, before)
    match entry and entry.state:
        case RequestState.SUCCESSFUL:
            return Sight(State.CONFIRMED, entry)
        case RequestState.INVALID:
            return Sight(State.REJECTED, entry)
    if is_refused(answer.card.status):
        return Sight(State.CONFIRMED, entry)
    return Sight(State.ACCEPTED if entry else None, entry)


def standing(answer: OrderAnswer) -> Sight:
    """The refusal that stands already on a card read before sending: queued or successful, whoever sent it."""
    entry = newest(entry for entry in refusals(answer) if entry.state != RequestState.INVALID)
    if entry is None:
        return Sight(None, None)
    done = entry.state == RequestState.SUCCESSFUL or is_refused(answer.card.status)
    return Sight(State.CONFIRMED if done else State.ACCEPTED, entry)


def refusals(answer: OrderAnswer) -> list[RequestEntry]:
    """The refusal entries of a card, in CDEK's order."""
    return [entry for entry in answer.requests if entry.type == RequestType.CREATE_REFUSAL]


def is_refused(status: Status | None) -> bool:
    """Whether a status says that the recipient refused."""
    return status is not None and status.code == OrderStatus.NOT_DELIVERED and status.reason_code in REFUSAL_REASONS


def _own_entry(answer: OrderAnswer, request_uuid: str | None, before: AbstractSet[str]) -> RequestEntry | None:
    """By its uuid; where either side does not know it, the newest that was not there before."""
    found = refusals(answer)
    if request_uuid is not None:
        for entry in found:
            if entry.request_uuid == request_uuid:
                return entry
        found = [entry for entry in found if entry.request_uuid is None]
    return newest(entry for entry in found if entry.request_uuid not in before)
