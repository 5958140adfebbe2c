"""A preview is shown from the ledger: its facts, duplicates, refusals of other batches, numbers used again."""

from contextlib import closing

import msgspec
import pytest

from oint.refusals.card_facts import summarize_missing
from oint.refusals.input import InputRow, RowError
from oint.refusals.ledger import open_ledger, planning
from oint.refusals.ledger.approval import approve
from oint.refusals.ledger.previews import (
    StoredPreview,
    begin_preview,
    count_unread,
    note_unread,
    read_candidates,
    record_preview,
    save_seen,
)
from oint.refusals.preview import MAX_AGE_SECONDS, Narrowing, PreviewRow

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"


@pytest.fixture
def ledger(ledger_address):
    with closing(open_ledger(ledger_address)) as opened:
        yield opened


def plan(ledger, name, *rows):
    tenant = ledger.get_or_create_tenant("https://cdek.test/v2", "shop")
    batch = planning.create_batch(ledger, tenant, name, name, "csv", even_if_billed=False)
    planning.insert_rows(ledger, batch, rows)
    return planning.complete_batch(ledger, batch, len(rows))


def by_number(number, im_number):
    return InputRow(number, None, None, im_number, None)


def make_seen(ledger, batch, number, uuid, **facts):
    """Write what a preview has seen of a row: its order may be refused."""
    candidate = next(one for one in read_candidates(ledger, batch, 0.0) if one.number == number)
    names = [uuid, facts.get("cdek_number"), candidate.names.im_number]
    seen = msgspec.json.encode(["refuse", "at_office", names, [], False]).decode()
    row = PreviewRow(
        number,
        str(candidate.names),
        "refuse",
        status=PARCEL,
        uuid=uuid,
        id=candidate.id,
        seen=seen,
        is_read=True,
        **facts,
    )
    save_seen(ledger, [row])


def show(ledger, batch, narrowing=Narrowing()):  # noqa: B008 - frozen
    return StoredPreview(ledger, batch, None, narrowing)


def test_rows_are_shown_with_what_was_seen(ledger):
    batch = plan(
        ledger, "a", by_number(1, "A"), by_number(2, "B"), InputRow(3, None, None, None, RowError("bad_row_empty", ""))
    )
    make_seen(ledger, batch, 1, "u-1", cdek_number="11", status_at=5.0, keep_free_until="2026-12-05T00:00:00+0000")
    preview = show(ledger, batch)
    assert preview.actions == {"refuse": 1, "not_read": 1, "invalid": 1}
    assert [list(preview), len(preview)] == [list(preview), 3], "it can be walked again"
    first, second, third = preview
    assert (first.status, first.uuid, first.cdek_number, first.status_at) == (PARCEL, "u-1", "11", 5.0)
    assert (first.keep_free_until, first.phase) == ("2026-12-05T00:00:00+0000", "at_office")
    assert (second.action, third.code) == ("not_read", "bad_row_empty")


def test_rows_of_one_order_are_duplicates_by_name_or_by_card(ledger):
    batch = plan(ledger, "a", by_number(1, "A"), by_number(2, "A"), by_number(3, "B"), by_number(4, "C"))
    for number, uuid in ((1, "u-1"), (2, "u-1"), (3, "u-1"), (4, "u-4")):
        make_seen(ledger, batch, number, uuid)
    assert [(row.action, row.duplicate_of) for row in show(ledger, batch)] == [
        ("refuse", None),
        ("duplicate", 1),
        ("duplicate", 1),
        ("refuse", None),
    ]


def test_order_with_a_refusal_in_another_batch_names_it(ledger):
    first = plan(ledger, "a", InputRow(7, "u-1", None, None, None))
    approve(ledger, first, by="test")
    second = plan(ledger, "b", by_number(1, "A"), by_number(2, "B"))
    make_seen(ledger, second, 1, "u-1")
    make_seen(ledger, second, 2, "u-2")
    rows = list(show(ledger, second))
    assert [(row.action, row.duplicate_of, row.other_batch) for row in rows] == [
        ("duplicate", 7, first.id),
        ("refuse", None, None),
    ]


def test_numbers_of_other_orders_are_marked_when_a_preview_begins(ledger):
    first = plan(ledger, "a", by_number(1, "B-2"), by_number(2, "B-3"))
    make_seen(ledger, first, 1, "u-old", cdek_number="11")
    second = plan(ledger, "b", by_number(1, "B-2"), by_number(2, "B-3"), InputRow(3, "u-x", None, "B-2", None))
    begin_preview(ledger, second, "test", anew=True)
    marked = [dict(one.earlier_orders) for one in read_candidates(ledger, second, 0.0)]
    assert marked == [{"u-old": "11"}, {}, {}], "a row with a uuid needs no look"


def test_unread_and_missing_cards_keep_their_reason(ledger):
    batch = plan(ledger, "a", by_number(1, "A"), by_number(2, "B"))
    first, second = read_candidates(ledger, batch, 0.0)
    note_unread(ledger, [PreviewRow(1, "A", "unread", code="unavailable", id=first.id)])
    save_seen(
        ledger, [PreviewRow(2, "B", "not_found", id=second.id, seen=summarize_missing("not_found"), is_read=True)]
    )
    assert [(row.action, row.code) for row in show(ledger, batch)] == [("unread", "unavailable"), ("not_found", None)]


def test_interrupted_preview_continues_and_a_shown_one_begins_anew(ledger):
    batch = plan(ledger, "a", by_number(1, "A"), by_number(2, "B"))
    since = begin_preview(ledger, batch, "test", anew=True)
    make_seen(ledger, batch, 1, "u-1")
    assert begin_preview(ledger, batch, "test", anew=True) == since
    assert count_unread(ledger, batch, since) == 1
    record_preview(ledger, batch, 2, "test")
    later = begin_preview(ledger, batch, "test", anew=True)
    assert later > since
    assert count_unread(ledger, batch, later) == 2
    assert begin_preview(ledger, batch, "test", anew=False) <= ledger.database.now() - MAX_AGE_SECONDS


def test_narrowing_counts_what_it_leaves_out(ledger):
    batch = plan(ledger, "a", by_number(1, "A"), by_number(2, "B"), by_number(3, "C"))
    now = ledger.database.now()
    make_seen(ledger, batch, 1, "u-1", status_at=now - 5 * 24 * 3600 - 60)
    make_seen(ledger, batch, 2, "u-2", status_at=now)
    for narrowing, rows in (
        (Narrowing(min_days=5), [1]),
        (Narrowing(only_status=frozenset({PARCEL})), [1, 2]),
        (Narrowing(only_status=frozenset({"DELIVERED"})), []),
    ):
        preview = show(ledger, batch, narrowing)
        assert ([row.row for row in preview], preview.narrowed_out) == (rows, 3 - len(rows))


@pytest.mark.parametrize("damage", ["{broken", "[]", '["refuse"', '["refuse", "at_office"]', "7"])
def test_damaged_facts_count_as_not_seen(ledger, damage):
    batch = plan(ledger, "a", by_number(1, "A"))
    make_seen(ledger, batch, 1, "u-1")
    with ledger.database.write_transaction() as cursor:
        cursor.fetch_all("UPDATE refusal SET seen = ?, earlier_orders = ':: x'", damage)
        cursor.fetch_all("UPDATE batch SET file_facts = '{'")
    assert [row.action for row in show(ledger, batch)] == ["not_read"]
