"""Outcomes of refusals when another program, CDEK or the machine interferes: the real command, the real sandbox."""

import re
import shlex
from contextlib import closing

import pytest

from oint.cdek import Account, Client
from oint.refusals.ledger import open_ledger
from tests.support.relay import running_relay

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = ("--poll", "50ms", "--settle", "200ms", "--quiet")
BY_ANOTHER = "another request registered the refusal"


@pytest.fixture
def relay(sandbox, oint):
    """Run a relay between the command and the sandbox."""
    with running_relay(sandbox) as relay:
        oint.env["OINT_CDEK_URL"] = relay.url
        yield relay


def read_accepted_refusals(sandbox, uuid):
    return [row for row in sandbox.truth(uuid)["refusals"] if row["http_status"] == 202]


def count_refusals(sandbox, uuid):
    """Return the number of refusals of an order that CDEK received, answered or not."""
    return len(sandbox.truth(uuid)["refusals"])


def write_orders(tmp_path, *lines, name="orders.txt"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def change_ledger(oint, sql, *values):
    """Execute SQL in the default ledger."""
    with (
        closing(open_ledger(str(oint.home / "data" / "refusals.sqlite"))) as ledger,
        ledger.database.write_transaction() as cursor,
    ):
        cursor.fetch_all(sql, *values)


class Rival:
    """Another program: it refuses each order just before the relayed request, and its own refusal succeeds."""

    def __init__(self, sandbox, relay, cdek, *, is_rival_visible):
        self.sandbox, self.cdek, self.is_rival_visible = sandbox, cdek, is_rival_visible
        self.requests = set()
        sandbox.settings(refusal={"mode": "never"}, second_refusal="queued")
        relay.before, relay.rewrite = self._overtake, self._rewrite

    def _overtake(self, method, path):
        if method == "POST" and path.endswith("/refusal"):
            self.requests.add(self.cdek.orders.refuse(path.split("/")[-2]).request_uuid)

    def _rewrite(self, method, path, body):
        if method == "POST" and path.endswith("/refusal"):
            for _ in range(2):  # the other request, then ours, which waits for it
                self.sandbox.finish(path.split("/")[-2])
        if method == "GET" and not self.is_rival_visible:
            body["requests"] = [row for row in body["requests"] if row["request_uuid"] not in self.requests]
        return body


@pytest.fixture(params=["newest first", "oldest first", "only ours visible"])
def rival(request, sandbox, relay):
    sandbox.settings(newest_first=request.param != "oldest first")
    with Client(Account(sandbox.account, sandbox.password), url=sandbox.url) as cdek:
        yield Rival(sandbox, relay, cdek, is_rival_visible=request.param != "only ours visible")


def read_states(sandbox, uuid):
    """Return the states of an order's two refusals at CDEK: the other program's, then ours."""
    return [row["state"] for row in read_accepted_refusals(sandbox, uuid)]


def test_register_confirms_an_order_refused_by_another_program_meanwhile(oint, sandbox, order, rival):
    result = oint("refusals", "register", order, "--poll", "50ms", "--json")
    row = result.json[0]
    assert (result.code, row["verdict"], row["code"], row["status"]) == (
        0,
        "confirmed",
        "by_another_request",
        "NOT_DELIVERED",
    )
    assert read_states(sandbox, order) == ["SUCCESSFUL", "INVALID"]
    again = oint("refusals", "register", order)
    assert (again.code, BY_ANOTHER in again.out) == (0, True), again
    assert len(rival.requests) == 1, "nothing was sent again"


def test_batch_confirms_orders_refused_by_another_program_meanwhile(oint, sandbox, rival, tmp_path):
    orders = sandbox.order_batch(3, status=PARCEL)
    result = oint("refusals", "run", write_orders(tmp_path, *orders), *FAST, "--yes")
    assert (result.code, result.out) == (0, "confirmed: 3\n"), result.err
    assert [read_states(sandbox, uuid) for uuid in orders] == [["SUCCESSFUL", "INVALID"]] * 3
    rows = oint("refusals", "report", "--json").json
    assert [(row["verdict"], row["code"], row["sent"]) for row in rows] == [("confirmed", "by_another_request", 1)] * 3
    assert all(BY_ANOTHER in row["text"] for row in rows)
    assert all(row["return_number"] for row in rows)
    assert "другим запросом" in oint("refusals", "report", "--csv", OINT_LANG="ru").out
    assert len(rival.requests) == 3


def test_order_refused_in_the_cabinet_between_runs_is_confirmed(oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once", "verdict": "invalid"})
    first, second, third = sandbox.order_batch(3, status=PARCEL)
    path = write_orders(tmp_path, first, second)
    assert oint("refusals", "run", path, *FAST, "--yes").code == 3
    sandbox.settings(refusal={"mode": "at_once", "verdict": "by_rules"})
    for uuid in (first, second, third):
        sandbox.move(uuid, "NOT_DELIVERED", "11")
    assert oint("refusals", "retry", "--rejected").code == 0
    result = oint("refusals", "resume", *FAST)
    assert (result.code, result.out) == (0, "confirmed: 2\n"), result.err
    assert [len(read_accepted_refusals(sandbox, uuid)) for uuid in (first, second)] == [1, 1], (
        "those that CDEK rejected"
    )
    result = oint("refusals", "register", third, "--json")
    assert (result.code, result.json[0]["verdict"], result.json[0]["sent"]) == (0, "confirmed", 0)
    assert sandbox.truth(third)["refusals"] == []


def test_order_refused_in_the_cabinet_after_approval_is_confirmed(oint, sandbox, tmp_path):
    uuid = sandbox.order(status=PARCEL)
    oint("refusals", "plan", "--no-cards", write_orders(tmp_path, uuid), "--quiet")
    assert oint("refusals", "approve", "--yes").code == 0
    sandbox.move(uuid, "NOT_DELIVERED", "11")
    result = oint("refusals", "resume", *FAST)
    assert (result.code, result.out) == (0, "confirmed: 1\n"), result.err
    assert sandbox.truth(uuid)["refusals"] == []


def find_hints(report, verb="then"):
    """Return the commands that a report names as pairs of word lists: (retry, resume)."""
    matches = re.findall(rf"oint (refusals retry [^,]*(?:,[^, ]+)*), {verb} oint (refusals resume [^\n]+)", report)
    return [tuple(command.split() for command in pair) for pair in matches]


@pytest.fixture
def mixed(oint, sandbox, tmp_path):
    """Return the orders by row of a batch in which a retry is useful for three of ten rows."""
    sandbox.settings(refusal={"mode": "at_once"})
    statuses = ("CREATED", "DELIVERED", "CREATED", "INVALID", "REMOVED", "CREATED", PARCEL)
    orders = [sandbox.order(status=status) for status in statuses]
    orders += [sandbox.order(status="NOT_DELIVERED", reason_code=reason) for reason in ("26", "27", "1")]
    result = oint("refusals", "run", write_orders(tmp_path, *orders, name="mixed.txt"), *FAST, "--yes")
    assert (result.code, result.out) == (9, "not sent, see the advice: 9, confirmed: 1\n"), result.err
    return dict(enumerate(orders, 1))


def find_refused_rows(sandbox, orders):
    """Return the rows whose order has a refusal."""
    return {row for row, uuid in orders.items() if read_accepted_refusals(sandbox, uuid)}


@pytest.mark.parametrize(("language", "verb"), [("en", "then"), ("ru", "затем")])
def test_hint_for_several_rows_names_and_sends_only_these(oint, sandbox, mixed, language, verb):
    ((retry, resume),) = find_hints(oint("refusals", "report", OINT_LANG=language).out, verb)
    assert retry[-1] == "1,3,6"
    assert oint(*retry).out == "Batch 1: new attempts: 3\n"
    assert oint(*resume, *FAST).code == 9
    assert find_refused_rows(sandbox, mixed) == {1, 3, 6, 7}


def test_row_hint_in_a_workbook_names_only_that_row(oint, sandbox, mixed, tmp_path):
    calamine = pytest.importorskip("python_calamine", reason="the extra for tables is not installed")
    assert oint("refusals", "report", "--xlsx", "report.xlsx").code == 0
    sheets = calamine.CalamineWorkbook.from_path(tmp_path / "report.xlsx")
    head, *rows = sheets.get_sheet_by_index(0).to_python()
    steps = {int(row[head.index("Row")]): find_hints(row[head.index("Next step")]) for row in rows}
    assert [(row, commands[0][0][-1]) for row, commands in steps.items() if commands] == [(1, "1"), (3, "3"), (6, "6")]
    ((retry, resume),) = steps[3]
    assert (oint(*retry).code, oint(*resume, *FAST).code) == (0, 9)
    assert find_refused_rows(sandbox, mixed) == {3, 7}


def test_hint_names_the_ledger_of_the_report(oint, sandbox, tmp_path):
    created = sandbox.order(status="CREATED")
    sandbox.settings(refusal={"mode": "at_once"})
    ledger = ("--ledger", "the ledger.sqlite")
    assert oint("refusals", "run", write_orders(tmp_path, created), *FAST, "--yes", *ledger).code == 6
    for words in (("report",), ("report", "--json"), ("show", created)):
        assert "--row 1 --ledger 'the ledger.sqlite'" in oint("refusals", *words, *ledger).out
    text = oint("refusals", "report", *ledger).out
    retry, resume = (shlex.split(command) for command in re.search(r"oint (.*), then oint (.*)", text).groups())
    assert oint(*retry).code == 0
    assert oint(*resume, *FAST).out == "confirmed: 1\n"


def test_hint_for_many_scattered_rows_is_short_and_works(oint, sandbox, tmp_path):
    orders = sandbox.order_batch(300, status=PARCEL)
    oint("refusals", "plan", write_orders(tmp_path, *orders), "--quiet")
    change_ledger(oint, "UPDATE refusal SET state = 'advised', advice = 'delete', status = 'CREATED' WHERE id % 2 = 0")
    ((retry, _),) = find_hints(oint("refusals", "report").out)
    assert retry[-2:] == ["--code", "delete"]
    assert oint(*retry).out == "Batch 1: new attempts: 150\n"


def test_hint_for_a_long_run_of_rows_names_its_ends(oint, sandbox, tmp_path):
    orders = sandbox.order_batch(60, status=PARCEL)
    oint("refusals", "plan", write_orders(tmp_path, *orders), "--quiet")
    change_ledger(oint, "UPDATE refusal SET state = 'planned', sent = 2 WHERE id % 4294967296 <> 30")
    ((retry, _),) = find_hints(oint("refusals", "report").out)
    assert retry[-1] == "1-29,31-60"
    assert oint(*retry).out == "Batch 1: new attempts: 59\n"


def test_hint_for_many_lost_rows_selects_them_by_state(oint, sandbox, tmp_path):
    orders = sandbox.order_batch(300, status=PARCEL)
    oint("refusals", "plan", write_orders(tmp_path, *orders), "--quiet")
    change_ledger(oint, "UPDATE refusal SET state = 'planned', sent = 2, error = 'outcome_unknown' WHERE id % 2 = 0")
    ((retry, _),) = find_hints(oint("refusals", "report").out)
    assert oint(*retry).out == "Batch 1: new attempts: 150\n"


def test_hint_of_a_duplicate_names_the_row_of_the_other_batch(oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once", "verdict": "invalid"})
    uuid = sandbox.order(status=PARCEL, im_number="twice")
    for lines, name in (
        ((sandbox.order(status=PARCEL), uuid), "one.txt"),
        ((sandbox.order(status=PARCEL), uuid, "twice"), "two.txt"),
    ):
        oint("refusals", "plan", write_orders(tmp_path, *lines, name=name), "--quiet")
        assert oint("refusals", "approve", "--yes").code == 0
    assert oint("refusals", "resume", "2", *FAST).code in {3, 9}
    assert oint("refusals", "resume", "1", *FAST).code in {3, 9}
    text = oint("refusals", "report", "2").out
    assert {tuple(retry) for retry, _ in find_hints(text)} >= {("refusals", "retry", "1", "--row", "2")}, text


def test_equal_reasons_are_counted_without_their_order_uuids(oint, tmp_path):
    unknown = [f"11111111-2222-3333-4444-55555555555{number}" for number in range(3)]
    oint("refusals", "run", write_orders(tmp_path, *unknown), *FAST, "--yes")
    text = oint("refusals", "report").out
    assert "Rows: 3 · CDEK did not register the refusal: v2_entity_not_found: Entity is not found by uuid …\n" in text
    assert all(uuid in text for uuid in unknown)
    single = oint("refusals", "run", write_orders(tmp_path, unknown[0], name="single.txt"), *FAST, "--yes")
    assert single.code == 3
    assert f"by uuid {unknown[0]}\n" in oint("refusals", "report").out


def test_internal_error_of_cdek_may_be_retried_later_by_row(oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once", "verdict": "invalid"})
    orders = sandbox.order_batch(3, status=PARCEL)
    assert oint("refusals", "run", write_orders(tmp_path, *orders), *FAST, "--yes").code == 3
    rows = oint("refusals", "report", "--json").json
    assert {(row["code"], row["retry"], row["step"]) for row in rows} == {("v2_internal_error", "later", "retry_later")}
    assert all("retry this refusal later" in row["next_step"] for row in rows)
    text = oint("refusals", "report").out
    assert "Rows: 3 · CDEK did not register the refusal: v2_internal_error: Internal error\n" in text
    sandbox.settings(refusal={"mode": "at_once", "verdict": "by_rules"})
    retry, resume = find_hints(rows[1]["next_step"])[0]
    assert oint(*retry).out == "Batch 1: new attempts: 1\n"
    assert oint(*resume, *FAST).out == "confirmed: 1, rejected: 2\n"
    assert [len(read_accepted_refusals(sandbox, uuid)) for uuid in orders] == [1, 2, 1]
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


def test_each_reason_of_a_closed_order_has_its_own_advice(oint, sandbox, tmp_path):
    orders = [sandbox.order(status=status, reason_code=reason) for status, reason in REASONS]
    assert oint("refusals", "run", write_orders(tmp_path, *orders), *FAST, "--yes").code == 6
    rows = oint("refusals", "report", "--json").json
    assert [row["code"] for row in rows] == [code for code, _ in REASONS.values()]
    for row, (_, step) in zip(rows, REASONS.values(), strict=True):
        assert step in row["next_step"]
        assert "retry" not in row["next_step"]
    single = oint("refusals", "register", *orders, "--json").json
    assert [(row["verdict"], row["code"]) for row in single] == [("advised", code) for code, _ in REASONS.values()]
    assert [row["message"] for row in single] == [row["message"] for row in rows]
    assert not any(read_accepted_refusals(sandbox, uuid) for uuid in orders)


def lose_responses(sandbox, **verdict):
    """Make CDEK accept each refusal, decide at once and lose the response."""
    sandbox.settings(refusal={"mode": "at_once"} | verdict)
    sandbox.fault("reset", operation="refusal", when="after")


REJECTION = {"verdict": "invalid", "code": "v2_order_closed", "message": "no"}


def test_lost_refusal_with_an_invalid_entry_is_rejected_and_not_resent(oint, sandbox, tmp_path):
    orders = [sandbox.order(status=status) for status in (PARCEL, PARCEL, "CREATED")]
    lose_responses(sandbox, **REJECTION)
    result = oint("refusals", "run", write_orders(tmp_path, *orders[:2]), *FAST, "--yes")
    assert (result.code, result.out) == (3, "rejected: 2\n"), result.err
    result = oint(
        "refusals", "register", orders[2], "--even-if-billed", "--poll", "50ms", "--settle", "200ms", "--json"
    )
    assert (result.code, result.json[0]["code"], result.json[0]["sent"]) == (3, "v2_order_closed", 1)
    assert [count_refusals(sandbox, uuid) for uuid in orders] == [1] * 3
    assert {row["code"] for row in oint("refusals", "report", "1", "--json").json} == {"v2_order_closed"}


def test_older_invalid_entry_is_not_matched_to_a_lost_refusal(oint, sandbox, tmp_path):
    first, second = sandbox.order_batch(2, status=PARCEL)
    sandbox.settings(refusal={"mode": "at_once"} | REJECTION)
    assert oint("refusals", "register", first, second, "--poll", "50ms").code == 3
    lose_responses(sandbox, verdict="by_rules")
    assert oint("refusals", "register", first, "--poll", "50ms", "--settle", "200ms").code == 0
    result = oint("refusals", "run", write_orders(tmp_path, second), *FAST, "--yes")
    assert (result.code, result.out) == (0, "confirmed: 1\n"), result.err
    assert [count_refusals(sandbox, uuid) for uuid in (first, second)] == [2, 2]


def test_retried_lost_refusal_finds_its_invalid_entry_and_is_not_resent(oint, sandbox, tmp_path):
    uuid = sandbox.order(status=PARCEL)
    lose_responses(sandbox, **REJECTION)
    sandbox.fault({"type": "answer", "status": 502}, operation="order_get", skip=1)
    path = write_orders(tmp_path, uuid)
    assert oint("refusals", "run", path, "--quiet", "--poll", "50ms", "--wait", "0s", "--yes").code == 5
    sandbox.clear_faults()
    assert oint("refusals", "retry", "--unknown").out == "Batch 1: new attempts: 1\n"
    result = oint("refusals", "resume", *FAST)
    assert (result.code, result.out) == (3, "rejected: 1\n"), result.err
    assert count_refusals(sandbox, uuid) == 1


@pytest.fixture
def confirmed_orders(oint, sandbox, tmp_path):
    """Return three refused orders. CDEK forms their return orders 20 s later, and its clock is stopped."""
    sandbox.settings(refusal={"mode": "at_once"}, return_order={"mode": "after_seconds", "value": 20})
    sandbox.stop_clock(sandbox.now())
    orders = sandbox.order_batch(3, status=PARCEL)
    result = oint("refusals", "run", write_orders(tmp_path, *orders), *FAST, "--yes")
    assert (result.code, result.out) == (0, "confirmed: 3\n"), result.err
    return orders


def read_return_numbers(oint):
    return [row["return_number"] for row in oint("refusals", "report", "--json").json]


LATER = (
    ("resume", *FAST),
    ("run", "orders.txt", *FAST, "--yes"),
    ("report", "--refresh"),
    ("report", "--refresh", "--csv", "--out", "report.csv"),
)


@pytest.mark.usefixtures("confirmed_orders")
@pytest.mark.parametrize("words", LATER, ids=lambda words: " ".join(words[:3]))
def test_return_order_linked_later_is_found_by_every_command(oint, sandbox, words):
    assert read_return_numbers(oint) == [None] * 3
    assert oint("refusals", *words).code == 0
    assert read_return_numbers(oint) == [None] * 3, "CDEK has not linked them yet"
    sandbox.pass_time(30)
    requests_before = len(sandbox.calls("order_get"))
    result = oint("refusals", *words)
    assert result.code == 0, result
    assert all(read_return_numbers(oint))
    assert len(sandbox.calls("order_get")) == requests_before + 3
    assert oint("refusals", *words).code == 0
    assert len(sandbox.calls("order_get")) == requests_before + 3, "what is linked is not read again"


@pytest.mark.usefixtures("confirmed_orders")
@pytest.mark.parametrize(("language", "verb"), [("en", "later: oint "), ("ru", "позже: oint ")])
def test_report_names_the_command_that_finds_return_orders(oint, sandbox, language, verb):
    step = oint("refusals", "report", "--json", OINT_LANG=language).json[0]["next_step"]
    command = step.partition(verb)[2].split()
    assert command == ["refusals", "report", "1", "--refresh"]
    sandbox.pass_time(30)
    assert oint(*command).code == 0
    assert all(read_return_numbers(oint))
    row = oint("refusals", "report", "--json", OINT_LANG=language).json[0]
    assert row["return_number"] in row["next_step"]


def test_register_finds_a_return_order_linked_after_confirmation(oint, sandbox, confirmed_orders):
    first = oint("refusals", "register", confirmed_orders[0], "--json").json[0]
    assert (first["verdict"], first["return_number"]) == ("confirmed", None)
    sandbox.pass_time(30)
    second = oint("refusals", "register", confirmed_orders[0], "--json").json[0]
    assert (second["verdict"], second["sent"]) == ("confirmed", 1)
    assert second["return_number"] == read_return_numbers(oint)[0] is not None
    assert count_refusals(sandbox, confirmed_orders[0]) == 1


def test_report_with_unreadable_cards_names_the_cause_and_stops(oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "at_once"}, return_order={"mode": "never"})
    orders = sandbox.order_batch(200, status=PARCEL)
    assert oint("refusals", "run", write_orders(tmp_path, *orders), *FAST, "--yes").code == 0
    sandbox.fault(
        {"type": "answer", "status": 403, "text": "<html>no</html>", "content_type": "text/html"}, operation="order_get"
    )
    requests_before = len(sandbox.calls("order_get"))
    result = oint("refusals", "report", "--refresh", "--json")
    assert (result.code, len(result.json)) == (5, 200)
    assert re.fullmatch(r"CDEK did not answer: .*not from CDEK's API \(HTTP 403\)\n", result.err)
    result = oint("refusals", "resume", *FAST)
    assert (result.code, result.out) == (0, "confirmed: 200\n")
    assert len(sandbox.calls("order_get")) < requests_before + 200, "neither goes through all of them"
    login_error = oint("refusals", "report", "--refresh", OINT_CDEK_PASSWORD="wrong")
    assert (login_error.code, login_error.out) == (4, "")


@pytest.mark.usefixtures("confirmed_orders")
def test_retry_after_is_obeyed_while_return_orders_are_read(oint, sandbox):
    sandbox.pass_time(30)
    sandbox.fault({"type": "answer", "status": 429, "headers": {"Retry-After": "1"}}, operation="order_get", times=1)
    assert oint("refusals", "report", "--refresh").code == 0
    assert oint("refusals", "report", "--refresh").code == 0
    assert all(read_return_numbers(oint))


def test_refresh_of_a_batch_of_another_account_reads_nothing(oint, sandbox, confirmed_orders):
    requests_before = len(sandbox.calls())
    result = oint("refusals", "report", "--refresh", OINT_CDEK_ACCOUNT="another", OINT_CDEK_PASSWORD="x")
    assert (result.code, "another account or host" in result.err) == (2, True)
    assert (len(confirmed_orders), len(sandbox.calls())) == (3, requests_before)
