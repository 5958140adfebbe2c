"""Choice of the rows to approve, without a terminal or a ledger."""

from __future__ import annotations

import msgspec

from oint.refusals.card_facts import REFUSE
from oint.refusals.choice import Choice, choose_rows, find_excepted, fold_names
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import DUPLICATE, PreviewRow

ALL = Choice(yes=True, expect=None, limit=None, exceptions=frozenset(), no_cards=False)
ROWS = [
    PreviewRow(row=1, order="A-1", action=REFUSE, uuid="one", im_number="A-1"),
    PreviewRow(row=2, order="101", action=DUPLICATE, uuid="one", duplicate_of=1),
    PreviewRow(row=3, order="A-3", action=UNREAD),
    PreviewRow(row=4, order="A-4", action=REFUSE, uuid="four", im_number="A-4"),
]


def _numbers(choice, excepted=()):
    return [row.row for row in choose_rows(ROWS, choice, excepted)]


def test_rows_with_unread_cards_stay_held():
    assert _numbers(ALL) == [1, 2, 4]


def test_limit_approves_refusals_only():
    assert _numbers(ALL._replace(limit=1)) == [1]


def test_duplicate_stands_for_its_unnamed_first_row():
    chosen = list(choose_rows(ROWS, ALL._replace(rows=frozenset({2})), ()))
    assert chosen == [msgspec.structs.replace(ROWS[0], row=2, order="101")]


def test_excluded_row_holds_every_row_of_its_order():
    assert _numbers(ALL._replace(without=frozenset({2}))) == [4]


def test_excepted_order_is_found_under_any_name_and_with_duplicates():
    excepted = find_excepted(ROWS, fold_names(["a-1"]))
    assert [row.row for row in excepted] == [1, 2]
    assert _numbers(ALL, excepted) == [4]
