"""The shop's contract with CDEK, as far as messages of CDEK's errors tell of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

SIGNED = "Подписан"


class Contract(Struct, forbid_unknown_fields=True):
    """What the payer's contract allows: by default everything. Only the messages of errors tell what contracts hold.

    `named`: orders are paid by the contract, else by the payer without one. `reverse_to`: where a reverse order brings
    the goods; to the sender it needs the sender's address.
    """

    status: str = SIGNED
    named: bool = True
    currency: str = "RUB"
    forbidden_services: list[str] = field(default_factory=list)
    partial_delivery: bool = True
    reverse: Literal["anywhere", "to_door", "forbidden"] = "anywhere"
    reverse_to: Literal["office", "sender"] = "office"
