"""Webhooks out, to a real receiver: to whom, in which order, how often, and when a subscription ends."""

import pytest

from cdek_sandbox import SandboxError, running_sandbox
from tests.support.samples import sample
from tests.support.sandbox_api import Api, until
from tests.support.webhook_receiver import receiving

DAY = 86_400
WINDOW = 75 * 60


def sent(sandbox):
    return sandbox.webhooks()["events"]


def ended(sandbox):
    return [row["ended"] for row in sandbox.webhooks()["subscriptions"]]


def settled(sandbox, count=1):
    """What was sent, once so many events have an end."""
    until(lambda: sum(row["state"] != "waiting" for row in sent(sandbox)) >= count)
    return sent(sandbox)


def tried(sandbox, count):
    """The first event, once it was tried so often."""
    until(lambda: len(sent(sandbox)[0]["attempts"]) >= count)
    return sent(sandbox)[0]


def test_subscriber_gets_only_new_events_of_its_type_and_client(sandbox, receiver, subscribe):
    sandbox.order()
    subscribe()
    sandbox.order(owner="other")
    sandbox.control("POST", "/events", {"type": "DELIV_PROBLEM"})
    mine = sandbox.order()
    assert {event["uuid"] for event in receiver.wait_for(2)} == {mine}
    assert {row["event"]["uuid"] for row in settled(sandbox, 2)} == {mine}


def test_log_limits_ended_events_and_keeps_waiting_ones(sandbox, receiver, subscribe):
    sandbox.settings(webhooks={"kept": 2})
    uuid = sandbox.order()
    subscribe()
    for _ in range(4):
        sandbox.move(uuid, "TAKEN_BY_COURIER")
    receiver.wait_for(4)
    until(lambda: [row["state"] for row in sent(sandbox)] == ["delivered"] * 2)
    sandbox.settings(webhooks={"delay": 3600})
    for _ in range(3):
        sandbox.move(uuid, "DELIVERED")
    assert [row["state"] for row in sent(sandbox)] == ["delivered"] * 2 + ["waiting"] * 3


def test_a_pruned_log_stays_pruned_after_a_restart(tmp_path, receiver):
    file = tmp_path / "world.db"
    with running_sandbox(seed=1, db=file) as sandbox:
        api = Api(sandbox.url, sandbox.account, sandbox.password)
        sandbox.settings(webhooks={"kept": 1})
        uuid = sandbox.order()
        api.call("POST", "/webhooks", {"type": "ORDER_STATUS", "url": receiver.url})
        for code in ("TAKEN_BY_COURIER", "DELIVERED"):
            sandbox.move(uuid, code)
        receiver.wait_for(2)
        until(lambda: [row["state"] for row in sent(sandbox)] == ["delivered"])
        left = sent(sandbox)
    with running_sandbox(db=file) as sandbox:
        assert sent(sandbox) == left
        sandbox.move(uuid, "NOT_DELIVERED")
        until(lambda: [row["event"]["attributes"]["code"] for row in sent(sandbox)] == ["NOT_DELIVERED"])


@pytest.mark.parametrize("kind", ["DOWNLOAD_PHOTO", "ACCOMPANYING_WAYBILL", "ORDER_MODIFIED", "DELIV_AGREEMENT"])
def test_any_event_can_be_sent_by_the_hand_of_a_test(sandbox, receiver, subscribe, kind):
    subscribe(kind)
    expected = sample(f"WEBHOOK_{kind}")
    sandbox.control("POST", "/events", {name: expected[name] for name in ("type", "uuid", "attributes")})
    assert receiver.wait_for(1)[0] | {"date_time": expected["date_time"]} == expected


def test_an_unknown_event_cannot_be_sent(sandbox):
    with pytest.raises(SandboxError, match="ORDER_LOST"):
        sandbox.control("POST", "/events", {"type": "ORDER_LOST"})


def test_events_may_come_twice(sandbox, receiver, subscribe):
    sandbox.settings(webhooks={"duplicated": 1})
    uuid = sandbox.order()
    subscribe()
    sandbox.move(uuid, "DELIVERED")
    first, second = receiver.wait_for(2)
    assert first == second


def test_events_may_overtake_each_other(sandbox, receiver, subscribe):
    uuid = sandbox.order()
    subscribe()
    sandbox.settings(webhooks={"reordered": 1})
    for code in ("TAKEN_BY_COURIER", "DELIVERED", "NOT_DELIVERED"):
        sandbox.move(uuid, code)
    receiver.wait_for(2)
    assert receiver.codes == ["DELIVERED", "TAKEN_BY_COURIER"]
    sandbox.pass_time(10)  # nothing overtakes the last one: it is held for a while only
    receiver.wait_for(3)
    assert receiver.codes[2] == "NOT_DELIVERED"


def test_events_may_come_late_on_the_sandboxs_clock(sandbox, receiver, subscribe):
    uuid = sandbox.order()
    subscribe()
    sandbox.settings(webhooks={"delay": 3600})
    sandbox.move(uuid, "DELIVERED")
    assert (sent(sandbox)[0]["state"], sent(sandbox)[0]["attempts"], receiver.events) == ("waiting", [], [])
    sandbox.pass_time(3600)
    assert receiver.wait_for(1)[0]["attributes"]["code"] == "DELIVERED"


def test_a_receiver_that_breaks_off_is_tried_again_when_the_clock_says_so(sandbox, receiver, subscribe):
    uuid = sandbox.order()
    receiver.answers = ["close", "close"]
    subscribe()
    sandbox.move(uuid, "DELIVERED")
    assert tried(sandbox, 1)["attempts"][0]["failure"] == "no_answer"
    sandbox.pass_time(WINDOW / 12 + 1)
    tried(sandbox, 2)
    sandbox.pass_time(WINDOW / 12 + 1)
    row = settled(sandbox)[0]
    assert (row["state"], [one["status"] for one in row["attempts"]]) == ("delivered", [None, None, 200])
    assert ended(sandbox) == [None]


def test_a_receiver_that_is_too_slow_is_tried_again(sandbox, receiver, subscribe):
    uuid = sandbox.order()
    receiver.answers = ["hang"]
    sandbox.settings(webhooks={"timeout": 0.2})
    subscribe()
    sandbox.move(uuid, "DELIVERED")
    assert tried(sandbox, 1)["attempts"][0]["failure"] == "timeout"
    sandbox.pass_time(WINDOW)
    assert settled(sandbox)[0]["state"] == "delivered"


def test_dead_receiver_is_disabled_after_twelve_attempts_in_75_minutes(sandbox, api, subscribe):
    with receiving() as gone:
        url = gone.url
    subscribe(url=url)
    subscribe("PRINT_FORM", url=url)
    uuid = sandbox.order()
    first = tried(sandbox, 1)
    assert first["attempts"][0]["failure"] == "unreachable"
    sandbox.pass_time(WINDOW)
    rows = settled(sandbox, 2)
    assert [len(row["attempts"]) for row in rows if row["state"] == "given_up"] == [12]
    assert {row["event"]["uuid"] for row in rows} == {uuid}
    assert ended(sandbox) == ["no_answer", "no_answer"]
    api.login()
    assert api.call("GET", "/webhooks").body == []


def test_a_bad_answer_is_not_repeated_and_ends_the_subscription_after_a_day(sandbox, api, receiver, subscribe):
    uuid = sandbox.order()
    receiver.answers = [500]
    subscribe()
    sandbox.move(uuid, "TAKEN_BY_COURIER")
    row = settled(sandbox)[0]
    assert (row["state"], row["attempts"][0]["status"]) == ("refused", 500)
    sandbox.move(uuid, "DELIVERED")
    assert settled(sandbox, 2)[1]["state"] == "delivered"
    sandbox.pass_time(DAY - 60)
    assert ended(sandbox) == [None]
    sandbox.pass_time(61)
    assert ended(sandbox) == ["bad_answer"]
    api.login()
    assert api.call("GET", "/webhooks").body == []
    sandbox.move(uuid, "NOT_DELIVERED")
    assert len(sent(sandbox)) == 2


@pytest.mark.parametrize("status", [201, 204, 301, 404])
def test_nothing_but_200_is_a_good_answer(sandbox, receiver, subscribe, status):
    uuid = sandbox.order()
    receiver.answers = [status]
    subscribe()
    sandbox.move(uuid, "DELIVERED")
    assert settled(sandbox)[0]["state"] == "refused"


def test_a_good_answer_may_make_up_for_a_bad_one(sandbox, receiver, subscribe):
    sandbox.settings(webhooks={"forgiven": True})
    uuid = sandbox.order()
    receiver.answers = [500]
    subscribe()
    sandbox.move(uuid, "TAKEN_BY_COURIER")
    sandbox.move(uuid, "DELIVERED")
    settled(sandbox, 2)
    sandbox.pass_time(2 * DAY)
    assert ended(sandbox) == [None]


def test_waiting_events_are_dropped_with_their_subscription(sandbox, api, receiver, subscribe):
    uuid = sandbox.order()
    sandbox.settings(webhooks={"delay": 3600})
    webhook = subscribe()
    sandbox.move(uuid, "DELIVERED")
    api.call("DELETE", f"/webhooks/{webhook}")
    sandbox.pass_time(3600)
    assert settled(sandbox)[0]["state"] == "dropped"
    assert receiver.events == []


@pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]"])
def test_nothing_leaves_this_machine(sandbox, api, subscribe, host):
    uuid = sandbox.order()
    subscribe(url=f"http://{host}/hook")
    sandbox.move(uuid, "DELIVERED")
    row = settled(sandbox)[0]
    assert (row["state"], row["attempts"][0]["failure"]) == ("blocked", "not_loopback")
    assert len(api.call("GET", "/webhooks").body) == 1


def test_a_reset_forgets_subscribers_and_what_was_on_its_way(sandbox, receiver, subscribe):
    uuid = sandbox.order()
    receiver.answers = ["hang"]
    subscribe()
    sandbox.move(uuid, "DELIVERED")
    receiver.wait_for(1)
    sandbox.reset(seed=1)
    assert sandbox.webhooks() == {"subscriptions": [], "events": []}
    sandbox.order()
    assert sent(sandbox) == []


def test_restart_continues_undelivered_events(tmp_path, receiver):
    file = tmp_path / "world.db"
    receiver.answers = ["close"]
    with running_sandbox(seed=1, db=file) as sandbox:
        uuid = sandbox.order()
        api = Api(sandbox.url, sandbox.account, sandbox.password)
        api.call("POST", "/webhooks", {"type": "ORDER_STATUS", "url": receiver.url})
        sandbox.move(uuid, "DELIVERED")
        tried(sandbox, 1)
        sandbox.process.kill()
        sandbox.process.wait(30)
    with running_sandbox(db=file) as sandbox:
        sandbox.pass_time(WINDOW)
        assert settled(sandbox)[0]["state"] == "delivered"
        sandbox.move(uuid, "NOT_DELIVERED")
        receiver.wait_for(3)
    assert receiver.codes == ["DELIVERED", "DELIVERED", "NOT_DELIVERED"]
