"""Webhook notifications in a ledger: orders whose cards are worth reading now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger.ledger import Ledger

RETENTION_SECONDS = 30 * 24 * 3600.0
"""Seconds that a notification is kept."""

OVERLAP_SECONDS = 5.0
"""Each read begins this long before the end of the last one: notifications may be committed late."""


def record_notifications(ledger: Ledger, uuids: Sequence[str]) -> None:
    """Record that something happened to orders.

    Raises:
        LedgerError: it cannot be written; the sender should repeat the notification
    """
    with ledger.database.write_transaction() as cursor:
        now = ledger.database.now()
        cursor.fetch_all("DELETE FROM webhook_notification WHERE received_at < ?", now - RETENTION_SECONDS)
        cursor.execute_many(
            "INSERT INTO webhook_notification (uuid, received_at) VALUES (?, ?) ON CONFLICT (uuid) DO UPDATE SET received_at = excluded.received_at",
            [(uuid, now) for uuid in sorted(set(uuids))],
        )


def read_notifications_since(ledger: Ledger, since: float) -> list[tuple[str, float]]:
    """Read the orders that webhooks named since a moment of the ledger's clock, and the moments."""
    with ledger.database.read_transaction() as cursor:
        sql = "SELECT uuid, received_at FROM webhook_notification WHERE received_at > ? ORDER BY received_at"
        return [(uuid, at) for uuid, at in cursor.fetch_all(sql, since)]
