"""From a source to planned rows in the ledger: in chunks, so that what is planned is never planned twice."""

from __future__ import annotations

from hashlib import sha256
from itertools import dropwhile, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cdek.tokens import Account
from oint.refusals.ledger import planning

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.base_client import BaseClient
    from oint.cdek.tokens import Credentials
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.sources import Source

_CHUNK = 100_000
"""Rows a transaction: few enough for memory; the more, the fewer times a page of the index is written to disk."""


class Planned(NamedTuple):
    """What planning came to. `known`: the source was in the ledger already; `added`: rows written down now."""

    batch: Batch
    known: bool
    added: int


def account_mark(credentials: Credentials | None) -> str:
    """What tells accounts apart in a ledger without naming them; a bare token names none."""
    return sha256(credentials.account.encode()).hexdigest()[:16] if isinstance(credentials, Account) else ""


def place_of(ledger: Ledger, client: BaseClient[Any], credentials: Credentials | None) -> int:
    """The place in a ledger of a client: its host and its account."""
    return ledger.place(client.session.base_url, account_mark(credentials))


def plan_source(
    ledger: Ledger,
    place: int,
    source: Source,
    *,
    even_if_billed: bool = False,
    tell: Callable[[int], None] = lambda _: None,
) -> Planned:
    """Write a source's rows into a ledger, each with a verdict to come.

    A source that is in the ledger already is not planned anew; one whose planning broke off is planned to its end.

    Args:
        ledger: where to
        place: whose orders they are; see `Ledger.place`
        source: see `oint.refusals.sources.open_source`
        even_if_billed: kept with the batch: no advice will be asked
        tell: told the number of rows planned so far, now and then
    Raises:
        LedgerError: the ledger cannot be written
        SourceError: the source cannot be read
    """
    known = ledger.batch_of(place, source.fingerprint)
    if known is not None and known.total is not None:
        return Planned(known, known=True, added=0)
    batch = planning.begin(ledger, place, source.fingerprint, source.name, source.kind, even_if_billed=even_if_billed)
    done = planning.planned_to(ledger, batch)
    rows = dropwhile(lambda row: row.number <= done, source.rows()) if done else iter(source.rows())
    added = 0
    while chunk := list(islice(rows, _CHUNK)):
        planning.plan(ledger, batch, chunk)
        added += len(chunk)
        tell(added)
    return Planned(planning.complete(ledger, batch, planning.size(ledger, batch)), known=False, added=added)
