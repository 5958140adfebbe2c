"""Which order a row's names mean. Digits of which nobody says what they are may be CDEK's number or the shop's. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cdek.errors import RequestRejected
from oint.refusals.card_facts import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.cdek.api.orders import OrderResponse


class AmbiguousOrder(Exception):
    """Digits are CDEK's number of one order and the shop's number of another.

    Args:
        by_cdek_number: the card of the first order
        by_im_number: the card of the other order
    """

    def __init__(self, by_cdek_number: OrderResponse, by_im_number: OrderResponse) -> None:
        super().__init__()
        self.by_cdek_number = by_cdek_number
        self.by_im_number = by_im_number


def split_names(names: Names) -> tuple[Names, ...]:
    """Return the names to read a card by, one request each: two where digits may be either number."""
    if not names.is_by_form:
        return (names,)
    return (Names(cdek_number=names.cdek_number), Names(im_number=names.im_number))


def choose_card(readings: Sequence[OrderResponse | RequestRejected]) -> OrderResponse:
    """Choose the order that the names mean.

    Args:
        readings: CDEK's answer for each of `split_names`, in their order
    Raises:
        RequestRejected: CDEK shows no such order
        AmbiguousOrder: the names mean two orders
    """
    cards = [reading for reading in readings if not isinstance(reading, RequestRejected)]
    if not cards:
        raise next(reading for reading in readings if isinstance(reading, RequestRejected))
    first, last = cards[0], cards[-1]
    if first.order.uuid != last.order.uuid:
        raise AmbiguousOrder(first, last)
    return first
