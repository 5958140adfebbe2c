"""One refusal, from the order's name to CDEK's verdict, as a flow: the same steps blocking and in asyncio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import msgspec

from oint.cdek.errors import BadArgument, CdekError
from oint.cdek.flow import Sleep, call
from oint.cdek.operations import orders
from oint.cdek.operations.base import is_uuid
from oint.language import Text
from oint.refusals.case import Case, checked, reading
from oint.refusals.life import State
from oint.refusals.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from uuid import UUID

    from oint.cdek.async_client import AsyncClient
    from oint.cdek.client import Client
    from oint.cdek.flow import Flow, Session

By = Literal["auto", "uuid", "cdek", "shop"]


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
    client: Client,
    order: str | UUID,
    *,
    by: By = "auto",
    wait: float = 60.0,
    even_if_billed: bool = False,
    pace: Pace = PACE,
) -> Outcome: ...
@overload
def register_refusal(
    client: AsyncClient,
    order: str | UUID,
    *,
    by: By = "auto",
    wait: float = 60.0,
    even_if_billed: bool = False,
    pace: Pace = PACE,
) -> Coroutine[None, None, Outcome]: ...
def register_refusal(
    client: Client | AsyncClient,
    order: str | UUID,
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
        order: uuid, CDEK number or shop number; `order` of the outcome is this name without spaces around it
        by: which of them it is; auto: a uuid by its form, digits as CDEK's number, all else as the shop's
        wait: seconds to follow it at the most; 0: send and answer `accepted`
        even_if_billed: the explicit word that overrules the advice
        pace: how often the card is read
    Returns:
        the outcome: confirmed, rejected, advised, accepted (still pending), unknown, or planned: the refusal was lost
        without a trace, twice, and does not stand
    Raises:
        Rejected: CDEK does not show such an order
        BadArgument: nothing names an order
        AuthenticationFailed, RateLimited, Unavailable, UnreadableAnswer: nothing was done
    """
    flow = _register(client.session, _name(order), by, wait=wait, even_if_billed=even_if_billed, pace=pace)
    return client.run(flow)


def _name(order: str | UUID) -> str:
    """What an order is called by.

    Raises:
        BadArgument: nothing that could be
    """
    name = str(order or "").strip()  # None is what a lookup that found nothing gives
    if not name:
        raise BadArgument(
            "order",
            Text("не сказано, от какого заказа отказ", "nothing names the order to be refused"),
            Text(
                "Передайте UUID, номер СДЭК или номер заказа в магазине", "Give its uuid, CDEK's number or the shop's"
            ),
        )
    return name


def _names(order: str, by: By) -> tuple[str | None, str | None, str | None]:
    """The order's name in its place among those that `reading` takes."""
    if by == "uuid" or (by == "auto" and is_uuid(order)):
        return order, None, None
    if by == "cdek" or (by == "auto" and order.isascii() and order.isdigit()):
        return None, order, None
    return None, None, order


def _register(session: Session, order: str, by: By, *, wait: float, even_if_billed: bool, pace: Pace) -> Flow[Outcome]:
    deadline = session.clock() + wait
    names = _names(order, by)
    answer = checked((yield from call(session, reading(*names))), *names)
    case = Case(Outcome(order=order, state=State.PLANNED))
    case.opened(answer, even_if_billed=even_if_billed)
    uuid = answer.card.uuid or ""
    yield from _follow(session, case, uuid, deadline, pace)
    while case.may_be_sent:
        yield from _send(session, case, uuid)
        yield from _follow(session, case, uuid, deadline, pace)
    return case.outcome


def _send(session: Session, case: Case, uuid: str) -> Flow[None]:
    """Send one refusal.

    Raises:
        Unavailable, RateLimited, AuthenticationFailed: nothing was done
    """
    case.sending()
    try:
        accepted = yield from call(session, orders.refuse(uuid))
    except CdekError as error:
        case.failed(error)
        if case.state is State.PLANNED:
            raise
    else:
        case.taken(accepted)


def _follow(session: Session, case: Case, uuid: str, deadline: float, pace: Pace) -> Flow[None]:
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
            answer = checked((yield from call(session, orders.get(uuid))), uuid, None, None)
        except CdekError as error:
            case.unread(error, settled=asked >= settled)
        else:
            case.shown(answer, settled=asked >= settled)
