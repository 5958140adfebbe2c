"""The ledger's tables, as migrations from an empty database: one list for SQLite and PostgreSQL.

A migration is never changed once a ledger may have it: a new one is added. `{rowid}` and `{serial}` stand for each
database's type of a 64-bit key that is given, and of one that the database counts up.
"""

from __future__ import annotations

from oint.refusals.state_machine import MAX_SENDS

BATCH_BITS = 40
"""Bits of a row's id below its batch's number."""

ACTIVE_SQL = (
    "duplicate_of IS NULL AND superseded = 0 AND state <> 'rejected' AND state <> 'advised'"
    " AND state <> 'held' AND state <> 'withdrawn'"
)
"""A refusal that is in force or may come into force: an order has at most one. An index has the same condition."""

UNLINKED_SQL = "state = 'confirmed' AND return_number IS NULL AND duplicate_of IS NULL AND superseded = 0"
"""A confirmed refusal whose return order CDEK has not linked yet. An index has the same condition."""

OPEN_SQL = (
    "duplicate_of IS NULL AND superseded = 0"
    " AND (state = 'planned' OR state = 'sending' OR state = 'accepted' OR state = 'unknown')"
)
"""A refusal without a verdict. An index has the same condition; SQLite would build a list of IN anew for every row."""

CLAIMABLE_SQL = f"{OPEN_SQL} AND NOT (state = 'planned' AND sent >= {MAX_SENDS})"
"""Open, and not exhausted: what a worker takes."""


def prefix_columns(condition: str, alias: str) -> str:
    """Write one of these conditions for an alias: in a subquery its columns would be taken for those around it."""
    for column in ("duplicate_of", "superseded", "state"):
        condition = condition.replace(column, f"{alias}.{column}")
    return condition


_ACTIVE_1, _UNLINKED_1, _OPEN_1 = (
    sql.replace("duplicate_of", "double_of") for sql in (ACTIVE_SQL, UNLINKED_SQL, OPEN_SQL)
)
"""The same conditions in the words of the first steps."""

_STARTED = (
    "(r.sent > 0 OR r.sent_at IS NOT NULL OR r.state IN ('sending', 'accepted', 'unknown', 'confirmed', 'rejected'))"
)
"""A row that a run has worked on: its batch was approved by a version that asked nobody."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE place (
            id {serial}, url TEXT NOT NULL, account TEXT NOT NULL,
            next_slot DOUBLE PRECISION NOT NULL DEFAULT 0, held_until DOUBLE PRECISION NOT NULL DEFAULT 0,
            UNIQUE (url, account))""",
        """CREATE TABLE batch (
            id {serial}, place BIGINT NOT NULL REFERENCES place, fingerprint TEXT NOT NULL, name TEXT NOT NULL,
            kind TEXT NOT NULL, planned_at DOUBLE PRECISION NOT NULL, even_if_billed INTEGER NOT NULL,
            total BIGINT, UNIQUE (place, fingerprint))""",
        """CREATE TABLE refusal (
            id {rowid}, place BIGINT NOT NULL, key TEXT, uuid TEXT, cdek_number TEXT, im_number TEXT,
            state TEXT NOT NULL, double_of BIGINT, superseded INTEGER NOT NULL DEFAULT 0, code TEXT, message TEXT,
            sent INTEGER NOT NULL DEFAULT 0, request_uuid TEXT, status TEXT, advice TEXT, trouble TEXT,
            return_uuid TEXT, return_number TEXT, before TEXT, sent_at DOUBLE PRECISION, changed DOUBLE PRECISION,
            version BIGINT NOT NULL DEFAULT 0, fence BIGINT NOT NULL DEFAULT 0)""",
        (
            "CREATE UNIQUE INDEX refusal_one_life ON refusal (place, key)"
            " WHERE double_of IS NULL AND superseded = 0 AND state <> 'rejected' AND state <> 'advised'"
        ),
        f"CREATE INDEX refusal_open ON refusal (id) WHERE {_OPEN_1}",
        "CREATE INDEX refusal_doubles ON refusal (double_of) WHERE double_of IS NOT NULL",
        """CREATE TABLE event (
            refusal BIGINT NOT NULL, version BIGINT NOT NULL, at DOUBLE PRECISION NOT NULL, state_from TEXT NOT NULL,
            letter TEXT NOT NULL, state_to TEXT NOT NULL, detail TEXT, PRIMARY KEY (refusal, version))""",
        """CREATE TABLE claim (
            id {serial}, worker TEXT NOT NULL, machine TEXT NOT NULL, process TEXT NOT NULL,
            until DOUBLE PRECISION NOT NULL, over INTEGER NOT NULL DEFAULT 0)""",
    ),
    (
        "CREATE TABLE notice (uuid TEXT PRIMARY KEY, heard_at DOUBLE PRECISION NOT NULL)",
        "CREATE INDEX notice_moment ON notice (heard_at)",
    ),
    (
        *(
            f"ALTER TABLE refusal ADD COLUMN {column}"
            for column in (
                "order_uuid TEXT",
                "order_cdek_number TEXT",
                "order_im_number TEXT",
                "reason TEXT",
                "action TEXT NOT NULL DEFAULT 'refuse'",
                "seen TEXT",
                "seen_at DOUBLE PRECISION",
                "insist TEXT",
                "cancelled INTEGER NOT NULL DEFAULT 0",
                "lost_by TEXT",
                "lost_at DOUBLE PRECISION",
                "looked_at DOUBLE PRECISION",
            )
        ),
        *(f"ALTER TABLE batch ADD COLUMN {column}" for column in ("reading TEXT", "account TEXT", "planned_by TEXT")),
        "ALTER TABLE event RENAME COLUMN letter TO transition",
        (
            "UPDATE event SET transition = CASE transition WHEN 'a' THEN 'send' WHEN 'b' THEN 'accept' WHEN 'c' THEN 'confirm'"
            " WHEN 'd' THEN 'reject' WHEN 'e' THEN 'reject' WHEN 'f' THEN 'lose_response' WHEN 'g' THEN 'settle'"
            " WHEN 'h' THEN 'advise' WHEN 'i' THEN 'adopt_existing' WHEN 'j' THEN 'return_unsent' WHEN 'k' THEN 'not_found'"
            " ELSE transition END"
        ),
        """CREATE TABLE batch_event (
            id {serial}, batch BIGINT NOT NULL REFERENCES batch, at DOUBLE PRECISION NOT NULL, actor TEXT,
            action TEXT NOT NULL, rows BIGINT, detail TEXT)""",
        "CREATE INDEX batch_event_batch ON batch_event (batch)",
        "INSERT INTO batch_event (batch, at, actor, action) SELECT id, planned_at, NULL, 'plan' FROM batch",
        (
            "UPDATE refusal SET order_uuid = uuid, order_cdek_number = cdek_number, order_im_number = im_number"
            " WHERE uuid IS NOT NULL"
        ),
        "UPDATE refusal SET lost_by = 'timeout', lost_at = changed WHERE state = 'unknown'",
        (
            "INSERT INTO batch_event (batch, at, actor, action) SELECT b.id, b.planned_at, NULL, 'approve' FROM batch b"  # noqa: S608 - constants
            f" WHERE EXISTS (SELECT 1 FROM refusal r WHERE r.id >= b.id << {BATCH_BITS}"
            f" AND r.id < (b.id + 1) << {BATCH_BITS} AND {_STARTED})"
        ),
        (
            "UPDATE refusal SET state = 'held' WHERE state = 'planned' AND double_of IS NULL AND superseded = 0 AND NOT EXISTS"  # noqa: S608 - the same
            f" (SELECT 1 FROM batch_event e WHERE e.batch = refusal.id >> {BATCH_BITS} AND e.action = 'approve')"
        ),
        "UPDATE claim SET over = 1",
        "DROP INDEX refusal_one_life",
        f"CREATE UNIQUE INDEX refusal_active_uq ON refusal (place, key) WHERE {_ACTIVE_1}",
        f"CREATE INDEX refusal_unlinked ON refusal (id) WHERE {_UNLINKED_1}",
    ),
    (
        "ALTER TABLE place RENAME TO tenant",
        "ALTER TABLE batch RENAME COLUMN place TO tenant",
        "ALTER TABLE refusal RENAME COLUMN place TO tenant",
        "ALTER TABLE refusal RENAME COLUMN double_of TO duplicate_of",
        "ALTER TABLE refusal RENAME COLUMN trouble TO error",
        "ALTER TABLE refusal RENAME COLUMN looked_at TO checked_at",
        "ALTER TABLE claim RENAME COLUMN over TO ended",
        "ALTER TABLE notice RENAME TO webhook_notification",
        "ALTER TABLE webhook_notification RENAME COLUMN heard_at TO received_at",
        "DROP INDEX notice_moment",
        "CREATE INDEX webhook_notification_received_at ON webhook_notification (received_at)",
        "DROP INDEX refusal_doubles",
        "CREATE INDEX refusal_duplicates ON refusal (duplicate_of) WHERE duplicate_of IS NOT NULL",
    ),
    (
        *(
            f"ALTER TABLE refusal ADD COLUMN {column}"
            for column in (
                "earlier_orders TEXT",
                "other_cdek_number TEXT",
                "status_at DOUBLE PRECISION",
                "keep_free_until TEXT",
            )
        ),
        "ALTER TABLE batch ADD COLUMN file_facts TEXT",
    ),
)
