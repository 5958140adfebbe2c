"""What a worker does next: readings that are due before new sendings, each row once."""

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


def test_a_reading_that_is_due_comes_before_what_is_fresh_and_one_that_is_not_after_it():
    agenda = Schedule()
    fresh, later, due = row(1), row(2), row(3)
    agenda.add(fresh)
    agenda.add(later, DueAt(9.0))
    agenda.add(due, DueAt(5.0))
    assert (len(agenda), agenda.fresh, agenda.next_due()) == (3, 1, 5.0)
    assert [agenda.next(5.0), agenda.next(5.0), agenda.next(5.0)] == [due, fresh, None]
    assert (agenda.next_due(), agenda.next(9.0), agenda.next_due()) == (9.0, later, None)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=20))
def test_every_row_comes_out_once_whatever_the_order(added):
    agenda = Schedule()
    for number, (moment, waits) in enumerate(added):
        agenda.add(row(number), DueAt(moment if waits else None))
    out = []
    while (found := agenda.next(9.0)) is not None:
        out.append(found.id)
    assert sorted(out) == list(range(len(added)))


def test_an_agenda_lets_go_of_everything():
    agenda = Schedule()
    agenda.add(row(1))
    agenda.add(row(2), DueAt(5.0))
    agenda.clear()
    assert (len(agenda), agenda.next(9.0)) == (0, None)


def test_only_the_readings_of_named_orders_are_brought_forward():
    agenda = Schedule()
    for number in (1, 2, 3):
        agenda.add(row(number), DueAt(100.0 + number))
    assert agenda.reschedule_now({"3", "elsewhere"}, 50.0)
    assert (agenda.next(50.0).id, agenda.next(50.0), agenda.next_due()) == (3, None, 101.0)
    assert not agenda.reschedule_now({"elsewhere"}, 50.0)


def test_rows_that_are_dropped_are_gone_whether_fresh_or_due():
    agenda = Schedule()
    for number in (1, 2):
        agenda.add(row(number))
        agenda.add(row(number + 10), DueAt(5.0))
    assert sorted(each.id for each in agenda.rows()) == [1, 2, 11, 12]
    agenda.drop(lambda each: each.id in {1, 11})
    assert sorted(each.id for each in agenda.rows()) == [2, 12]
    assert [agenda.next(9.0).id, agenda.next(9.0).id, agenda.next(9.0)] == [12, 2, None]
