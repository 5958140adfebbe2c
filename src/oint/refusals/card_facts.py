"""What a person sees of an order in a preview, in a form that is compared with the card before the sending. Pure.

One transit status after another is no change; another phase, name, refusal entry or action is.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from oint.refusals.states import CardObservation, find_active_refusal, list_refusal_entries
from oint.refusals.verdicts import NUMBER_REUSED, advise, names_differ, number_reused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oint.cdek.api.orders import OrderResponse
    from oint.refusals.verdicts import Advice

REFUSE = "refuse"
FOLLOW = "follow"
NOT_FOUND = "not_found"
NO_ORDERS: Mapping[str, str] = MappingProxyType({})


class Phase(StrEnum):
    """Where a parcel is, as far as a refusal is concerned."""

    NOT_HANDED_OVER = "not_handed_over"
    ON_THE_WAY = "on_the_way"
    WITH_COURIER = "with_courier"
    AT_OFFICE = "at_office"
    ENDED = "ended"
    UNKNOWN = "unknown"


PHASES: dict[str, Phase] = {
    "ACCEPTED": Phase.NOT_HANDED_OVER,
    "CREATED": Phase.NOT_HANDED_OVER,
    "TAKEN_BY_COURIER": Phase.WITH_COURIER,
    "ACCEPTED_AT_PICK_UP_POINT": Phase.AT_OFFICE,
    "ENTERED_TO_PICK_UP_POINT": Phase.AT_OFFICE,
    "POSTOMAT_POSTED": Phase.AT_OFFICE,
    "POSTOMAT_RECEIVED": Phase.ENDED,
    "DELIVERED": Phase.ENDED,
    "NOT_DELIVERED": Phase.ENDED,
    "REMOVED": Phase.ENDED,
    "INVALID": Phase.ENDED,
}
"""CDEK's statuses -> phases; every other status is on the way."""


class Names(NamedTuple):
    """The names by which a row calls its order, as the user wrote them.

    Digits of which nothing says whose number they are stand in both fields, see `is_by_form`.
    """

    uuid: str | None = None
    cdek_number: str | None = None
    im_number: str | None = None

    @property
    def is_by_form(self) -> bool:
        """Return whether the only name is digits that may be CDEK's number or the shop's."""
        return self.uuid is None and self.cdek_number is not None and self.cdek_number == self.im_number

    def __str__(self) -> str:
        """Name the order as people do: by the shop's number where the row has it."""
        return self.im_number or self.cdek_number or self.uuid or ""


class Decision(NamedTuple):
    """What a card means for a row that is to be refused.

    Args:
        action: refuse, follow, or the code of an advice
        sight: the refusal that stands already, where one does
        advice: why refusing is not the right call, where it is not
        other_cdek_number: of another order that the row's number has named
    """

    action: str
    sight: CardObservation
    advice: Advice | None = None
    other_cdek_number: str | None = None


def decide(
    answer: OrderResponse, names: Names, *, insist: str | None = None, earlier_orders: Mapping[str, str] = NO_ORDERS
) -> Decision:
    """Decide what is to be done about an order.

    Args:
        answer: the card, as just read
        names: by which the row calls the order
        insist: the code of the advice that a person has overruled for this row
        earlier_orders: UUID -> CDEK number of the orders that the row's shop number has named in other batches
    """
    none = CardObservation(None, None)
    if differ(answer, names) and insist != names_differ().code:
        return Decision(names_differ().code, none, names_differ())
    others = [number for uuid, number in earlier_orders.items() if uuid != answer.order.uuid]
    if others and insist != NUMBER_REUSED:
        return Decision(NUMBER_REUSED, none, number_reused(others[-1]), others[-1])
    sight = find_active_refusal(answer)
    if sight.state is not None:
        return Decision(FOLLOW, sight)
    advice = advise(answer)
    if advice is not None and advice.code != insist:
        return Decision(advice.code, none, advice)
    return Decision(REFUSE, none)


def differ(answer: OrderResponse, names: Names) -> bool:
    """Return whether a row's names contradict the card; a name that the card does not show contradicts nothing."""
    card = answer.order
    if names.is_by_form:
        return None not in {card.cdek_number, card.number} and names.cdek_number not in {card.cdek_number, card.number}
    pairs = zip(names, (card.uuid, card.cdek_number, card.number), strict=True)
    return any(name and value and name.casefold() != value.casefold() for name, value in pairs)


def phase_of(status: str | None) -> Phase:
    """Find the phase of a status code; None: CDEK showed no status."""
    return Phase.UNKNOWN if status is None else PHASES.get(status, Phase.ON_THE_WAY)


def summarize(answer: OrderResponse, action: str) -> str:
    """Put what a preview shows of an order into one text; two texts differ where the preview's line would.

    Args:
        answer: the card
        action: see `Decision`
    """
    card = answer.order
    status = card.status
    entries = sorted((entry.request_uuid or "", entry.state or "") for entry in list_refusal_entries(answer))
    facts = [
        action,
        phase_of(status.code if status else None).value,
        [card.uuid, card.cdek_number, card.number],
        entries,
        bool(card.is_return or card.is_client_return),
    ]
    return msgspec.json.encode(facts).decode()


def summarize_missing(action: str) -> str:
    """Put into the same form that there is no card of one order; `action`: not_found or ambiguous."""
    return msgspec.json.encode([action]).decode()


def action_of(seen: str) -> str:
    """Read the action out of what `summarize` wrote."""
    return str(msgspec.json.decode(seen)[0])
