"""Any history of one order against a model that is written apart from the sandbox."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cdek_sandbox import Sandbox
from tests.support.sandbox_api import Api

TRAVELLING = ["RECEIVED_AT_SHIPMENT_WAREHOUSE", "TAKEN_BY_COURIER", "ACCEPTED_AT_PICK_UP_POINT"]
ENDS = ["DELIVERED", "NOT_DELIVERED"]
_TYPES = {"refuse": "CREATE_REFUSAL", "delete": "DELETE", "return": "CREATE_CLIENT_RETURN"}


class History(RuleBasedStateMachine):
    sandbox: Sandbox

    @initialize()
    def one_order(self):
        self.sandbox.reset(seed=3)
        never = {"mode": "never"}
        self.sandbox.settings(create=never, refusal=never, delete=never, client_return=never)
        self.api = Api(self.sandbox.url, self.sandbox.account, self.sandbox.password)
        self.uuid = self.api.create()
        self.status = "ACCEPTED"
        self.queue = [("CREATE", "create")]
        self.done = []
        self.links = 0
        self.received = 0

    def _queued(self, answer, kind):
        assert answer.status == 202
        assert answer.entry["state"] == ("WAITING" if self.queue else "ACCEPTED")
        self.queue.append((_TYPES[kind], kind))

    @rule()
    def refuse(self):
        answer = self.api.refuse(self.uuid)
        self.received += 1
        if self.status == "REMOVED":
            assert (answer.status, answer.code) == (400, "v2_entity_not_found")
        elif any(kind == "refuse" for _, kind in self.queue):
            assert (answer.status, answer.code) == (400, "v2_similar_request_still_processed")
        elif self.status == "INVALID":
            assert (answer.status, answer.code) == (400, "v2_entity_invalid")
        else:
            self._queued(answer, "refuse")

    @rule()
    def delete(self):
        self._queued(self.api.call("DELETE", f"/orders/{self.uuid}"), "delete")

    @rule()
    def return_from_client(self):
        answer = self.api.call("POST", f"/orders/{self.uuid}/clientReturn", {"tariff_code": 139})
        self._queued(answer, "return")

    @precondition(lambda self: self.queue)
    @rule()
    def verdict(self):
        self.sandbox.finish(self.uuid)
        name, kind = self.queue.pop(0)
        good = {
            "create": True,
            "refuse": self.status not in {*ENDS, "REMOVED", "INVALID"},
            "delete": self.status == "CREATED",
            "return": self.status == "DELIVERED",
        }[kind]
        self.done.append((name, "SUCCESSFUL" if good else "INVALID"))
        if good:
            self.status = {"create": "CREATED", "refuse": "NOT_DELIVERED", "delete": "REMOVED"}.get(kind, self.status)
            self.links += kind in {"refuse", "return"}

    @precondition(lambda self: self.status != "ACCEPTED")
    @rule(status=st.sampled_from(TRAVELLING + ENDS))
    def move(self, status):
        self.sandbox.move(self.uuid, status)
        self.status = status

    @invariant()
    def the_card_tells_the_same_story(self):
        card = self.api.card(self.uuid).body
        assert card["entity"]["statuses"][0]["code"] == self.status
        waiting = [(name, "WAITING" if place else "ACCEPTED") for place, (name, _) in enumerate(self.queue)]
        assert [(row["type"], row["state"]) for row in card["requests"][::-1]] == self.done + waiting
        assert len(card["related_entities"]) == self.links
        assert len(self.sandbox.truth(self.uuid)["refusals"]) == self.received


def test_any_history_of_an_order_goes_as_a_model_written_apart_says(session_sandbox):
    History.sandbox = session_sandbox
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
