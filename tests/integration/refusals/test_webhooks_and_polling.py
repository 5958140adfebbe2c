"""Webhooks and polling in any order, repeated or missing: the verdict is always the card's."""

import asyncio
import json
import tempfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from oint.cdek._http import HttpResponse
from oint.cdek._protocol import parse_response
from oint.cdek.errors import OutcomeUnknown
from oint.refusals.batch.events import EventHandler
from oint.refusals.batch.options import RunOptions
from oint.refusals.batch.row_processor import RunContext
from oint.refusals.batch.worker import Worker
from oint.refusals.circuit_breaker import CircuitBreaker
from oint.refusals.input.rows import InputRow
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.ledger.approval import approve
from oint.refusals.ledger.queries import read_order_history
from oint.refusals.ledger.rows import batch_id_range
from oint.refusals.register import PollingPolicy
from oint.refusals.verdicts import DELETE
from oint.refusals.webhooks import extract_order_uuid
from tests.support.fake_time import LedgerWriter, Loop, RateLimiter

ORDER = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
ANOTHER = "0c6b403d-000a-4d64-a282-798607b5e01f"
SETTLE = 10.0
TYPES = ("ORDER_STATUS", "PRINT_FORM", "DELIV_AGREEMENT", "ORDER_MODIFIED", "MADE_UP")

histories = st.fixed_dictionaries(
    {
        "answered": st.booleans(),
        "received": st.booleans(),
        "seen": st.floats(0, SETTLE / 2),
        "decided": st.floats(0, 40),
        "end": st.sampled_from(["SUCCESSFUL", "INVALID", "NOT_DELIVERED"]),
    }
)
bodies = st.builds(
    lambda kind, uuid, code: json.dumps({"type": kind, "uuid": uuid, "attributes": {"code": code}}).encode(),
    st.sampled_from(TYPES),
    st.sampled_from([ORDER, ORDER.upper(), ANOTHER, None]),
    st.sampled_from(["NOT_DELIVERED", "DELIVERED", "CREATED", "INVALID"]),
) | st.binary(max_size=20)
events = st.lists(st.tuples(st.floats(0, 90), bodies), max_size=12)


class Cdek:
    """An order whose card follows a history. A refusal received while another is active counts as wrong."""

    def __init__(self, history, clock):
        self.history, self.clock = history, clock
        self.received_at = []
        self.sent = self.wrong = 0
        self.context = SimpleNamespace(rng=lambda: 0.0, wall_clock=clock)

    async def run(self, flow):
        flow.close()

    async def call(self, request):
        if request.operation == "refuse":
            return self._receive_refusal(request)
        return parse_response(request, HttpResponse(200, {}, json.dumps(self._card()).encode()))

    def _receive_refusal(self, request):
        self.sent += 1
        is_lost = self.sent == 1 and not self.history["answered"]
        if is_lost and not self.history["received"]:
            raise OutcomeUnknown("timeout")
        self.wrong += any(self._state(moment) != "INVALID" for moment in self.received_at)
        self.received_at.append(self.clock())
        if is_lost:
            raise OutcomeUnknown("timeout")
        body = {"entity": {"uuid": ORDER}, "requests": [self._entry(len(self.received_at), "ACCEPTED")]}
        return parse_response(request, HttpResponse(202, {}, json.dumps(body).encode()))

    def _entry(self, number, state):
        entry = {"request_uuid": f"refusal-{number}", "type": "CREATE_REFUSAL", "state": state}
        return entry | {"errors": [{"code": "no", "message": "no"}] if state == "INVALID" else []}

    def _state(self, received_at):
        """Return the state of a refusal that was received at a time, or None before the card shows it."""
        age = self.clock() - received_at - self.history["seen"]
        if age < 0:
            return None
        return self.history["end"] if age >= self.history["decided"] else "ACCEPTED"

    @property
    def decided_at(self):
        return self.received_at[-1] + self.history["seen"] + self.history["decided"]

    def _card(self):
        states = [(number, self._state(moment)) for number, moment in enumerate(self.received_at, 1)]
        is_refused = any(state in {"SUCCESSFUL", "NOT_DELIVERED"} for _, state in states)
        status = {"code": "NOT_DELIVERED", "reason_code": "11"} if is_refused else {"code": "ACCEPTED_AT_PICK_UP_POINT"}
        entries = [
            self._entry(number, "ACCEPTED" if state == "NOT_DELIVERED" else state) for number, state in states if state
        ]
        return {"entity": {"uuid": ORDER, "cdek_number": "1", "statuses": [status]}, "requests": entries}


def run_with_webhooks(history, webhooks, *, even_if_billed):
    """Return verdict, sends, wrong sends, time of the verdict and time of CDEK's decision."""
    with tempfile.TemporaryDirectory() as folder, closing(open_ledger(str(Path(folder) / "ledger"))) as ledger:
        tenant = ledger.get_or_create_tenant("https://cdek", "shop")
        batch = planning.create_batch(ledger, tenant, "file", "file", "txt", even_if_billed=even_if_billed)
        planning.insert_rows(ledger, batch, [InputRow(1, ORDER, None, None, None)])
        approve(ledger, batch, by="test", insist=DELETE if even_if_billed else None)
        fence = ledger.create_claim("worker", "machine", "process", 1e6)
        transition_times = []
        with asyncio.Runner(loop_factory=Loop) as runner:
            loop = runner.get_loop()
            cdek = Cdek(history, loop.time)
            handler = EventHandler()
            handler.on_transition = lambda _row, _before: transition_times.append(loop.time())
            options = RunOptions(wait=300, polling=PollingPolicy(first=3, longest=20, settle=SETTLE))
            context = RunContext(
                cdek, tenant, fence, LedgerWriter(ledger, fence), RateLimiter(), CircuitBreaker(lambda: 0.0), options, handler, loop.time, 1e6
            )  # fmt: skip
            worker = Worker(context, 0.0)
            for moment, body in webhooks:
                uuid = extract_order_uuid(body)
                if uuid is not None:
                    loop.call_at(moment, worker.on_webhook, {uuid})
            runner.run(worker.work(batch_id_range(batch.id)))
        ((record, steps),) = read_order_history(ledger, ORDER)
        return (
            (steps[-1].state_to, record.record.code),
            cdek.sent,
            cdek.wrong,
            transition_times[-1],
            cdek.decided_at,
        )


@settings(max_examples=100, deadline=None)
@given(histories, events, st.booleans())
def test_webhooks_hasten_a_verdict_and_never_change_it(history, webhooks, even_if_billed):
    alone = run_with_webhooks(history, [], even_if_billed=even_if_billed)
    together = run_with_webhooks(history, webhooks, even_if_billed=even_if_billed)
    assert alone[0] == (("rejected", "no") if history["end"] == "INVALID" else ("confirmed", None))
    assert together[0] == alone[0]
    assert together[1] == alone[1]
    assert together[2] == alone[2] == 0
    assert together[3] >= together[4], "told before CDEK had decided"


def test_webhook_brings_the_verdict_at_once():
    history = {"answered": True, "received": True, "seen": 0.0, "decided": 30.0, "end": "SUCCESSFUL"}
    body = json.dumps({"type": "ORDER_STATUS", "uuid": ORDER}).encode()
    *_, alone, decided = run_with_webhooks(history, [], even_if_billed=True)
    *_, with_webhook, _ = run_with_webhooks(history, [(31.0, body)], even_if_billed=True)
    assert decided <= with_webhook < alone
