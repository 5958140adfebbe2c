"""Single refusals in a ledger: a sending is recorded before it is made, so that no later process makes it twice."""

from __future__ import annotations

import uuid as uuids
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from oint.i18n import Message
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.ledger.batch_events import BatchAction, BatchEvent, record_batch_event
from oint.refusals.ledger.claims import claim_for_process
from oint.refusals.ledger.connection import LedgerError, retry_on_conflict
from oint.refusals.ledger.ledger import find_active
from oint.refusals.ledger.rows import ROW_SQL, Row, build_row_id
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.refusals.ledger.ledger import Batch, Ledger
    from oint.refusals.state_machine import RefusalStateMachine

LEASE_SECONDS = 120.0
"""Seconds that a claim lives without a heartbeat; each read of a card renews it."""


class InWorkError(LedgerError):
    """Another process is working on the refusal of this order: nothing was sent."""

    kind = "in_work"


class SingleRefusalLedger:
    """Records single refusals of one tenant; used by one thread.

    Args:
        ledger: where they are recorded
        tenant: see `Ledger.get_or_create_tenant`
        account: label of the account
        by: the system's user
    """

    def __init__(self, ledger: Ledger, tenant: int, account: str, by: str) -> None:
        self._ledger = ledger
        self._tenant = tenant
        self._account = account
        self._by = by
        self._fence: int | None = None
        self._batch: Batch | None = None
        self._count = 0
        self._row: Row | None = None
        self.failure: LedgerError | None = None
        """Why the last outcome could not be saved; the card settles it when the order is named again."""

    def find(self, uuid: str) -> tuple[RefusalStateMachine, float] | None:
        """Take over the active refusal of an order.

        Returns:
            the refusal, and the seconds since its answer was lost; None: the ledger has no active one
        Raises:
            InWorkError: a living process is handling it
            LedgerError: the ledger cannot be used
        """
        self.failure = None
        self._row = row = self._take(uuid)
        if row is None:
            return None
        if row.state is State.SENDING:  # the process that was sending it has died, and may have sent it
            row.case.on_response_lost()
            row.lost_age = 0.0
            with suppress(LedgerError):  # it stays recorded as being sent: the next process gets here
                self.save(row.case)
        row.case.seen = None  # the user names the order now: an earlier preview does not matter
        return row.case, row.lost_age

    @retry_on_conflict
    def _take(self, uuid: str) -> Row | None:
        fence = self._claim()
        database = self._ledger.database
        with database.write_transaction() as cursor:
            refusal = find_active(cursor, self._tenant, f"u:{uuid}")
            if refusal is None:
                return None
            rows = cursor.fetch_all(f"{ROW_SQL} WHERE id = ?{database.dialect['row_lock']}", refusal)
            free = "NOT EXISTS (SELECT 1 FROM claim c WHERE c.id = refusal.fence AND c.ended = 0 AND c.id <> ?)"
            sql = f"UPDATE refusal SET fence = ? WHERE id = ? AND version = ? AND (state = 'confirmed' OR {free})"  # noqa: S608 - a constant
            if not rows or not cursor.execute(sql, fence, refusal, rows[0][2], fence):
                raise InWorkError(_IN_WORK, _WAIT)
            return Row.from_row(rows[0], database.now())

    def insert(self, case: RefusalStateMachine) -> None:
        """Make a row for a refusal that is about to be sent, unless the ledger has one already.

        Raises:
            InWorkError: another process has begun one at the same moment
            LedgerError: it cannot be kept: nothing may be sent
        """
        if self._row is not None and self._row.case is case:
            return
        self._row = self._insert(case)

    @retry_on_conflict
    def _insert(self, case: RefusalStateMachine) -> Row:
        fence, batch = self._claim(), self._own_batch()
        self._count += 1
        refusal = build_row_id(batch.id, self._count)
        key = f"u:{case.outcome.uuid}"
        with self._ledger.database.write_transaction() as cursor:
            if find_active(cursor, self._tenant, key) is not None:
                raise InWorkError(_IN_WORK, _WAIT)
            columns = ("id", "tenant", "key", "uuid", "cdek_number", "im_number", "state", "fence", "insist")
            cursor.bulk_insert(
                "refusal", columns, [(refusal, self._tenant, key, *case.names, State.PLANNED.value, fence, case.insist)]
            )
            cursor.fetch_all("UPDATE batch SET total = ? WHERE id = ?", self._count, batch.id)
        return Row(refusal, key, case)

    def save(self, case: RefusalStateMachine) -> None:
        """Keep what has become of the refusal that was begun; on disk when this returns.

        Raises:
            InWorkError: another process has taken it over
            LedgerError: it cannot be kept
        """
        row = self._row
        if row is None or row.case is not case:
            return
        if row.case.last_transition is not None and self._ledger.write_rows([row], self._claim()):
            raise InWorkError(_IN_WORK, _WAIT)

    def renew_claim(self) -> None:
        """Say that this process lives."""
        if self._fence is not None:
            self._ledger.renew_claim(self._fence, LEASE_SECONDS)

    def close(self) -> None:
        """Let go of what this process holds; where the ledger fails, its end does that."""
        if self._fence is not None:
            with suppress(LedgerError):
                self._ledger.release_claim(self._fence)

    def _claim(self) -> int:
        if self._fence is None:
            self._fence = claim_for_process(self._ledger, LEASE_SECONDS)
        return self._fence

    def _own_batch(self) -> Batch:
        """Make the batch of this process; the user who types an order approves it by that."""
        if self._batch is None:
            fingerprint = f"register:{uuids.uuid4()}"
            self._batch = planning.create_batch(
                self._ledger, self._tenant, fingerprint, "register", "register",
                even_if_billed=False, account=self._account, by=self._by,
            )  # fmt: skip
            with self._ledger.database.write_transaction() as cursor:
                record_batch_event(
                    cursor, self._batch.id, BatchEvent(self._ledger.database.now(), self._by, BatchAction.APPROVE)
                )
        return self._batch


@contextmanager
def open_single_refusals(
    address: str | None, url: str, account_mark: str, *, account: str, by: str
) -> Iterator[SingleRefusalLedger]:
    """Open a ledger for single refusals.

    Args:
        address: of the ledger; None: the default one
        url: of CDEK's API
        account_mark: what tells accounts apart; see `oint.refusals.batch.planning.account_mark`
        account: what names the account to a person
        by: the system's user
    Raises:
        LedgerError: it cannot be used
    """
    with closing(open_ledger(address)) as ledger:
        refusals = SingleRefusalLedger(ledger, ledger.get_or_create_tenant(url, account_mark), account, by)
        try:
            yield refusals
        finally:
            refusals.close()


_IN_WORK = Message(
    "отказом по этому заказу занят другой процесс", "another process is handling the refusal of this order"
)
_WAIT = Message(
    "Подождите и повторите; где он сейчас: oint refusals show НОМЕР",
    "Wait and repeat; to see where it stands: oint refusals show NUMBER",
)
