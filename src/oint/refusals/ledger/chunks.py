"""Chunks of a ledger: fixed ranges of ids that workers on several machines share out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.refusals.ledger.rows import IdRange, split_row_id
from oint.refusals.ledger.schema import BATCH_BITS, CLAIMABLE_SQL

if TYPE_CHECKING:
    from oint.refusals.ledger.ledger import Ledger

_BITS = 8
"""A chunk has at most 256 rows: few enough for others to finish soon when a machine dies."""

_CHUNKS = f"""
WITH RECURSIVE chunk (number) AS (
    SELECT (SELECT min(id) >> {_BITS} FROM refusal WHERE {CLAIMABLE_SQL})
    UNION ALL
    SELECT (SELECT min(id) >> {_BITS} FROM refusal WHERE id >= ((chunk.number + 1) << {_BITS}) AND {CLAIMABLE_SQL})
    FROM chunk WHERE chunk.number IS NOT NULL)
SELECT chunk.number FROM chunk JOIN batch b ON b.id = chunk.number >> ?
WHERE b.tenant = ? AND b.total IS NOT NULL ORDER BY 1
"""  # noqa: S608 - made of constants
_BATCH_SHIFT = BATCH_BITS - _BITS


def chunk_span(chunk: int) -> IdRange:
    """Return the range of a chunk's ids."""
    return IdRange(chunk << _BITS, (chunk + 1) << _BITS)


def chunk_batch(chunk: int) -> int:
    """Return the batch of a chunk."""
    return split_row_id(chunk << _BITS)[0]


def list_open_chunks(ledger: Ledger, tenant: int) -> list[int]:
    """List the chunks of a tenant that have claimable rows, in fully planned batches; an index leads from one to the next."""
    with ledger.database.read_transaction() as cursor:
        return [int(number) for (number,) in cursor.fetch_all(_CHUNKS, _BATCH_SHIFT, tenant)]


def is_open_chunk(ledger: Ledger, chunk: int) -> bool:
    """Return whether a chunk has claimable rows."""
    with ledger.database.read_transaction() as cursor:
        sql = f"SELECT 1 FROM refusal WHERE id >= ? AND id < ? AND {CLAIMABLE_SQL} LIMIT 1"  # noqa: S608 - a constant
        return bool(cursor.fetch_all(sql, *chunk_span(chunk)))


def has_rows_in_time(ledger: Ledger, tenant: int, wait: float) -> bool:
    """Return whether a tenant has rows that are not sent, in work, or sent less than `wait` seconds ago."""
    with ledger.database.read_transaction() as cursor:
        sql = (
            f"SELECT 1 FROM refusal r JOIN batch b ON b.id = r.id >> {BATCH_BITS} WHERE {CLAIMABLE_SQL} AND b.tenant = ?"  # noqa: S608 - a constant
            " AND b.total IS NOT NULL AND (r.state IN ('planned', 'sending') OR coalesce(r.sent_at, r.changed) > ?"
            " OR EXISTS (SELECT 1 FROM claim c WHERE c.id = r.fence AND c.ended = 0)) LIMIT 1"
        )
        return bool(cursor.fetch_all(sql, tenant, ledger.database.now() - wait))
