"""One refusal as it is known: the only place where its state changes. Pure.

The single refusal (`register`) and the batch drive the same cases; they differ in who keeps the facts between two steps
and in who says when to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.api import orders
from oint.cdek.errors import InvalidResponse, OutcomeUnknown, RequestRejected
from oint.refusals.card_facts import NO_ORDERS, Names, decide, summarize
from oint.refusals.outcome import BY_ANOTHER, CARD_CHANGED, DAMAGED, Outcome
from oint.refusals.states import (
    CardObservation,
    State,
    Transition,
    apply_transition,
    find_refusal,
    list_refusal_entries,
)
from oint.refusals.verdicts import ambiguous

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from oint.cdek.api._common import Accepted
    from oint.cdek.api._request import Request
    from oint.cdek.api.orders import OrderResponse
    from oint.cdek.errors import CdekError
    from oint.refusals.verdicts import Advice

    LostBy = Literal["reset", "timeout"]

MAX_SENDS = 2
"""A refusal whose every trace was lost is sent once more, and no more: then a person should look, who calls again."""

CLOCK_DIFFERENCE_SECONDS = 5.0
"""How far CDEK's clock may be behind ours: a choice. A refusal entry from that long before a sending is its own."""

GATEWAY_STATUSES = frozenset({502, 503, 504})
"""HTTP statuses of a gateway before CDEK: the request may still be held behind it, as after a time-out."""

STILL_PROCESSED = "v2_similar_request_still_processed"
"""CDEK's code for a refusal while another one on the same order is not finished."""


def build_card_request(uuid: str | None, cdek_number: str | None, im_number: str | None) -> Request[OrderResponse]:
    """Build the request that reads an order's card, by the most reliable of its names."""
    if uuid is not None:
        return orders.get(uuid)
    return orders.find(im_number=im_number) if cdek_number is None else orders.find(cdek_number=cdek_number)


def verify_identity(
    answer: OrderResponse, uuid: str | None, cdek_number: str | None, im_number: str | None
) -> OrderResponse:
    """Return a card if it is that of the order requested: what follows cannot be undone.

    Raises:
        InvalidResponse: it is another order's
    """
    card = answer.order
    names = (
        ("uuid", uuid, card.uuid),
        ("cdek_number", cdek_number, card.cdek_number),
        ("number", im_number, card.number),
    )
    field, requested, actual = next(name for name in names if name[1] is not None)
    if actual is not None and actual.casefold() != (requested or "").casefold():
        raise InvalidResponse(f"entity.{field}")
    return answer


class RefusalStateMachine:
    """One refusal on its way.

    Args:
        outcome: what is known of it; the case keeps it up to date
        before: uuids of the refusals on the card before this one was sent, which are never taken for it; None: the card
            was not read then
        names: by which the user calls the order
        seen: what a person saw in the preview (see `card_facts.summarize`); None: nobody looked
        insist: the code of the advice that a person has overruled for this row
        earlier_orders: UUID -> CDEK number of the orders that the row's shop number has named in other batches
    """

    def __init__(
        self,
        outcome: Outcome,
        before: frozenset[str] | None = None,
        *,
        names: Names = Names(),  # noqa: B008 - frozen
        seen: str | None = None,
        insist: str | None = None,
        earlier_orders: Mapping[str, str] = NO_ORDERS,
    ) -> None:
        self.outcome = outcome
        self.prior_request_uuids = before
        self.names = names
        self.seen = seen
        self.insist = insist
        self.earlier_orders = earlier_orders
        self.sent_at: float | None = None
        """Unix time of the last sending."""
        self.lost_by: LostBy | None = None
        """How the last answer was lost: it decides how long a trace of the refusal is waited for."""
        self.last_transition: Transition | None = None
        self._max_send_count = outcome.send_count + MAX_SENDS

    @property
    def state(self) -> State:
        """Return the current state."""
        return self.outcome.state

    @property
    def may_be_sent(self) -> bool:
        """Return whether it is planned and was not lost without a trace too often."""
        return self.state is State.PLANNED and self.outcome.send_count < self._max_send_count

    @property
    def is_rejected_again(self) -> bool:
        """Return whether it is unknown because the second sending was rejected while the first is lost."""
        return self.state is State.UNKNOWN and self.outcome.code is not None

    def on_card_read(self, answer: OrderResponse) -> None:
        """Take in the card, read before sending: hold, adopt what stands, keep the advice, or leave it to be sent.

        Args:
            answer: the card
        """
        self.prior_request_uuids = frozenset(
            entry.request_uuid for entry in list_refusal_entries(answer) if entry.request_uuid
        )
        self._copy_order_facts(answer)
        decision = decide(answer, self.names, insist=self.insist, earlier_orders=self.earlier_orders)
        if self.seen is not None and summarize(answer, decision.action) != self.seen:
            self.hold()
            return
        self._apply_observation(decision.sight)
        if decision.advice is not None:
            self._advise(decision.advice)
            self.outcome.other_cdek_number = decision.other_cdek_number

    def on_ambiguous(self, other_cdek_number: str | None) -> None:
        """Take in that the row's digits fit two orders: nothing is sent.

        Args:
            other_cdek_number: of the order whose shop number they are
        """
        self._advise(ambiguous(other_cdek_number or ""))
        self.outcome.other_cdek_number = other_cdek_number

    def _advise(self, advice: Advice) -> None:
        self.outcome.advice = advice
        self._transition(Transition.ADVISE, State.ADVISED)

    def hold(self) -> None:
        """Hold it back: the card is not what the person saw."""
        self._transition(Transition.HOLD, State.HELD)
        self.outcome.code, self.outcome.message, self.prior_request_uuids = CARD_CHANGED, None, None

    def withdraw(self) -> None:
        """Withdraw it: its batch was cancelled."""
        self._transition(Transition.WITHDRAW, State.WITHDRAWN)

    def give_up(self, error: CdekError) -> None:
        """Give up a row that names no order: nothing can be read or sent."""
        self._transition(Transition.ADVISE, State.ADVISED)
        self.outcome.code, self.outcome.error = DAMAGED, error

    def not_found(self, error: RequestRejected) -> None:
        """Reject it: CDEK shows no such order, nothing can be sent."""
        self._transition(Transition.NOT_FOUND, State.REJECTED)
        self._record_rejection(error)

    def on_sending(self, now: float | None = None) -> None:
        """Note the intent, to be kept before the first byte leaves.

        Args:
            now: Unix time
        """
        self._transition(Transition.SEND, State.SENDING)
        self.outcome.send_count += 1
        self.sent_at = now

    def on_accepted(self, accepted: Accepted) -> None:
        """Take in that CDEK has queued it."""
        self._transition(Transition.ACCEPT, State.ACCEPTED)
        self.outcome.request_uuid = accepted.request_uuid
        self.outcome.error = None

    def on_error(self, error: CdekError) -> None:
        """Take in that the sending brought no 202: accept, reject, lose or return it, whichever the error proves."""
        if isinstance(error, RequestRejected) and error.has(STILL_PROCESSED):
            self._transition(Transition.ACCEPT, State.ACCEPTED)
        elif isinstance(error, RequestRejected):
            self._record_rejection(error)
            if self.outcome.send_count == 1:
                self._transition(Transition.REJECT, State.REJECTED)
            else:  # the earlier one, which was lost, may be what CDEK objects to: the card decides
                self._transition(Transition.LOSE_RESPONSE, State.UNKNOWN)
                self.lost_by = "reset"
        elif isinstance(error, OutcomeUnknown):
            self.on_response_lost(error)
        else:
            self.on_not_sent()
            self.outcome.error = error

    def on_not_sent(self) -> None:
        """Take in that nothing was sent after the intent was kept: by the next sending the card may be another."""
        self._transition(Transition.RETURN_UNSENT, State.PLANNED)
        self.outcome.send_count -= 1
        self.prior_request_uuids = None

    def on_response_lost(self, error: CdekError | None = None) -> None:
        """Take in that it was sent, or may have been, and that no answer is known.

        Args:
            error: how the answer was lost; None: whoever sent it has died, and its connection may have outlived it
        """
        self._transition(Transition.LOSE_RESPONSE, State.UNKNOWN)
        self.outcome.error = error
        over = isinstance(error, OutcomeUnknown) and error.reason != "timeout" and error.status not in GATEWAY_STATUSES
        self.lost_by = "reset" if over else "timeout"

    def on_card_polled(self, answer: OrderResponse, *, settled: bool) -> None:
        """Take in the card, read after sending.

        Args:
            answer: the card
            settled: it was asked for late enough that a refusal without a trace on it was not received
        """
        self._copy_order_facts(answer)
        self._apply_observation(self._observe(answer))
        if self.is_rejected_again and settled:
            self._transition(Transition.SETTLE, State.REJECTED)
        elif self.state is State.UNKNOWN and settled:
            self.prior_request_uuids = None  # the card is read and judged anew before it is sent again
            self._transition(Transition.SETTLE, State.PLANNED)

    def on_return_linked(self, answer: OrderResponse) -> bool:
        """Take in the card of an order whose refusal is confirmed; True where CDEK has linked the return order.

        Args:
            answer: the card
        """
        self._copy_order_facts(answer)
        if self.outcome.return_number is None:
            return False
        self._transition(Transition.LINK_RETURN, State.CONFIRMED)
        return True

    def on_card_unreadable(self, error: CdekError, *, settled: bool) -> None:
        """Take in that the card could not be read: nothing is learnt, unless CDEK shows no such order.

        Args:
            error: why
            settled: as for `on_card_polled`
        """
        if settled and self.state is State.UNKNOWN and isinstance(error, RequestRejected):
            self._transition(Transition.SETTLE, State.REJECTED)
            self._record_rejection(error)
        else:
            self.outcome.error = error

    def _observe(self, answer: OrderResponse) -> CardObservation:
        """Find it on the card; where no card was read before, an INVALID refusal may be an older one: no proof."""
        sight = find_refusal(answer, self.outcome.request_uuid, self.prior_request_uuids or frozenset())
        guessed = self.state is State.UNKNOWN and self.prior_request_uuids is None and self.outcome.request_uuid is None
        if sight.state is State.REJECTED and guessed and not self._is_own(sight):
            return CardObservation(None, None)
        return sight

    def _is_own(self, sight: CardObservation) -> bool:
        """Tell whether an entry is younger than the sending."""
        at = sight.entry.at if sight.entry else None
        return at is not None and self.sent_at is not None and at.timestamp() >= self.sent_at - CLOCK_DIFFERENCE_SECONDS

    def _copy_order_facts(self, answer: OrderResponse) -> None:
        """Keep what a card says of the order itself."""
        card, back, outcome = answer.order, answer.find_related("return_order"), self.outcome
        outcome.uuid, outcome.cdek_number, outcome.im_number = card.uuid, card.cdek_number, card.number
        outcome.status, outcome.reason = (card.status.code, card.status.reason_code) if card.status else (None, None)
        if back is not None:
            outcome.return_uuid, outcome.return_number = back.uuid, back.cdek_number
        outcome.error = None

    def _apply_observation(self, sight: CardObservation) -> None:
        """Keep what a card says of the refusal, and take the steps that follow from it."""
        if sight.state is None:
            return
        if sight.entry is not None and sight.entry.request_uuid is not None:
            self.outcome.request_uuid = sight.entry.request_uuid
        if self.state is State.PLANNED:
            self._transition(Transition.ADOPT_EXISTING, sight.state)
        elif self.state is State.UNKNOWN:
            self.outcome.code = self.outcome.message = None
            self._transition(Transition.SETTLE, State.CONFIRMED if sight.state is State.CONFIRMED else State.ACCEPTED)
        if self.state is State.ACCEPTED and sight.state is State.CONFIRMED:
            self._transition(Transition.CONFIRM, State.CONFIRMED)
        elif self.state is State.ACCEPTED and sight.state is State.REJECTED:
            self._transition(Transition.REJECT, State.REJECTED)
            first = sight.errors[0] if sight.errors else None
            self.outcome.code = first.code if first else None
            self.outcome.message = first.message if first else None
        if self.state is State.CONFIRMED and sight.by_another:
            self.outcome.code = BY_ANOTHER

    def _record_rejection(self, error: RequestRejected) -> None:
        self.outcome.code, self.outcome.message = error.code, error.message
        self.outcome.error = None

    def _transition(self, transition: Transition, to: State) -> None:
        self.outcome.state = apply_transition(self.outcome.state, transition, to)
        self.last_transition = transition
