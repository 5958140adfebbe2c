"""How refusals end where others had a hand in it, or CDEK or the machine does not do its part: the real command, the real sandbox."""

import pytest
from relay import running_relay

from oint.cdek import Account, Client

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = ("--poll", "50ms", "--settle", "200ms", "--quiet")
BY_ANOTHER = "another request registered the refusal"


@pytest.fixture
def relay(box, oint):
    """A relay between the command and the sandbox."""
    with running_relay(box) as relay:
        oint.env["OINT_CDEK_URL"] = relay.url
        yield relay


def refused(box, uuid):
    return [row for row in box.truth(uuid)["refusals"] if row["http_status"] == 202]


def written(tmp_path, *lines, name="orders.txt"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


class Rival:
    """Another program that refuses each order just before the request that passes the relay, and is the one that succeeds."""

    def __init__(self, box, relay, *, shown):
        self.box, self.shown = box, shown
        self.requests = set()
        self.cdek = Client(Account(box.account, box.password), url=box.url)
        box.settings(refusal={"mode": "never"}, second_refusal="queued")
        relay.before, relay.rewrite = self._overtake, self._rewrite

    def _overtake(self, method, path):
        if method == "POST" and path.endswith("/refusal"):
            self.requests.add(self.cdek.orders.refuse(path.split("/")[-2]).request_uuid)

    def _rewrite(self, method, path, body):
        if method == "POST" and path.endswith("/refusal"):
            for _ in range(2):  # the other's request, and ours, which waits for it
                self.box.finish(path.split("/")[-2])
        if method == "GET" and not self.shown:
            body["requests"] = [row for row in body["requests"] if row["request_uuid"] not in self.requests]
        return body


@pytest.fixture(params=["newest first", "oldest first", "only ours shown"])
def rival(request, box, relay):
    box.settings(newest_first=request.param != "oldest first")
    return Rival(box, relay, shown=request.param != "only ours shown")


def two_refusals(box, uuid):
    """The states of the two refusals of an order at CDEK: the other program's, then ours."""
    return [row["state"] for row in refused(box, uuid)]


def test_register_confirms_an_order_that_another_program_refused_at_the_same_time(oint, box, order, rival):
    ended = oint("refusals", "register", order, "--poll", "50ms", "--json")
    row = ended.json[0]
    assert (ended.code, row["verdict"], row["code"], row["status"]) == (
        0,
        "confirmed",
        "by_another_request",
        "NOT_DELIVERED",
    )
    assert two_refusals(box, order) == ["SUCCESSFUL", "INVALID"]
    again = oint("refusals", "register", order)
    assert (again.code, BY_ANOTHER in again.out) == (0, True), again
    assert len(rival.requests) == 1, "nothing was sent again"


def test_a_batch_confirms_orders_that_another_program_refused_at_the_same_time(oint, box, rival, tmp_path):
    orders = box.order_batch(3, status=PARCEL)
    ended = oint("refusals", "run", written(tmp_path, *orders), *FAST, "--yes")
    assert (ended.code, ended.out) == (0, "confirmed: 3\n"), ended.err
    assert [two_refusals(box, uuid) for uuid in orders] == [["SUCCESSFUL", "INVALID"]] * 3
    rows = oint("refusals", "report", "--json").json
    assert [(row["verdict"], row["code"], row["sent"]) for row in rows] == [("confirmed", "by_another_request", 1)] * 3
    assert all(BY_ANOTHER in row["sentence"] for row in rows)
    assert all(row["return_number"] for row in rows)
    assert "другим запросом" in oint("refusals", "report", "--csv", OINT_LANG="ru").out
    assert len(rival.requests) == 3


def test_an_order_that_is_refused_in_the_cabinet_between_two_runs_is_confirmed_and_nothing_is_sent(oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once", "verdict": "invalid"})
    first, second, third = box.order_batch(3, status=PARCEL)
    path = written(tmp_path, first, second)
    assert oint("refusals", "run", path, *FAST, "--yes").code == 3
    box.settings(refusal={"mode": "at_once", "verdict": "by_rules"})
    for uuid in (first, second, third):
        box.move(uuid, "NOT_DELIVERED", "11")
    assert oint("refusals", "retry", "--rejected").code == 0
    ended = oint("refusals", "resume", *FAST)
    assert (ended.code, ended.out) == (0, "confirmed: 2\n"), ended.err
    assert [len(refused(box, uuid)) for uuid in (first, second)] == [1, 1], "those that CDEK rejected"
    ended = oint("refusals", "register", third, "--json")
    assert (ended.code, ended.json[0]["verdict"], ended.json[0]["sent"]) == (0, "confirmed", 0)
    assert box.truth(third)["refusals"] == []


def test_an_order_that_is_refused_in_the_cabinet_after_its_approval_is_confirmed_and_nothing_is_sent(
    oint, box, tmp_path
):
    uuid = box.order(status=PARCEL)
    oint("refusals", "plan", written(tmp_path, uuid), "--quiet")
    assert oint("refusals", "approve", "--yes").code == 0
    box.move(uuid, "NOT_DELIVERED", "11")
    ended = oint("refusals", "resume", *FAST)
    assert (ended.code, ended.out) == (0, "confirmed: 1\n"), ended.err
    assert box.truth(uuid)["refusals"] == []
