"""Plan, preview, approve, cancel, kill, resume and retry in any order: held rows are never sent, sent refusals are never lost."""

import asyncio
import itertools
import json
from contextlib import closing
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oint.cdek._http import HttpResponse
from oint.cdek._protocol import parse_response
from oint.cdek.errors import OutcomeUnknown
from oint.refusals.batch.events import EventHandler
from oint.refusals.batch.options import RunOptions
from oint.refusals.batch.row_processor import RunContext
from oint.refusals.batch.worker import Worker
from oint.refusals.card_facts import phase_of
from oint.refusals.circuit_breaker import CircuitBreaker
from oint.refusals.input.rows import InputRow
from oint.refusals.ledger import approval, open_ledger, planning
from oint.refusals.ledger.previews import find_active_refusal, read_candidates, save_seen
from oint.refusals.ledger.queries import read_batch_stats
from oint.refusals.ledger.retries import retry
from oint.refusals.preview import preview
from oint.refusals.register import PollingPolicy
from oint.refusals.states import State
from tests.support.fake_time import LedgerWriter, Loop, RateLimiter

ORDERS = [f"72753033-a2e0-43e3-95e5-57c4c2e9bf4{number}" for number in range(4)]
IN_TRANSIT, COURIER, DELIVERED = "ACCEPTED_AT_PICK_UP_POINT", "TAKEN_BY_COURIER", "DELIVERED"
TENANTS = itertools.count()
OPEN = {"planned", "sending", "accepted", "unknown"}

batches = st.integers(0, 1)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("plan"), batches, st.sets(st.integers(0, 3), min_size=1)),
        st.tuples(st.just("preview"), batches),
        st.tuples(st.just("approve"), batches, st.none() | st.sets(st.integers(0, 3), min_size=1)),
        st.tuples(st.just("cancel"), batches),
        st.tuples(st.just("run"), batches, st.none() | st.integers(1, 12)),
        st.tuples(st.just("move"), st.integers(0, 3), st.sampled_from([IN_TRANSIT, COURIER, DELIVERED])),
        st.tuples(st.just("lose"), st.booleans()),
        st.tuples(st.just("retry"), batches),
    ),
    max_size=14,
)


class Killed(BaseException):
    """The process is killed here."""


class KilledWriter(LedgerWriter):
    """A writer that is killed before or after the n-th change of the ledger."""

    def __init__(self, ledger, fence, left):
        super().__init__(ledger, fence)
        self.left = left

    async def execute(self, name, change):
        return self._run_or_die(lambda: change(self.ledger), name)

    async def save(self, row):
        return self._run_or_die(lambda: row.id not in self.ledger.write_rows([row], self.fence), "commit")

    def _run_or_die(self, change, name):
        del name
        self._tick()
        result = change()
        self._tick()
        return result

    def _tick(self):
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                raise Killed


class Cdek:
    """CDEK's orders. A received refusal is final. A response may be lost before or after the refusal is received."""

    def __init__(self):
        self.status = dict.fromkeys(ORDERS, IN_TRANSIT)
        self.refusals = dict.fromkeys(ORDERS, 0)
        self.posts = []
        self.losses = []
        self.complaints = []
        self.is_allowed = lambda _uuid: True
        self.context = SimpleNamespace(rng=lambda: 0.0, wall_clock=lambda: 0.0)

    async def run(self, flow):
        flow.close()

    async def call(self, request):
        uuid = next(order for order in ORDERS if order in request.path)
        if request.operation == "refuse":
            return self._receive_refusal(request, uuid)
        return parse_response(request, HttpResponse(200, {}, json.dumps(self._card(uuid)).encode()))

    def _receive_refusal(self, request, uuid):
        self.posts.append(uuid)
        if not self.is_allowed(uuid):
            self.complaints.append(f"{uuid} was sent and not released")
        if self.refusals[uuid]:
            self.complaints.append(f"{uuid}: a second refusal came while one stood")
        loss = self.losses.pop() if self.losses else None
        if loss is not False:
            self.refusals[uuid] += 1
        if loss is not None:
            raise OutcomeUnknown("reset")
        entry = {"request_uuid": f"{uuid}-r", "type": "CREATE_REFUSAL", "state": "ACCEPTED"}
        body = {"entity": {"uuid": uuid}, "requests": [entry]}
        return parse_response(request, HttpResponse(202, {}, json.dumps(body).encode()))

    def _card(self, uuid):
        is_refused = self.refusals[uuid]
        status = {"code": "NOT_DELIVERED", "reason_code": "11"} if is_refused else {"code": self.status[uuid]}
        entries = [{"request_uuid": f"{uuid}-r", "type": "CREATE_REFUSAL", "state": "SUCCESSFUL"}] * bool(is_refused)
        return {"entity": {"uuid": uuid, "cdek_number": uuid[-3:], "statuses": [status]}, "requests": entries}


class Model:
    """The actions of a shop, and the orders that may be sent."""

    def __init__(self, ledger):
        self.ledger, self.cdek = ledger, Cdek()
        self.cdek.is_allowed = self.is_released
        self.tenant = ledger.get_or_create_tenant("https://cdek", f"shop-{next(TENANTS)}")
        self.batches = [None, None]
        self.rows = [{}, {}]
        self.released = [{}, {}]
        self.seen = [{}, {}]
        self.plans = itertools.count()

    def is_released(self, uuid):
        """Return whether a batch released this order in the phase that it is in now."""
        now = self.cdek.status[uuid]
        previews = [released[uuid] for released in self.released if uuid in released]
        return any(seen is None or phase_of(seen) is phase_of(now) for seen in previews)

    def plan(self, number, rows):
        if self.batches[number] is not None:
            return
        name = f"{number}-{next(self.plans)}"
        batch = planning.create_batch(self.ledger, self.tenant, name, name, "txt", even_if_billed=False)
        self.rows[number] = {row + 1: ORDERS[row] for row in sorted(rows)}
        planning.insert_rows(
            self.ledger, batch, [InputRow(row, uuid, None, None, None) for row, uuid in self.rows[number].items()]
        )
        self.batches[number] = planning.complete_batch(self.ledger, batch, len(rows))

    def preview(self, number):
        batch = self.batches[number]
        if batch is None:
            return

        async def look():
            async def enter():
                pass

            async def other(key):
                return find_active_refusal(self.ledger, self.tenant, key)

            return [
                row async for row in preview(read_candidates(self.ledger, batch, float("inf")), self.cdek, enter, other)
            ]

        rows = asyncio.run(look())
        save_seen(self.ledger, [row for row in rows if row.seen is not None])
        self.seen[number] |= {row.uuid: row.status for row in rows if row.uuid}

    def approve(self, number, rows):
        batch = self.batches[number]
        if batch is None:
            return
        selected = None if rows is None else {row + 1 for row in rows}
        held_rows = {row for row, state in self.states(number).items() if state == "held"}
        changed = self.codes(number)
        ids = None if selected is None else approval.find_row_ids(self.ledger, batch, selected)
        approval.approve(self.ledger, batch, ids, by="test")
        for row in held_rows if selected is None else held_rows & selected:
            uuid = self.rows[number][row]
            self.released[number][uuid] = None if row in changed else self.seen[number].get(uuid)

    def cancel(self, number):
        batch = self.batches[number]
        if batch is not None:
            approval.cancel(self.ledger, batch, by="test")
            self.released[number] = {}
            self.seen[number] = {}

    def retry(self, number):
        if self.batches[number] is not None:
            retry(self.ledger, self.batches[number], {State.UNKNOWN})

    def run(self, number, kill_at):
        batch = self.batches[number]
        if batch is None:
            return
        fence = self.ledger.create_claim("worker", "machine", "process", 1e9)
        with asyncio.Runner(loop_factory=Loop) as runner:
            clock = runner.get_loop().time
            writer = KilledWriter(self.ledger, fence, kill_at)
            options = RunOptions(wait=300, polling=PollingPolicy(first=1, settle=5.0))
            context = RunContext(
                self.cdek,
                self.tenant,
                fence,
                writer,
                RateLimiter(),
                CircuitBreaker(lambda: 0.0),
                options,
                EventHandler(),
                clock,
                1e9,
            )
            try:
                runner.run(Worker(context, 0.0).work(batch.span))
            except Killed:
                pass
            except BaseExceptionGroup:
                pass
        if kill_at is not None:
            self.ledger.expire_claims([fence])
        else:
            self.ledger.release_rows(batch.span, fence)
            self.ledger.release_claim(fence)

    def move(self, order, status):
        self.cdek.status[ORDERS[order]] = status

    def lose(self, received):
        self.cdek.losses.append(received)

    def states(self, number):
        return {row: state for row, state, _ in self._rows(number)}

    def codes(self, number):
        return {row for row, _, code in self._rows(number) if code == "card_changed"}

    def _rows(self, number):
        with self.ledger.database.read_transaction() as cursor:
            sql = (
                "SELECT r.id, o.state, o.code FROM refusal r JOIN refusal o ON o.id = coalesce(r.duplicate_of, r.id)"
                " WHERE r.id >= ? AND r.id < ? AND r.superseded = 0"
            )
            return [
                (row & 0xFFFFFFFF, state, code)
                for row, state, code in cursor.fetch_all(sql, *self.batches[number].span)
            ]

    def finish(self):
        """Run all remaining rows without a kill."""
        self.cdek.losses.clear()
        for _ in range(4):
            for number in (0, 1):
                self.retry(number)
                self.run(number, None)

    def check(self):
        assert self.cdek.complaints == []
        for number in (0, 1):
            if self.batches[number] is None:
                continue
            counts = read_batch_stats(self.ledger, self.batches[number]).counts
            assert not OPEN & set(counts), counts
            for row, state in self.states(number).items():
                uuid = self.rows[number][row]
                if state == "confirmed":
                    assert self.cdek.refusals[uuid] == 1
        sent = {uuid for uuid in ORDERS if self.cdek.refusals[uuid]}
        confirmed = {
            self.rows[number][row]
            for number in (0, 1)
            if self.batches[number] is not None
            for row, state in self.states(number).items()
            if state == "confirmed"
        }
        assert sent <= confirmed, "what was sent is not forgotten"


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as connection:
        yield connection


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_held_rows_are_never_sent_and_sent_refusals_are_never_lost(ledger, actions):
    model = Model(ledger)
    for name, *arguments in actions:
        getattr(model, name)(*arguments)
        assert model.cdek.complaints == [], (name, arguments)
    model.finish()
    model.check()


@pytest.mark.parametrize("kill_at", range(1, 25))
@pytest.mark.parametrize("received", [None, False, True])
def test_batch_killed_at_any_ledger_change_may_be_cancelled(ledger, kill_at, received):
    model = Model(ledger)
    model.plan(0, {0, 1, 2})
    model.preview(0)
    model.approve(0, None)
    if received is not None:
        model.lose(received)
    model.run(0, kill_at)
    sent = list(model.cdek.posts)
    model.cancel(0)
    model.finish()
    assert model.cdek.posts == sent, "nothing is sent after the cancellation"
    model.check()
    counts = read_batch_stats(ledger, model.batches[0]).counts
    assert set(counts) <= {"confirmed", "withdrawn"}
    assert counts.get("confirmed", 0) == sum(model.cdek.refusals.values())
