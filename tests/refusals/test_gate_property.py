"""Anything at any moment of two running workers: every refusal that is sent was confirmed by a person, row by row."""

import asyncio
import itertools
import json
from contextlib import closing
from types import SimpleNamespace

import fake_time
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oint.cdek.errors import OutcomeUnknown
from oint.cdek.protocol import read
from oint.cdek.wire import HttpResponse
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

UUIDS = [f"72753033-a2e0-43e3-95e5-57c4c2e9bf4{number}" for number in range(3)]
NAMES = [{"uuid": uuid, "cdek_number": f"10{n}", "im_number": f"shop-{n}"} for n, uuid in enumerate(UUIDS)]
WAY, COURIER, DELIVERED, CREATED = "ACCEPTED_AT_PICK_UP_POINT", "TAKEN_BY_COURIER", "DELIVERED", "CREATED"
SHOPS = itertools.count()
LEASE = 1e9
OPEN = {"planned", "sending", "accepted", "unknown"}

orders = st.integers(0, len(UUIDS) - 1)
kinds = st.sampled_from(["uuid", "cdek_number", "im_number"])
batches = st.integers(0, 2)
numbers = st.integers(1, 4)
few = st.none() | st.none() | st.sets(numbers, min_size=1)
lines = st.lists(st.tuples(orders, kinds), min_size=1, max_size=4)
act = {
    "plan": st.tuples(lines),
    "preview": st.tuples(batches),
    "gate": st.tuples(
        batches, few, st.none() | st.integers(1, 3), st.just(()) | st.sets(numbers, max_size=1),
        st.just(()) | st.sets(st.tuples(orders, kinds), max_size=1),
    ),
    "approve": st.tuples(batches, few),
    "cancel": st.tuples(batches),
    "hear": st.just(()),
    "retry": st.tuples(batches, st.sets(numbers, min_size=1)),
    "move": st.tuples(orders, st.sampled_from([WAY, WAY, COURIER, DELIVERED, CREATED])),
    "foreign": st.tuples(orders),
    "lose": st.tuples(st.sampled_from(["received", "lost", "lost", "rejected", "limited"])),
}  # fmt: skip


def acts(*names):
    return st.one_of(*(act[name].map(lambda how, name=name: (name, *how)) for name in names))


amid = st.tuples(st.integers(0, 25), acts("approve", "cancel", "cancel", "hear", "retry", "move", "foreign"))
act["run"] = st.tuples(
    st.lists(batches, min_size=1, max_size=2), st.none() | st.integers(1, 30), st.lists(amid, max_size=3)
)
usual = acts("approve", "gate", "run", "run", "lose")
steps = st.tuples(
    st.lists(acts("plan"), min_size=1, max_size=2),
    acts("approve", "gate"),
    st.lists(usual | usual | acts(*act), min_size=2, max_size=12),
).map(lambda parts: [*parts[0], parts[1], *parts[2]])
"""A story: something is planned and released, and then anything."""


class Killed(BaseException):
    """The process has died."""


class RateLimiter(fake_time.RateLimiter):
    async def pause(self, seconds):
        del seconds


class Process:
    """A worker's process: it dies at the n-th moment; at each moment somebody else may do something."""

    def __init__(self, desk, left):
        self.desk, self.left, self.is_dead = desk, left, False
        self.fence = desk.ledger.create_claim("worker", "machine", "process", LEASE)

    def moment(self):
        if self.is_dead:
            raise Killed
        self.desk.moment()
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.is_dead = True
                self.desk.ledger.expire_claims([self.fence])
                raise Killed

    def around(self, work):
        self.moment()
        done = work()
        self.moment()
        return done


class LedgerWriter(fake_time.LedgerWriter):
    def __init__(self, process):
        super().__init__(process.desk.ledger, process.fence)
        self.process = process

    async def execute(self, name, work):
        del name
        return self.process.around(lambda: work(self.ledger))

    async def save(self, row):
        return self.process.around(lambda: row.id not in self.ledger.write_rows([row], self.fence))


class Client:
    """A process's way to CDEK."""

    def __init__(self, cdek, process=None):
        self.cdek, self.process = cdek, process
        self.session = SimpleNamespace(dice=lambda: 0.0, wall=lambda: 0.0)

    async def run(self, flow):
        flow.close()

    async def call(self, request):
        if self.process is None:
            return self.cdek.answer(request, for_preview=True)
        self.process.moment()
        try:
            return self.cdek.answer(request)
        finally:
            self.process.moment()


class Cdek:
    """Orders whose refusals stand for ever once they were received; each answer is lost, or a no, as was chosen."""

    def __init__(self, desk):
        self.desk = desk
        self.status = [WAY] * len(UUIDS)
        self.own = [0] * len(UUIDS)
        self.others = [0] * len(UUIDS)
        self.shown = [[] for _ in UUIDS]
        self.ends = []

    def answer(self, request, *, for_preview=False):
        order, kind = next(
            (n, kind)
            for n, names in enumerate(NAMES)
            for kind, name in names.items()
            if name in request.path.replace("=", "/").split("/")
        )
        if request.operation == "refuse":
            return self._refused(request, order)
        if not for_preview:
            self.shown[order].append((kind, self.facts(order)))
        return read(request, HttpResponse(200, {}, json.dumps(self._card(order)).encode()))

    def last_shown(self, order, kind):
        """The facts of the last card that a row of that kind can have read since the last refusal; None: it read none."""
        return next((facts for by, facts in reversed(self.shown[order]) if by in {"uuid", kind}), None)

    def facts(self, order):
        """What a preview shows of an order, as far as it changes here."""
        return phase_of(self._status(order)["code"]), self.own[order] + self.others[order]

    def _refused(self, request, order):
        end = self.ends.pop() if self.ends else None
        self.desk.judge(order)
        self.shown[order].clear()
        if end in {None, "received"}:
            self.own[order] += 1
            self.desk.received(order)
        if end in {"received", "lost"}:
            raise OutcomeUnknown("timeout")
        if end is None:
            entry = {"request_uuid": f"{order}-own", "type": "CREATE_REFUSAL", "state": "ACCEPTED"}
            body = {"entity": {"uuid": UUIDS[order]}, "requests": [entry]}
            return read(request, HttpResponse(202, {}, json.dumps(body).encode()))
        status, code = (429, "too_many") if end == "limited" else (400, "v2_internal_error")
        error = {"code": code, "message": code}
        body = {"requests": [{"type": "CREATE_REFUSAL", "state": "INVALID", "errors": [error]}]}
        return read(request, HttpResponse(status, {}, json.dumps(body).encode()))

    def _status(self, order):
        if self.own[order] + self.others[order]:
            return {"code": "NOT_DELIVERED", "reason_code": "11"}
        return {"code": self.status[order]}

    def _card(self, order):
        refusals = [f"{order}-own"] * bool(self.own[order]) + [f"{order}-other"] * bool(self.others[order])
        entries = [{"request_uuid": name, "type": "CREATE_REFUSAL", "state": "SUCCESSFUL"} for name in refusals]
        names = {"uuid": UUIDS[order], "cdek_number": NAMES[order]["cdek_number"], "number": NAMES[order]["im_number"]}
        return {"entity": {**names, "statuses": [self._status(order)]}, "requests": entries}


class Desk:
    """A shop's desk: what was confirmed there, row by row, and what may therefore be sent.

    `confirmed` maps a row, as number of its batch and of itself, to what its person had seen, None: nothing.
    """

    def __init__(self, ledger):
        self.ledger, self.cdek = ledger, Cdek(self)
        self.tenant = ledger.get_or_create_tenant("https://cdek", f"shop-{next(SHOPS)}")
        self.batches = []
        self.lines = {}
        self.confirmed = {}
        self.looks = {}
        self.grace = set()
        self.got = {}
        self.complaints = []
        self.amid = []
        self.workers = []

    # --- judgement ---

    def judge(self, order):
        """A refusal is received: may it be?"""
        sending = [row for row in self.rows() if row.state == "sending" and row.order == order]
        if len(sending) != 1:
            self.complaints.append(f"order {order}: {len(sending)} rows are being sent")
            return
        (row,) = sending
        if self.cdek.own[order]:
            self.complaints.append(f"order {order}: a second refusal")
        shown = self.cdek.last_shown(order, row.kind)
        if shown is None:
            self.complaints.append(f"order {order}: its card was not read since the last refusal")
            return
        if row.key in self.grace:
            self.grace.discard(row.key)
            return
        if row.key not in self.confirmed:
            self.complaints.append(f"{row.key}: nobody has confirmed it")
            return
        seen = self.confirmed[row.key]
        if seen is not None and seen != shown:
            self.complaints.append(f"{row.key}: {seen} was seen, {shown} is")
        if shown[1]:
            self.complaints.append(f"{row.key}: its card shows a refusal")

    def received(self, order):
        for row in self.rows():
            if row.state == "sending" and row.order == order:
                self.got[row.key] = order

    def rows(self, batch=None):
        """The rows of the ledger, each in its last attempt; a double has the state of what it doubles."""
        with self.ledger.database.read_transaction() as cursor:
            found = cursor.fetch_all(
                "SELECT r.id, o.state, r.duplicate_of IS NOT NULL, r.code, r.cancelled FROM refusal r JOIN refusal o"
                " ON o.id = coalesce(r.duplicate_of, r.id) WHERE r.tenant = ? AND r.superseded = 0",
                self.tenant,
            )
        known = []
        for refusal, state, is_double, code, cancelled in found:
            key = split_row_id(refusal)[:2]
            if batch is None or key[0] == batch.id:
                order, kind = self.lines[key[0]][key[1] - 1]
                known.append(
                    SimpleNamespace(
                        id=refusal,
                        key=key,
                        state=state,
                        order=order,
                        kind=kind,
                        is_double=is_double,
                        code=code,
                        cancelled=cancelled,
                    )
                )
        return [row for row in known if not (row.is_double and row.state == "sending")]

    def forget_held(self):
        """What is held now was not confirmed since."""
        for row in self.rows():
            if row.state == "held" and not row.is_double:
                self.confirmed.pop(row.key, None)

    def moment(self):
        """One of the moments of a running worker: what is due at it happens."""
        self.amid = [(left - 1, act) for left, act in self.amid]
        due = [act for left, act in self.amid if left < 0]
        self.amid = [(left, act) for left, act in self.amid if left >= 0]
        for name, *how in due:
            getattr(self, name)(*how)

    # --- what people do ---

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
        """One of the last three batches."""
        last = self.batches[-3:]
        return last[number % len(last)]

    def look(self, batch, *, anew):
        async def enter():
            pass

        async def other(key):
            return find_active_refusal(self.ledger, self.tenant, key)

        async def all_rows():
            candidates = read_candidates(self.ledger, batch, anew=anew)
            return [row async for row in preview(candidates, Client(self.cdek), enter, other)]

        shown = asyncio.run(all_rows())
        save_seen(self.ledger, [row for row in shown if row.is_read])
        for row in shown:
            if row.is_read:
                self.looks[batch.id, row.row] = self.cdek.facts(self.lines[batch.id][row.row - 1][0])
        return shown

    def preview(self, number):
        self.look(self.batch(number), float("inf"))

    def gate(self, number, rows, limit, without, exceptions):
        """Approve after a preview, as the command does."""
        batch = self.batch(number)
        self.forget_held()
        names = frozenset(NAMES[order][kind].casefold() for order, kind in exceptions)
        choice = Choice(
            yes=False, expect=None, limit=limit, exceptions=names, no_cards=False, rows=rows, without=frozenset(without)
        )
        shown = self.look(batch, 0.0)
        excepted = find_excepted(shown, names)
        chosen = choose_rows(shown, choice, excepted)
        of = {row.row: self.lines[batch.id][row.row - 1][0] for row in shown}
        barred = {order for order, _ in exceptions} | {of[row] for row in without if row in of}
        assert barred.isdisjoint(of[row.row] for row in chosen)
        assert {row.row for row in excepted} == {row for row, order in of.items() if order in dict(exceptions)}
        assert limit is None or sum(row.action in SENT for row in chosen) <= limit
        approval.withdraw_excepted(self.ledger, batch, [row.id for row in excepted])
        approval.approve(
            self.ledger, batch, [row.id for row in chosen if row.action != DUPLICATE],
            duplicates=[row.id for row in chosen if row.action == DUPLICATE], by="test",
        )  # fmt: skip
        for row in chosen:
            if row.action in SENT:
                self.confirmed[batch.id, row.row] = self.looks.get((batch.id, row.row))

    def approve(self, number, rows):
        """Approve without a preview."""
        batch = self.batch(number)
        self.forget_held()
        held = [
            row
            for row in self.rows(batch)
            if row.state == "held" and not row.is_double and (rows is None or row.key[1] in rows)
        ]
        approval.approve(self.ledger, batch, None if rows is None else [row.id for row in held], by="test")
        for row in held:
            self.confirmed[row.key] = None if row.code else self.looks.get(row.key)

    def cancel(self, number):
        batch = self.batch(number)
        approval.cancel(self.ledger, batch, by="test")
        self.confirmed = {key: seen for key, seen in self.confirmed.items() if key[0] != batch.id}
        self.grace |= {row.key for row in self.rows(batch) if row.state == "sending" and not row.is_double}

    def hear(self):
        """The workers hear of the cancellations."""
        for worker in self.workers:
            for batch in self.batches:
                if (span := worker.unsent(batch.id)) is not None:
                    worker.withdraw(approval.read_cancelled(self.ledger, span))

    def retry(self, number, rows, states=()):
        batch = self.batch(number)
        before = {row.key: row for row in self.rows(batch)}
        retry(self.ledger, batch, states, rows=rows)
        for row in self.rows(batch):
            was = before[row.key]
            if row.id != was.id and not (was.state == "unknown" and was.cancelled):
                self.confirmed[row.key] = None

    def move(self, order, status):
        self.cdek.status[order] = status

    def foreign(self, order):
        """Another program of the shop refuses the order."""
        self.cdek.others[order] = 1

    def lose(self, end):
        self.cdek.ends.append(end)

    def run(self, numbers, kill_at, amid):
        chosen = [self.batch(number) for number in numbers]
        self.forget_held()
        self.amid = list(amid)
        with asyncio.Runner(loop_factory=fake_time.Loop) as runner:
            clock = runner.get_loop().time
            processes = [
                Process(self, kill_at if first else None) for first, _ in zip((True, False), chosen, strict=False)
            ]
            for process in processes:
                options = RunOptions(wait=300, polling=PollingPolicy(first=1, settle=5.0))
                tools = RunContext(
                    Client(self.cdek, process), self.tenant, process.fence, LedgerWriter(process), RateLimiter(),
                    CircuitBreaker(lambda: 0.0), options, EventHandler(), clock, LEASE,
                )  # fmt: skip
                self.workers.append(Worker(tools, 0.0))

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
        self.workers, self.amid = [], []
        self.forget_held()
        self.grace &= {row.key for row in self.rows() if row.state == "sending"}

    # --- the end ---

    def finish(self):
        """Run all that is left, without a kill, and look again at what was given up."""
        self.cdek.ends.clear()
        self.amid = []
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
        assert {states[key] for key in self.got} <= {"confirmed"}, (self.got, states)
        assert all(count <= 1 for count in self.cdek.own)


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address, quick=True)) as opened:
        yield opened


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=steps)
def test_every_refusal_that_is_sent_was_confirmed_row_by_row_whatever_happens_amid_the_sending(ledger, story):
    desk = Desk(ledger)
    for name, *how in story:
        getattr(desk, name)(*how)
        assert desk.complaints == [], (name, how)
    desk.finish()
    assert desk.complaints == []
    desk.check()


@pytest.mark.parametrize("retried", [(), ("retry", 0, {1, 2})], ids=["", "retried"])
@pytest.mark.parametrize("end", [None, "received", "lost", "rejected", "limited"])
def test_a_batch_that_is_cancelled_at_any_moment_of_its_run_sends_only_what_is_retried(ledger, end, retried):
    for moment in range(20):
        for kill_at in (None, moment + 2):
            desk = Desk(ledger)
            desk.plan([(0, "uuid"), (1, "im_number"), (0, "cdek_number")])
            desk.approve(0, None)
            if end is not None:
                desk.lose(end)
            desk.run([0, 0], kill_at, [(moment, ("cancel", 0)), (moment + 2, ("hear",))])
            if retried:
                desk.retry(*retried[1:])
            desk.finish()
            assert desk.complaints == [], (moment, kill_at)
            desk.check()
