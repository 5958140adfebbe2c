"""`oint refusals cancel`: what is not sent of a batch is withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.refusals._batches import find_batch, open_ledger_for_user, translate_errors
from oint.i18n import Message
from oint.refusals.batch.api import cancel_batch
from oint.refusals.batch.planning import system_user

if TYPE_CHECKING:
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.approval import CancellationResult


def cancel_rows(batch: str, *, ledger: str | None, as_json: bool) -> int:
    """Withdraw all of a batch that is not sent."""
    with open_ledger_for_user(ledger) as opened:
        chosen = find_batch(opened, batch, required=True)
    with translate_errors():
        result = cancel_batch(chosen.id, by=system_user(), ledger=ledger)
    _print_result(chosen, result, as_json=as_json)
    return codes.OK


def _print_result(batch: Batch, result: CancellationResult, *, as_json: bool) -> None:
    if as_json:
        output.print_result(output.pretty({"batch": batch.id, "withdrawn": result.rows, "following": result.following}))
        return
    output.print_result(_CANCELLED.format(number=batch.id, rows=result.rows))
    if result.following:
        output.print_status(_FOLLOWED.format(rows=result.following, number=batch.id))


_CANCELLED = Message(
    "Пакет {number} отменён; не будет отправлено строк: {rows}",
    "Batch {number} is cancelled; rows that will never be sent: {rows}",
)
_FOLLOWED = Message(
    "Уже отправлены, решения ещё нет: {rows}; проследить: oint refusals resume {number}",
    "Already sent, no verdict yet: {rows}; to follow them: oint refusals resume {number}",
)
