"""Interrupt two running workers at any moment: a person has confirmed every refusal that is sent, row by row."""

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
from oint.refusals.choice import SENT, Choice, choose_rows, find_excepted
from oint.refusals.circuit_breaker import CircuitBreaker
from oint.refusals.input.rows import InputRow
from oint.refusals.ledger import approval, open_ledger, planning
from oint.refusals.ledger.previews import find_active_refusal, read_candidates, save_seen
from oint.refusals.ledger.retries import retry
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.preview import DUPLICATE, preview
from oint.refusals.register import PollingPolicy
from oint.refusals.states import State
from tests.support import fake_time

UUIDS = [f"72753033-a2e0-43e3-95e5-57c4c2e9bf4{number}" for number in range(3)]
NAMES = [{"uuid": uuid, "cdek_number": f"10{n}", "im_number": f"shop-{n}"} for n, uuid in enumerate(UUIDS)]
IN_TRANSIT, COURIER, DELIVERED, CREATED = "ACCEPTED_AT_PICK_UP_POINT", "TAKEN_BY_COURIER", "DELIVERED", "CREATED"
SHOPS = itertools.count()
LEASE = 1e9
OPEN = {"planned", "sending", "accepted", "unknown"}

orders = st.integers(0, len(UUIDS) - 1)
kinds = st.sampled_from(["uuid", "cdek_number", "im_number"])
batches = st.integers(0, 2)
numbers = st.integers(1, 4)
selections = st.none() | st.none() | st.sets(numbers, min_size=1)
lines = st.lists(st.tuples(orders, kinds), min_size=1, max_size=4)
actions = {
    "plan": st.tuples(lines),
    "preview": st.tuples(batches),
    "approve_after_preview": st.tuples(
        batches, selections, st.none() | st.integers(1, 3), st.just(()) | st.sets(numbers, max_size=1),
        st.just(()) | st.sets(st.tuples(orders, kinds), max_size=1),
    ),
    "approve": st.tuples(batches, selections),
    "cancel": st.tuples(batches),
    "read_cancellations": st.just(()),
    "retry": st.tuples(batches, st.sets(numbers, min_size=1)),
    "move": st.tuples(orders, st.sampled_from([IN_TRANSIT, IN_TRANSIT, COURIER, DELIVERED, CREATED])),
    "refuse_elsewhere": st.tuples(orders),
    "lose": st.tuples(st.sampled_from(["received", "lost", "lost", "rejected", "limited"])),
}  # fmt: skip


def choose_actions(*names):
    return st.one_of(*(actions[name].map(lambda arguments, name=name: (name, *arguments)) for name in names))


interruptions = st.tuples(
    st.integers(0, 25),
    choose_actions("approve", "cancel", "cancel", "read_cancellations", "retry", "move", "refuse_elsewhere"),
)
actions["run"] = st.tuples(
    st.lists(batches, min_size=1, max_size=2), st.none() | st.integers(1, 30), st.lists(interruptions, max_size=3)
)
usual_actions = choose_actions("approve", "approve_after_preview", "run", "run", "lose")
STEPS = st.tuples(
    st.lists(choose_actions("plan"), min_size=1, max_size=2),
    choose_actions("approve", "approve_after_preview"),
    st.lists(usual_actions | usual_actions | choose_actions(*actions), min_size=2, max_size=12),
).map(lambda parts: [*parts[0], parts[1], *parts[2]])
"""A batch is planned and released; any actions follow."""


class Killed(BaseException):
    """The process was killed."""


class RateLimiter(fake_time.RateLimiter):
    async def pause(self, seconds):
        del seconds


class Process:
    """A worker's process. It is killed at the n-th tick. Other actions may run at each tick."""

    def __init__(self, model, left):
        self.model, self.left, self.is_dead = model, left, False
        self.fence = model.ledger.create_claim("worker", "machine", "process", LEASE)

    def tick(self):
        if self.is_dead:
            raise Killed
        self.model.tick()
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.is_dead = True
                self.model.ledger.expire_claims([self.fence])
                raise Killed

    def around(self, work):
        self.tick()
        result = work()
        self.tick()
        return result


class LedgerWriter(fake_time.LedgerWriter):
    def __init__(self, process):
        super().__init__(process.model.ledger, process.fence)
        self.process = process

    async def execute(self, name, work):
        del name
        return self.process.around(lambda: work(self.ledger))

    async def save(self, row):
        return self.process.around(lambda: row.id not in self.ledger.write_rows([row], self.fence))


class Client:
    """The client of a process."""

    def __init__(self, cdek, process=None):
        self.cdek, self.process = cdek, process
        self.context = SimpleNamespace(rng=lambda: 0.0, wall_clock=lambda: 0.0)

    async def run(self, flow):
        flow.close()

    async def call(self, request):
        if self.process is None:
            return self.cdek.respond(request, for_preview=True)
        self.process.tick()
        try:
            return self.cdek.respond(request)
        finally:
            self.process.tick()


class Cdek:
    """CDEK's orders. A received refusal is final. Each response may be lost or a rejection."""

    def __init__(self, model):
        self.model = model
        self.status = [IN_TRANSIT] * len(UUIDS)
        self.own = [0] * len(UUIDS)
        self.others = [0] * len(UUIDS)
        self.card_reads = [[] for _ in UUIDS]
        self.ends = []

    def respond(self, request, *, for_preview=False):
        order, kind = next(
            (n, kind)
            for n, names in enumerate(NAMES)
            for kind, name in names.items()
            if name in request.path.replace("=", "/").split("/")
        )
        if request.operation == "refuse":
            return self._receive_refusal(request, order)
        if not for_preview:
            self.card_reads[order].append((kind, self.facts(order)))
        return parse_response(request, HttpResponse(200, {}, json.dumps(self._card(order)).encode()))

    def find_last_read(self, order, kind):
        """Return the facts of the last card that a row of a kind read since the last refusal, or None."""
        return next((facts for by, facts in reversed(self.card_reads[order]) if by in {"uuid", kind}), None)

    def facts(self, order):
        """Return the facts of an order that a preview shows and that change in this test."""
        return phase_of(self._status(order)["code"]), self.own[order] + self.others[order]

    def _receive_refusal(self, request, order):
        end = self.ends.pop() if self.ends else None
        self.model.check_sending(order)
        self.card_reads[order].clear()
        if end in {None, "received"}:
            self.own[order] += 1
            self.model.record_received(order)
        if end in {"received", "lost"}:
            raise OutcomeUnknown("timeout")
        if end is None:
            entry = {"request_uuid": f"{order}-own", "type": "CREATE_REFUSAL", "state": "ACCEPTED"}
            body = {"entity": {"uuid": UUIDS[order]}, "requests": [entry]}
            return parse_response(request, HttpResponse(202, {}, json.dumps(body).encode()))
        status, code = (429, "too_many") if end == "limited" else (400, "v2_internal_error")
        error = {"code": code, "message": code}
        body = {"requests": [{"type": "CREATE_REFUSAL", "state": "INVALID", "errors": [error]}]}
        return parse_response(request, HttpResponse(status, {}, json.dumps(body).encode()))

    def _status(self, order):
        if self.own[order] + self.others[order]:
            return {"code": "NOT_DELIVERED", "reason_code": "11"}
        return {"code": self.status[order]}

    def _card(self, order):
        refusals = [f"{order}-own"] * bool(self.own[order]) + [f"{order}-other"] * bool(self.others[order])
        entries = [{"request_uuid": name, "type": "CREATE_REFUSAL", "state": "SUCCESSFUL"} for name in refusals]
        names = {"uuid": UUIDS[order], "cdek_number": NAMES[order]["cdek_number"], "number": NAMES[order]["im_number"]}
        return {"entity": {**names, "statuses": [self._status(order)]}, "requests": entries}


class Model:
    """The approvals of a shop, row by row, and the refusals that may be sent.

    `confirmed` maps a row (batch, row) to the facts that the person saw, or None without a preview.
    """

    def __init__(self, ledger):
        self.ledger, self.cdek = ledger, Cdek(self)
        self.tenant = ledger.get_or_create_tenant("https://cdek", f"shop-{next(SHOPS)}")
        self.batches = []
        self.lines = {}
        self.confirmed = {}
        self.previewed_facts = {}
        self.grace = set()
        self.received_rows = {}
        self.complaints = []
        self.interruptions = []
        self.workers = []

    # --- checks ---

    def check_sending(self, order):
        """Record a violation if this refusal may not be sent."""
        sending = [row for row in self.rows() if row.state == "sending" and row.order == order]
        if len(sending) != 1:
            self.complaints.append(f"order {order}: {len(sending)} rows are being sent")
            return
        (row,) = sending
        if self.cdek.own[order]:
            self.complaints.append(f"order {order}: a second refusal")
        current = self.cdek.find_last_read(order, row.kind)
        if current is None:
            self.complaints.append(f"order {order}: its card was not read since the last refusal")
            return
        if row.key in self.grace:
            self.grace.discard(row.key)
            return
        if row.key not in self.confirmed:
            self.complaints.append(f"{row.key}: nobody has confirmed it")
            return
        seen = self.confirmed[row.key]
        if seen is not None and seen != current:
            self.complaints.append(f"{row.key}: {seen} was seen, {current} is")
        if current[1]:
            self.complaints.append(f"{row.key}: its card shows a refusal")

    def record_received(self, order):
        for row in self.rows():
            if row.state == "sending" and row.order == order:
                self.received_rows[row.key] = order

    def rows(self, batch=None):
        """Return the last attempt of each row. A duplicate has the state of its first row."""
        with self.ledger.database.read_transaction() as cursor:
            records = cursor.fetch_all(
                "SELECT r.id, o.state, r.duplicate_of IS NOT NULL, r.code, r.cancelled FROM refusal r JOIN refusal o"
                " ON o.id = coalesce(r.duplicate_of, r.id) WHERE r.tenant = ? AND r.superseded = 0",
                self.tenant,
            )
        result = []
        for refusal, state, is_duplicate, code, cancelled in records:
            key = split_row_id(refusal)[:2]
            if batch is None or key[0] == batch.id:
                order, kind = self.lines[key[0]][key[1] - 1]
                result.append(
                    SimpleNamespace(
                        id=refusal,
                        key=key,
                        state=state,
                        order=order,
                        kind=kind,
                        is_duplicate=is_duplicate,
                        code=code,
                        cancelled=cancelled,
                    )
                )
        return [row for row in result if not (row.is_duplicate and row.state == "sending")]

    def forget_held(self):
        """Forget the approval of rows that are held now."""
        for row in self.rows():
            if row.state == "held" and not row.is_duplicate:
                self.confirmed.pop(row.key, None)

    def tick(self):
        """Run the actions that are due at this tick of a running worker."""
        self.interruptions = [(left - 1, action) for left, action in self.interruptions]
        due = [action for left, action in self.interruptions if left < 0]
        self.interruptions = [(left, action) for left, action in self.interruptions if left >= 0]
        for name, *arguments in due:
            getattr(self, name)(*arguments)

    # --- actions of people ---

    def plan(self, lines):
        name = repr(lines)
        batch = planning.create_batch(self.ledger, self.tenant, name, name, "txt", even_if_billed=False)
        if batch.total is not None:
            return
        self.lines[batch.id] = lines
        source = [
            InputRow(n, *(NAMES[order][kind] if kind == one else None for one in NAMES[order]), None)
            for n, (order, kind) in enumerate(lines, 1)
        ]
        planning.insert_rows(self.ledger, batch, source)
        self.batches.append(planning.complete_batch(self.ledger, batch, len(lines)))

    def batch(self, number):
        """Return one of the last three batches."""
        last = self.batches[-3:]
        return last[number % len(last)]

    def run_preview(self, batch, *, since):
        async def enter():
            pass

        async def other(key):
            return find_active_refusal(self.ledger, self.tenant, key)

        async def all_rows():
            candidates = read_candidates(self.ledger, batch, since)
            return [row async for row in preview(candidates, Client(self.cdek), enter, other)]

        preview_rows = asyncio.run(all_rows())
        save_seen(self.ledger, [row for row in preview_rows if row.is_read])
        for row in preview_rows:
            if row.is_read:
                self.previewed_facts[batch.id, row.row] = self.cdek.facts(self.lines[batch.id][row.row - 1][0])
        return preview_rows

    def preview(self, number):
        self.run_preview(self.batch(number), since=float("inf"))

    def approve_after_preview(self, number, rows, limit, without, exceptions):
        """Approve rows after a preview, as the command does."""
        batch = self.batch(number)
        self.forget_held()
        names = frozenset(NAMES[order][kind].casefold() for order, kind in exceptions)
        choice = Choice(
            yes=False, expect=None, limit=limit, exceptions=names, no_cards=False, rows=rows, without=frozenset(without)
        )
        preview_rows = self.run_preview(batch, since=0.0)
        excepted = find_excepted(preview_rows, names)
        chosen = list(choose_rows(preview_rows, choice, excepted))
        orders_by_row = {row.row: self.lines[batch.id][row.row - 1][0] for row in preview_rows}
        excluded = {order for order, _ in exceptions} | {orders_by_row[row] for row in without if row in orders_by_row}
        assert excluded.isdisjoint(orders_by_row[row.row] for row in chosen)
        assert {row.row for row in excepted} == {
            row for row, order in orders_by_row.items() if order in dict(exceptions)
        }
        assert limit is None or sum(row.action in SENT for row in chosen) <= limit
        approval.withdraw_excepted(self.ledger, batch, [row.id for row in excepted])
        approval.approve(
            self.ledger, batch, [row.id for row in chosen if row.action != DUPLICATE],
            duplicates=[row.id for row in chosen if row.action == DUPLICATE], by="test",
        )  # fmt: skip
        for row in chosen:
            if row.action in SENT:
                self.confirmed[batch.id, row.row] = self.previewed_facts.get((batch.id, row.row))

    def approve(self, number, rows):
        """Approve rows without a preview."""
        batch = self.batch(number)
        self.forget_held()
        held = [
            row
            for row in self.rows(batch)
            if row.state == "held" and not row.is_duplicate and (rows is None or row.key[1] in rows)
        ]
        approval.approve(self.ledger, batch, None if rows is None else [row.id for row in held], by="test")
        for row in held:
            self.confirmed[row.key] = None if row.code else self.previewed_facts.get(row.key)

    def cancel(self, number):
        batch = self.batch(number)
        approval.cancel(self.ledger, batch, by="test")
        self.confirmed = {key: seen for key, seen in self.confirmed.items() if key[0] != batch.id}
        self.grace |= {row.key for row in self.rows(batch) if row.state == "sending" and not row.is_duplicate}

    def read_cancellations(self):
        """Make the workers read the cancellations."""
        for worker in self.workers:
            for batch in self.batches:
                if (span := worker.unsent(batch.id)) is not None:
                    worker.withdraw(approval.read_cancelled(self.ledger, span))

    def retry(self, number, rows, states=()):
        batch = self.batch(number)
        before = {row.key: row for row in self.rows(batch)}
        retry(self.ledger, batch, states, rows=rows)
        for row in self.rows(batch):
            old = before[row.key]
            if row.id != old.id and not (old.state == "unknown" and old.cancelled):
                self.confirmed[row.key] = None

    def move(self, order, status):
        self.cdek.status[order] = status

    def refuse_elsewhere(self, order):
        """Refuse the order by another program of the shop."""
        self.cdek.others[order] = 1

    def lose(self, end):
        self.cdek.ends.append(end)

    def run(self, numbers, kill_at, interruptions):
        chosen = [self.batch(number) for number in numbers]
        self.forget_held()
        self.interruptions = list(interruptions)
        with asyncio.Runner(loop_factory=fake_time.Loop) as runner:
            clock = runner.get_loop().time
            processes = [
                Process(self, kill_at if first else None) for first, _ in zip((True, False), chosen, strict=False)
            ]
            for process in processes:
                options = RunOptions(wait=300, polling=PollingPolicy(first=1, settle=5.0))
                context = RunContext(
                    Client(self.cdek, process), self.tenant, process.fence, LedgerWriter(process), RateLimiter(),
                    CircuitBreaker(lambda: 0.0), options, EventHandler(), clock, LEASE,
                )  # fmt: skip
                self.workers.append(Worker(context, 0.0))

            async def work():
                spans = [batch.span for batch in chosen]
                return await asyncio.gather(
                    *(worker.work(span) for worker, span in zip(self.workers, spans, strict=True)),
                    return_exceptions=True,
                )

            ends = runner.run(work())
        assert all(end is None or isinstance(end, Killed) for end in ends), ends
        for process, batch in zip(processes, chosen, strict=True):
            if not process.is_dead:
                self.ledger.release_rows(batch.span, process.fence)
                self.ledger.release_claim(process.fence)
        self.workers, self.interruptions = [], []
        self.forget_held()
        self.grace &= {row.key for row in self.rows() if row.state == "sending"}

    # --- the end ---

    def finish(self):
        """Run all remaining rows without a kill, and retry the exhausted ones."""
        self.cdek.ends.clear()
        self.interruptions = []
        for _ in range(3):
            for batch in list(self.batches):
                self.batches.append(self.batches.pop(self.batches.index(batch)))
                self.retry(len(self.batches[-3:]) - 1, (), {State.UNKNOWN})
                self.run([len(self.batches[-3:]) - 1], None, [])

    def check(self):
        states = {row.key: row.state for row in self.rows()}
        assert not OPEN & set(states.values()), states
        for row in self.rows():
            if row.state == "confirmed":
                assert self.cdek.own[row.order] or self.cdek.others[row.order]
        assert {states[key] for key in self.received_rows} <= {"confirmed"}, (self.received_rows, states)
        assert all(count <= 1 for count in self.cdek.own)


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address, quick=True)) as connection:
        yield connection


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions_in_order=STEPS)
def test_every_sent_refusal_was_approved_row_by_row(ledger, actions_in_order):
    model = Model(ledger)
    for name, *arguments in actions_in_order:
        getattr(model, name)(*arguments)
        assert model.complaints == [], (name, arguments)
    model.finish()
    assert model.complaints == []
    model.check()


@pytest.mark.parametrize("retry_action", [(), ("retry", 0, {1, 2})], ids=["", "retried"])
@pytest.mark.parametrize("end", [None, "received", "lost", "rejected", "limited"])
def test_batch_cancelled_at_any_moment_sends_only_retried_rows(ledger, end, retry_action):
    for moment in range(20):
        for kill_at in (None, moment + 2):
            model = Model(ledger)
            model.plan([(0, "uuid"), (1, "im_number"), (0, "cdek_number")])
            model.approve(0, None)
            if end is not None:
                model.lose(end)
            model.run([0, 0], kill_at, [(moment, ("cancel", 0)), (moment + 2, ("read_cancellations",))])
            if retry_action:
                model.retry(*retry_action[1:])
            model.finish()
            assert model.complaints == [], (moment, kill_at)
            model.check()
