r"""The life of a refusal as a state machine, and what an order card says about it. Pure: no I/O, no clock.

    held --approve--> planned --send--> sending --accept--> accepted --confirm--> confirmed

    held, planned, sending, unknown --withdraw--> withdrawn
    planned --hold--> held            planned --advise--> advised
    planned --not_found--> rejected   planned --adopt_existing--> accepted | confirmed
    sending --return_unsent--> planned
    sending --reject--> rejected      accepted --reject--> rejected
    sending --lose_response--> unknown --settle--> accepted | confirmed | rejected | planned
    confirmed --link_return--> confirmed

approve         a person has released the row
send            the intent is written down before the first byte leaves
accept          CDEK has queued it: 202, or its answer that a like request is still being processed
confirm         its entry is SUCCESSFUL, or the card says NOT_DELIVERED by refusal, whoever's request did it
reject          CDEK said no, with a code: nothing was done; or its entry turned INVALID and the order is not refused
lose_response   sent, and no usable answer came; or the second sending was rejected while the first is lost
settle          settled by reading the card; back to planned (rejected, after a no) only where the card, after a settling
                time, still shows no trace; rejected also where CDEK then shows no such order
advise          the card, read before sending, says that refusing is not the right call
adopt_existing  the card, read before sending, shows a refusal that stands already: nothing is sent
return_unsent   it never reached CDEK, or CDEK turned it away undone (429, 401)
not_found       CDEK does not show such an order: there is nothing to send
hold            the card, read before sending, is no longer what the person saw in the preview
withdraw        the batch was cancelled, and the refusal was not sent, or was lost and has not been received
link_return     CDEK has linked the return order to an order whose refusal is confirmed
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from oint.cdek.api._common import RequestEntry, RequestState, RequestType, find_newest
from oint.cdek.api.orders import OrderStatus

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from oint.cdek.api._common import ErrorItem
    from oint.cdek.api.orders import OrderResponse, Status

REFUSAL_REASONS = frozenset({"11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "22"})
"""Additional statuses of NOT_DELIVERED that CDEK names a refusal by the recipient; by API it is always 11."""


class Transition(StrEnum):
    """Steps of the drawing above."""

    HOLD = "hold"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    SEND = "send"
    ACCEPT = "accept"
    CONFIRM = "confirm"
    REJECT = "reject"
    LOSE_RESPONSE = "lose_response"
    SETTLE = "settle"
    ADVISE = "advise"
    ADOPT_EXISTING = "adopt_existing"
    RETURN_UNSENT = "return_unsent"
    NOT_FOUND = "not_found"
    LINK_RETURN = "link_return"


class State(StrEnum):
    """Where a refusal is in its life; confirmed, rejected, advised and withdrawn are ends."""

    HELD = "held"
    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ADVISED = "advised"
    WITHDRAWN = "withdrawn"


def read_state(name: object) -> State:
    """Read a state that a ledger has kept; one that is damaged, or of a later version, is unknown."""
    return State(name) if isinstance(name, str) and name in _STATES else State.UNKNOWN


_STATES = frozenset(State)

TRANSITIONS: frozenset[tuple[State, Transition, State]] = frozenset(
    {
        (State.HELD, Transition.APPROVE, State.PLANNED),
        (State.HELD, Transition.WITHDRAW, State.WITHDRAWN),
        (State.PLANNED, Transition.HOLD, State.HELD),
        (State.PLANNED, Transition.WITHDRAW, State.WITHDRAWN),
        (State.SENDING, Transition.WITHDRAW, State.WITHDRAWN),
        (State.UNKNOWN, Transition.WITHDRAW, State.WITHDRAWN),
        (State.PLANNED, Transition.SEND, State.SENDING),
        (State.SENDING, Transition.ACCEPT, State.ACCEPTED),
        (State.ACCEPTED, Transition.CONFIRM, State.CONFIRMED),
        (State.SENDING, Transition.REJECT, State.REJECTED),
        (State.ACCEPTED, Transition.REJECT, State.REJECTED),
        (State.SENDING, Transition.LOSE_RESPONSE, State.UNKNOWN),
        (State.UNKNOWN, Transition.SETTLE, State.ACCEPTED),
        (State.UNKNOWN, Transition.SETTLE, State.CONFIRMED),
        (State.UNKNOWN, Transition.SETTLE, State.PLANNED),
        (State.UNKNOWN, Transition.SETTLE, State.REJECTED),
        (State.PLANNED, Transition.ADVISE, State.ADVISED),
        (State.PLANNED, Transition.ADOPT_EXISTING, State.ACCEPTED),
        (State.PLANNED, Transition.ADOPT_EXISTING, State.CONFIRMED),
        (State.SENDING, Transition.RETURN_UNSENT, State.PLANNED),
        (State.PLANNED, Transition.NOT_FOUND, State.REJECTED),
        (State.CONFIRMED, Transition.LINK_RETURN, State.CONFIRMED),
    }
)


class InvalidTransition(Exception):
    """A step that the drawing does not have: a defect of this library."""


def apply_transition(state: State, transition: Transition, to: State) -> State:
    """Take a step of the drawing.

    Raises:
        InvalidTransition: the drawing has no such step
    """
    if (state, transition, to) not in TRANSITIONS:
        raise InvalidTransition(f"{state} -{transition}-> {to}")
    return to


class CardObservation(msgspec.Struct, frozen=True):
    """What a card says about one refusal.

    Args:
        state: accepted, confirmed or rejected; None: the card shows no trace of it
        entry: its row of `requests[]`, where there is one
        by_another: the order is refused, and another request did it
    """

    state: State | None
    entry: RequestEntry | None
    by_another: bool = False

    @property
    def errors(self) -> list[ErrorItem]:
        """Return CDEK's reasons, where it was rejected."""
        return self.entry.errors if self.entry else []


def find_refusal(answer: OrderResponse, request_uuid: str | None, before: AbstractSet[str]) -> CardObservation:
    """Find a refusal on a card. The fate of the order decides, not that of one's own request.

    Args:
        answer: the card, as just read
        request_uuid: CDEK's uuid of the refusal, where its answer was not lost
        before: uuids of the refusals that the card showed before this one was sent: never taken for it
    """
    entry = _own_entry(answer, request_uuid, before)
    own = entry.state if entry else None
    if own == RequestState.SUCCESSFUL:
        return CardObservation(State.CONFIRMED, entry)
    others = {
        other.state for other in list_refusal_entries(answer) if other is not entry and other.request_uuid not in before
    }
    if is_refused(answer.order.status) or RequestState.SUCCESSFUL in others:
        return CardObservation(State.CONFIRMED, entry, by_another=own == RequestState.INVALID)
    if own == RequestState.INVALID and not others - {RequestState.INVALID}:
        return CardObservation(State.REJECTED, entry)
    return CardObservation(State.ACCEPTED if entry else None, entry)


def find_active_refusal(answer: OrderResponse) -> CardObservation:
    """Find the refusal that is active on a card read before sending: queued or successful, whoever sent it."""
    entry = find_newest(entry for entry in list_refusal_entries(answer) if entry.state != RequestState.INVALID)
    if is_refused(answer.order.status):
        return CardObservation(State.CONFIRMED, entry)
    if entry is None:
        return CardObservation(None, None)
    is_successful = entry.state == RequestState.SUCCESSFUL
    return CardObservation(State.CONFIRMED if is_successful else State.ACCEPTED, entry)


def list_refusal_entries(answer: OrderResponse) -> list[RequestEntry]:
    """List the refusal entries of a card, in CDEK's order."""
    return [entry for entry in answer.requests if entry.type == RequestType.CREATE_REFUSAL]


def is_refused(status: Status | None) -> bool:
    """Return whether a status says that the recipient refused."""
    return status is not None and status.code == OrderStatus.NOT_DELIVERED and status.reason_code in REFUSAL_REASONS


def _own_entry(answer: OrderResponse, request_uuid: str | None, before: AbstractSet[str]) -> RequestEntry | None:
    """Find an entry by its uuid; where either side does not know it, take the newest that was not there before."""
    entries = list_refusal_entries(answer)
    if request_uuid is not None:
        for entry in entries:
            if entry.request_uuid == request_uuid:
                return entry
        entries = [entry for entry in entries if entry.request_uuid is None]
    return find_newest(entry for entry in entries if entry.request_uuid not in before)
