"""The durable record of batches: all its SQL, the same for SQLite and PostgreSQL.

Whoever works on rows holds a claim, whose number is their fence: a row can be changed only by the claim that has taken
it last. A claim lives as long as its owner says so; what a dead one held is taken over by the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oint.i18n import Message
from oint.refusals.gcra import MAX_PAUSE_SECONDS, Reservation, reserve_slots
from oint.refusals.ledger.connection import LedgerError, retry_on_conflict
from oint.refusals.ledger.rows import (
    CASE_COLUMNS,
    READ_COLUMNS,
    IdRange,
    Row,
    batch_id_range,
    from_columns,
    split_row_id,
    to_columns,
)
from oint.refusals.ledger.schema import ACTIVE_SQL, CLAIMABLE_SQL, MIGRATIONS, OPEN_SQL
from oint.refusals.states import State, Transition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger.connection import Cursor, Database

LEASE_SECONDS = 30.0
"""Seconds that a claim lives after its owner last said so."""


class Batch(NamedTuple):
    """The refusals of one source.

    Args:
        total: its rows, None until all are planned
        url: of CDEK's API
        account: what names the account to a person: its profile, or its first and last characters
        planned_by: the system's user who planned it
        reading: how the file was read, as JSON
    """

    id: int
    place: int
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

    @property
    def span(self) -> IdRange:
        """Return the range of its rows' ids."""
        return batch_id_range(self.id)


BATCH_SQL = (
    "SELECT b.id, b.place, b.fingerprint, b.name, b.kind, b.planned_at, b.even_if_billed, b.total, p.url,"
    " b.account, b.planned_by, b.reading"
    " FROM batch b JOIN place p ON p.id = b.place"
)
_UPDATE = (
    f"UPDATE refusal SET {', '.join(f'{name} = ?' for name in CASE_COLUMNS)},"  # noqa: S608 - names are ours
    " lost_at = coalesce(?, lost_at), changed = ?, version = ?"
    " WHERE id = ? AND fence = ? AND version = ?"
)


class Ledger:
    """A ledger over one connection; used by one thread at a time. How rows come into it: `oint.refusals.ledger.planning`.

    Args:
        database: see `Database`
    Raises:
        LedgerError: it was written by a newer version, or is no ledger
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._migrate()

    def _migrate(self) -> None:
        """Make the tables that are missing; a ledger that has them all is only read."""
        with self.database.read_transaction() as cursor:
            if cursor.fetch_all(self.database.dialect["is_ledger"])[0][0]:
                found = cursor.fetch_all("SELECT version FROM schema_version")
                if found and found[0][0] == len(MIGRATIONS):
                    return
        with self.database.write_transaction() as cursor:
            cursor.fetch_all(self.database.dialect["long"])
            cursor.fetch_all(self.database.dialect["alone"])
            cursor.fetch_all("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")
            found = cursor.fetch_all("SELECT version FROM schema_version")
            version = found[0][0] if found else 0
            if not isinstance(version, int):
                raise LedgerError(
                    Message(
                        "это база другой программы, а не реестр", "this is another program's database, and no ledger"
                    ),
                    Message("Укажите --ledger с другим файлом", "Give another file with --ledger"),
                )
            if version > len(MIGRATIONS):
                raise LedgerError(
                    Message("реестр записан более новой версией oint", "the ledger was written by a newer oint"),
                    Message("Обновите oint: pip install -U oint", "Upgrade oint: pip install -U oint"),
                )
            for step in MIGRATIONS[version:]:
                for statement in step:
                    cursor.fetch_all(statement.format(**self.database.dialect))
            if not found:
                cursor.fetch_all("INSERT INTO schema_version (version) VALUES (?)", len(MIGRATIONS))
            elif version < len(MIGRATIONS):
                cursor.fetch_all("UPDATE schema_version SET version = ?", len(MIGRATIONS))

    # --- places and batches ---

    @retry_on_conflict
    def get_or_create_tenant(self, url: str, account: str) -> int:
        """Return the id of a host and an account, which share one rate limit and one meaning of a shop's number."""
        with self.database.write_transaction() as cursor:
            cursor.bulk_insert("place", ("url", "account"), [(url, account)])
            return int(cursor.fetch_all("SELECT id FROM place WHERE url = ? AND account = ?", url, account)[0][0])

    def batches(self) -> list[Batch]:
        """Read all batches, the newest first."""
        with self.database.read_transaction() as cursor:
            return [batch_from(row) for row in cursor.fetch_all(f"{BATCH_SQL} ORDER BY b.id DESC")]

    def batch(self, batch: int) -> Batch | None:
        """Read a batch by its number."""
        with self.database.read_transaction() as cursor:
            return next((batch_from(row) for row in cursor.fetch_all(f"{BATCH_SQL} WHERE b.id = ?", batch)), None)

    def batch_of(self, place: int, fingerprint: str) -> Batch | None:
        """Read the batch of a file that is in the ledger already."""
        with self.database.read_transaction() as cursor:
            found = cursor.fetch_all(f"{BATCH_SQL} WHERE b.place = ? AND b.fingerprint = ?", place, fingerprint)
            return batch_from(found[0]) if found else None

    # --- claims ---

    @retry_on_conflict
    def claim(self, worker: str, machine: str, process: str, lease: float = LEASE_SECONDS) -> int:
        """Make a new claim.

        Args:
            worker: its name, for people
            machine: where it runs: what tells processes of one machine apart from those of another
            process: what tells it apart from all processes of that machine, later ones too
            lease: seconds that it lives
        Returns:
            its fence
        """
        with self.database.write_transaction() as cursor:
            until = self.database.now() + lease
            sql = "INSERT INTO claim (worker, machine, process, until) VALUES (?, ?, ?, ?) RETURNING id"
            return int(cursor.fetch_all(sql, worker, machine, process, until)[0][0])

    @retry_on_conflict
    def renew_claim(self, fence: int, lease: float = LEASE_SECONDS) -> bool:
        """Say that a claim lives; False where it was taken for dead in the meantime."""
        with self.database.write_transaction() as cursor:
            until = self.database.now() + lease
            return cursor.execute("UPDATE claim SET until = ? WHERE id = ? AND over = 0", until, fence) == 1

    @retry_on_conflict
    def release(self, fence: int) -> None:
        """End a claim: its rows are free."""
        with self.database.write_transaction() as cursor:
            cursor.fetch_all("UPDATE claim SET over = 1 WHERE id = ?", fence)

    def claims(self) -> list[tuple[int, str, str]]:
        """Fence, machine and process of the claims that are not over."""
        with self.database.read_transaction() as cursor:
            return [tuple(row) for row in cursor.fetch_all("SELECT id, machine, process FROM claim WHERE over = 0")]

    @retry_on_conflict
    def expire_claims(self, fences: Sequence[int] = ()) -> None:
        """End the claims whose time is over, and those that are known to be dead."""
        with self.database.write_transaction() as cursor:
            cursor.fetch_all("UPDATE claim SET over = 1 WHERE over = 0 AND until < ?", self.database.now())
            for fence in fences:
                cursor.fetch_all("UPDATE claim SET over = 1 WHERE id = ?", fence)

    @retry_on_conflict
    def claim_rows(self, span: IdRange, fence: int, most: int) -> list[Row]:
        """Take rows to do that nobody holds; the holder of a claim that is over holds nothing."""
        with self.database.write_transaction() as cursor:
            now = self.database.now()
            found = cursor.fetch_all(
                f"SELECT id, key, version, lost_at, {', '.join(READ_COLUMNS)} FROM refusal r"  # noqa: S608 - names are ours
                f" WHERE id >= ? AND id < ? AND {CLAIMABLE_SQL}"
                " AND fence <> ? AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.id = r.fence AND c.over = 0)"
                f" ORDER BY id LIMIT ?{self.database.dialect['skip_locked']}",
                *span, fence, most,
            )  # fmt: skip
            cursor.execute_many("UPDATE refusal SET fence = ? WHERE id = ?", [(fence, row[0]) for row in found])
        return [row_from(row, now) for row in found]

    @retry_on_conflict
    def release_rows(self, span: IdRange, fence: int) -> None:
        """Let go of the open rows of a span that a claim holds: anybody may take them now."""
        with self.database.write_transaction() as cursor:
            sql = f"UPDATE refusal SET fence = 0 WHERE id >= ? AND id < ? AND fence = ? AND {OPEN_SQL}"  # noqa: S608 - a constant
            cursor.fetch_all(sql, *span, fence)

    def count_other_workers(self, span: IdRange, fence: int) -> list[tuple[str, int]]:
        """Count who else works on open rows of a range, and on how many."""
        sql = (
            f"SELECT c.worker, count(*) FROM refusal r JOIN claim c ON c.id = r.fence WHERE r.id >= ? AND r.id < ? AND {OPEN_SQL}"  # noqa: S608 - a constant
            " AND c.over = 0 AND c.id <> ? GROUP BY c.worker ORDER BY c.worker"
        )
        with self.database.read_transaction() as cursor:
            return [(worker, int(count)) for worker, count in cursor.fetch_all(sql, *span, fence)]

    # --- changes ---

    @retry_on_conflict
    def write(self, rows: Sequence[Row], fence: int) -> set[int]:
        """Keep what has become of rows, each as an event too; a row that was cancelled meanwhile is withdrawn, not planned.

        Returns:
            ids of the rows that another claim has taken over: nothing of theirs was kept
        """
        with self.database.write_transaction() as cursor:
            now = self.database.now()
            written = cursor.execute_many(_UPDATE, [_values(row, now, fence) for row in rows])
            lost = set() if written == len(rows) else self._find_lost(cursor, rows, fence)
            kept = [row for row in rows if row.id not in lost]
            withdrawn = {
                row.id for row in kept if row.state is State.PLANNED and _withdraw_if_cancelled(cursor, row.id)
            }
            for batch in {split_row_id(refusal)[0] for refusal in withdrawn}:
                free_fingerprint(cursor, batch)
            for row in kept:
                if row.state is State.HELD:
                    _hold_duplicates(cursor, row)
            cursor.bulk_insert(
                "event",
                ("refusal", "version", "at", "state_from", "transition", "state_to", "detail"),
                [_event(row, now, withdrawn=row.id in withdrawn) for row in kept],
            )
        for row in rows:
            if row.id in withdrawn:
                row.case.withdraw()
            row.version += 1
            row.state_before = row.state
        return lost

    def _find_lost(self, cursor: Cursor, rows: Sequence[Row], fence: int) -> set[int]:
        """Find rows that are not as they were written; those of a transaction whose end was not seen are."""
        lost = set()
        for row in rows:
            found = cursor.fetch_all("SELECT fence, version FROM refusal WHERE id = ?", row.id)
            if found != [(fence, row.version + 1)]:
                lost.add(row.id)
        return lost

    @retry_on_conflict
    def note_error(self, span: IdRange, fence: int, code: str) -> None:
        """Write down why planned rows of a span that a claim holds were not sent.

        Args:
            span: see `Span`
            fence: the claim
            code: of the error
        """
        with self.database.write_transaction() as cursor:
            sql = "UPDATE refusal SET trouble = ? WHERE id >= ? AND id < ? AND fence = ? AND state = 'planned'"
            cursor.fetch_all(sql, code, *span, fence)

    @retry_on_conflict
    def resolve(self, row: Row, place: int, uuid: str, fence: int) -> bool:
        """Name an order by its uuid from now on; it was known by a number.

        Returns:
            False where that order has a refusal in the ledger already: the row is its double now
        """
        with self.database.write_transaction() as cursor:
            key = f"u:{uuid}"
            found = find_active(cursor, place, key)
            if found is not None and found != row.id:
                if cursor.execute("UPDATE refusal SET double_of = ? WHERE id = ? AND fence = ?", found, row.id, fence):
                    cursor.fetch_all("UPDATE refusal SET double_of = ? WHERE double_of = ?", found, row.id)
                return False
            cursor.fetch_all(
                "UPDATE refusal SET key = ?, order_uuid = ? WHERE id = ? AND fence = ?", key, uuid, row.id, fence
            )
        row.key = key
        return True

    # --- the rate limit ---

    @retry_on_conflict
    def reserve_slots(self, place: int, count: int, rate: float, lead: float) -> tuple[float, Reservation]:
        """Reserve slots of the rate limit of a place.

        Args:
            place: whose limit it is
            count: how many
            rate: requests a second
            lead: seconds until the first can be used, at the earliest
        Returns:
            now, and the slots, in seconds of the ledger's clock
        """
        with self.database.write_transaction() as cursor:
            cursor.fetch_all(
                "UPDATE place SET next_slot = next_slot WHERE id = ?", place
            )  # the row is ours until the end
            next_slot, held_until = cursor.fetch_all("SELECT next_slot, held_until FROM place WHERE id = ?", place)[0]
            now = self.database.now()
            taken = reserve_slots(next_slot, held_until, now + lead, count, rate)
            cursor.fetch_all("UPDATE place SET next_slot = ? WHERE id = ?", taken.after, place)
        return now, taken

    @retry_on_conflict
    def pause_until(self, place: int, seconds: float) -> None:
        """Nobody sends to a place for so many seconds, `LONGEST_HOLD` at the most; a longer pause that stands holds on."""
        with self.database.write_transaction() as cursor:
            now = self.database.now()
            until, farthest = now + min(seconds, MAX_PAUSE_SECONDS), now + MAX_PAUSE_SECONDS
            sql = "UPDATE place SET held_until = ? WHERE id = ? AND (held_until < ? OR held_until > ?)"
            cursor.fetch_all(sql, until, place, until, farthest)

    # --- reading ---

    def counts(self, batch: Batch) -> dict[str, int]:
        """Count the rows of a batch by state; a duplicate counts as the row that it duplicates."""
        sql = (
            "SELECT coalesce(o.state, r.state), count(*) FROM refusal r LEFT JOIN refusal o ON o.id = r.double_of"
            " WHERE r.id >= ? AND r.id < ? AND r.superseded = 0 GROUP BY 1"
        )
        with self.database.read_transaction() as cursor:
            return {state: int(count) for state, count in cursor.fetch_all(sql, *batch.span)}

    def close(self) -> None:
        """Let go of the connection."""
        self.database.close()


def find_active(cursor: Cursor, place: int, key: str) -> int | None:
    """Find the id of the refusal of an order that stands or may come to stand."""
    found = cursor.fetch_all(f"SELECT id FROM refusal WHERE place = ? AND key = ? AND {ACTIVE_SQL}", place, key)  # noqa: S608 - a constant
    return int(found[0][0]) if found else None


def batch_from(values: tuple[Any, ...]) -> Batch:
    """Make a batch of a row that `BATCH_SQL` gives."""
    batch = Batch(*values)
    return batch._replace(even_if_billed=bool(batch.even_if_billed))


def row_from(values: Sequence[Any], now: float) -> Row:
    """Make a row of id, key, version, lost_at and `READ_COLUMNS`, read at a moment of the ledger's clock."""
    refusal, key, version, lost_at, *known = values
    case = from_columns(known)
    lost_age = max(0.0, now - lost_at) if isinstance(lost_at, int | float) else 0.0
    return Row(refusal, key or "", case, version, lost_age, case.state)


def _withdraw_if_cancelled(cursor: Cursor, refusal: int) -> bool:
    """Withdraw a row that was just written as planned, if its batch was cancelled."""
    sql = "UPDATE refusal SET state = 'withdrawn' WHERE id = ? AND cancelled = 1 AND state = 'planned'"
    return cursor.execute(sql, refusal) == 1


def free_fingerprint(cursor: Cursor, batch: int) -> None:
    """Let the file of a batch of which something was withdrawn be planned again, as another batch."""
    mark = f":cancelled:{batch}"
    sql = "UPDATE batch SET fingerprint = fingerprint || ? WHERE id = ? AND fingerprint NOT LIKE ?"
    cursor.fetch_all(sql, mark, batch, f"%{mark}")


def _hold_duplicates(cursor: Cursor, row: Row) -> None:
    """Hold the rows of other batches that are duplicates of a row that is held back: it occupies no order any more."""
    cursor.fetch_all(
        "UPDATE refusal SET state = 'held', code = ?, double_of = NULL, version = version + 1, fence = 0"
        " WHERE double_of = ? AND (id < ? OR id >= ?)",
        row.case.outcome.code, row.id, *batch_id_range(split_row_id(row.id)[0]),
    )  # fmt: skip


def _values(row: Row, now: float, fence: int) -> tuple[Any, ...]:
    lost_at = now if row.case.last_transition is Transition.LOSE_RESPONSE else None
    return (*to_columns(row.case), lost_at, now, row.version + 1, row.id, fence, row.version)


def _event(row: Row, now: float, *, withdrawn: bool) -> tuple[Any, ...]:
    outcome = row.case.outcome
    detail = outcome.error.code if outcome.error else outcome.code
    transition, state = (row.case.last_transition or "", row.state)
    if withdrawn:
        transition, state = Transition.WITHDRAW, State.WITHDRAWN
    return (row.id, row.version + 1, now, row.state_before.value, transition, state.value, detail)
