"""Webhooks out, to a real receiver: to whom, in which order, how often, and when a subscription ends."""

import pytest

from cdek_sandbox import SandboxError, running_sandbox
from tests.support.samples import sample
from tests.support.sandbox_api import Api, until
from tests.support.webhook_receiver import receiving

DAY = 86_400
WINDOW = 75 * 60


def sent(box):
    return box.webhooks()["events"]


def ended(box):
    return [row["ended"] for row in box.webhooks()["subscriptions"]]


def settled(box, count=1):
    """What was sent, once so many events have an end."""
    until(lambda: sum(row["state"] != "waiting" for row in sent(box)) >= count)
    return sent(box)


def tried(box, count):
    """The first event, once it was tried so often."""
    until(lambda: len(sent(box)[0]["attempts"]) >= count)
    return sent(box)[0]


def test_subscriber_gets_only_new_events_of_its_type_and_client(box, receiver, subscribe):
    box.order()
    subscribe()
    box.order(owner="other")
    box.control("POST", "/events", {"type": "DELIV_PROBLEM"})
    mine = box.order()
    assert {event["uuid"] for event in receiver.wait_for(2)} == {mine}
    assert {row["event"]["uuid"] for row in settled(box, 2)} == {mine}


def test_log_limits_ended_events_and_keeps_waiting_ones(box, receiver, subscribe):
    box.settings(webhooks={"kept": 2})
    uuid = box.order()
    subscribe()
    for _ in range(4):
        box.move(uuid, "TAKEN_BY_COURIER")
    receiver.wait_for(4)
    until(lambda: [row["state"] for row in sent(box)] == ["delivered"] * 2)
    box.settings(webhooks={"delay": 3600})
    for _ in range(3):
        box.move(uuid, "DELIVERED")
    assert [row["state"] for row in sent(box)] == ["delivered"] * 2 + ["waiting"] * 3


def test_a_pruned_log_stays_pruned_after_a_restart(tmp_path, receiver):
    file = tmp_path / "world.db"
    with running_sandbox(seed=1, db=file) as box:
        api = Api(box.url, box.account, box.password)
        box.settings(webhooks={"kept": 1})
        uuid = box.order()
        api.call("POST", "/webhooks", {"type": "ORDER_STATUS", "url": receiver.url})
        for code in ("TAKEN_BY_COURIER", "DELIVERED"):
            box.move(uuid, code)
        receiver.wait_for(2)
        until(lambda: [row["state"] for row in sent(box)] == ["delivered"])
        left = sent(box)
    with running_sandbox(db=file) as box:
        assert sent(box) == left
        box.move(uuid, "NOT_DELIVERED")
        until(lambda: [row["event"]["attributes"]["code"] for row in sent(box)] == ["NOT_DELIVERED"])


@pytest.mark.parametrize("kind", ["DOWNLOAD_PHOTO", "ACCOMPANYING_WAYBILL", "ORDER_MODIFIED", "DELIV_AGREEMENT"])
def test_any_event_can_be_sent_by_the_hand_of_a_test(box, receiver, subscribe, kind):
    subscribe(kind)
    expected = sample(f"WEBHOOK_{kind}")
    box.control("POST", "/events", {name: expected[name] for name in ("type", "uuid", "attributes")})
    assert receiver.wait_for(1)[0] | {"date_time": expected["date_time"]} == expected


def test_an_unknown_event_cannot_be_sent(box):
    with pytest.raises(SandboxError, match="ORDER_LOST"):
        box.control("POST", "/events", {"type": "ORDER_LOST"})


def test_events_may_come_twice(box, receiver, subscribe):
    box.settings(webhooks={"duplicated": 1})
    uuid = box.order()
    subscribe()
    box.move(uuid, "DELIVERED")
    first, second = receiver.wait_for(2)
    assert first == second


def test_events_may_overtake_each_other(box, receiver, subscribe):
    uuid = box.order()
    subscribe()
    box.settings(webhooks={"reordered": 1})
    for code in ("TAKEN_BY_COURIER", "DELIVERED", "NOT_DELIVERED"):
        box.move(uuid, code)
    receiver.wait_for(2)
    assert receiver.codes == ["DELIVERED", "TAKEN_BY_COURIER"]
    box.pass_time(10)  # nothing overtakes the last one: it is held for a while only
    receiver.wait_for(3)
    assert receiver.codes[2] == "NOT_DELIVERED"


def test_events_may_come_late_on_the_sandboxs_clock(box, receiver, subscribe):
    uuid = box.order()
    subscribe()
    box.settings(webhooks={"delay": 3600})
    box.move(uuid, "DELIVERED")
    assert (sent(box)[0]["state"], sent(box)[0]["attempts"], receiver.events) == ("waiting", [], [])
    box.pass_time(3600)
    assert receiver.wait_for(1)[0]["attributes"]["code"] == "DELIVERED"


def test_a_receiver_that_breaks_off_is_tried_again_when_the_clock_says_so(box, receiver, subscribe):
    uuid = box.order()
    receiver.answers = ["close", "close"]
    subscribe()
    box.move(uuid, "DELIVERED")
    assert tried(box, 1)["attempts"][0]["failure"] == "no_answer"
    box.pass_time(WINDOW / 12 + 1)
    tried(box, 2)
    box.pass_time(WINDOW / 12 + 1)
    row = settled(box)[0]
    assert (row["state"], [one["status"] for one in row["attempts"]]) == ("delivered", [None, None, 200])
    assert ended(box) == [None]


def test_a_receiver_that_is_too_slow_is_tried_again(box, receiver, subscribe):
    uuid = box.order()
    receiver.answers = ["hang"]
    box.settings(webhooks={"timeout": 0.2})
    subscribe()
    box.move(uuid, "DELIVERED")
    assert tried(box, 1)["attempts"][0]["failure"] == "timeout"
    box.pass_time(WINDOW)
    assert settled(box)[0]["state"] == "delivered"


def test_dead_receiver_is_disabled_after_twelve_attempts_in_75_minutes(box, api, subscribe):
    with receiving() as gone:
        url = gone.url
    subscribe(url=url)
    subscribe("PRINT_FORM", url=url)
    uuid = box.order()
    first = tried(box, 1)
    assert first["attempts"][0]["failure"] == "unreachable"
    box.pass_time(WINDOW)
    rows = settled(box, 2)
    assert [len(row["attempts"]) for row in rows if row["state"] == "given_up"] == [12]
    assert {row["event"]["uuid"] for row in rows} == {uuid}
    assert ended(box) == ["no_answer", "no_answer"]
    api.login()
    assert api.call("GET", "/webhooks").body == []


def test_a_bad_answer_is_not_repeated_and_ends_the_subscription_after_a_day(box, api, receiver, subscribe):
    uuid = box.order()
    receiver.answers = [500]
    subscribe()
    box.move(uuid, "TAKEN_BY_COURIER")
    row = settled(box)[0]
    assert (row["state"], row["attempts"][0]["status"]) == ("refused", 500)
    box.move(uuid, "DELIVERED")
    assert settled(box, 2)[1]["state"] == "delivered"
    box.pass_time(DAY - 60)
    assert ended(box) == [None]
    box.pass_time(61)
    assert ended(box) == ["bad_answer"]
    api.login()
    assert api.call("GET", "/webhooks").body == []
    box.move(uuid, "NOT_DELIVERED")
    assert len(sent(box)) == 2


@pytest.mark.parametrize("status", [201, 204, 301, 404])
def test_nothing_but_200_is_a_good_answer(box, receiver, subscribe, status):
    uuid = box.order()
    receiver.answers = [status]
    subscribe()
    box.move(uuid, "DELIVERED")
    assert settled(box)[0]["state"] == "refused"


def test_a_good_answer_may_make_up_for_a_bad_one(box, receiver, subscribe):
    box.settings(webhooks={"forgiven": True})
    uuid = box.order()
    receiver.answers = [500]
    subscribe()
    box.move(uuid, "TAKEN_BY_COURIER")
    box.move(uuid, "DELIVERED")
    settled(box, 2)
    box.pass_time(2 * DAY)
    assert ended(box) == [None]


def test_waiting_events_are_dropped_with_their_subscription(box, api, receiver, subscribe):
    uuid = box.order()
    box.settings(webhooks={"delay": 3600})
    webhook = subscribe()
    box.move(uuid, "DELIVERED")
    api.call("DELETE", f"/webhooks/{webhook}")
    box.pass_time(3600)
    assert settled(box)[0]["state"] == "dropped"
    assert receiver.events == []


@pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]"])
def test_nothing_leaves_this_machine(box, api, subscribe, host):
    uuid = box.order()
    subscribe(url=f"http://{host}/hook")
    box.move(uuid, "DELIVERED")
    row = settled(box)[0]
    assert (row["state"], row["attempts"][0]["failure"]) == ("blocked", "not_loopback")
    assert len(api.call("GET", "/webhooks").body) == 1


def test_a_reset_forgets_subscribers_and_what_was_on_its_way(box, receiver, subscribe):
    uuid = box.order()
    receiver.answers = ["hang"]
    subscribe()
    box.move(uuid, "DELIVERED")
    receiver.wait_for(1)
    box.reset(seed=1)
    assert box.webhooks() == {"subscriptions": [], "events": []}
    box.order()
    assert sent(box) == []


def test_restart_continues_undelivered_events(tmp_path, receiver):
    file = tmp_path / "world.db"
    receiver.answers = ["close"]
    with running_sandbox(seed=1, db=file) as box:
        uuid = box.order()
        api = Api(box.url, box.account, box.password)
        api.call("POST", "/webhooks", {"type": "ORDER_STATUS", "url": receiver.url})
        box.move(uuid, "DELIVERED")
        tried(box, 1)
        box.process.kill()
        box.process.wait(30)
    with running_sandbox(db=file) as box:
        box.pass_time(WINDOW)
        assert settled(box)[0]["state"] == "delivered"
        box.move(uuid, "NOT_DELIVERED")
        receiver.wait_for(3)
    assert receiver.codes == ["DELIVERED", "DELIVERED", "NOT_DELIVERED"]
