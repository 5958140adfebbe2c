"""`oint refusals approve` and `cancel`: a held batch released by a person, and what is not sent withdrawn."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.errors import UsageError
from oint.cli.refusals._batches import as_usage_errors, batch_named, command, opened_ledger
from oint.cli.refusals._choice import read_choice
from oint.cli.refusals._gate import pass_gate
from oint.cli.refusals._running import resolve_credentials
from oint.i18n import Message
from oint.refusals.batch.api import cancel_batch, find_planned
from oint.refusals.batch.planning import system_user
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.queries import read_batch_stats
from oint.refusals.states import State

if TYPE_CHECKING:
    from oint.cli.refusals._commands import ApproveOptions
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.approval import CancellationResult
    from oint.refusals.ledger.queries import BatchStats


def approve_rows(options: ApproveOptions) -> int:
    """Approve what is held of a batch."""
    with opened_ledger(options.ledger) as ledger, as_usage_errors():
        chosen = find_planned(ledger, batch_named(ledger, options.batch, required=True).id)
        before = read_batch_stats(ledger, chosen).counts
    numbers = read_rows("--row", options.rows)
    choice = read_choice(
        options,
        rows=numbers or None,
        without=read_rows("--without-row", options.without),
        even_if_billed=chosen.even_if_billed,
    )
    code = pass_gate(chosen, resolve_credentials(options), options, choice)
    if code is not None:
        return code
    with as_usage_errors(), closing(open_ledger(options.ledger)) as ledger:
        after = read_batch_stats(ledger, chosen)
    _report(chosen, before, after, options)
    return codes.OK


def _report(batch: Batch, before: dict[str, int], after: BatchStats, options: ApproveOptions) -> None:
    """Report what the approval came to, and the next command."""
    held = after.counts.get(State.HELD, 0)
    withdrawn = after.counts.get(State.WITHDRAWN, 0) - before.get(State.WITHDRAWN, 0)
    approved = before.get(State.HELD, 0) - held - withdrawn
    resume = command("resume", batch, options)
    if options.as_json:
        fields = {"batch": batch.id, "approved": approved, "held": held, "withdrawn": withdrawn, "next_command": resume}
        output.print_result(output.pretty(fields))
        return
    output.print_result(_APPROVED.format(number=batch.id, rows=approved, held=held))
    if withdrawn:
        output.print_status(_WITHDRAWN.format(rows=withdrawn))
    if approved and not options.quiet:
        output.print_status(_NEXT.format(command=resume))


def cancel_rows(batch: str, *, ledger: str | None, as_json: bool) -> int:
    """Withdraw all of a batch that is not sent."""
    with opened_ledger(ledger) as opened:
        chosen = batch_named(opened, batch, required=True)
    with as_usage_errors():
        done = cancel_batch(chosen.id, by=system_user(), ledger=ledger)
    _report_cancelled(chosen, done, as_json=as_json)
    return codes.OK


def _report_cancelled(batch: Batch, done: CancellationResult, *, as_json: bool) -> None:
    if as_json:
        output.print_result(output.pretty({"batch": batch.id, "withdrawn": done.rows, "following": done.following}))
        return
    output.print_result(_CANCELLED.format(number=batch.id, rows=done.rows))
    if done.following:
        output.print_status(_FOLLOWED.format(rows=done.following, number=batch.id))


def read_rows(option: str, words: tuple[str, ...]) -> frozenset[int]:
    """Read row numbers: 3,7 or 3-7, the option may be repeated.

    Raises:
        UsageError: one of them is not a number
    """
    numbers: set[int] = set()
    for word in ",".join(words).split(",") if words else ():
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", word, re.ASCII)
        if match is None:
            raise UsageError(
                Message(f"{option}: это не номера строк", f"{option}: these are not row numbers"),
                Message(f"Напишите {option} 3,7 или {option} 3-7", f"Write {option} 3,7 or {option} 3-7"),
            )
        first = int(match[1])
        numbers |= set(range(first, min(int(match[2] or first), first + MAX_RANGE) + 1))
    return frozenset(numbers)


MAX_RANGE = 1_000_000
"""Rows that one range names at most."""

_APPROVED = Message(
    "Пакет {number}: подтверждено строк: {rows}, ждут: {held}", "Batch {number}: rows approved: {rows}, held: {held}"
)
_WITHDRAWN = Message("Названы в --except и не уйдут: {rows}", "Listed in --except and never sent: {rows}")
_NEXT = Message("Отправить: {command}", "To send: {command}")
_CANCELLED = Message(
    "Пакет {number} отменён; не будет отправлено строк: {rows}",
    "Batch {number} is cancelled; rows that will never be sent: {rows}",
)
_FOLLOWED = Message(
    "Уже отправлены, решения ещё нет: {rows}; проследить: oint refusals resume {number}",
    "Already sent, no verdict yet: {rows}; to follow them: oint refusals resume {number}",
)
