"""One refusal as it is known: the only place where its state changes. Pure: it is told what was read and answered.

The single refusal (`register`) and the batch drive the same cases; they differ in who keeps the facts between two steps
and in who says when to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.errors import OutcomeUnknown, Rejected, UnreadableAnswer
from oint.cdek.operations import orders
from oint.refusals.life import Letter, Sight, State, is_refused, look, refusals, standing, step
from oint.refusals.outcome import Outcome, advise

if TYPE_CHECKING:
    from oint.cdek.errors import CdekError
    from oint.cdek.models.envelope import Accepted
    from oint.cdek.models.orders import OrderAnswer
    from oint.cdek.operations.base import Request

SENDINGS = 2
"""A refusal whose every trace was lost is sent once more, and no more: then a person should look, who calls again."""

STILL_PROCESSED = "v2_similar_request_still_processed"
"""CDEK's code for a refusal while another one on the same order is not finished."""


def reading(uuid: str | None, cdek_number: str | None, im_number: str | None) -> Request[OrderAnswer]:
    """How the card of an order is read that is known by these names, the surest of them first."""
    if uuid is not None:
        return orders.get(uuid)
    return orders.find(im_number=im_number) if cdek_number is None else orders.find(cdek_number=cdek_number)


def checked(answer: OrderAnswer, uuid: str | None, cdek_number: str | None, im_number: str | None) -> OrderAnswer:
    """A card, if it is that of the order which was asked for as `reading` does; what follows cannot be undone.

    Raises:
        UnreadableAnswer: it is another order's
    """
    card = answer.card
    names = (
        ("uuid", uuid, card.uuid),
        ("cdek_number", cdek_number, card.cdek_number),
        ("number", im_number, card.number),
    )
    field, asked, shown = next(name for name in names if name[1] is not None)
    if shown is not None and shown.casefold() != (asked or "").casefold():
        raise UnreadableAnswer(f"entity.{field}")
    return answer


class Case:
    """One refusal on its way.

    Args:
        outcome: what is known of it; the case keeps it up to date
        before: uuids of the refusals on the card before this one was sent, which are never taken for it; None: the card
            was not read then
    """

    def __init__(self, outcome: Outcome, before: frozenset[str] | None = None) -> None:
        self.outcome = outcome
        self.before = before
        self.last: Letter | None = None
        self._most = outcome.sent + SENDINGS

    @property
    def state(self) -> State:
        """Where its life has come to."""
        return self.outcome.state

    @property
    def may_be_sent(self) -> bool:
        """It is planned, and was not lost without a trace too often since it is followed."""
        return self.state is State.PLANNED and self.outcome.sent < self._most

    def opened(self, answer: OrderAnswer, *, even_if_billed: bool) -> None:
        """The card, read before sending: a refusal that stands is followed (i), advice is kept (h)."""
        self.before = frozenset(entry.request_uuid for entry in refusals(answer) if entry.request_uuid)
        self._read(answer)
        self._see(standing(answer))
        if self.state is State.PLANNED and not even_if_billed:
            self.outcome.advice = advise(answer)
            if self.outcome.advice is not None:
                self._go("h", State.ADVISED)

    def not_found(self, error: Rejected) -> None:
        """CDEK shows no such order: nothing can be sent (k)."""
        self._go("k", State.REJECTED)
        self._said(error)

    def sending(self) -> None:
        """The intent: to be kept before the first byte leaves (a)."""
        self._go("a", State.SENDING)
        self.outcome.sent += 1

    def taken(self, accepted: Accepted) -> None:
        """CDEK has queued it (b)."""
        self._go("b", State.ACCEPTED)
        self.outcome.request_uuid = accepted.request_uuid
        self.outcome.trouble = None

    def failed(self, error: CdekError) -> None:
        """The sending brought no 202: b, d, f or j, whichever the error proves."""
        if isinstance(error, Rejected) and error.has(STILL_PROCESSED):
            self._go("b", State.ACCEPTED)
        elif isinstance(error, Rejected):
            self._said(error)
            if self.outcome.sent == 1:
                self._go("d", State.REJECTED)
            else:  # the earlier one, which was lost, may be what CDEK objects to: the card decides
                self._go("f", State.UNKNOWN)
        elif isinstance(error, OutcomeUnknown):
            self.lost(error)
        else:
            self.unsent()
            self.outcome.trouble = error

    def unsent(self) -> None:
        """The intent was kept, and then nothing was sent (j): by the time that it is, the card may be another."""
        self._go("j", State.PLANNED)
        self.outcome.sent -= 1
        self.before = None

    def lost(self, error: CdekError | None = None) -> None:
        """It was sent, or may have been, and no answer is known (f)."""
        self._go("f", State.UNKNOWN)
        self.outcome.trouble = error

    def shown(self, answer: OrderAnswer, *, settled: bool) -> None:
        """The card, read after sending: c, e or g.

        Args:
            answer: the card
            settled: it was asked for late enough that a refusal without a trace on it was not received
        """
        self._read(answer)
        sight = self._sight(answer)
        self._see(sight)
        if self.state is State.UNKNOWN and settled and self.outcome.code is not None:
            self._go("g", State.REJECTED)
        elif self.state is State.UNKNOWN and settled:
            self.before = frozenset(entry.request_uuid for entry in refusals(answer) if entry.request_uuid)
            self._go("g", State.PLANNED)

    def unread(self, error: CdekError, *, settled: bool) -> None:
        """The card could not be read: nothing is learnt, unless CDEK shows no such order (g).

        Args:
            error: why
            settled: as for `shown`
        """
        if settled and self.state is State.UNKNOWN and isinstance(error, Rejected):
            self._go("g", State.REJECTED)
            self._said(error)
        else:
            self.outcome.trouble = error

    def _sight(self, answer: OrderAnswer) -> Sight:
        """What the card says of it; where no card was read before, an INVALID refusal may be an older one: no proof."""
        sight = look(answer, self.outcome.request_uuid, self.before or frozenset())
        if sight.state is not State.REJECTED:
            return sight
        if self.outcome.sent > 1 and is_refused(answer.card.status):
            return Sight(State.CONFIRMED, None)  # the first one was received after all, the second came too late
        guessed = self.state is State.UNKNOWN and self.before is None and self.outcome.request_uuid is None
        return Sight(None, None) if guessed else sight

    def _read(self, answer: OrderAnswer) -> None:
        """Keep what a card says of the order itself."""
        card, back, outcome = answer.card, answer.related("return_order"), self.outcome
        outcome.uuid, outcome.cdek_number, outcome.im_number = card.uuid, card.cdek_number, card.number
        outcome.status = card.status.code if card.status else None
        if back is not None:
            outcome.return_uuid, outcome.return_number = back.uuid, back.cdek_number
        outcome.trouble = None

    def _see(self, sight: Sight) -> None:
        """Keep what a card says of the refusal, and take the steps that follow from it."""
        if sight.state is None:
            return
        if sight.entry is not None and sight.entry.request_uuid is not None:
            self.outcome.request_uuid = sight.entry.request_uuid
        if self.state is State.PLANNED:
            self._go("i", sight.state)
        elif self.state is State.UNKNOWN:
            self.outcome.code = self.outcome.message = None
            self._go("g", State.CONFIRMED if sight.state is State.CONFIRMED else State.ACCEPTED)
        if self.state is State.ACCEPTED and sight.state is State.CONFIRMED:
            self._go("c", State.CONFIRMED)
        elif self.state is State.ACCEPTED and sight.state is State.REJECTED:
            self._go("e", State.REJECTED)
            first = sight.errors[0] if sight.errors else None
            self.outcome.code = first.code if first else None
            self.outcome.message = first.message if first else None

    def _said(self, error: Rejected) -> None:
        self.outcome.code, self.outcome.message = error.code, error.message
        self.outcome.trouble = None

    def _go(self, letter: Letter, to: State) -> None:
        self.outcome.state = step(self.outcome.state, letter, to)
        self.last = letter
