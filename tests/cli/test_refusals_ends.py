"""How refusals end where others had a hand in it, or CDEK or the machine does not do its part: the real command, the real sandbox."""

import re
import shlex
from contextlib import closing

import pytest
from relay import running_relay

from oint.cdek import Account, Client
from oint.refusals.ledger import open_ledger

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


def received(box, uuid):
    """How many refusals of an order CDEK has received, answered or not."""
    return len(box.truth(uuid)["refusals"])


def written(tmp_path, *lines, name="orders.txt"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def change_ledger(oint, sql, *values):
    """Change the default ledger as a test needs it."""
    with (
        closing(open_ledger(str(oint.home / "data" / "refusals.sqlite"))) as ledger,
        ledger.database.write_transaction() as cursor,
    ):
        cursor.fetch_all(sql, *values)


class Rival:
    """Another program that refuses each order just before the request that passes the relay, and is the one that succeeds."""

    def __init__(self, box, relay, cdek, *, shown):
        self.box, self.cdek, self.shown = box, cdek, shown
        self.requests = set()
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
    with Client(Account(box.account, box.password), url=box.url) as cdek:
        yield Rival(box, relay, cdek, shown=request.param != "only ours shown")


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
    assert all(BY_ANOTHER in row["text"] for row in rows)
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


def hints(report, verb="then"):
    """The commands that a report names, as their words: (retry, resume)."""
    found = re.findall(rf"oint (refusals retry [^,]*(?:,[^, ]+)*), {verb} oint (refusals resume [^\n]+)", report)
    return [tuple(command.split() for command in pair) for pair in found]


@pytest.fixture
def mixed(oint, box, tmp_path):
    """A batch in which insisting makes sense for three rows of ten; the orders by their rows."""
    box.settings(refusal={"mode": "at_once"})
    statuses = ("CREATED", "DELIVERED", "CREATED", "INVALID", "REMOVED", "CREATED", PARCEL)
    orders = [box.order(status=status) for status in statuses]
    orders += [box.order(status="NOT_DELIVERED", reason_code=reason) for reason in ("26", "27", "1")]
    ended = oint("refusals", "run", written(tmp_path, *orders, name="mixed.txt"), *FAST, "--yes")
    assert (ended.code, ended.out) == (9, "not sent, see the advice: 9, confirmed: 1\n"), ended.err
    return dict(enumerate(orders, 1))


def sent_of(box, orders):
    """The rows whose order got a refusal."""
    return {row for row, uuid in orders.items() if refused(box, uuid)}


@pytest.mark.parametrize(("language", "verb"), [("en", "then"), ("ru", "затем")])
def test_the_hint_for_several_rows_names_them_all_and_sends_them_alone_when_typed(oint, box, mixed, language, verb):
    ((retry, resume),) = hints(oint("refusals", "report", OINT_LANG=language).out, verb)
    assert retry[-1] == "1,3,6"
    assert oint(*retry).out == "Batch 1: new attempts: 3\n"
    assert oint(*resume, *FAST).code == 9
    assert sent_of(box, mixed) == {1, 3, 6, 7}


def test_the_hint_of_a_row_in_a_workbook_names_that_row_and_no_other_row_has_one(oint, box, mixed, tmp_path):
    calamine = pytest.importorskip("python_calamine", reason="the extra for tables is not installed")
    assert oint("refusals", "report", "--xlsx", "report.xlsx").code == 0
    sheets = calamine.CalamineWorkbook.from_path(tmp_path / "report.xlsx")
    head, *rows = sheets.get_sheet_by_index(0).to_python()
    steps = {int(row[head.index("Row")]): hints(row[head.index("Next step")]) for row in rows}
    assert [(row, found[0][0][-1]) for row, found in steps.items() if found] == [(1, "1"), (3, "3"), (6, "6")]
    ((retry, resume),) = steps[3]
    assert (oint(*retry).code, oint(*resume, *FAST).code) == (0, 9)
    assert sent_of(box, mixed) == {3, 7}


def test_a_hint_names_the_ledger_that_the_report_was_read_from(oint, box, tmp_path):
    created = box.order(status="CREATED")
    box.settings(refusal={"mode": "at_once"})
    ledger = ("--ledger", "the ledger.sqlite")
    assert oint("refusals", "run", written(tmp_path, created), *FAST, "--yes", *ledger).code == 6
    for words in (("report",), ("report", "--json"), ("show", created)):
        assert "--row 1 --ledger 'the ledger.sqlite'" in oint("refusals", *words, *ledger).out
    text = oint("refusals", "report", *ledger).out
    retry, resume = (shlex.split(command) for command in re.search(r"oint (.*), then oint (.*)", text).groups())
    assert oint(*retry).code == 0
    assert oint(*resume, *FAST).out == "confirmed: 1\n"


def test_the_hint_for_many_scattered_rows_is_short_and_works(oint, box, tmp_path):
    orders = box.order_batch(300, status=PARCEL)
    oint("refusals", "plan", written(tmp_path, *orders), "--quiet")
    change_ledger(oint, "UPDATE refusal SET state = 'advised', advice = 'delete', status = 'CREATED' WHERE id % 2 = 0")
    ((retry, _),) = hints(oint("refusals", "report").out)
    assert retry[-2:] == ["--code", "delete"]
    assert oint(*retry).out == "Batch 1: new attempts: 150\n"


def test_the_hint_for_a_long_run_of_rows_names_its_ends(oint, box, tmp_path):
    orders = box.order_batch(60, status=PARCEL)
    oint("refusals", "plan", written(tmp_path, *orders), "--quiet")
    change_ledger(oint, "UPDATE refusal SET state = 'planned', sent = 2 WHERE id % 4294967296 <> 30")
    ((retry, _),) = hints(oint("refusals", "report").out)
    assert retry[-1] == "1-29,31-60"
    assert oint(*retry).out == "Batch 1: new attempts: 59\n"


def test_the_hint_for_many_lost_rows_names_them_by_their_state(oint, box, tmp_path):
    orders = box.order_batch(300, status=PARCEL)
    oint("refusals", "plan", written(tmp_path, *orders), "--quiet")
    change_ledger(oint, "UPDATE refusal SET state = 'planned', sent = 2, trouble = 'outcome_unknown' WHERE id % 2 = 0")
    ((retry, _),) = hints(oint("refusals", "report").out)
    assert oint(*retry).out == "Batch 1: new attempts: 150\n"


def test_the_hint_of_duplicates_names_the_row_of_the_other_batch_that_they_wait_for(oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once", "verdict": "invalid"})
    uuid = box.order(status=PARCEL, im_number="twice")
    for lines, name in (
        ((box.order(status=PARCEL), uuid), "one.txt"),
        ((box.order(status=PARCEL), uuid, "twice"), "two.txt"),
    ):
        oint("refusals", "plan", written(tmp_path, *lines, name=name), "--quiet")
        assert oint("refusals", "approve", "--yes").code == 0
    assert oint("refusals", "resume", "2", *FAST).code in {3, 9}
    assert oint("refusals", "resume", "1", *FAST).code in {3, 9}
    text = oint("refusals", "report", "2").out
    assert {tuple(retry) for retry, _ in hints(text)} >= {("refusals", "retry", "1", "--row", "2")}, text


def test_equal_reasons_are_counted_though_each_names_its_own_order(oint, tmp_path):
    unknown = [f"11111111-2222-3333-4444-55555555555{number}" for number in range(3)]
    oint("refusals", "run", written(tmp_path, *unknown), *FAST, "--yes")
    text = oint("refusals", "report").out
    assert "Rows: 3 · CDEK did not register the refusal: v2_entity_not_found: Entity is not found by uuid …\n" in text
    assert all(uuid in text for uuid in unknown)
    single = oint("refusals", "run", written(tmp_path, unknown[0], name="single.txt"), *FAST, "--yes")
    assert single.code == 3
    assert f"by uuid {unknown[0]}\n" in oint("refusals", "report").out


def test_an_error_within_cdek_is_to_be_repeated_later_by_the_row_that_the_hint_names(oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once", "verdict": "invalid"})
    orders = box.order_batch(3, status=PARCEL)
    assert oint("refusals", "run", written(tmp_path, *orders), *FAST, "--yes").code == 3
    rows = oint("refusals", "report", "--json").json
    assert {(row["code"], row["retry"], row["step"]) for row in rows} == {("v2_internal_error", "later", "retry_later")}
    assert all("retry this refusal later" in row["next_step"] for row in rows)
    text = oint("refusals", "report").out
    assert "Rows: 3 · CDEK did not register the refusal: v2_internal_error: Internal error\n" in text
    box.settings(refusal={"mode": "at_once", "verdict": "by_rules"})
    retry, resume = hints(rows[1]["next_step"])[0]
    assert oint(*retry).out == "Batch 1: new attempts: 1\n"
    assert oint(*resume, *FAST).out == "confirmed: 1, rejected: 2\n"
    assert [len(refused(box, uuid)) for uuid in orders] == [1, 2, 1]
    again = oint("refusals", "register", orders[0], "--poll", "50ms", "--json")
    assert (again.code, again.json[0]["verdict"]) == (0, "confirmed"), "a person who names it again sends it again"


REASONS = {
    ("NOT_DELIVERED", "26"): ("claim", "File a claim with CDEK"),
    ("NOT_DELIVERED", "27"): ("claim", "ask CDEK for the grounds"),
    ("NOT_DELIVERED", "8"): ("nothing", "file a claim"),
    ("NOT_DELIVERED", "9"): ("nothing", "file a claim"),
    ("NOT_DELIVERED", "10"): ("nothing", "file a claim"),
    ("NOT_DELIVERED", "1"): ("nothing", "Nothing needs to be done"),
    ("DELIVERED", "20"): ("client_return", "of what was handed over"),
    ("DELIVERED", None): ("client_return", "Order a client return"),
    ("REMOVED", None): ("nothing", "Check that it is the right order"),
}


def test_each_reason_of_a_closed_order_has_its_own_advice(oint, box, tmp_path):
    orders = [box.order(status=status, reason_code=reason) for status, reason in REASONS]
    assert oint("refusals", "run", written(tmp_path, *orders), *FAST, "--yes").code == 6
    rows = oint("refusals", "report", "--json").json
    assert [row["code"] for row in rows] == [code for code, _ in REASONS.values()]
    for row, (_, step) in zip(rows, REASONS.values(), strict=True):
        assert step in row["next_step"]
        assert "retry" not in row["next_step"]
    single = oint("refusals", "register", *orders, "--json").json
    assert [(row["verdict"], row["code"]) for row in single] == [("advised", code) for code, _ in REASONS.values()]
    assert [row["message"] for row in single] == [row["message"] for row in rows]
    assert not any(refused(box, uuid) for uuid in orders)


def lose_answers(box, **verdict):
    """CDEK takes each refusal, decides at once, and its answer is lost."""
    box.settings(refusal={"mode": "at_once"} | verdict)
    box.fault("reset", operation="refusal", when="after")


NO = {"verdict": "invalid", "code": "v2_order_closed", "message": "no"}


def test_a_lost_refusal_whose_entry_is_invalid_is_rejected_with_cdeks_code_and_not_sent_again(oint, box, tmp_path):
    orders = [box.order(status=status) for status in (PARCEL, PARCEL, "CREATED")]
    lose_answers(box, **NO)
    ended = oint("refusals", "run", written(tmp_path, *orders[:2]), *FAST, "--yes")
    assert (ended.code, ended.out) == (3, "rejected: 2\n"), ended.err
    ended = oint("refusals", "register", orders[2], "--even-if-billed", "--poll", "50ms", "--settle", "200ms", "--json")
    assert (ended.code, ended.json[0]["code"], ended.json[0]["sent"]) == (3, "v2_order_closed", 1)
    assert [received(box, uuid) for uuid in orders] == [1] * 3
    assert {row["code"] for row in oint("refusals", "report", "1", "--json").json} == {"v2_order_closed"}


def test_an_older_invalid_entry_is_not_taken_for_that_of_a_lost_refusal(oint, box, tmp_path):
    first, second = box.order_batch(2, status=PARCEL)
    box.settings(refusal={"mode": "at_once"} | NO)
    assert oint("refusals", "register", first, second, "--poll", "50ms").code == 3
    lose_answers(box, verdict="by_rules")
    assert oint("refusals", "register", first, "--poll", "50ms", "--settle", "200ms").code == 0
    ended = oint("refusals", "run", written(tmp_path, second), *FAST, "--yes")
    assert (ended.code, ended.out) == (0, "confirmed: 1\n"), ended.err
    assert [received(box, uuid) for uuid in (first, second)] == [2, 2]


def test_a_lost_refusal_that_is_tried_again_finds_its_invalid_entry_and_is_not_sent_again(oint, box, tmp_path):
    uuid = box.order(status=PARCEL)
    lose_answers(box, **NO)
    box.fault({"type": "answer", "status": 502}, operation="order_get", skip=1)
    path = written(tmp_path, uuid)
    assert oint("refusals", "run", path, "--quiet", "--poll", "50ms", "--wait", "0s", "--yes").code == 5
    box.clear_faults()
    assert oint("refusals", "retry", "--unknown").out == "Batch 1: new attempts: 1\n"
    ended = oint("refusals", "resume", *FAST)
    assert (ended.code, ended.out) == (3, "rejected: 1\n"), ended.err
    assert received(box, uuid) == 1


@pytest.fixture
def confirmed(oint, box, tmp_path):
    """A batch of three orders that are refused, while CDEK forms the return orders 20 s later, by a clock that stands still."""
    box.settings(refusal={"mode": "at_once"}, return_order={"mode": "after_seconds", "value": 20})
    box.stop_clock(box.now())
    orders = box.order_batch(3, status=PARCEL)
    ended = oint("refusals", "run", written(tmp_path, *orders), *FAST, "--yes")
    assert (ended.code, ended.out) == (0, "confirmed: 3\n"), ended.err
    return orders


def numbers(oint):
    return [row["return_number"] for row in oint("refusals", "report", "--json").json]


LATER = (
    ("resume", *FAST),
    ("run", "orders.txt", *FAST, "--yes"),
    ("report", "--refresh"),
    ("report", "--refresh", "--csv", "--out", "report.csv"),
)


@pytest.mark.usefixtures("confirmed")
@pytest.mark.parametrize("words", LATER, ids=lambda words: " ".join(words[:3]))
def test_a_return_order_that_is_linked_later_is_found_by_whatever_reads_the_batch(oint, box, words):
    assert numbers(oint) == [None] * 3
    assert oint("refusals", *words).code == 0
    assert numbers(oint) == [None] * 3, "CDEK has not linked them yet"
    box.pass_time(30)
    asked = len(box.calls("order_get"))
    ended = oint("refusals", *words)
    assert ended.code == 0, ended
    assert all(numbers(oint))
    assert len(box.calls("order_get")) == asked + 3
    assert oint("refusals", *words).code == 0
    assert len(box.calls("order_get")) == asked + 3, "what is linked is not read again"


@pytest.mark.usefixtures("confirmed")
@pytest.mark.parametrize(("language", "verb"), [("en", "later: oint "), ("ru", "позже: oint ")])
def test_the_report_names_the_command_that_finds_the_return_orders(oint, box, language, verb):
    step = oint("refusals", "report", "--json", OINT_LANG=language).json[0]["next_step"]
    command = step.partition(verb)[2].split()
    assert command == ["refusals", "report", "1", "--refresh"]
    box.pass_time(30)
    assert oint(*command).code == 0
    assert all(numbers(oint))
    row = oint("refusals", "report", "--json", OINT_LANG=language).json[0]
    assert row["return_number"] in row["next_step"]


def test_register_of_a_confirmed_order_finds_the_return_order_that_was_linked_since(oint, box, confirmed):
    first = oint("refusals", "register", confirmed[0], "--json").json[0]
    assert (first["verdict"], first["return_number"]) == ("confirmed", None)
    box.pass_time(30)
    second = oint("refusals", "register", confirmed[0], "--json").json[0]
    assert (second["verdict"], second["sent"]) == ("confirmed", 1)
    assert second["return_number"] == numbers(oint)[0] is not None
    assert received(box, confirmed[0]) == 1


def test_where_the_cards_cannot_be_read_the_report_comes_with_the_cause_and_ends(oint, box, tmp_path):
    box.settings(refusal={"mode": "at_once"}, return_order={"mode": "never"})
    orders = box.order_batch(200, status=PARCEL)
    assert oint("refusals", "run", written(tmp_path, *orders), *FAST, "--yes").code == 0
    box.fault(
        {"type": "answer", "status": 403, "text": "<html>no</html>", "content_type": "text/html"}, operation="order_get"
    )
    asked = len(box.calls("order_get"))
    ended = oint("refusals", "report", "--refresh", "--json")
    assert (ended.code, len(ended.json)) == (5, 200)
    assert re.fullmatch(r"CDEK did not answer: .*not one of CDEK's API \(HTTP 403\)\n", ended.err)
    ended = oint("refusals", "resume", *FAST)
    assert (ended.code, ended.out) == (0, "confirmed: 200\n")
    assert len(box.calls("order_get")) < asked + 200, "neither goes through all of them"
    refused_login = oint("refusals", "report", "--refresh", OINT_CDEK_PASSWORD="wrong")
    assert (refused_login.code, refused_login.out) == (4, "")


@pytest.mark.usefixtures("confirmed")
def test_a_limit_that_cdek_names_is_kept_while_return_orders_are_looked_for(oint, box):
    box.pass_time(30)
    box.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="order_get", times=1)
    assert oint("refusals", "report", "--refresh").code == 0
    assert oint("refusals", "report", "--refresh").code == 0
    assert all(numbers(oint))


def test_refresh_of_a_batch_of_another_account_reads_nothing(oint, box, confirmed):
    asked = len(box.calls())
    ended = oint("refusals", "report", "--refresh", OINT_CDEK_ACCOUNT="another", OINT_CDEK_PASSWORD="x")
    assert (ended.code, "another account or host" in ended.err) == (2, True)
    assert (len(confirmed), len(box.calls())) == (3, asked)
