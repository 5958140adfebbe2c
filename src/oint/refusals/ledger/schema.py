"""The ledger's tables, as steps forward from an empty database: one list for SQLite and PostgreSQL.

A step that was ever released is never changed: a new one is added. `{rowid}` and `{serial}` are the words of each
database for a 64-bit key that is given, and for one that counts by itself.
"""

from __future__ import annotations

from oint.refusals.case import SENDINGS

LIVE = "double_of IS NULL AND superseded = 0 AND state <> 'rejected' AND state <> 'advised'"
"""A refusal that stands or may come to stand: an order has one at the most. Part of an index: never changed."""

OPEN = (
    "double_of IS NULL AND superseded = 0"
    " AND (state = 'planned' OR state = 'sending' OR state = 'accepted' OR state = 'unknown')"
)
"""A refusal that is not at an end. Part of an index: never changed; SQLite builds a list of IN anew for every row."""

TO_DO = f"{OPEN} AND NOT (state = 'planned' AND sent >= {SENDINGS})"
"""Open, and not given up: what a worker takes."""

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
        f"CREATE UNIQUE INDEX refusal_one_life ON refusal (place, key) WHERE {LIVE}",
        f"CREATE INDEX refusal_open ON refusal (id) WHERE {OPEN}",
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
)
