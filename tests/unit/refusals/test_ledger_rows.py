"""Numbers, keys and columns of the ledger's rows round-trip without loss."""

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

TEXTS = st.none() | st.text(min_size=1, max_size=5)


def store_and_read(case):
    """Write a case as a worker does, and read it as the next one does: only its own columns are written."""
    planned = dict.fromkeys(CaseRecord._fields)
    columns = dict(zip(WRITTEN_COLUMNS, CaseRecord.from_case(case).to_row(), strict=True))
    return CaseRecord.from_row(tuple((planned | columns).values())).to_case()


@given(st.integers(1, 2**20), st.integers(0, 2**32 - 1), st.integers(0, 255))
def test_row_id_contains_batch_row_and_attempt(batch, number, attempt):
    refusal = build_row_id(batch, number, attempt)
    assert split_row_id(refusal) == (batch, number, attempt)
    assert batch_id_range(batch).first <= refusal < batch_id_range(batch).end
    assert refusal < 2**63


def test_order_key_uses_its_best_name():
    assert build_key("u", "1", "s") == "u:u"
    assert build_key(None, "1", "s") == "c:1"
    assert build_key(None, None, "s") == "s:s"
    assert build_key(None, None, None) is None


@given(
    st.sampled_from(State),
    st.tuples(TEXTS, TEXTS, TEXTS),
    st.integers(0, 3),
    st.none() | st.frozensets(st.uuids().map(str), max_size=3),
)
def test_state_machine_round_trips_through_columns(state, texts, send_count, prior_uuids):
    request_uuid, code, number = texts
    outcome = Outcome(
        order="u",
        uuid="u",
        state=state,
        request_uuid=request_uuid,
        code=code,
        return_number=number,
        send_count=send_count,
    )
    restored = store_and_read(RefusalStateMachine(outcome, prior_uuids))
    assert (restored.state, restored.prior_request_uuids) == (state, prior_uuids)
    stored_fields = (
        "uuid",
        "request_uuid",
        "code",
        "return_number",
        "send_count",
        "status",
        "im_number",
        "cdek_number",
    )
    assert [getattr(restored.outcome, name) for name in stored_fields] == [
        getattr(outcome, name) for name in stored_fields
    ]


def test_advice_and_error_are_stored_as_codes():
    advised = Outcome(order="u", state=State.ADVISED, status="CREATED", advice=find_advice("delete", "CREATED", None))
    assert store_and_read(RefusalStateMachine(advised)).outcome.advice == advised.advice
    lost = Outcome(order="u", state=State.UNKNOWN, error=OutcomeUnknown("reset"))
    columns = CaseRecord.from_case(RefusalStateMachine(lost)).to_row()
    assert dict(zip(WRITTEN_COLUMNS, columns, strict=True))["error"] == "outcome_unknown"


def test_row_without_its_own_name_uses_any_identifier():
    columns = dict.fromkeys(CaseRecord._fields) | {"state": "planned", "cdek_number": "77", "sent": 0}
    case = CaseRecord.from_row(tuple(columns.values())).to_case()
    assert (case.outcome.order, case.names.cdek_number, case.outcome.cdek_number) == ("77", "77", None)


def test_order_has_its_shop_name_and_damaged_state_is_unknown():
    columns = dict.fromkeys(CaseRecord._fields) | {"state": "plan\ufffded", "uuid": "u", "im_number": "shop", "sent": 0}
    case = CaseRecord.from_row(tuple(columns.values())).to_case()
    assert (case.outcome.order, case.state) == ("shop", State.UNKNOWN)


def test_invalid_source_row_is_advised_when_planned():
    error = RowError("bad_row_uuid", "uuid: xx")
    assert PlannedRow.from_input(1, 2, InputRow(7, None, None, None, error))[2:] == (
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


def test_row_state_is_the_state_of_its_case():
    assert Row(1, "u:1", RefusalStateMachine(Outcome(order="1", state=State.ACCEPTED))).state is State.ACCEPTED


@pytest.mark.parametrize(
    ("uuid", "prior_uuids", "is_needed"),
    [
        pytest.param(None, None, True, id="known by a number: its card tells the uuid"),
        pytest.param(None, frozenset(), True, id="a card without a uuid tells too little"),
        pytest.param("u", None, True, id="nothing is sent unless its card was read"),
        pytest.param("u", frozenset(), False, id="read already"),
    ],
)
def test_card_is_read_before_every_sending(uuid, prior_uuids, is_needed):
    case = RefusalStateMachine(Outcome(order="1", state=State.PLANNED, uuid=uuid), prior_uuids)
    assert Row(build_row_id(1, 5), "c:1", case).needs_card is is_needed


@given(st.lists(st.uuids().map(str), min_size=1, max_size=5))
def test_rows_with_only_a_uuid_are_planned_alike_singly_and_in_bulk(uuids):
    rows = [InputRow(number, uuid, None, None, None) for number, uuid in enumerate(uuids, 2)]
    one_by_one = [PlannedRow.from_input(3, 4, row)._asdict() for row in rows]
    planned = PlannedUuid.from_uuids(3, 4, range(2, len(uuids) + 2), uuids)
    together = [dict(zip(PlannedUuid._fields, row, strict=True)) for row in planned]
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
