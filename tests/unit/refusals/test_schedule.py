"""The next row of a worker: due reads before new sends, each row once."""

from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.batch.schedule import DueAt, Schedule
from oint.refusals.ledger.rows import Row
from oint.refusals.outcome import Outcome
from oint.refusals.state_machine import RefusalStateMachine
from oint.refusals.states import State


def row(number):
    return Row(
        number, f"u:{number}", RefusalStateMachine(Outcome(order=str(number), uuid=str(number), state=State.PLANNED))
    )


def test_due_read_comes_before_fresh_rows_and_a_later_read_after():
    schedule = Schedule()
    fresh, later, due = row(1), row(2), row(3)
    schedule.add(fresh)
    schedule.add(later, DueAt(9.0))
    schedule.add(due, DueAt(5.0))
    assert (len(schedule), schedule.fresh, schedule.next_due()) == (3, 1, 5.0)
    assert [schedule.next(5.0), schedule.next(5.0), schedule.next(5.0)] == [due, fresh, None]
    assert (schedule.next_due(), schedule.next(9.0), schedule.next_due()) == (9.0, later, None)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=20))
def test_every_row_is_returned_once_in_any_order(added):
    schedule = Schedule()
    for number, (moment, has_due_time) in enumerate(added):
        schedule.add(row(number), DueAt(moment if has_due_time else None))
    ids = []
    while (item := schedule.next(9.0)) is not None:
        ids.append(item.id)
    assert sorted(ids) == list(range(len(added)))


def test_cleared_schedule_is_empty():
    schedule = Schedule()
    schedule.add(row(1))
    schedule.add(row(2), DueAt(5.0))
    schedule.clear()
    assert (len(schedule), schedule.next(9.0)) == (0, None)


def test_only_reads_of_named_orders_are_rescheduled():
    schedule = Schedule()
    for number in (1, 2, 3):
        schedule.add(row(number), DueAt(100.0 + number))
    assert schedule.reschedule_now({"3", "elsewhere"}, 50.0)
    assert (schedule.next(50.0).id, schedule.next(50.0), schedule.next_due()) == (3, None, 101.0)
    assert not schedule.reschedule_now({"elsewhere"}, 50.0)


def test_dropped_rows_are_removed_from_fresh_and_due():
    schedule = Schedule()
    for number in (1, 2):
        schedule.add(row(number))
        schedule.add(row(number + 10), DueAt(5.0))
    assert sorted(each.id for each in schedule.rows()) == [1, 2, 11, 12]
    schedule.drop(lambda each: each.id in {1, 11})
    assert sorted(each.id for each in schedule.rows()) == [2, 12]
    assert [schedule.next(9.0).id, schedule.next(9.0).id, schedule.next(9.0)] == [12, 2, None]
