"""A row of the ledger and what it means: numbers, keys, states, and how it becomes a case and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from oint.refusals.card_facts import Names
from oint.refusals.ledger.schema import BATCH_BITS
from oint.refusals.outcome import Outcome
from oint.refusals.state_machine import RefusalStateMachine
from oint.refusals.states import State, read_state
from oint.refusals.verdicts import find_advice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oint.refusals.input import InputRow

_ATTEMPT_BITS = 32
MAX_ROWS = 2**_ATTEMPT_BITS
"""Numbers of rows that an attempt has room for: an id modulo this is the number of its row."""
_ATTEMPTS = 2 ** (BATCH_BITS - _ATTEMPT_BITS)


class IdRange(NamedTuple):
    """The ids of refusals from `first` on, up to and without `end`."""

    first: int
    end: int


def build_row_id(batch: int, number: int, attempt: int = 0) -> int:
    """Build the id of a row: its batch, its attempt and its number in the file, in this order."""
    return (batch << BATCH_BITS) + (attempt << _ATTEMPT_BITS) + number


def split_row_id(refusal: int) -> tuple[int, int, int]:
    """Batch, number in the source, and attempt of an id."""
    return refusal >> BATCH_BITS, refusal % MAX_ROWS, (refusal >> _ATTEMPT_BITS) % _ATTEMPTS


def batch_id_range(batch: int) -> IdRange:
    """Return the range of a batch's ids."""
    return IdRange(build_row_id(batch, 0), build_row_id(batch + 1, 0))


def build_key(uuid: str | None, cdek_number: str | None, im_number: str | None) -> str | None:
    """Build the key that identifies an order in the ledger; a row without one is invalid."""
    if uuid:
        return f"u:{uuid}"
    if cdek_number:
        return f"c:{cdek_number}"
    return f"s:{im_number}" if im_number else None


class Row(msgspec.Struct):
    """A refusal in the hands of a worker.

    Args:
        id: see `row_id`
        key: what the order is known by
        case: what is known of the refusal
        version: how often it has changed
        lost_age: seconds since its answer was lost, when it was taken
    """

    id: int
    key: str
    case: RefusalStateMachine
    version: int = 0
    lost_age: float = 0.0
    state_before: State = State.PLANNED

    @property
    def state(self) -> State:
        """Return the current state."""
        return self.case.state

    @property
    def needs_card(self) -> bool:
        """Return whether the card must still be read before anything is sent."""
        return self.case.prior_request_uuids is None or self.case.outcome.uuid is None


CASE_COLUMNS = (
    "state", "order_uuid", "order_cdek_number", "order_im_number", "status", "reason", "request_uuid", "code", "message",
    "return_uuid", "return_number", "sent", "advice", "trouble", "before", "sent_at", "lost_by",
)  # fmt: skip
"""Columns that a worker writes, in the order of `to_columns`."""

READ_COLUMNS = ("uuid", "cdek_number", "im_number", "seen", "insist", *CASE_COLUMNS)
"""Columns that a case is read from, in the order that `from_columns` takes."""


def to_columns(case: RefusalStateMachine) -> tuple[Any, ...]:
    """Put what is known of a case into columns."""
    outcome = case.outcome
    before = None if case.prior_request_uuids is None else " ".join(sorted(case.prior_request_uuids))
    return (
        outcome.state.value, outcome.uuid, outcome.cdek_number, outcome.im_number, outcome.status, outcome.reason,
        outcome.request_uuid, outcome.code, outcome.message, outcome.return_uuid, outcome.return_number, outcome.send_count,
        outcome.advice.code if outcome.advice else None, outcome.error.code if outcome.error else None, before,
        case.sent_at, case.lost_by,
    )  # fmt: skip


_KINDS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(READ_COLUMNS, str),
    "sent": int,
    "sent_at": (int, float),
}


def from_columns(values: Sequence[Any]) -> RefusalStateMachine:
    """Make a case of columns in the order of `READ_COLUMNS`; what is damaged counts as missing, a damaged state as unknown."""
    whole: list[Any] = [
        value if isinstance(value, _KINDS[name]) else None for name, value in zip(READ_COLUMNS, values, strict=True)
    ]
    (uuid, cdek_number, im_number, seen, insist, state, order_uuid, order_cdek_number, order_im_number, status, reason,
     request_uuid, code, message, return_uuid, return_number, sent, advice, _, before, sent_at, lost_by) = whole  # fmt: skip
    names = Names(uuid, cdek_number, im_number)
    outcome = Outcome(
        order=str(names) or order_uuid or "",
        state=read_state(state),
        uuid=order_uuid,
        cdek_number=order_cdek_number,
        im_number=order_im_number,
        status=status,
        reason=reason,
        request_uuid=request_uuid,
        code=code,
        message=message,
        return_uuid=return_uuid,
        return_number=return_number,
        send_count=sent or 0,
        advice=find_advice(advice, status, reason),
    )
    seen_before = None if before is None else frozenset(before.split())
    case = RefusalStateMachine(outcome, seen_before, names=names, seen=seen, insist=insist)
    case.sent_at, case.lost_by = sent_at, lost_by
    return case


PLANNED_COLUMNS = ("id", "place", "key", "uuid", "cdek_number", "im_number", "state", "code", "message")


def planned_values(batch: int, place: int, row: InputRow) -> tuple[Any, ...]:
    """Make a held row of the ledger of a source row; an invalid one is advised against from the beginning."""
    number, uuid, cdek_number, im_number, trouble = row
    refusal = (batch << BATCH_BITS) + number
    if trouble is not None:
        return (refusal, place, None, uuid, cdek_number, im_number, "advised", trouble.code, trouble.detail or None)
    return (refusal, place, build_key(uuid, cdek_number, im_number), uuid, cdek_number, im_number, "held", None, None)


UUID_COLUMNS = ("id", "place", "key", "uuid", "state")


def planned_uuid_values(batch: int, place: int, rows: Sequence[InputRow]) -> list[tuple[Any, ...]]:
    """Return the same for many rows that have only a uuid, as most do: in half the time."""
    base = batch << BATCH_BITS
    return [(base + number, place, f"u:{uuid}", uuid, "held") for number, uuid, _, _, _ in rows]
