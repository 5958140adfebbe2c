"""The durable record of batches: all its SQL, the same for SQLite and PostgreSQL.

A worker holds a claim; the claim's number is its fencing token. A row can be changed only by the claim that took it
last. A claim lives for a lease and is renewed by heartbeats; another worker takes over the rows of an expired claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Self

from oint.i18n import Message
from oint.logs import get_logger
from oint.refusals.gcra import MAX_PAUSE_SECONDS, Reservation, reserve_slots
from oint.refusals.ledger.connection import LedgerError, retry_on_conflict
from oint.refusals.ledger.rows import (
    ROW_SQL,
    WRITTEN_COLUMNS,
    CaseRecord,
    EventRecord,
    IdRange,
    Row,
    batch_id_range,
    split_row_id,
)
from oint.refusals.ledger.schema import ACTIVE_SQL, CLAIMABLE_SQL, MIGRATIONS, OPEN_SQL
from oint.refusals.states import State, Transition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger.connection import Cursor, Database

_log = get_logger("refusals.ledger")

LEASE_SECONDS = 30.0
"""Seconds that a claim lives without a heartbeat."""


class Batch(NamedTuple):
    """The refusals of one file.

    Args:
        total: number of its rows, None until all are planned
        url: of CDEK's API
        account: label of the account: its profile, or its first and last characters
        planned_by: the system's user who planned it
        reading: how the file was read, as JSON
        file_facts: what the file was taken for, as JSON: see `oint.refusals.input.file_facts`
    """

    id: int
    tenant: int
    fingerprint: str
    name: str
    kind: str
    planned_at: float
    even_if_billed: bool
    total: int | None
    url: str
    account: str | None = None
    planned_by: str | None = None
    reading: str | None = None
    file_facts: str | None = None

    @classmethod
    def from_row(cls, values: tuple[Any, ...]) -> Self:
        """Make a batch of the columns of `BATCH_SQL`."""
        batch = cls(*values)
        return batch._replace(even_if_billed=bool(batch.even_if_billed))

    @property
    def span(self) -> IdRange:
        """Return the range of its rows' ids."""
        return batch_id_range(self.id)


BATCH_SQL = (
    "SELECT b.id, b.tenant, b.fingerprint, b.name, b.kind, b.planned_at, b.even_if_billed, b.total, p.url,"
    " b.account, b.planned_by, b.reading, b.file_facts"
    " FROM batch b JOIN tenant p ON p.id = b.tenant"
)
_UPDATE = (
    f"UPDATE refusal SET {', '.join(f'{name} = ?' for name in WRITTEN_COLUMNS)},"  # noqa: S608 - names are ours
    " lost_at = coalesce(?, lost_at), changed = ?, version = ?"
    " WHERE id = ? AND fence = ? AND version = ?"
)


class Ledger:
    """A ledger over one connection; used by one thread at a time. `oint.refusals.ledger.planning` inserts rows.

    Args:
        database: see `Database`
    Raises:
        LedgerError: it was written by a newer version, or is not a ledger
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._migrate()

    def _migrate(self) -> None:
        """Run the migrations that are missing; an up-to-date ledger is only read."""
        with self.database.read_transaction() as cursor:
            if cursor.fetch_all(self.database.dialect["is_ledger"])[0][0]:
                rows = cursor.fetch_all("SELECT version FROM schema_version")
                if rows and rows[0][0] == len(MIGRATIONS):
                    return
        with self.database.write_transaction() as cursor:
            cursor.fetch_all(self.database.dialect["long"])
            cursor.fetch_all(self.database.dialect["alone"])
            cursor.fetch_all("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
            rows = cursor.fetch_all("SELECT version FROM schema_version")
            version = rows[0][0] if rows else 0
            if not isinstance(version, int):
                raise LedgerError(
                    Message(
                        "это база другой программы, а не реестр",
                        "this database belongs to another program; it is not a ledger",
                    ),
                    Message("Укажите --ledger с другим файлом", "Name another file with --ledger"),
                )
            if version > len(MIGRATIONS):
                raise LedgerError(
                    Message("реестр записан более новой версией oint", "the ledger was written by a newer oint"),
                    Message("Обновите oint: pip install -U oint", "Upgrade oint: pip install -U oint"),
                )
            if rows:
                _log.info("migrating the ledger from version %d to %d", version, len(MIGRATIONS))
            for migration in MIGRATIONS[version:]:
                for statement in migration:
                    cursor.fetch_all(statement.format(**self.database.dialect))
            if not rows:
                cursor.fetch_all("INSERT INTO schema_version (version) VALUES (?)", len(MIGRATIONS))
            elif version < len(MIGRATIONS):
                cursor.fetch_all("UPDATE schema_version SET version = ?", len(MIGRATIONS))

    # --- tenants and batches ---

    @retry_on_conflict
    def get_or_create_tenant(self, url: str, account: str) -> int:
        """Return the id of a tenant: a host and an account, with one rate limit and one set of shop numbers."""
        with self.database.write_transaction() as cursor:
            cursor.bulk_insert("tenant", ("url", "account"), [(url, account)])
            return int(cursor.fetch_all("SELECT id FROM tenant WHERE url = ? AND account = ?", url, account)[0][0])

    def list_batches(self) -> list[Batch]:
        """Read all batches, the newest first."""
        with self.database.read_transaction() as cursor:
            return [Batch.from_row(row) for row in cursor.fetch_all(f"{BATCH_SQL} ORDER BY b.id DESC")]

    def get_batch(self, batch: int) -> Batch | None:
        """Read a batch by its number."""
        with self.database.read_transaction() as cursor:
            return next((Batch.from_row(row) for row in cursor.fetch_all(f"{BATCH_SQL} WHERE b.id = ?", batch)), None)

    def find_batch(self, tenant: int, fingerprint: str) -> Batch | None:
        """Read the batch of a file; return None where the file was never planned."""
        with self.database.read_transaction() as cursor:
            rows = cursor.fetch_all(f"{BATCH_SQL} WHERE b.tenant = ? AND b.fingerprint = ?", tenant, fingerprint)
            return Batch.from_row(rows[0]) if rows else None

    # --- claims ---

    @retry_on_conflict
    def create_claim(self, worker: str, machine: str, process: str, lease: float = LEASE_SECONDS) -> int:
        """Make a new claim.

        Args:
            worker: its name, for people
            machine: identifies the machine
            process: identifies the process among all of that machine, later ones too
            lease: seconds that the claim lives
        Returns:
            the claim's fencing token
        """
        with self.database.write_transaction() as cursor:
            until = self.database.now() + lease
            sql = "INSERT INTO claim (worker, machine, process, until) VALUES (?, ?, ?, ?) RETURNING id"
            fence = int(cursor.fetch_all(sql, worker, machine, process, until)[0][0])
        _log.debug("claim %d created", fence)
        return fence

    @retry_on_conflict
    def renew_claim(self, fence: int, lease: float = LEASE_SECONDS) -> bool:
        """Renew a claim; return False where it has expired in the meantime."""
        with self.database.write_transaction() as cursor:
            until = self.database.now() + lease
            return cursor.execute("UPDATE claim SET until = ? WHERE id = ? AND ended = 0", until, fence) == 1

    @retry_on_conflict
    def release_claim(self, fence: int) -> None:
        """End a claim and free its rows."""
        with self.database.write_transaction() as cursor:
            cursor.fetch_all("UPDATE claim SET ended = 1 WHERE id = ?", fence)

    def list_claims(self) -> list[tuple[int, str, str]]:
        """List fencing token, machine and process of the claims that have not ended."""
        with self.database.read_transaction() as cursor:
            return [tuple(row) for row in cursor.fetch_all("SELECT id, machine, process FROM claim WHERE ended = 0")]

    @retry_on_conflict
    def expire_claims(self, fences: Sequence[int] = ()) -> None:
        """End the claims whose lease is over, and the claims of these fencing tokens."""
        with self.database.write_transaction() as cursor:
            sql = "UPDATE claim SET ended = 1 WHERE ended = 0 AND until < ? RETURNING id"
            for (fence,) in cursor.fetch_all(sql, self.database.now()):
                _log.warning("claim %d expired: its worker sent no heartbeat", fence)
            for fence in fences:
                cursor.fetch_all("UPDATE claim SET ended = 1 WHERE id = ?", fence)

    @retry_on_conflict
    def claim_rows(self, span: IdRange, fence: int, limit: int) -> list[Row]:
        """Take open rows that no living claim holds.

        Args:
            span: ids of the rows
            fence: the claim's fencing token
            limit: number of rows at most
        """
        with self.database.write_transaction() as cursor:
            now = self.database.now()
            rows = cursor.fetch_all(
                f"{ROW_SQL} WHERE id >= ? AND id < ? AND {CLAIMABLE_SQL}"  # noqa: S608 - constants
                " AND fence <> ? AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.id = r.fence AND c.ended = 0)"
                f" ORDER BY id LIMIT ?{self.database.dialect['skip_locked']}",
                *span, fence, limit,
            )  # fmt: skip
            cursor.execute_many("UPDATE refusal SET fence = ? WHERE id = ?", [(fence, row[0]) for row in rows])
        return [Row.from_row(row, now) for row in rows]

    @retry_on_conflict
    def release_rows(self, span: IdRange, fence: int) -> None:
        """Free the open rows of a span that a claim holds."""
        with self.database.write_transaction() as cursor:
            sql = f"UPDATE refusal SET fence = 0 WHERE id >= ? AND id < ? AND fence = ? AND {OPEN_SQL}"  # noqa: S608 - a constant
            cursor.fetch_all(sql, *span, fence)

    def count_other_workers(self, span: IdRange, fence: int) -> list[tuple[str, int]]:
        """Count the open rows of a range that other workers hold, by worker."""
        sql = (
            f"SELECT c.worker, count(*) FROM refusal r JOIN claim c ON c.id = r.fence WHERE r.id >= ? AND r.id < ? AND {OPEN_SQL}"  # noqa: S608 - a constant
            " AND c.ended = 0 AND c.id <> ? GROUP BY c.worker ORDER BY c.worker"
        )
        with self.database.read_transaction() as cursor:
            return [(worker, int(count)) for worker, count in cursor.fetch_all(sql, *span, fence)]

    # --- changes ---

    @retry_on_conflict
    def write_rows(self, rows: Sequence[Row], fence: int) -> set[int]:
        """Write changed rows, each with its event; a row that was cancelled meanwhile is withdrawn instead of planned.

        Returns:
            ids of the rows that another claim has taken over: none of their changes was written
        """
        with self.database.write_transaction() as cursor:
            now = self.database.now()
            written_count = cursor.execute_many(_UPDATE, [_build_update_values(row, now, fence) for row in rows])
            lost_ids = set() if written_count == len(rows) else self._find_lost(cursor, rows, fence)
            own_rows = [row for row in rows if row.id not in lost_ids]
            withdrawn = {
                row.id for row in own_rows if row.state is State.PLANNED and _withdraw_if_cancelled(cursor, row.id)
            }
            for batch in {split_row_id(refusal)[0] for refusal in withdrawn}:
                free_fingerprint(cursor, batch)
            for row in own_rows:
                if row.state is State.HELD:
                    _hold_duplicates(cursor, row)
            cursor.bulk_insert(
                "event",
                EventRecord._fields,
                [_build_event(row, now, withdrawn=row.id in withdrawn) for row in own_rows],
            )
        for row in rows:
            if row.id in withdrawn:
                row.case.withdraw()
            row.version += 1
            row.state_before = row.state
        return lost_ids

    def _find_lost(self, cursor: Cursor, rows: Sequence[Row], fence: int) -> set[int]:
        """Find rows that this claim did not write.

        A row with the next version and our fence is ours: a transaction may have been committed before its end was lost.
        """
        lost_ids = set()
        for row in rows:
            current = cursor.fetch_all("SELECT fence, version FROM refusal WHERE id = ?", row.id)
            if current != [(fence, row.version + 1)]:
                lost_ids.add(row.id)
        return lost_ids

    @retry_on_conflict
    def record_error(self, span: IdRange, fence: int, code: str) -> None:
        """Record why planned rows of a span that a claim holds were not sent.

        Args:
            span: ids of the rows
            fence: the claim's fencing token
            code: of the error
        """
        with self.database.write_transaction() as cursor:
            sql = "UPDATE refusal SET error = ? WHERE id >= ? AND id < ? AND fence = ? AND state = 'planned'"
            cursor.fetch_all(sql, code, *span, fence)

    @retry_on_conflict
    def resolve_order(self, row: Row, tenant: int, uuid: str, fence: int) -> bool:
        """Replace the number that identifies an order by its uuid.

        Returns:
            False where that order has a refusal in the ledger already: the row is its duplicate now
        """
        with self.database.write_transaction() as cursor:
            key = f"u:{uuid}"
            active = find_active(cursor, tenant, key)
            if active is not None and active != row.id:
                if cursor.execute(
                    "UPDATE refusal SET duplicate_of = ? WHERE id = ? AND fence = ?", active, row.id, fence
                ):
                    cursor.fetch_all("UPDATE refusal SET duplicate_of = ? WHERE duplicate_of = ?", active, row.id)
                return False
            cursor.fetch_all(
                "UPDATE refusal SET key = ?, order_uuid = ? WHERE id = ? AND fence = ?", key, uuid, row.id, fence
            )
        row.key = key
        return True

    # --- the rate limit ---

    @retry_on_conflict
    def reserve_slots(self, tenant: int, count: int, rate: float, lead_seconds: float) -> tuple[float, Reservation]:
        """Reserve slots of the rate limit of a tenant.

        Args:
            tenant: see `get_or_create_tenant`
            count: number of slots
            rate: requests a second
            lead_seconds: until the first slot can be used, at the earliest
        Returns:
            now, and the slots, in seconds of the ledger's clock
        """
        with self.database.write_transaction() as cursor:
            cursor.fetch_all(
                "UPDATE tenant SET next_slot = next_slot WHERE id = ?", tenant
            )  # locks the row until the transaction ends
            next_slot, held_until = cursor.fetch_all("SELECT next_slot, held_until FROM tenant WHERE id = ?", tenant)[0]
            now = self.database.now()
            reservation = reserve_slots(next_slot, held_until, now + lead_seconds, count, rate)
            cursor.fetch_all("UPDATE tenant SET next_slot = ? WHERE id = ?", reservation.after, tenant)
        return now, reservation

    @retry_on_conflict
    def pause_until(self, tenant: int, seconds: float) -> None:
        """Let nobody send to a tenant for some seconds, at most `MAX_PAUSE_SECONDS`; a longer pause stays in force."""
        with self.database.write_transaction() as cursor:
            now = self.database.now()
            until, farthest = now + min(seconds, MAX_PAUSE_SECONDS), now + MAX_PAUSE_SECONDS
            sql = "UPDATE tenant SET held_until = ? WHERE id = ? AND (held_until < ? OR held_until > ?)"
            cursor.fetch_all(sql, until, tenant, until, farthest)

    # --- reading ---

    def count_by_state(self, batch: Batch) -> dict[str, int]:
        """Count the rows of a batch by state; a duplicate counts as the row that it duplicates."""
        sql = (
            "SELECT coalesce(o.state, r.state), count(*) FROM refusal r LEFT JOIN refusal o ON o.id = r.duplicate_of"
            " WHERE r.id >= ? AND r.id < ? AND r.superseded = 0 GROUP BY 1"
        )
        with self.database.read_transaction() as cursor:
            return {state: int(count) for state, count in cursor.fetch_all(sql, *batch.span)}

    def close(self) -> None:
        """Close the connection."""
        self.database.close()


def find_active(cursor: Cursor, tenant: int, key: str) -> int | None:
    """Find the id of the active refusal of an order, see `ACTIVE_SQL`."""
    rows = cursor.fetch_all(f"SELECT id FROM refusal WHERE tenant = ? AND key = ? AND {ACTIVE_SQL}", tenant, key)  # noqa: S608 - a constant
    return int(rows[0][0]) if rows else None


def _withdraw_if_cancelled(cursor: Cursor, refusal: int) -> bool:
    """Withdraw a row that was just written as planned, if its batch was cancelled."""
    sql = "UPDATE refusal SET state = 'withdrawn' WHERE id = ? AND cancelled = 1 AND state = 'planned'"
    return cursor.execute(sql, refusal) == 1


def free_fingerprint(cursor: Cursor, batch: int) -> None:
    """Change the fingerprint of a batch, so that its file can be planned again as another batch."""
    mark = f":cancelled:{batch}"
    sql = "UPDATE batch SET fingerprint = fingerprint || ? WHERE id = ? AND fingerprint NOT LIKE ?"
    cursor.fetch_all(sql, mark, batch, f"%{mark}")


def _hold_duplicates(cursor: Cursor, row: Row) -> None:
    """Hold the duplicates that a held-back row has in other batches: the row no longer occupies its order."""
    cursor.fetch_all(
        "UPDATE refusal SET state = 'held', code = ?, duplicate_of = NULL, version = version + 1, fence = 0"
        " WHERE duplicate_of = ? AND (id < ? OR id >= ?)",
        row.case.outcome.code, row.id, *batch_id_range(split_row_id(row.id)[0]),
    )  # fmt: skip


def _build_update_values(row: Row, now: float, fence: int) -> tuple[Any, ...]:
    lost_at = now if row.case.last_transition is Transition.LOSE_RESPONSE else None
    return (*CaseRecord.from_case(row.case).to_row(), lost_at, now, row.version + 1, row.id, fence, row.version)


def _build_event(row: Row, now: float, *, withdrawn: bool) -> EventRecord:
    outcome = row.case.outcome
    detail = outcome.error.code if outcome.error else outcome.code
    transition, state = (row.case.last_transition or "", row.state)
    if withdrawn:
        transition, state = Transition.WITHDRAW, State.WITHDRAWN
    return EventRecord(row.id, row.version + 1, now, row.state_before.value, transition, state.value, detail)
