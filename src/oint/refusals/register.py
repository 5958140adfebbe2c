"""One refusal, from the order's name to CDEK's verdict, as a flow: the same steps blocking and in asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import msgspec

from oint.cdek.errors import AuthenticationFailed, CdekError, OutcomeUnknown, RateLimited, Rejected, Unavailable
from oint.cdek.flow import Sleep, call
from oint.cdek.operations import orders
from oint.cdek.operations.base import is_uuid
from oint.refusals.life import Letter, Sight, State, look, refusals, standing, step
from oint.refusals.outcome import Outcome, advise

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from oint.cdek.async_client import AsyncClient
    from oint.cdek.client import Client
    from oint.cdek.flow import Flow, Session
    from oint.cdek.models.orders import OrderAnswer
    from oint.cdek.operations.base import Request

By = Literal["auto", "uuid", "cdek", "shop"]

SENDINGS = 2
"""A refusal whose every trace was lost is sent once more, and no more: then a person should look."""

STILL_PROCESSED = "v2_similar_request_still_processed"
"""CDEK's code for a refusal while another one on the same order is not finished."""


class Pace(msgspec.Struct, frozen=True):
    """How the order card is read while CDEK decides; seconds.

    Args:
        first: to the first reading; CDEK advises 2 to 3
        factor: each further interval is so many times longer
        longest: interval at the most
        settle: after a lost answer, how long a card may still show no trace before the refusal counts as not sent
    """

    first: float = 2.0
    factor: float = 1.5
    longest: float = 15.0
    settle: float = 10.0


PACE = Pace()


@overload
def register_refusal(
    client: Client, order: str, *, by: By = "auto", wait: float = 60.0, even_if_billed: bool = False, pace: Pace = PACE
) -> Outcome: ...
@overload
def register_refusal(
    client: AsyncClient,
    order: str,
    *,
    by: By = "auto",
    wait: float = 60.0,
    even_if_billed: bool = False,
    pace: Pace = PACE,
) -> Coroutine[None, None, Outcome]: ...
def register_refusal(
    client: Client | AsyncClient,
    order: str,
    *,
    by: By = "auto",
    wait: float = 60.0,
    even_if_billed: bool = False,
    pace: Pace = PACE,
) -> Outcome | Coroutine[None, None, Outcome]:
    """Register that the recipient refuses an order, and follow it to CDEK's verdict (POST orders/{uuid}/refusal).

    The order card is read first: a refusal that stands already is followed instead of sent again, and where refusing
    is not the right call (deleting is free in CREATED, DELIVERED wants a client return) nothing is sent.

    Args:
        client: a `Client`, or an `AsyncClient`: then the answer is to be awaited
        order: uuid, CDEK number or shop number
        by: which of them it is; auto: a uuid by its form, digits as CDEK's number, all else as the shop's
        wait: seconds to follow it at the most; 0: send and answer `accepted`
        even_if_billed: the explicit word that overrules the advice
        pace: how often the card is read
    Returns:
        the outcome: confirmed, rejected, advised, accepted (still pending) or unknown
    Raises:
        Rejected: CDEK does not show such an order
        BadArgument, AuthenticationFailed, RateLimited, Unavailable, UnreadableAnswer: nothing was done
    """
    reading = _reading(order, by)
    flow = _register(client.session, order, reading, wait=wait, even_if_billed=even_if_billed, pace=pace)
    return client.run(flow)


def _reading(order: str, by: By) -> Request[OrderAnswer]:
    """How an order is read that is known by this name."""
    name = order.strip()
    if by == "uuid" or (by == "auto" and is_uuid(name)):
        return orders.get(name)
    if by == "cdek" or (by == "auto" and name.isascii() and name.isdigit()):
        return orders.find(cdek_number=name)
    return orders.find(im_number=name)


class _Case:
    """One refusal on its way: what is known of it, and the only place where its state changes."""

    def __init__(self, order: str, answer: OrderAnswer) -> None:
        self.outcome = Outcome(order=order, state=State.PLANNED)
        self.before = frozenset(entry.request_uuid for entry in refusals(answer) if entry.request_uuid)
        self.uuid = answer.card.uuid or ""
        self.read(answer)

    @property
    def state(self) -> State:
        return self.outcome.state

    def go(self, letter: Letter, to: State) -> None:
        self.outcome.state = step(self.outcome.state, letter, to)

    def read(self, answer: OrderAnswer) -> None:
        """Keep what a card says of the order itself."""
        card, back, outcome = answer.card, answer.related("return_order"), self.outcome
        outcome.uuid, outcome.cdek_number, outcome.im_number = card.uuid, card.cdek_number, card.number
        outcome.status = card.status.code if card.status else None
        if back is not None:
            outcome.return_uuid, outcome.return_number = back.uuid, back.cdek_number
        outcome.trouble = None

    def see(self, sight: Sight) -> None:
        """Keep what a card says of the refusal, and take the steps that follow from it."""
        if sight.state is None:
            return
        if sight.entry is not None and sight.entry.request_uuid is not None:
            self.outcome.request_uuid = sight.entry.request_uuid
        if self.state is State.PLANNED:
            self.go("i", sight.state)
        elif self.state is State.UNKNOWN:
            self.go("g", State.CONFIRMED if sight.state is State.CONFIRMED else State.ACCEPTED)
        if self.state is State.ACCEPTED and sight.state is State.CONFIRMED:
            self.go("c", State.CONFIRMED)
        elif self.state is State.ACCEPTED and sight.state is State.REJECTED:
            self.go("e", State.REJECTED)
            self._reason(sight)

    def _reason(self, sight: Sight) -> None:
        first = sight.errors[0] if sight.errors else None
        self.outcome.code = first.code if first else None
        self.outcome.message = first.message if first else None


def _register(
    session: Session, order: str, reading: Request[OrderAnswer], *, wait: float, even_if_billed: bool, pace: Pace
) -> Flow[Outcome]:
    deadline = session.clock() + wait
    answer = yield from call(session, reading)
    case = _Case(order, answer)
    case.see(standing(answer))
    if case.state is State.PLANNED and not even_if_billed:
        case.outcome.advice = advise(answer)
        if case.outcome.advice is not None:
            case.go("h", State.ADVISED)
    yield from _follow(session, case, deadline, pace)
    while case.state is State.PLANNED and case.outcome.sent < SENDINGS:
        yield from _send(session, case)
        yield from _follow(session, case, deadline, pace)
    return case.outcome


def _send(session: Session, case: _Case) -> Flow[None]:
    """Send one refusal: steps a, then b, d, f or j."""
    case.go("a", State.SENDING)
    case.outcome.sent += 1
    try:
        accepted = yield from call(session, orders.refuse(case.uuid))
    except Rejected as error:
        if error.has(STILL_PROCESSED):
            case.go("b", State.ACCEPTED)
            return
        case.go("d", State.REJECTED)
        case.outcome.code, case.outcome.message = error.code, error.message
    except OutcomeUnknown as error:
        case.go("f", State.UNKNOWN)
        case.outcome.trouble = error
    except (Unavailable, RateLimited, AuthenticationFailed):
        case.go("j", State.PLANNED)
        raise
    else:
        case.go("b", State.ACCEPTED)
        case.outcome.request_uuid = accepted.request_uuid


def _follow(session: Session, case: _Case, deadline: float, pace: Pace) -> Flow[None]:
    """Where a refusal is pending or lost, read the card until CDEK has decided, it has settled, or time is out."""
    settled = session.clock() + pace.settle
    interval = pace.first
    while case.state in {State.ACCEPTED, State.UNKNOWN} and (now := session.clock()) < deadline:
        # a lost refusal is looked for at the very moment from which a card without it counts
        pause = min(interval, settled - now) if case.state is State.UNKNOWN and now < settled else interval
        yield Sleep(min(pause, deadline - now))
        interval = min(interval * pace.factor, pace.longest)
        asked = session.clock()
        try:
            answer = yield from call(session, orders.get(case.uuid))
        except CdekError as error:
            case.outcome.trouble = error
            continue
        case.read(answer)
        case.see(look(answer, case.outcome.request_uuid, case.before))
        if case.state is State.UNKNOWN and asked >= settled:
            case.go("g", State.PLANNED)
