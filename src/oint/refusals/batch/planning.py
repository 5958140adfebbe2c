"""From a source to planned rows in the ledger: in chunks, so that what is planned is never planned twice."""

from __future__ import annotations

import getpass
from hashlib import sha256
from itertools import dropwhile
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cdek.auth import Account
from oint.refusals.input.file_facts import describe_file
from oint.refusals.input.uuid_blocks import UuidBlock, group_rows
from oint.refusals.ledger import planning

if TYPE_CHECKING:
    from oint.cdek.auth import Credentials
    from oint.cdek.client import BaseClient
    from oint.refusals.input import InputFile, ListedInput
    from oint.refusals.ledger import Batch, Ledger


class PlanResult(NamedTuple):
    """What planning came to.

    Args:
        batch: of the source
        known: the source was in the ledger already
        added: rows written down now
    """

    batch: Batch
    known: bool
    added: int


def system_user() -> str:
    """Name the system's user for the record of a batch."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a container's user may have no name
        return "?"


def account_fingerprint(credentials: Credentials | None) -> str:
    """Return what distinguishes accounts in a ledger without naming them; a bare token has none."""
    return sha256(credentials.account.encode()).hexdigest()[:16] if isinstance(credentials, Account) else ""


def tenant_id(ledger: Ledger, client: BaseClient[Any, Any], credentials: Credentials | None) -> int:
    """Return the tenant's id of a client: of its host and its account."""
    return ledger.get_or_create_tenant(client.context.base_url, account_fingerprint(credentials))


def plan_source(
    ledger: Ledger,
    tenant: int,
    source: InputFile | ListedInput,
    *,
    even_if_billed: bool = False,
    account: str | None = None,
    by: str | None = None,
) -> PlanResult:
    """Write a source's rows into a ledger, each held until somebody approves it.

    A source that is in the ledger already is not planned anew; one whose planning broke off is planned to its end.

    Args:
        ledger: where to
        tenant: whose orders they are; see `Ledger.get_or_create_tenant`
        source: see `oint.refusals.input.open_input`
        even_if_billed: the advice to delete is overruled for all rows
        account: what names the account to a person
        by: who plans it; None: the system's user
    Raises:
        LedgerError: the ledger cannot be written
        InputFileError: the source cannot be read
    """
    existing = ledger.find_batch(tenant, source.fingerprint)
    if existing is not None and existing.total is not None:
        return PlanResult(existing, known=True, added=0)
    batch = planning.create_batch(
        ledger,
        tenant,
        source.fingerprint,
        source.name,
        source.kind,
        even_if_billed=even_if_billed,
        account=account,
        by=by or system_user(),
        reading=source.reading,
    )
    last_row = planning.get_last_planned_row(ledger, batch)
    items = dropwhile(lambda row: row.number <= last_row, source.rows()) if last_row else source.read_blocks()
    added = 0
    for rows in group_rows(items):
        if isinstance(rows, UuidBlock):
            planning.insert_uuids(ledger, batch, rows.numbers, rows.uuids)
        else:
            planning.insert_rows(ledger, batch, rows)
        added += len(rows)
    batch = planning.complete_batch(ledger, batch, planning.count_rows(ledger, batch), describe_file(source).to_json())
    return PlanResult(batch, known=False, added=added)
