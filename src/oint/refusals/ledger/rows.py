"""A row of the ledger and what it means: numbers, keys, states, and how it becomes a case and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from oint.refusals.case import Case
from oint.refusals.life import State
from oint.refusals.outcome import Outcome, advice_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.sources import SourceRow

BATCH_BITS = 40
_ATTEMPT_BITS = 32
_ROW = 2**_ATTEMPT_BITS
_ATTEMPTS = 2 ** (BATCH_BITS - _ATTEMPT_BITS)


class Span(NamedTuple):
    """The ids of refusals from `first` on, up to and without `end`."""

    first: int
    end: int


def row_id(batch: int, number: int, attempt: int = 0) -> int:
    """The id of a row: its batch, its attempt and its number in the source, in this order."""
    return (batch << BATCH_BITS) + (attempt << _ATTEMPT_BITS) + number


def parts(refusal: int) -> tuple[int, int, int]:
    """Batch, number in the source, and attempt of an id."""
    return refusal >> BATCH_BITS, refusal % _ROW, (refusal >> _ATTEMPT_BITS) % _ATTEMPTS


def span_of(batch: int) -> Span:
    """All ids of a batch."""
    return Span(row_id(batch, 0), row_id(batch + 1, 0))


def key_of(uuid: str | None, cdek_number: str | None, im_number: str | None) -> str | None:
    """What an order is known by in the ledger; a row without any is broken."""
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
        sent_at: Unix time of the last sending
    """

    id: int
    key: str
    case: Case
    version: int = 0
    sent_at: float | None = None
    state_before: State = State.PLANNED

    @property
    def state(self) -> State:
        """Where its life has come to."""
        return self.case.state

    def needs_card(self, *, even_if_billed: bool) -> bool:
        """Whether the card is to be read before anything is sent, and was not yet.

        An order that is known by a number is found so, advice comes from there, and of a row with a story, of its own
        or of an earlier attempt, nothing else tells what has become of the order meanwhile.
        """
        if self.case.outcome.uuid is None:
            return True
        if self.case.before is not None:
            return False
        _, _, attempt = parts(self.id)
        return attempt > 0 or self.version > 0 or not even_if_billed


FACTS = (
    "state", "uuid", "cdek_number", "im_number", "status", "request_uuid", "code", "message", "return_uuid",
    "return_number", "sent", "advice", "trouble", "before",
)  # fmt: skip
"""Columns that hold what is known of a case, in the order of `facts`."""


def facts(case: Case) -> tuple[Any, ...]:
    """What is known of a case, as columns."""
    outcome = case.outcome
    before = None if case.before is None else " ".join(sorted(case.before))
    return (
        outcome.state.value, outcome.uuid, outcome.cdek_number, outcome.im_number, outcome.status,
        outcome.request_uuid, outcome.code, outcome.message, outcome.return_uuid, outcome.return_number, outcome.sent,
        outcome.advice.code if outcome.advice else None, outcome.trouble.code if outcome.trouble else None, before,
    )  # fmt: skip


def case_of(values: tuple[Any, ...]) -> Case:
    """The case that columns in the order of `FACTS` tell of."""
    (state, uuid, cdek_number, im_number, status, request_uuid, code, message, return_uuid, return_number, sent,
     advice, _, before) = values  # fmt: skip
    outcome = Outcome(
        order=uuid or cdek_number or im_number or "",
        state=State(state),
        uuid=uuid,
        cdek_number=cdek_number,
        im_number=im_number,
        status=status,
        request_uuid=request_uuid,
        code=code,
        message=message,
        return_uuid=return_uuid,
        return_number=return_number,
        sent=sent,
        advice=advice_named(advice, status),
    )
    return Case(outcome, None if before is None else frozenset(before.split()))


PLANNED_COLUMNS = ("id", "place", "key", "uuid", "cdek_number", "im_number", "state", "code", "message")


def planned(batch: int, place: int, row: SourceRow) -> tuple[Any, ...]:
    """A source row as a row of the ledger; a broken one is advised against from the beginning."""
    number, uuid, cdek_number, im_number, trouble = row
    refusal = (batch << BATCH_BITS) + number
    if trouble is not None:
        return (refusal, place, None, uuid, cdek_number, im_number, "advised", trouble.code, trouble.detail or None)
    return (refusal, place, key_of(uuid, cdek_number, im_number), uuid, cdek_number, im_number, "planned", None, None)


UUID_COLUMNS = ("id", "place", "key", "uuid", "state")


def planned_by_uuid(batch: int, place: int, rows: Sequence[SourceRow]) -> list[tuple[Any, ...]]:
    """The same for many rows that have a uuid and nothing else, as most do: in half of the time."""
    base = batch << BATCH_BITS
    return [(base + number, place, f"u:{uuid}", uuid, "planned") for number, uuid, _, _, _ in rows]
