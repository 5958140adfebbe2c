"""Refusals of several orders, one row each, whatever happens on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cdek.errors import BadArgument, CdekError, Rejected
from oint.cli import codes
from oint.cli.redact import one_line
from oint.language import Text
from oint.refusals import Outcome, State, register_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from oint.cdek.client import Client

VERDICTS = {
    State.PLANNED: (codes.UNKNOWN_OUTCOME, Text("не отправлен", "not sent")),
    State.SENDING: (codes.UNKNOWN_OUTCOME, Text("исход неизвестен", "outcome unknown")),
    State.UNKNOWN: (codes.UNKNOWN_OUTCOME, Text("исход неизвестен", "outcome unknown")),
    State.ACCEPTED: (codes.PENDING, Text("ещё в работе", "still pending")),
    State.CONFIRMED: (codes.DONE, Text("подтверждён", "confirmed")),
    State.REJECTED: (codes.REJECTED, Text("отклонён", "rejected")),
    State.ADVISED: (codes.BAD_ROWS, Text("не отправлен, есть совет", "not sent, see the advice")),
}


class Row(NamedTuple):
    """How the refusal of one order ended.

    Args:
        outcome: what is known of it
        code: exit code of a run of this order alone
        error: what stopped it, where something did
    """

    outcome: Outcome
    code: int
    error: CdekError | None = None

    def fields(self) -> dict[str, Any]:
        """The row for --json."""
        outcome = self.outcome
        return {
            "order": outcome.order,
            "uuid": outcome.uuid,
            "cdek_number": outcome.cdek_number,
            "im_number": outcome.im_number,
            "verdict": outcome.verdict,
            "code": outcome.code,
            "message": None if outcome.message is None else one_line(outcome.message),
            "request_uuid": outcome.request_uuid,
            "return_number": outcome.return_number,
            "status": outcome.status,
            "sent": outcome.sent,
            "next_step": str(self._next_step),
        }

    def __str__(self) -> str:
        head = f"{self.outcome.order}: {VERDICTS[self.outcome.state][1]}"
        sentence = self.outcome.sentence if self.error is None else self.error.sentence
        return f"{one_line(f'{head}. {sentence}')}\n    {one_line(str(self._next_step))}"

    @property
    def _next_step(self) -> Text:
        return self.outcome.next_step if self.error is None else self.error.next_step


def register_all(client: Client, orders: Sequence[str], how: Mapping[str, Any]) -> Iterator[Row]:
    """Register refusals one after another; once CDEK is out of reach, or at Ctrl-C, the rest is left planned.

    Args:
        client: to call with
        orders: as `register_refusal` takes them
        how: its other arguments
    """
    rest = iter(orders)
    for order in rest:
        row = _register(client, order, how)
        yield row
        if row.code == codes.INTERRUPTED or (row.error and not isinstance(row.error, Rejected | BadArgument)):
            yield from (Row(Outcome(order=left, state=State.PLANNED), row.code) for left in rest)


def _register(client: Client, order: str, how: Mapping[str, Any]) -> Row:
    """One order. Interrupted, it may have been sent: nobody knows, so its outcome is unknown."""
    try:
        outcome = register_refusal(client, order, **how)
    except KeyboardInterrupt:
        return Row(Outcome(order=order, state=State.UNKNOWN), codes.INTERRUPTED)
    except Rejected as error:
        outcome = Outcome(order=order, state=State.REJECTED, code=error.code, message=error.message)
        return Row(outcome, codes.REJECTED, error)
    except CdekError as error:
        outcome = Outcome(order=order, state=State.PLANNED, code=error.code, message=str(error.sentence))
        return Row(outcome, codes.BY_KIND[error.kind], error)
    return Row(outcome, VERDICTS[outcome.state][0])


def exit_code(rows: Sequence[Row]) -> int:
    """The code of a run: that of its rows where they ended alike."""
    ends = {row.code for row in rows}
    if codes.INTERRUPTED in ends:
        return codes.INTERRUPTED
    return ends.pop() if len(ends) == 1 else codes.PARTLY
