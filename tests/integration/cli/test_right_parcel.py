"""The right parcel or none: numbers that name another order, or two of them, stop their row; previews lose nothing."""

import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.terminal import FAST, PARCEL, Terminal, count_refusals, posix, write_orders


@pytest.fixture
def sandbox(sandbox):
    sandbox.settings(refusal={"mode": "at_once"})
    return sandbox


def run(oint, names, file, *words):
    return oint("refusals", "run", write_orders(oint, names, file), "--yes", *FAST, *words)


def report(oint, batch):
    return oint("refusals", "report", str(batch), "--json").json


def query_ledger(oint, sql):
    with closing(sqlite3.connect(oint.home / "data" / "refusals.sqlite")) as ledger:
        return ledger.execute(sql).fetchall()


# --- a number used again ---


@pytest.fixture
def reused(oint, sandbox):
    """Return the new order whose shop number an earlier batch has refused, and the earlier one."""
    old = sandbox.order(status=PARCEL, im_number="B-2")
    assert run(oint, ["B-2"], "monday.txt").code == 0
    return sandbox.order(status=PARCEL, im_number="B-2"), old


def test_number_of_a_new_parcel_is_not_refused_by_a_cumulative_list(oint, sandbox, reused):
    new, old = reused
    result = run(oint, ["B-2", sandbox.order(status=PARCEL)], "tuesday.txt")
    assert result.code == 9
    row = report(oint, 2)[0]
    assert (row["verdict"], row["code"], row["sent"]) == ("advised", "number_reused", 0)
    assert sandbox.truth(old)["cdek_number"] in row["message"]
    assert count_refusals(sandbox, [new, old]) == [0, 1]


def test_preview_shows_both_orders_of_a_reused_number(oint, sandbox, reused):
    new, old = reused
    names = ["B-2", sandbox.order(status=PARCEL)]
    result = oint("refusals", "preview", write_orders(oint, names, "tuesday.txt"), "--json")
    assert result.code == 6
    row = result.json["rows"][0]
    assert (row["action"], row["cdek_number"], row["other_cdek_number"]) == (
        "number_reused",
        sandbox.truth(new)["cdek_number"],
        sandbox.truth(old)["cdek_number"],
    )


def test_person_may_insist_on_a_reused_number(oint, sandbox, reused):
    new, _ = reused
    run(oint, ["B-2", sandbox.order(status=PARCEL)], "tuesday.txt")
    assert oint("refusals", "retry", "2", "--row", "1").code == 0
    assert oint("refusals", "resume", "2", *FAST).code == 0
    assert count_refusals(sandbox, [new]) == [1]


def test_reused_number_beside_the_uuid_of_the_new_order_is_no_doubt(oint, sandbox, reused):
    new, _ = reused
    (oint.home / "both.csv").write_text(f"uuid;Номер заказа\n{new};B-2\n", "utf-8")
    assert oint("refusals", "run", "both.csv", "--yes", *FAST).code == 0
    assert count_refusals(sandbox, [new]) == [1]


def test_same_parcel_in_two_lists_is_no_reused_number(oint, sandbox):
    sandbox.order(status=PARCEL, im_number="B-3")
    assert run(oint, ["B-3"], "monday.txt").code == 0
    assert run(oint, ["B-3", "B-3"], "tuesday.txt").code == 0
    assert [row["verdict"] for row in report(oint, 2)] == ["confirmed", "confirmed"]


# --- names of two orders, and return orders ---


@pytest.mark.parametrize("header", ["Номер СДЭК;Номер заказа", "UUID;Номер заказа", "UUID;Номер СДЭК"])
def test_names_of_two_orders_in_one_row_send_nothing(oint, sandbox, header):
    first, second = (sandbox.truth(sandbox.order(status=PARCEL, im_number=f"mis-{number}")) for number in (1, 2))
    fields = {"UUID": "uuid", "Номер СДЭК": "cdek_number", "Номер заказа": "im_number"}
    left, right = (fields[name] for name in header.split(";"))
    lines = [header, f"{first[left]};{second[right]}", f"{second[left]};{second[right]}"]
    (oint.home / "orders.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert oint("refusals", "run", "orders.csv", "--yes", *FAST).code == 9
    row, fine = report(oint, 1)
    assert (row["verdict"], row["code"], row[right]) == ("advised", "names_differ", second[right])
    assert fine["verdict"] == "confirmed"
    assert count_refusals(sandbox, [first["uuid"], second["uuid"]]) == [0, 1]


def test_return_order_is_not_refused(oint, sandbox):
    sandbox.order(status=PARCEL, im_number="R-1")
    assert run(oint, ["R-1"], "monday.txt").code == 0
    number = report(oint, 1)[0]["return_number"]
    assert run(oint, [number], "returns.txt").code == 6
    row = report(oint, 2)[0]
    assert (row["verdict"], row["code"], row["sent"]) == ("advised", "is_return", 0)


# --- digits that may be either number ---


def test_list_of_digits_finds_orders_by_either_number(oint, sandbox):
    by_shop = sandbox.order(status=PARCEL, im_number="100123")
    by_cdek = sandbox.order(status=PARCEL)
    result = run(oint, ["100123", sandbox.truth(by_cdek)["cdek_number"]], "orders.txt")
    assert (result.code, count_refusals(sandbox, [by_shop, by_cdek])) == (0, [1, 1])
    row = report(oint, 1)[0]
    assert (row["im_number"], row["cdek_number"]) == ("100123", sandbox.truth(by_shop)["cdek_number"])


@pytest.mark.parametrize("column", [None, "Заказ"])
def test_digits_of_two_orders_stop_until_by_decides(oint, sandbox, column):
    first = sandbox.truth(sandbox.order(status=PARCEL))
    second = sandbox.order(status=PARCEL, im_number=first["cdek_number"])
    lines = [*([column] if column else []), first["cdek_number"]]
    file = write_orders(oint, lines, "orders.csv" if column else "orders.txt")
    assert oint("refusals", "run", file, "--yes", *FAST).code == 6
    row = report(oint, 1)[0]
    assert (row["code"], row["sent"]) == ("ambiguous", 0)
    assert sandbox.truth(second)["cdek_number"] in row["message"]
    assert "--by" in row["next_step"]
    assert oint("refusals", "preview", "1", "--json").code in {0, 6}
    assert oint("refusals", "run", file, "--yes", "--by", "shop", *FAST).code == 0
    assert count_refusals(sandbox, [first["uuid"], second]) == [0, 1]


def test_register_says_which_option_decides_between_two_orders(oint, sandbox):
    first = sandbox.truth(sandbox.order(status=PARCEL))
    second = sandbox.order(status=PARCEL, im_number=first["cdek_number"])
    result = oint("refusals", "register", first["cdek_number"], "--json", "--poll", "50ms")
    assert (result.code, result.json[0]["code"], "--by cdek" in result.json[0]["next_step"]) == (6, "ambiguous", True)
    assert count_refusals(sandbox, [first["uuid"], second]) == [0, 0]
    assert oint("refusals", "register", first["cdek_number"], "--by", "cdek", "--poll", "50ms").code == 0
    assert count_refusals(sandbox, [first["uuid"], second]) == [1, 0]


# --- a preview that was interrupted ---


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_preview_continues_with_the_cards_that_are_missing(oint, sandbox, stop):
    orders = sandbox.order_batch(60, status=PARCEL)
    words = ["refusals", "preview", write_orders(oint, orders), "--json"]
    with oint.start(*words, "--rate", "15", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not (oint.home / "data" / "refusals.sqlite").exists() or not _count_seen(oint):
            assert process.poll() is None
        process.send_signal(stop)
        process.communicate()
    seen = _count_seen(oint)
    assert 0 < seen < 60
    read_before = len(sandbox.calls("order_get"))
    result = oint(*words)
    assert (result.code, result.json["counts"]) == (0, {"refuse": 60})
    assert len(sandbox.calls("order_get")) - read_before == 60 - seen
    assert oint(*words).json["counts"] == {"refuse": 60}
    assert len(sandbox.calls("order_get")) - read_before == 120 - seen, "a preview that was shown is read anew"


def _count_seen(oint):
    try:
        return query_ledger(oint, "SELECT count(*) FROM refusal WHERE seen IS NOT NULL")[0][0]
    except sqlite3.OperationalError:
        return 0


# --- narrowing ---


def test_only_status_leaves_the_others_held(oint, sandbox):
    at_office = sandbox.order_batch(2, status=PARCEL)
    moving = sandbox.order(status="SENT_TO_TRANSIT_CITY")
    oint("refusals", "plan", write_orders(oint, [*at_office, moving]))
    shown = oint("refusals", "preview", "1", "--only-status", "accepted_at_pick_up_point", "--json").json
    assert (shown["counts"], shown["narrowed_out"]) == ({"refuse": 2}, 1)
    approved = oint("refusals", "approve", "1", "--yes", "--only-status", PARCEL, "--json")
    assert (approved.json["approved"], approved.json["held"]) == (2, 1), approved.err


def test_min_days_takes_parcels_that_have_waited(oint, sandbox):
    sandbox.stop_clock(datetime.now(UTC) - timedelta(days=5, hours=1))
    old = sandbox.order(status=PARCEL)
    sandbox.stop_clock(datetime.now(UTC))
    sandbox.start_clock()
    new = sandbox.order(status=PARCEL)
    oint("refusals", "plan", write_orders(oint, [old, new]))
    shown = oint("refusals", "preview", "1", "--min-days", "5", "--json").json
    assert ([row["row"] for row in shown["rows"]], shown["narrowed_out"]) == ([1], 1)
    assert oint("refusals", "approve", "1", "--yes", "--min-days", "6", "--json").json["approved"] == 0
    assert oint("refusals", "run", "orders.txt", "--yes", "--min-days", "5", *FAST).code == 0
    assert count_refusals(sandbox, [old, new]) == [1, 0]


def test_unknown_status_is_named_with_the_nearest_one(oint, sandbox):
    oint("refusals", "plan", write_orders(oint, sandbox.order_batch(1, status=PARCEL)))
    result = oint("refusals", "approve", "1", "--yes", "--only-status", "ACCEPTED_AT_PICKUP_POINT")
    assert (result.code, "ACCEPTED_AT_PICK_UP_POINT" in result.err) == (2, True)


# --- very many cards ---


@posix
@pytest.mark.parametrize(("words", "answer"), [(("preview",), "no"), (("preview",), "20001"), (("run",), "no")])
def test_person_is_asked_before_very_many_cards_are_read(oint, sandbox, words, answer):
    orders = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(20_001)]
    terminal = Terminal(oint, *words, write_orders(oint, orders), "--rate", "100")
    assert terminal.until("Order cards to read: 20001, about 4 min."), terminal.output
    assert sandbox.calls("order_get") == []
    terminal.type(f"{answer}\n")
    if answer == "20001":
        while not sandbox.calls("order_get"):
            assert terminal.process.poll() is None
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.end() == 130
    else:
        assert terminal.until("the card was not read"), terminal.output
        terminal.process.send_signal(signal.SIGINT)
        terminal.end()
        assert sandbox.calls("order_get") == []
