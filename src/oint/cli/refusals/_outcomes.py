"""Refusals of several orders, one row each, whatever happens on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cdek.errors import CdekError, InvalidArgument, RequestRejected
from oint.cli import codes
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals import Outcome, State
from oint.refusals.ledger.connection import LedgerError
from oint.refusals.ledger.single_refusals import InWorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

VERDICTS = {
    State.HELD: (codes.NOT_APPLICABLE, Message("ждёт подтверждения", "held")),
    State.WITHDRAWN: (codes.NOT_APPLICABLE, Message("отозван", "withdrawn")),
    State.PLANNED: (codes.OUTCOME_UNKNOWN, Message("не отправлен", "not sent")),
    State.SENDING: (codes.OUTCOME_UNKNOWN, Message("исход неизвестен", "outcome unknown")),
    State.UNKNOWN: (codes.OUTCOME_UNKNOWN, Message("исход неизвестен", "outcome unknown")),
    State.ACCEPTED: (codes.PENDING, Message("ещё в работе", "still pending")),
    State.CONFIRMED: (codes.OK, Message("подтверждён", "confirmed")),
    State.REJECTED: (codes.REJECTED, Message("отклонён", "rejected")),
    State.ADVISED: (codes.NOT_APPLICABLE, Message("не отправлен, есть совет", "not sent, see the advice")),
}

_ERRORS_OF_ONE_ORDER = (RequestRejected, InvalidArgument, InWorkError)
"""Errors that do not concern the other orders."""


class Row(NamedTuple):
    """How the refusal of one order ended.

    Args:
        outcome: of the refusal
        code: exit code of a run of this order alone
        error: that ended it, if any
    """

    outcome: Outcome
    code: int
    error: Exception | None = None

    def fields(self) -> dict[str, Any]:
        """Return the row for --json."""
        outcome = self.outcome
        code, message = self._reason
        return {
            "order": outcome.order,
            "uuid": outcome.uuid,
            "cdek_number": outcome.cdek_number,
            "im_number": outcome.im_number,
            "verdict": outcome.verdict,
            "code": code,
            "message": None if message is None else sanitize_line(message),
            "request_uuid": outcome.request_uuid,
            "return_number": outcome.return_number,
            "status": outcome.status,
            "sent": outcome.send_count,
            "next_step": str(self._next_step),
        }

    def __str__(self) -> str:
        outcome = self.outcome
        head = f"{outcome.order}: {VERDICTS[outcome.state][1]}"
        sentence = self.error.text if isinstance(self.error, CdekError | LedgerError) else outcome.text
        return f"{sanitize_line(f'{head}. {sentence}')}\n    {sanitize_line(str(self._next_step))}"

    @property
    def _reason(self) -> tuple[str | None, str | None]:
        """Return code and message: of the advice, of CDEK's rejection, or of the error."""
        outcome, error = self.outcome, self.error
        if outcome.advice is not None:
            return outcome.advice.code, str(outcome.advice.text)
        if outcome.code is not None:
            return outcome.code, outcome.message
        if isinstance(error, CdekError | LedgerError):
            return error.code, str(error.text)
        return (None, None) if outcome.error is None else (outcome.error.code, str(outcome.error.cause))

    @property
    def _next_step(self) -> Message:
        return self.error.hint if isinstance(self.error, CdekError | LedgerError) else self.outcome.hint


def register_all(orders: Sequence[str], register: Callable[[str], Outcome]) -> Iterator[Row]:
    """Register refusals one after another. An error that concerns all orders leaves the remaining ones planned.

    Args:
        orders: names of the orders
        register: registers one refusal and returns its outcome
    """
    remaining = iter(orders)
    for order in remaining:
        row = _register(order, register)
        yield row
        if row.code == codes.INTERRUPTED or (row.error and not isinstance(row.error, _ERRORS_OF_ONE_ORDER)):
            yield from (Row(Outcome(order=name, state=State.PLANNED), row.code) for name in remaining)


def _register(order: str, register: Callable[[str], Outcome]) -> Row:
    """Register one refusal. One that was interrupted may have been sent: its outcome is unknown."""
    try:
        outcome = register(order)
    except RequestRejected as error:
        outcome = Outcome(order=order, state=State.REJECTED, code=error.code, message=error.message)
        return Row(outcome, codes.REJECTED, error)
    except CdekError as error:
        return Row(Outcome(order=order, state=State.PLANNED), codes.BY_KIND[error.kind], error)
    except InWorkError as error:
        return Row(Outcome(order=order, state=State.SENDING), codes.PENDING, error)
    except LedgerError as error:
        return Row(Outcome(order=order, state=State.PLANNED), codes.INTERNAL_ERROR, error)
    except KeyboardInterrupt:
        return Row(Outcome(order=order, state=State.UNKNOWN), codes.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - a defect of ours must not lose the rows of the other orders
        return Row(Outcome(order=order, state=State.UNKNOWN), codes.INTERNAL_ERROR, error)
    return Row(outcome, VERDICTS[outcome.state][0])


def exit_code(rows: Sequence[Row]) -> int:
    """Return the exit code of a run: that of its rows if they ended alike."""
    ends = {row.code for row in rows}
    if codes.INTERRUPTED in ends:
        return codes.INTERRUPTED
    return ends.pop() if len(ends) == 1 else codes.MIXED
