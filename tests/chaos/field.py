"""A batch of orders of every kind: what a source could name, and how CDEK could take it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from oint.refusals.input import InputRow
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.ledger.approval import approve
from oint.refusals.ledger.retries import retry
from oint.refusals.states import State
from oint.refusals.verdicts import DELETE

if TYPE_CHECKING:
    from random import Random

    from cdek_sandbox import Sandbox

_WAY = "ACCEPTED_AT_PICK_UP_POINT"


class Field(NamedTuple):
    """A planned batch: its ledger, its number there, and the order of each row."""

    ledger: str
    batch: int
    orders: list[str]

    def insist(self) -> None:
        """What a person does about rows that were lost without a trace twice: `oint refusals retry --unknown`."""
        with closing(open_ledger(self.ledger)) as ledger:
            batch = ledger.get_batch(self.batch)
            assert batch is not None
            retry(ledger, batch, {State.UNKNOWN})

    @property
    def name(self) -> str:
        """What tells it apart from all others."""
        return f"{self.ledger}#{self.batch}"


class Orders(NamedTuple):
    """Orders at the sandbox, made in bulk; a field takes its share."""

    way: list[str]
    named: list[tuple[str, str]]
    created: list[str]
    delivered: list[str]
    foreign: list[str]

    @classmethod
    def made(cls, box: Sandbox, fields: int, way: int = 3) -> Orders:
        """For so many fields, each with so many plain rows."""
        names = [f"shop-{number}" for number in range(1, fields + 1)]
        named = box.order_batch(fields, status=_WAY, im_number="shop")
        return cls(
            box.order_batch(fields * way, status=_WAY),
            list(zip(named, names, strict=True)),
            box.order_batch(fields, status="CREATED"),
            box.order_batch(fields, status="DELIVERED"),
            box.order_batch(fields, owner="other", status=_WAY),
        )

    def field(self, box: Sandbox, ledger: str, *, way: int = 3, even_if_billed: bool = False) -> Field:
        """The next field, planned: plain rows, one order in three rows, and what ends otherwise."""
        named, shop = self.named.pop()
        plain = [self.way.pop() for _ in range(way)]
        others = [self.created.pop(), self.delivered.pop(), self.foreign.pop()]
        rows = [(uuid, None) for uuid in plain] + [(None, shop), (None, shop), (named, None), (plain[0], None)]
        rows += [(uuid, None) for uuid in others]
        orders = [*plain, named, named, named, plain[0], *others]
        return _planned(box, ledger, rows, orders, even_if_billed=even_if_billed)


def many(box: Sandbox, ledger: str, count: int, dice: Random, name: str) -> Field:
    """So many orders, some of each kind, in any order, some of them twice."""
    rows: list[tuple[str | None, str | None]] = []
    orders: list[str] = []
    names = [f"{name}-{number}" for number in range(1, count // 10 + 1)]
    made = Orders(
        box.order_batch(count * 7 // 10, status=_WAY),
        list(zip(box.order_batch(len(names), status=_WAY, im_number=name), names, strict=True)),
        box.order_batch(count // 20, status="CREATED"),
        box.order_batch(count // 20, status="DELIVERED"),
        box.order_batch(count // 10, owner="other", status=_WAY),
    )
    known: list[tuple[str, str | None, str | None]] = [
        (uuid, uuid, None) for uuid in (*made.way, *made.created, *made.delivered, *made.foreign)
    ]
    known += [(uuid, None, shop) for uuid, shop in made.named]
    known += [(uuid, uuid, None) for uuid, _ in made.named[::2]] + dice.sample(known, count // 20)
    dice.shuffle(known)
    for order, uuid, shop in known:
        rows.append((uuid, shop))
        orders.append(order)
    return _planned(box, ledger, rows, orders, even_if_billed=False)


def _planned(
    box: Sandbox,
    address: str,
    rows: list[tuple[str | None, str | None]],
    orders: list[str],
    *,
    even_if_billed: bool,
) -> Field:
    with closing(open_ledger(address)) as ledger:
        tenant = ledger.get_or_create_tenant(
            box.url, orders[0]
        )  # a rate limit of its own, where many fields share a ledger
        batch = planning.create_batch(ledger, tenant, orders[0], "chaos", "rows", even_if_billed=even_if_billed)
        planning.insert_rows(
            ledger, batch, [InputRow(number, uuid, None, shop, None) for number, (uuid, shop) in enumerate(rows, 2)]
        )
        batch = planning.complete_batch(ledger, batch, len(rows))
        approve(ledger, batch, by="chaos", insist=DELETE if even_if_billed else None)
    return Field(address, batch.id, orders)
