"""Notices in a ledger: orders whose cards are worth reading now, because a webhook named them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger.ledger import Ledger

RETENTION_SECONDS = 30 * 24 * 3600.0
"""Seconds that a notice is kept."""

OVERLAP = 5.0
"""Seconds that each look reaches back before the last: what is committed late is seen all the same."""


def record_notifications(ledger: Ledger, uuids: Sequence[str]) -> None:
    """Write down that something happened to orders.

    Raises:
        LedgerError: it cannot be written; whoever told it should tell it again
    """
    with ledger.database.write_transaction() as cursor:
        now = ledger.database.now()
        cursor.fetch_all("DELETE FROM notice WHERE heard_at < ?", now - RETENTION_SECONDS)
        cursor.execute_many(
            "INSERT INTO notice (uuid, heard_at) VALUES (?, ?) ON CONFLICT (uuid) DO UPDATE SET heard_at = excluded.heard_at",
            [(uuid, now) for uuid in sorted(set(uuids))],
        )


def read_notifications_since(ledger: Ledger, since: float) -> list[tuple[str, float]]:
    """Read the orders that webhooks named since a moment of the ledger's clock, and when."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT uuid, heard_at FROM notice WHERE heard_at > ? ORDER BY heard_at"
        return [(uuid, at) for uuid, at in cursor.fetch_all(sql, since)]
