"""`oint refusals plan`: write the rows of a file into the ledger, read the cards of their orders, and send nothing."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.error_handler import expect_no_sending
from oint.cli.refusals._batches import format_batch_options, translate_errors
from oint.cli.refusals._file_facts import build_file_fields
from oint.cli.refusals._gate import stays_held
from oint.cli.refusals._preview import build_totals_fields, read_preview
from oint.cli.refusals._preview_totals import PreviewTotals
from oint.cli.refusals._preview_view import format_totals
from oint.cli.refusals._running import resolve_credentials
from oint.cli.refusals._source import format_plan, open_input_or_fail, write_plan
from oint.cli.terminal import find_width
from oint.i18n import Message
from oint.refusals.input.file_facts import read_file_facts
from oint.refusals.ledger import open_ledger
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import estimate_cost

if TYPE_CHECKING:
    from oint.auth.credentials import ResolvedCredentials
    from oint.cli.refusals._commands import PlanOptions
    from oint.refusals.batch import PlanResult


@expect_no_sending()
def plan_file(options: PlanOptions) -> int:
    """Plan a file, read the cards of its orders, and send nothing.

    Returns:
        exit code: 0; 5 where the rows are planned and not all cards could be read
    """
    resolved = resolve_credentials(options)
    with open_input_or_fail(options) as source:
        planned = write_plan(source, resolved, options)
    if not options.as_json:
        output.print_result(format_plan(planned, _KNOWN))
    unread = _report(planned, resolved, options)
    if not options.quiet:
        if unread:
            output.print_status(_UNREAD.format(count=unread))
        batch = f"{planned.batch.id}{format_batch_options(options)}"
        output.print_status((_NEXT_WITHOUT_CARDS if options.no_cards else _NEXT).format(batch=batch))
    return codes.OUTCOME_UNKNOWN if unread else codes.OK


def _report(planned: PlanResult, resolved: ResolvedCredentials, options: PlanOptions) -> int:
    """Read the cards unless they are left out, and print what they show; return how many could not be read."""
    batch = planned.batch
    fields: dict[str, object] = {"batch": batch.id, "total": batch.total, "added": planned.added}
    facts = read_file_facts(batch.file_facts)
    if facts is not None:
        fields |= build_file_fields(facts)
    unread = 0
    if not options.no_cards:
        with translate_errors(), closing(open_ledger(options.ledger)) as ledger:
            try:
                preview = read_preview(ledger, batch, resolved, options, anew=False)
            except KeyboardInterrupt:
                output.print_status(stays_held(batch, options))
                raise
            unread, now, cost = preview.actions[UNREAD], time.time(), estimate_cost(preview.actions, rate=options.rate)
            if options.as_json:
                fields |= build_totals_fields(preview, now, cost)
            else:
                lines = format_totals(
                    PreviewTotals.of(preview, now), preview.actions, preview.statuses,
                    width=find_width(sys.stdout), cost=cost,
                )  # fmt: skip
                output.print_result("\n".join(lines))
    if options.as_json:
        output.print_result(output.pretty(fields))
    return unread


_KNOWN = Message(
    "Пакет {number} ({name}) уже в реестре, строк: {rows}",
    "Batch {number} ({name}) is already in the ledger; rows: {rows}",
)
_NEXT = Message(
    "Пакет ждёт. Посмотреть строки: oint refusals preview {batch}; подтвердить: oint refusals approve {batch}",
    "The batch is held. To review its rows: oint refusals preview {batch}; to approve: oint refusals approve {batch}",
)
_NEXT_WITHOUT_CARDS = Message(
    "Пакет ждёт, карточки заказов не читались (--no-cards). Посмотреть: oint refusals preview {batch}; подтвердить: oint refusals "
    "approve {batch}",
    "The batch is held; order cards were left out (--no-cards). To review it: oint refusals preview {batch}; to approve: oint "
    "refusals approve {batch}",
)
_UNREAD = Message(
    "Пакет записан, но карточек не прочитано: {count}. Дочитать: та же команда",
    "The batch is planned, but order cards could not be read: {count}. The same command reads the rest",
)
