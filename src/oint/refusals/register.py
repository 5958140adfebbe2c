"""One refusal, from the order's name to CDEK's verdict, as a flow: the same steps blocking and in asyncio."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, overload

import msgspec

from oint.cdek._engine import Sleep, call
from oint.cdek.api import orders
from oint.cdek.api._request import is_uuid
from oint.cdek.errors import CdekError, InvalidArgument, RequestRejected
from oint.i18n import Message
from oint.refusals.card_facts import Names
from oint.refusals.ledger.connection import LedgerError
from oint.refusals.order_lookup import AmbiguousOrder, choose_card, split_names
from oint.refusals.outcome import Outcome
from oint.refusals.state_machine import RefusalStateMachine, build_card_request, verify_identity
from oint.refusals.states import State
from oint.refusals.verdicts import DELETE

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from uuid import UUID

    from oint.cdek._engine import CallContext, Flow
    from oint.cdek.api.orders import OrderResponse
    from oint.cdek.client import AsyncClient, Client
    from oint.refusals.ledger.single_refusals import SingleRefusalLedger
    from oint.refusals.settings import By
    from oint.refusals.state_machine import LostBy


class PollingPolicy(msgspec.Struct, frozen=True):
    """How the order card is read while CDEK decides; seconds.

    Args:
        first: to the first reading; CDEK advises 2 to 3
        factor: each further interval is longer by this factor
        longest: interval at most
        settle: after a lost answer, how long a card may show no trace before the refusal counts as not received; None:
            `settle_after_reset`, or `settle_after_timeout`
        settle_after_reset: counted from the end of the connection; exceeds CDEK's documented peak of 30 to 60 s
        settle_after_timeout: the same where the client gave up: the request may still be held on its way
    """

    first: float = 2.0
    factor: float = 1.5
    longest: float = 15.0
    settle: float | None = None
    settle_after_reset: float = 90.0
    settle_after_timeout: float = 180.0

    def settling_time(self, lost_by: LostBy | None) -> float:
        """Return the seconds after which a card without a trace counts, for an answer that was lost in this way."""
        if self.settle is not None:
            return self.settle
        return self.settle_after_reset if lost_by == "reset" else self.settle_after_timeout


DEFAULT_POLLING = PollingPolicy()


@overload
def register_refusal(
    client: Client,
    order: str | UUID,
    *,
    by: By = "auto",
    wait: float = 60.0,
    even_if_billed: bool = False,
    polling: PollingPolicy = DEFAULT_POLLING,
    record: SingleRefusalLedger | None = None,
    on_lost: Callable[[float], None] = lambda _: None,
) -> Outcome: ...
@overload
def register_refusal(
    client: AsyncClient,
    order: str | UUID,
    *,
    by: By = "auto",
    wait: float = 60.0,
    even_if_billed: bool = False,
    polling: PollingPolicy = DEFAULT_POLLING,
    record: SingleRefusalLedger | None = None,
    on_lost: Callable[[float], None] = lambda _: None,
) -> Coroutine[None, None, Outcome]: ...
def register_refusal(
    client: Client | AsyncClient,
    order: str | UUID,
    *,
    by: By = "auto",
    wait: float = 60.0,
    even_if_billed: bool = False,
    polling: PollingPolicy = DEFAULT_POLLING,
    record: SingleRefusalLedger | None = None,
    on_lost: Callable[[float], None] = lambda _: None,
) -> Outcome | Coroutine[None, None, Outcome]:
    """Register that the recipient refuses an order, and follow it to CDEK's verdict (POST orders/{uuid}/refusal).

    The order card is read first: a refusal that stands already is followed instead of sent again, and where refusing
    is not the right call (an order in CREATED is to be deleted, DELIVERED needs a client return) nothing is sent.

    Args:
        client: a `Client`, or an `AsyncClient`: then the answer is to be awaited
        order: uuid, CDEK number or shop number; `order` of the outcome is this name without spaces around it
        by: which of them it is; auto: a uuid by its form, digits as CDEK's number and as the shop's, anything else as the
            shop's. Digits that fit two orders are `advised` with the code `ambiguous`
        wait: seconds to follow it at most; 0: send and answer `accepted`. A lost answer is followed until it has settled,
            however short this is
        even_if_billed: overrule the advice to delete an order in CREATED: its refusal is billed
        polling: how often the card is read, and how long a lost refusal is looked for
        record: keeps each sending in a ledger, so that it outlives this process: see `oint.refusals.ledger.single_refusals`; its
            `failure` says afterwards why the outcome is not kept, where it is not
        on_lost: called with the seconds for which a lost refusal is looked for from now on
    Returns:
        the outcome: confirmed, rejected, advised, accepted (still pending), unknown, or planned: the refusal was lost
        without a trace, twice, and does not stand
    Raises:
        RequestRejected: CDEK does not show such an order
        InvalidArgument: nothing names an order
        AuthenticationError, RateLimited, ServiceUnavailable, InvalidResponse: nothing was done
        LedgerError: `record` could not keep the intent: nothing was sent
    """
    names = _names(_name(order), by)
    insist = DELETE if even_if_billed else None
    flow = _Registration(client.context, names, wait, insist, polling, record, on_lost).run()
    return client.run(flow)


def _name(order: str | UUID) -> str:
    """Return what an order is named by.

    Raises:
        InvalidArgument: nothing that could be
    """
    name = str(order or "").strip()  # None is what a lookup that found nothing gives
    if not name:
        raise InvalidArgument(
            "order",
            Message("не сказано, от какого заказа отказ", "nothing names the order to be refused"),
            Message(
                "Передайте UUID, номер СДЭК или номер заказа в магазине", "Give its uuid, CDEK's number or the shop's"
            ),
        )
    return name


def _names(order: str, by: By) -> Names:
    """Put the order's name in its place."""
    if by == "uuid" or (by == "auto" and is_uuid(order)):
        return Names(uuid=order)
    if by == "auto" and order.isascii() and order.isdigit():
        return Names(cdek_number=order, im_number=order)
    return Names(cdek_number=order) if by == "cdek" else Names(im_number=order)


class _Registration:
    """One refusal on its way, as a flow."""

    def __init__(  # noqa: PLR0917 - made in one place only
        self,
        context: CallContext,
        names: Names,
        wait: float,
        insist: str | None,
        polling: PollingPolicy,
        record: SingleRefusalLedger | None,
        on_lost: Callable[[float], None],
    ) -> None:
        self._context = context
        self._names = names
        self._deadline = context.clock() + wait
        self._insist = insist
        self._polling = polling
        self._record = record
        self._on_lost = on_lost
        self._lost_age = 0.0

    def run(self) -> Flow[Outcome]:
        """Read the card, continue what the ledger knows, or send; then follow."""
        try:
            first = yield from self._find()
        except AmbiguousOrder as two:
            case = self._new_case()
            case.on_ambiguous(two.by_im_number.order.cdek_number)
            return case.outcome
        answer: OrderResponse | None = first
        uuid = first.order.uuid or ""
        case = self._known_case(first) or self._new_case()
        while case.may_be_sent or case.state in _FOLLOWED:
            if case.state in _FOLLOWED:
                yield from self._follow(case, uuid)
                if case.state in _FOLLOWED:
                    break
                answer = None  # it was lost without a trace: the order is judged anew before it is sent once more
            else:
                if self._record is not None and self._record.failure is not None:
                    break  # no intent could be kept
                case.on_card_read(answer or (yield from self._read(Names(uuid=uuid))))
                if case.state is State.PLANNED:
                    yield from self._send(case, uuid)
                self._keep(case)
        return case.outcome

    def _new_case(self) -> RefusalStateMachine:
        outcome = Outcome(order=str(self._names), state=State.PLANNED)
        return RefusalStateMachine(outcome, names=self._names, insist=self._insist)

    def _known_case(self, answer: OrderResponse) -> RefusalStateMachine | None:
        """Find the case that the ledger keeps of the order, with what the card says of it."""
        recorded = self._record.find(answer.order.uuid or "") if self._record is not None else None
        if recorded is None:
            return None
        case, self._lost_age = recorded
        case.outcome.order = str(self._names)
        case.insist = self._insist
        if case.state in _FOLLOWED:
            before = case.state
            case.on_card_polled(answer, settled=False)  # this card was asked for before the row was ours
            if case.state is not before:
                self._keep(case)
        elif case.state is State.CONFIRMED and case.outcome.return_number is None and case.on_return_linked(answer):
            self._keep(case)
        return case

    def _find(self) -> Flow[OrderResponse]:
        """Read the card of the order that the names mean.

        Raises:
            RequestRejected: CDEK shows no such order
            AmbiguousOrder: they mean two orders
        """
        readings: list[OrderResponse | RequestRejected] = []
        for names in split_names(self._names):
            try:
                readings.append((yield from self._read(names)))
            except RequestRejected as error:
                readings.append(error)
        return choose_card(readings)

    def _read(self, names: Names) -> Flow[OrderResponse]:
        return verify_identity((yield from call(self._context, build_card_request(*names))), *names)

    def _send(self, case: RefusalStateMachine, uuid: str) -> Flow[None]:
        """Send one refusal.

        Raises:
            ServiceUnavailable, RateLimited, AuthenticationError: nothing was done
            LedgerError: the intent cannot be kept, so nothing was sent
        """
        if self._record is not None:
            self._record.insert(case)
        case.on_sending(self._context.wall_clock())
        if self._record is not None:
            self._record.save(case)
        self._lost_age = 0.0
        try:
            accepted = yield from call(self._context, orders.refuse(uuid))
        except CdekError as error:
            case.on_error(error)
            if case.state is State.PLANNED:
                self._keep(case)
                raise
        else:
            case.on_accepted(accepted)

    def _keep(self, case: RefusalStateMachine) -> None:
        """Keep what has become of it; a ledger that fails now hides no verdict, and lets nothing more be sent."""
        if self._record is not None:
            try:
                self._record.save(case)
            except LedgerError as error:
                self._record.failure = error
            else:
                self._record.failure = None

    def _beat(self) -> None:
        """Say that this process lives; where the ledger fails, the next change finds it out."""
        if self._record is not None:
            with suppress(LedgerError):
                self._record.renew_claim()

    def _follow(self, case: RefusalStateMachine, uuid: str) -> Flow[None]:
        """Read the card while the refusal is pending or lost, until CDEK has decided, it has settled, or time is out."""
        settled = self._context.clock()
        if case.state is State.UNKNOWN:
            remaining_seconds = max(0.0, self._polling.settling_time(case.lost_by) - self._lost_age)
            settled += remaining_seconds
            self._on_lost(remaining_seconds)
        interval = self._polling.first
        looked = False
        while case.state in _FOLLOWED:
            pause = self._pause(case, interval, settled, looked=looked)
            if pause is None:
                return
            yield Sleep(pause)
            interval = min(interval * self._polling.factor, self._polling.longest)
            started = self._context.clock()
            looked = started >= settled
            before = case.state, case.outcome.return_number
            try:
                answer = yield from self._read(Names(uuid=uuid))
            except CdekError as error:
                case.on_card_unreadable(error, settled=looked)
            else:
                case.on_card_polled(answer, settled=looked)
            self._beat()
            if (case.state, case.outcome.return_number) != before:
                self._keep(case)

    def _pause(self, case: RefusalStateMachine, interval: float, settled: float, *, looked: bool) -> float | None:
        """Return the seconds to the next reading; None: time is out.

        A lost refusal is looked for at the very moment from which a card without it counts, whatever the time given.
        """
        now = self._context.clock()
        if case.state is State.UNKNOWN and not looked:
            return min(interval, max(0.0, settled - now))
        return min(interval, self._deadline - now) if now < self._deadline else None


_FOLLOWED = frozenset({State.ACCEPTED, State.UNKNOWN})
