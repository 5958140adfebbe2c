"""Rows of the table `refusal` as records: their ids and keys, what is read from them and written to them."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, Self

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
    from oint.refusals.state_machine import LostBy

_ATTEMPT_BITS = 32
MAX_ROWS = 2**_ATTEMPT_BITS
"""Row numbers of one attempt: an id modulo this is the number of its row."""
_ATTEMPTS = 2 ** (BATCH_BITS - _ATTEMPT_BITS)


class IdRange(NamedTuple):
    """The ids of refusals from `first`, below `end`."""

    first: int
    end: int


def build_row_id(batch: int, number: int, attempt: int = 0) -> int:
    """Build the id of a row: its batch, its attempt and its number in the file, in this order."""
    return (batch << BATCH_BITS) + (attempt << _ATTEMPT_BITS) + number


def split_row_id(refusal: int) -> tuple[int, int, int]:
    """Split an id into its batch, the number of the row in the file, and its attempt."""
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


def parse_earlier_orders(text: str | None) -> dict[str, str]:
    """Parse the column `earlier_orders` into UUID -> CDEK number."""
    pairs = (pair.partition(":") for pair in (text or "").split())
    return {uuid: number for uuid, _, number in pairs}


class CaseRecord(NamedTuple):
    """A refusal as the table `refusal` keeps it; the fields are columns.

    The first six are set when the row is planned, previewed or approved. A worker writes the others, see `WRITTEN_COLUMNS`.

    Args:
        uuid, cdek_number, im_number: the order's names in the file
        seen: summary of the card that a person saw in the preview
        insist: code of the advice that is overruled for this row
        earlier_orders: UUID:CDEK number of the orders that the shop number named in other batches, with spaces between
        state: see `State`
        order_uuid, order_cdek_number, order_im_number, status, reason: of the order's card
        request_uuid, code, message: of CDEK's answer
        return_uuid, return_number: of the return order
        sent: number of sendings
        advice: code of the advice against refusing
        error: code of the last error
        before: UUIDs of requests that the card showed before the first sending, with spaces between
        sent_at: Unix time of the last sending
        lost_by: how the last answer was lost, "reset" or "timeout"
        other_cdek_number: of another order that the row's number names, or named before
    """

    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    seen: str | None
    insist: str | None
    earlier_orders: str | None
    state: str | None
    order_uuid: str | None
    order_cdek_number: str | None
    order_im_number: str | None
    status: str | None
    reason: str | None
    request_uuid: str | None
    code: str | None
    message: str | None
    return_uuid: str | None
    return_number: str | None
    sent: int | None
    advice: str | None
    error: str | None
    before: str | None
    sent_at: float | None
    lost_by: str | None
    other_cdek_number: str | None

    @classmethod
    def from_row(cls, values: Sequence[Any]) -> Self:
        """Make a record of the columns that were read; a damaged value counts as missing."""
        return cls._make(
            value if isinstance(value, _COLUMN_TYPES.get(name, str)) else None
            for name, value in zip(cls._fields, values, strict=True)
        )

    @classmethod
    def from_case(cls, case: RefusalStateMachine) -> Self:
        """Make a record of what is known of a refusal."""
        outcome, names = case.outcome, case.names
        return cls(
            uuid=names.uuid,
            cdek_number=names.cdek_number,
            im_number=names.im_number,
            seen=case.seen,
            insist=case.insist,
            earlier_orders=" ".join(f"{uuid}:{number}" for uuid, number in case.earlier_orders.items()) or None,
            state=outcome.state.value,
            order_uuid=outcome.uuid,
            order_cdek_number=outcome.cdek_number,
            order_im_number=outcome.im_number,
            status=outcome.status,
            reason=outcome.reason,
            request_uuid=outcome.request_uuid,
            code=outcome.code,
            message=outcome.message,
            return_uuid=outcome.return_uuid,
            return_number=outcome.return_number,
            sent=outcome.send_count,
            advice=outcome.advice.code if outcome.advice else None,
            error=outcome.error.code if outcome.error else None,
            before=None if case.prior_request_uuids is None else " ".join(sorted(case.prior_request_uuids)),
            sent_at=case.sent_at,
            lost_by=case.lost_by,
            other_cdek_number=outcome.other_cdek_number,
        )

    def to_row(self) -> tuple[Any, ...]:
        """Return the values of `WRITTEN_COLUMNS`."""
        return self[_PLANNED_FIELDS:]

    def to_case(self) -> RefusalStateMachine:
        """Make the refusal's state machine; a damaged state becomes unknown."""
        names = Names(self.uuid, self.cdek_number, self.im_number)
        outcome = Outcome(
            order=str(names) or self.order_uuid or "",
            state=read_state(self.state),
            uuid=self.order_uuid,
            cdek_number=self.order_cdek_number,
            im_number=self.order_im_number,
            status=self.status,
            reason=self.reason,
            request_uuid=self.request_uuid,
            code=self.code,
            message=self.message,
            return_uuid=self.return_uuid,
            return_number=self.return_number,
            send_count=self.sent or 0,
            advice=find_advice(self.advice, self.status, self.reason, self.other_cdek_number),
            other_cdek_number=self.other_cdek_number,
        )
        prior_requests = None if self.before is None else frozenset(self.before.split())
        case = RefusalStateMachine(
            outcome,
            prior_requests,
            names=names,
            seen=self.seen,
            insist=self.insist,
            earlier_orders=parse_earlier_orders(self.earlier_orders),
        )
        case.sent_at = self.sent_at
        case.lost_by = _LOSS_CAUSES.get(self.lost_by)
        return case


_COLUMN_TYPES: Mapping[str, type | tuple[type, ...]] = {"sent": int, "sent_at": (int, float)}
"""Types of the columns that are not texts."""
_PLANNED_FIELDS = 6
_LOSS_CAUSES: Mapping[str | None, LostBy] = {"reset": "reset", "timeout": "timeout"}

WRITTEN_COLUMNS = CaseRecord._fields[_PLANNED_FIELDS:]
"""Columns that a worker writes."""

ROW_SQL = f"SELECT id, key, version, lost_at, {', '.join(CaseRecord._fields)} FROM refusal r"  # noqa: S608 - names are ours
"""Reads what `Row.from_row` takes."""


class Row(msgspec.Struct):
    """A refusal that a worker is handling.

    Args:
        id: see `build_row_id`
        key: identifies the order, see `build_key`
        case: what is known of the refusal
        version: how often it has changed
        lost_age: seconds since its answer was lost, when the row was read
        state_before: the state that the ledger has
    """

    id: int
    key: str
    case: RefusalStateMachine
    version: int = 0
    lost_age: float = 0.0
    state_before: State = State.PLANNED

    @classmethod
    def from_row(cls, values: Sequence[Any], now: float) -> Self:
        """Make a row of the columns of `ROW_SQL`, read at a moment of the ledger's clock."""
        refusal, key, version, lost_at, *columns = values
        case = CaseRecord.from_row(columns).to_case()
        lost_age = max(0.0, now - lost_at) if isinstance(lost_at, int | float) else 0.0
        return cls(refusal, key or "", case, version, lost_age, case.state)

    @property
    def state(self) -> State:
        """Return the current state."""
        return self.case.state

    @property
    def needs_card(self) -> bool:
        """Return whether the card must still be read before anything is sent."""
        return self.case.prior_request_uuids is None or self.case.outcome.uuid is None


class EventRecord(NamedTuple):
    """A transition of a refusal as the table `event` keeps it; the fields are columns.

    Args:
        refusal: id of the row
        version: of the row after the transition
        at: Unix time
        state_from, transition, state_to: see `oint.refusals.states`
        detail: code of the error or answer
    """

    refusal: int
    version: int
    at: float
    state_from: str
    transition: str
    state_to: str
    detail: str | None


class PlannedRow(NamedTuple):
    """A new row of the table `refusal`, made of a row of a file; the fields are columns."""

    id: int
    tenant: int
    key: str | None
    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    state: str
    code: str | None
    message: str | None

    @classmethod
    def from_input(cls, batch: int, tenant: int, row: InputRow) -> Self:
        """Make a held row, or an advised one where the file's row is invalid."""
        number, uuid, cdek_number, im_number, error = row
        refusal = (batch << BATCH_BITS) + number
        if error is not None:
            code, detail = error.code, error.detail or None
            return cls(refusal, tenant, None, uuid, cdek_number, im_number, "advised", code, detail)
        key = build_key(uuid, cdek_number, im_number)
        return cls(refusal, tenant, key, uuid, cdek_number, im_number, "held", None, None)


class PlannedUuid(NamedTuple):
    """The same of a row that has only a UUID: half the columns, planned in half the time."""

    id: int
    tenant: int
    key: str
    uuid: str
    state: str

    @staticmethod
    def from_uuids(batch: int, tenant: int, numbers: Sequence[int], uuids: Sequence[str]) -> list[tuple[Any, ...]]:
        """Make plain tuples of the fields: a million of them are made in a row."""
        ids = map((batch << BATCH_BITS).__add__, numbers)
        return list(zip(ids, repeat(tenant), map("u:".__add__, uuids), uuids, repeat("held")))
