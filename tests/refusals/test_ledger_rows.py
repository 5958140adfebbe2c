"""Numbers, keys and columns of the ledger's rows: out and back without a loss."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek.errors import OutcomeUnknown
from oint.refusals.input import InputRow, RowError
from oint.refusals.ledger.rows import (
    WRITTEN_COLUMNS,
    CaseRecord,
    PlannedRow,
    PlannedUuid,
    Row,
    batch_id_range,
    build_key,
    build_row_id,
    split_row_id,
)
from oint.refusals.outcome import Outcome
from oint.refusals.state_machine import RefusalStateMachine
from oint.refusals.states import State
from oint.refusals.verdicts import find_advice

WORDS = st.none() | st.text(min_size=1, max_size=5)


def store_and_read(case):
    """Write a case as a worker does, and read it as the next one does: only its own columns are written."""
    planned = dict.fromkeys(CaseRecord._fields)
    written = dict(zip(WRITTEN_COLUMNS, CaseRecord.from_case(case).to_row(), strict=True))
    return CaseRecord.from_row(tuple((planned | written).values())).to_case()


@given(st.integers(1, 2**20), st.integers(0, 2**32 - 1), st.integers(0, 255))
def test_an_id_tells_batch_number_and_attempt(batch, number, attempt):
    refusal = build_row_id(batch, number, attempt)
    assert split_row_id(refusal) == (batch, number, attempt)
    assert batch_id_range(batch).first <= refusal < batch_id_range(batch).end
    assert refusal < 2**63


def test_an_order_is_known_by_its_best_name():
    assert build_key("u", "1", "s") == "u:u"
    assert build_key(None, "1", "s") == "c:1"
    assert build_key(None, None, "s") == "s:s"
    assert build_key(None, None, None) is None


@given(
    st.sampled_from(State),
    st.tuples(WORDS, WORDS, WORDS),
    st.integers(0, 3),
    st.none() | st.frozensets(st.uuids().map(str), max_size=3),
)
def test_what_is_known_of_a_case_survives_the_ledger(state, words, sent, before):
    request_uuid, code, number = words
    outcome = Outcome(
        order="u", uuid="u", state=state, request_uuid=request_uuid, code=code, return_number=number, send_count=sent
    )
    again = store_and_read(RefusalStateMachine(outcome, before))
    assert (again.state, again.prior_request_uuids) == (state, before)
    kept = ("uuid", "request_uuid", "code", "return_number", "send_count", "status", "im_number", "cdek_number")
    assert [getattr(again.outcome, name) for name in kept] == [getattr(outcome, name) for name in kept]


def test_advice_and_trouble_are_kept_by_their_codes():
    advised = Outcome(order="u", state=State.ADVISED, status="CREATED", advice=find_advice("delete", "CREATED", None))
    assert store_and_read(RefusalStateMachine(advised)).outcome.advice == advised.advice
    lost = Outcome(order="u", state=State.UNKNOWN, error=OutcomeUnknown("reset"))
    written = CaseRecord.from_case(RefusalStateMachine(lost)).to_row()
    assert dict(zip(WRITTEN_COLUMNS, written, strict=True))["error"] == "outcome_unknown"


def test_a_row_without_a_name_is_known_by_whatever_it_has():
    columns = dict.fromkeys(CaseRecord._fields) | {"state": "planned", "cdek_number": "77", "sent": 0}
    case = CaseRecord.from_row(tuple(columns.values())).to_case()
    assert (case.outcome.order, case.names.cdek_number, case.outcome.cdek_number) == ("77", "77", None)


def test_an_order_is_named_as_people_do_and_a_state_that_is_damaged_is_unknown():
    columns = dict.fromkeys(CaseRecord._fields) | {"state": "plan\ufffded", "uuid": "u", "im_number": "shop", "sent": 0}
    case = CaseRecord.from_row(tuple(columns.values())).to_case()
    assert (case.outcome.order, case.state) == ("shop", State.UNKNOWN)


def test_a_broken_source_row_is_advised_against_from_the_beginning():
    trouble = RowError("bad_row_uuid", "uuid: xx")
    assert PlannedRow.from_input(1, 2, InputRow(7, None, None, None, trouble))[2:] == (
        None,
        None,
        None,
        None,
        "advised",
        "bad_row_uuid",
        "uuid: xx",
    )
    planned = PlannedRow.from_input(1, 2, InputRow(7, None, "9", None, None))
    assert planned[2:] == ("c:9", None, "9", None, "held", None, None)


def test_a_rows_state_is_its_cases():
    assert Row(1, "u:1", RefusalStateMachine(Outcome(order="1", state=State.ACCEPTED))).state is State.ACCEPTED


@pytest.mark.parametrize(
    ("uuid", "before", "needed"),
    [
        pytest.param(None, None, True, id="known by a number: its card tells the uuid"),
        pytest.param(None, frozenset(), True, id="a card without a uuid tells too little"),
        pytest.param("u", None, True, id="nothing is sent unless its card was read"),
        pytest.param("u", frozenset(), False, id="read already"),
    ],
)
def test_a_card_is_read_before_every_sending(uuid, before, needed):
    case = RefusalStateMachine(Outcome(order="1", state=State.PLANNED, uuid=uuid), before)
    assert Row(build_row_id(1, 5), "c:1", case).needs_card is needed


@given(st.lists(st.uuids().map(str), min_size=1, max_size=5))
def test_rows_that_have_a_uuid_alone_are_planned_alike_one_by_one_and_together(uuids):
    rows = [InputRow(number, uuid, None, None, None) for number, uuid in enumerate(uuids, 2)]
    one_by_one = [PlannedRow.from_input(3, 4, row)._asdict() for row in rows]
    together = [dict(zip(PlannedUuid._fields, row, strict=True)) for row in PlannedUuid.from_inputs(3, 4, rows)]
    assert [{name: row[name] for name in PlannedUuid._fields} for row in one_by_one] == together


@pytest.mark.parametrize(
    ("lost_at", "lost_by", "age", "cause"),
    [
        (90.0, "reset", 10.0, "reset"),
        (90.0, "timeout", 10.0, "timeout"),
        (101.0, "timeout", 0.0, "timeout"),
        (None, None, 0.0, None),
        ("damaged", "damaged", 0.0, None),
    ],
)
def test_row_is_read_with_the_age_and_cause_of_its_loss(lost_at, lost_by, age, cause):
    columns = dict.fromkeys(CaseRecord._fields) | {"state": "unknown", "lost_by": lost_by}
    row = Row.from_row((7, None, 3, lost_at, *columns.values()), now=100.0)
    assert (row.id, row.key, row.version, row.lost_age, row.case.lost_by) == (7, "", 3, age, cause)
    assert (row.state, row.state_before) == (State.UNKNOWN, State.UNKNOWN)
