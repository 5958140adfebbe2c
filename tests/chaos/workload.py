"""Planned batches with orders of every kind that a source file may name."""

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

_AT_PICKUP_POINT = "ACCEPTED_AT_PICK_UP_POINT"


class Workload(NamedTuple):
    """A planned batch: its ledger, its number there, and the uuids of its rows."""

    ledger: str
    batch: int
    orders: list[str]

    def retry_unknown(self) -> None:
        """Send unknown rows again, as `oint refusals retry --unknown` does."""
        with closing(open_ledger(self.ledger)) as ledger:
            batch = ledger.get_batch(self.batch)
            assert batch is not None
            retry(ledger, batch, {State.UNKNOWN})

    @property
    def name(self) -> str:
        """Return a name that no other workload has."""
        return f"{self.ledger}#{self.batch}"


class OrderFactory(NamedTuple):
    """Orders at the sandbox, created in bulk. Each workload takes a part of them."""

    at_pickup_point: list[str]
    numbered: list[tuple[str, str]]
    created: list[str]
    delivered: list[str]
    foreign: list[str]

    @classmethod
    def create(cls, box: Sandbox, workloads: int, plain_rows: int = 3) -> OrderFactory:
        """Create the orders for a number of workloads, each with a number of plain rows."""
        names = [f"shop-{number}" for number in range(1, workloads + 1)]
        numbered = box.order_batch(workloads, status=_AT_PICKUP_POINT, im_number="shop")
        return cls(
            box.order_batch(workloads * plain_rows, status=_AT_PICKUP_POINT),
            list(zip(numbered, names, strict=True)),
            box.order_batch(workloads, status="CREATED"),
            box.order_batch(workloads, status="DELIVERED"),
            box.order_batch(workloads, owner="other", status=_AT_PICKUP_POINT),
        )

    def build_workload(
        self, box: Sandbox, ledger: str, *, plain_rows: int = 3, even_if_billed: bool = False
    ) -> Workload:
        """Plan the next workload: plain rows, one order in three rows, and orders whose refusal is not confirmed."""
        uuid, number = self.numbered.pop()
        plain = [self.at_pickup_point.pop() for _ in range(plain_rows)]
        others = [self.created.pop(), self.delivered.pop(), self.foreign.pop()]
        rows = [(each, None) for each in plain] + [(None, number), (None, number), (uuid, None), (plain[0], None)]
        rows += [(each, None) for each in others]
        orders = [*plain, uuid, uuid, uuid, plain[0], *others]
        return _plan_batch(box, ledger, rows, orders, even_if_billed=even_if_billed)


def plan_workload(box: Sandbox, ledger: str, count: int, rng: Random, name: str) -> Workload:
    """Plan a batch of about `count` rows with orders of each kind, shuffled, some of them twice."""
    rows: list[tuple[str | None, str | None]] = []
    orders: list[str] = []
    names = [f"{name}-{number}" for number in range(1, count // 10 + 1)]
    created = OrderFactory(
        box.order_batch(count * 7 // 10, status=_AT_PICKUP_POINT),
        list(zip(box.order_batch(len(names), status=_AT_PICKUP_POINT, im_number=name), names, strict=True)),
        box.order_batch(count // 20, status="CREATED"),
        box.order_batch(count // 20, status="DELIVERED"),
        box.order_batch(count // 10, owner="other", status=_AT_PICKUP_POINT),
    )
    row_keys: list[tuple[str, str | None, str | None]] = [
        (uuid, uuid, None)
        for uuid in (*created.at_pickup_point, *created.created, *created.delivered, *created.foreign)
    ]
    row_keys += [(uuid, None, shop) for uuid, shop in created.numbered]
    row_keys += [(uuid, uuid, None) for uuid, _ in created.numbered[::2]] + rng.sample(row_keys, count // 20)
    rng.shuffle(row_keys)
    for order, uuid, shop in row_keys:
        rows.append((uuid, shop))
        orders.append(order)
    return _plan_batch(box, ledger, rows, orders, even_if_billed=False)


def _plan_batch(
    box: Sandbox,
    address: str,
    rows: list[tuple[str | None, str | None]],
    orders: list[str],
    *,
    even_if_billed: bool,
) -> Workload:
    with closing(open_ledger(address)) as ledger:
        # workloads that share a ledger have a rate limit each
        tenant = ledger.get_or_create_tenant(box.url, orders[0])
        batch = planning.create_batch(ledger, tenant, orders[0], "chaos", "rows", even_if_billed=even_if_billed)
        planning.insert_rows(
            ledger, batch, [InputRow(number, uuid, None, shop, None) for number, (uuid, shop) in enumerate(rows, 2)]
        )
        batch = planning.complete_batch(ledger, batch, len(rows))
        approve(ledger, batch, by="chaos", insist=DELETE if even_if_billed else None)
    return Workload(address, batch.id, orders)
