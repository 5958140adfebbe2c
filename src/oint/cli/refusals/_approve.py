"""`oint refusals approve`: a person releases the held rows of a batch."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.refusals._batches import find_batch, format_command, open_ledger_for_user, translate_errors
from oint.cli.refusals._choice import parse_row_numbers, read_choice
from oint.cli.refusals._confirmation import has_terminal
from oint.cli.refusals._gate import pass_gate
from oint.cli.refusals._running import resolve_credentials
from oint.i18n import Message
from oint.refusals.batch.api import find_planned
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.previews import count_unread
from oint.refusals.ledger.queries import read_batch_stats
from oint.refusals.preview import MAX_AGE_SECONDS
from oint.refusals.states import State

if TYPE_CHECKING:
    from oint.cli.refusals._commands import ApproveOptions
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.queries import BatchStats


def approve_rows(options: ApproveOptions) -> int:
    """Approve what is held of a batch."""
    with open_ledger_for_user(options.ledger) as ledger, translate_errors():
        chosen = find_planned(ledger, find_batch(ledger, options.batch, required=True).id)
        before = read_batch_stats(ledger, chosen).counts
        unread = count_unread(ledger, chosen, ledger.database.now() - MAX_AGE_SECONDS)
    if unread and not options.yes and not options.quiet and has_terminal():
        output.print_status((_CARDS_LEFT_OUT if options.no_cards else _CARDS_FIRST).format(count=unread))
    numbers = parse_row_numbers("--row", options.rows)
    choice = read_choice(
        options,
        rows=numbers or None,
        without=parse_row_numbers("--without-row", options.without),
        even_if_billed=chosen.even_if_billed,
    )
    code = pass_gate(chosen, resolve_credentials(options), options, choice)
    if code is not None:
        return code
    with translate_errors(), closing(open_ledger(options.ledger)) as ledger:
        after = read_batch_stats(ledger, chosen)
    _report(chosen, before, after, options)
    return codes.OK


def _report(batch: Batch, before: dict[str, int], after: BatchStats, options: ApproveOptions) -> None:
    """Report what the approval came to, and the next command."""
    held = after.counts.get(State.HELD, 0)
    withdrawn = after.counts.get(State.WITHDRAWN, 0) - before.get(State.WITHDRAWN, 0)
    approved = before.get(State.HELD, 0) - held - withdrawn
    resume = format_command("resume", batch, options)
    if options.as_json:
        fields = {"batch": batch.id, "approved": approved, "held": held, "withdrawn": withdrawn, "next_command": resume}
        output.print_result(output.pretty(fields))
        return
    output.print_result(_APPROVED.format(number=batch.id, rows=approved, held=held))
    if withdrawn:
        output.print_status(_WITHDRAWN.format(rows=withdrawn))
    if approved and not options.quiet:
        output.print_status(_NEXT.format(command=resume))


_APPROVED = Message(
    "Пакет {number}: подтверждено строк: {rows}, ждут: {held}", "Batch {number}: rows approved: {rows}, held: {held}"
)
_WITHDRAWN = Message("Названы в --except и не уйдут: {rows}", "Listed in --except and never sent: {rows}")
_CARDS_FIRST = Message(
    "Карточек, не прочитанных за последние сутки: {count}. Сначала они будут прочитаны",
    "Order cards not read in the last 24 hours: {count}. They are read first",
)
_CARDS_LEFT_OUT = Message(
    "Карточек, не прочитанных за последние сутки: {count}. С --no-cards каждая читается только перед отправкой",
    "Order cards not read in the last 24 hours: {count}. With --no-cards each is read only before its sending",
)
_NEXT = Message("Отправить: {command}", "To send: {command}")
