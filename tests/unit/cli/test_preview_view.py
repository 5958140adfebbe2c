"""Show a preview to a person: totals in words, then tables that fit the terminal."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cli.refusals._preview_actions import ACTIONS, FINE, find_next_step
from oint.cli.refusals._preview_facts import DAY_SECONDS, Storage, classify_storage
from oint.cli.refusals._preview_totals import MAX_STOPPED_ROWS, PreviewTotals
from oint.cli.refusals._preview_view import format_preview
from oint.cli.text_width import measure_width
from oint.refusals.order_statuses import ORDER_STATUSES
from oint.refusals.preview import Cost, PreviewRow
from oint.refusals.verdicts import REASONS, STATUSES, ambiguous, names_differ, number_reused

NOW = 1_795_000_000.0
PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
COMMAND = "oint refusals preview 7 --xlsx FILE"


@pytest.fixture(autouse=True)
def moscow(monkeypatch):
    import time  # noqa: PLC0415 - of the process

    monkeypatch.setenv("TZ", "Europe/Moscow")
    monkeypatch.setenv("OINT_LANG", "en")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def make_row(number=1, action="refuse", **facts):
    return PreviewRow(number, facts.pop("order", f"IM-{number}"), action, **facts)


def show(rows, width=80, cost=None):
    actions = Counter(row.action for row in rows)
    statuses = Counter((row.status, row.reason) for row in rows)
    lines = format_preview(rows, actions, statuses, now=NOW, width=width, all_rows_command=COMMAND, cost=cost)
    return list(lines)


TEXTS = st.text(max_size=50) | st.sampled_from(["訂單" * 20, "e\u0301" * 40, "\x1b[2J", "a\nb", "📦" * 30, "\u202eabc"])
ROWS = st.builds(
    PreviewRow,
    row=st.integers(1, 1_048_576),
    order=TEXTS,
    action=st.sampled_from(list(ACTIONS)),
    status=st.none() | st.sampled_from(list(ORDER_STATUSES)) | TEXTS,
    reason=st.none() | st.sampled_from(["11", "26", "99"]) | TEXTS,
    code=st.none() | st.sampled_from(["bad_row_date", "v2_order_not_found", "unavailable"]) | TEXTS,
    cdek_number=st.none() | TEXTS,
    im_number=st.none() | TEXTS,
    duplicate_of=st.none() | st.integers(1, 10**7),
    other_batch=st.none() | st.integers(1, 10**7),
    other_cdek_number=st.none() | TEXTS,
    phase=st.none() | st.sampled_from(["at_office", "on_the_way", "with_courier", "nonsense"]),
    status_at=st.none() | st.floats(-1e18, 1e18) | st.floats(NOW - 1e7, NOW),
    keep_free_until=st.none()
    | st.sampled_from(["2026-11-30", "2026-11-30T10:00:00+0000", "9999-12-31T23:59:59-1200", "x"]),
)


@pytest.mark.parametrize("language", ["ru", "en"])
@given(rows=st.lists(ROWS, max_size=12), width=st.integers(1, 250))
def test_no_line_is_wider_than_the_terminal(language, rows, width):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OINT_LANG", language)
        lines = show(rows, width, Cost(3, 200.0))
    assert max(map(measure_width, lines)) <= max(width, 40)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("action", ACTIONS)
def test_row_that_stops_has_a_next_step(action):
    assert (action in FINE) or find_next_step(make_row(action=action, status="CREATED"))


def test_order_that_is_not_found_has_the_same_step_with_and_without_a_code():
    steps = {find_next_step(make_row(action="not_found", code=code)) for code in (None, "v2_order_not_found")}
    (step,) = steps
    assert "--testapi" in step.en


def test_every_advice_has_words():
    advices = [*STATUSES.values(), *REASONS.values(), names_differ(), number_reused("1"), ambiguous("1")]
    assert {advice.code for advice in advices} <= set(ACTIONS)


def test_rows_that_stop_come_first_and_each_is_shown():
    rows = [make_row(n, status=PARCEL) for n in range(1, 40)] + [make_row(n, "not_found") for n in range(40, 55)]
    lines = show(rows)
    orders = [line.split()[1] for line in lines if line.strip().startswith(tuple("0123456789")) and "IM-" in line]
    assert orders == [*(f"IM-{n}" for n in range(40, 55)), "IM-1", "IM-2", "IM-3", "IM-4", "IM-5"]
    assert f"  … and 34 more; all rows: {COMMAND}" in lines


def test_long_group_that_stops_names_the_command_for_the_rest():
    lines = show([make_row(n, "names_differ", status=PARCEL) for n in range(1, 31)])
    assert f"  … and {30 - MAX_STOPPED_ROWS} more; all rows: {COMMAND}" in lines


def test_memory_keeps_only_the_first_rows_of_a_group():
    totals = PreviewTotals.of((make_row(n, status=PARCEL) for n in range(1, 5_000)), NOW)
    (group,) = totals.list_groups(stopped=False)
    assert (group.count, len(group.first_rows)) == (4_999, 5)


def test_contradiction_shows_the_names_of_the_card():
    row = make_row(7, "names_differ", status=PARCEL, cdek_number="1105552233", im_number="mis-1", order="mis-2")
    text = "\n".join(show([row]))
    assert "mis-2" in text
    assert "the card has 1105552233, mis-1" in text
    assert "keep the numbers of one order" in text


def test_reused_number_shows_both_cdek_numbers():
    row = make_row(2, "number_reused", order="B-2", cdek_number="222", im_number="B-2", other_cdek_number="111")
    assert "before CDEK 111, now 222" in "\n".join(show([row]))


def test_ambiguous_number_names_the_option_that_decides():
    row = make_row(3, "ambiguous", order="100123", cdek_number="100123", other_cdek_number="1105", status=PARCEL)
    assert "--by" in "\n".join(show([row]))


def test_duplicates_are_counted_by_where_they_are():
    rows = [
        make_row(2, status=PARCEL),
        make_row(3, "duplicate", duplicate_of=2),
        make_row(4, "duplicate", duplicate_of=9, other_batch=3),
    ]
    text = "\n".join(show(rows))
    assert "Duplicates in this file: 1, in other batches: 1 (batch 3)" in text
    assert "row 9 of batch 3" in text


def test_only_the_first_other_batches_are_named():
    rows = [make_row(n, "duplicate", duplicate_of=1, other_batch=n) for n in (*range(1, 15), 3)]
    line = next(line for line in show(rows, 160) if line.startswith("Duplicates"))
    assert line.endswith("in other batches: 15 (batch 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …)")


def test_json_has_every_range_and_state_even_those_of_no_row():
    row = make_row(status=PARCEL, status_at=NOW - 3 * DAY_SECONDS, keep_free_until="2026-11-19")
    assert PreviewTotals.of([row, make_row(2, status="TAKEN_BY_COURIER")], NOW).to_json() == {
        "days_at_office": {"0-2": 0, "3-6": 1, "7-13": 0, "14+": 0, "unknown": 0},
        "free_storage": {"ended": 0, "ends_soon": 1, "later": 0, "unknown": 0},
        "on_the_way": 0,
        "with_courier": 1,
        "duplicates_in_other_batches": 0,
    }


def test_statuses_are_words_and_unknown_ones_are_codes():
    lines = show([make_row(1, status=PARCEL), make_row(2, status="NEW_CODE"), make_row(3, status=PARCEL)])
    assert lines[lines.index("Order statuses") + 1 :][:2] == ["  2  at the pick-up point", "  1  NEW_CODE"]


def test_days_at_the_office_are_counted_in_ranges():
    days = [0, 2, 3, 6, 7, 13, 14, 90]
    rows = [make_row(n, status=PARCEL, status_at=NOW - each * DAY_SECONDS - 60) for n, each in enumerate(days, 1)]
    rows += [make_row(20, status=PARCEL), make_row(21, status="TAKEN_BY_COURIER"), make_row(22, status="CREATED")]
    text = "\n".join(show(rows, 160))
    assert "at a pick-up point or locker: 9 (days there: 0-2: 2, 3-6: 2, 7-13: 2, 14+: 2, unknown: 1)" in text
    assert "Of the refusals still on the way: 0, with a courier: 1" in text


def test_parcel_that_is_not_at_an_office_has_no_days():
    assert make_row(status="TAKEN_BY_COURIER", status_at=NOW - 9 * DAY_SECONDS).count_days_at_office(NOW) is None


@pytest.mark.parametrize(
    ("until", "state"),
    [
        ("2026-11-18T11:06:39+0000", Storage.ENDED),  # it is 14:06:40 in Moscow on 2026-11-18
        ("2026-11-18T14:06:41+03:00", Storage.ENDS_SOON),
        ("2026-11-21T11:06:40Z", Storage.ENDS_SOON),
        ("2026-11-21T11:06:41Z", Storage.LATER),
        ("2026-11-17", Storage.ENDED),
        ("2026-11-18", Storage.ENDS_SOON),
        ("2026-11-21", Storage.ENDS_SOON),
        ("2026-11-22", Storage.LATER),
        (None, Storage.UNKNOWN),
        ("", Storage.UNKNOWN),
        ("soon", Storage.UNKNOWN),
        ("9999-12-31T23:59:59-12:00", Storage.UNKNOWN),
    ],
)
def test_end_of_free_storage_is_compared_with_now(until, state):
    assert classify_storage(make_row(status=PARCEL, keep_free_until=until), NOW) is state


def test_order_is_named_as_the_user_named_it_even_in_a_narrow_terminal():
    lines = show([make_row(1, order="IM-2026-0001", status=PARCEL, cdek_number="1105500001")], 40)
    assert any(line.split()[:2] == ["1", "IM-2026-0001"] for line in lines)


def test_uuid_is_shown_in_full_rather_than_the_number_of_cdek():
    uuid = "052e9c28-d163-41cf-ae00-cd1d576c267e"
    row = make_row(
        1_000, order=uuid, status=PARCEL, status_at=NOW, cdek_number="1105500001", keep_free_until="2026-11-30"
    )
    line = next(line for line in show([row], 80) if uuid in line)
    assert line.split() == ["1000", uuid, "2026-11-18", "0", "2026-11-30"]
    assert "1105500001" in "\n".join(show([row], 120))


def test_cost_is_in_requests_and_minutes():
    assert "Requests: 2000, time: 12 min" in show([make_row()], cost=Cost(2000, 720.0))
    assert "Requests: 4, time: under a minute" in show([make_row()], cost=Cost(4, 0.1))


def test_only_orders_to_be_refused_count_as_at_the_office():
    rows = [make_row(1, "is_return", status=PARCEL), make_row(2, "duplicate", status=PARCEL, duplicate_of=1)]
    assert not [line for line in show(rows) if "locker" in line]
