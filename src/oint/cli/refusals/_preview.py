"""`oint refusals preview`: what would be sent of a file or a batch, what not, and why. Nothing is sent."""

from __future__ import annotations

import asyncio
import shlex
import sys
import time
from collections import Counter
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, NamedTuple

from oint.cli import atomic_write, codes, output
from oint.cli.errors import UsageError
from oint.cli.refusals._batches import (
    find_batch,
    format_batch_options,
    format_command,
    resolve_address,
    translate_errors,
)
from oint.cli.refusals._columns import columns_fields, format_columns
from oint.cli.refusals._formatting import format_left_out
from oint.cli.refusals._header import Header, header_fields, header_text
from oint.cli.refusals._plan import open_input_or_fail
from oint.cli.refusals._preview_actions import ACTIONS, FINE, describe_duplicate
from oint.cli.refusals._preview_table import COLUMNS, make_fields, make_table_row, needs_attention
from oint.cli.refusals._preview_totals import PreviewTotals
from oint.cli.refusals._preview_view import format_preview, format_tables, format_totals
from oint.cli.refusals._running import resolve_credentials
from oint.cli.terminal import find_width, is_terminal
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.batch.api import client_for, find_planned
from oint.refusals.batch.planning import system_user, tenant_id
from oint.refusals.batch.runner import Run
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.previews import find_active_refusal, note_unread, read_candidates, record_preview, save_seen
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import PreviewRow, estimate_cost, from_source, preview
from oint.refusals.report import MissingDependency, write_csv, write_xlsx
from oint.refusals.states import State
from oint.refusals.verdicts import DELETE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from oint.auth.credentials import ResolvedCredentials
    from oint.cli.refusals._commands import PreviewOptions
    from oint.refusals.input import InputFile
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.preview import Candidate, Cost


class Shown(NamedTuple):
    """A preview as it was shown."""

    rows: list[PreviewRow]
    actions: Counter[str]


def run_preview(options: PreviewOptions) -> int:
    """Preview what the options name.

    Returns:
        exit code: 0; 6 where a row would not be refused; 5 where that is not known of all
    Raises:
        UsageError: the file or the batch cannot be used
    """
    for option, path in (("--csv", options.csv), ("--xlsx", options.xlsx)):
        if path is not None:
            atomic_write.check(path, option)
    resolved = resolve_credentials(options)
    with translate_errors(), closing(open_ledger(options.ledger)) as ledger:
        batch = find_batch(ledger, options.file) if options.file.isdigit() else None
        if batch is not None:
            return _finish(_preview_held(ledger, batch, resolved, options), batch, resolved, options)
        with open_input_or_fail(options) as source:
            existing = ledger.find_batch(_get_tenant(ledger, resolved), source.fingerprint)
            if existing is not None and existing.total is not None and ledger.count_by_state(existing).get(State.HELD):
                return _finish(_preview_held(ledger, existing, resolved, options), existing, resolved, options)
            return _finish(_preview_file(ledger, source, resolved, options), None, resolved, options, source=source)


def _get_tenant(ledger: Ledger, found: ResolvedCredentials) -> int:
    return tenant_id(ledger, client_for(found.credentials, test=found.test), found.credentials)


def _preview_held(ledger: Ledger, batch: Batch, resolved: ResolvedCredentials, options: PreviewOptions) -> Shown:
    """Preview the held rows of a batch, its cards read anew, and keep what was seen."""
    preview = asyncio.run(
        preview_batch(
            ledger, find_planned(ledger, batch.id), resolved, resolve_address(options.ledger), rate=options.rate,
            cards=not options.no_cards, even_if_billed=batch.even_if_billed, anew=True, tell=_teller(options),
        )
    )  # fmt: skip
    record_preview(ledger, batch, len(preview.rows), system_user())
    return preview


def _preview_file(ledger: Ledger, source: InputFile, resolved: ResolvedCredentials, options: PreviewOptions) -> Shown:
    insist = DELETE if options.even_if_billed else None
    return asyncio.run(
        _preview(
            ledger, _get_tenant(ledger, resolved), from_source(source.rows()), resolved, resolve_address(options.ledger),
            rate=options.rate, insist=insist, cards=not options.no_cards, tell=_teller(options),
        )
    )  # fmt: skip


def _teller(options: PreviewOptions) -> Callable[[PreviewRow], None]:
    """Show each row as soon as it is known, unless all of them are one JSON object, a file or a table on a terminal."""
    quiet = options.as_json or options.csv is not None or options.xlsx is not None or is_terminal(sys.stdout)
    return (lambda _: None) if quiet else (lambda row: output.print_result(row_text(row)))


async def preview_batch(  # noqa: PLR0913 - each by its name
    ledger: Ledger,
    batch: Batch,
    resolved: ResolvedCredentials,
    address: str,
    *,
    rate: float,
    cards: bool = True,
    even_if_billed: bool = False,
    anew: bool = False,
    tell: Callable[[PreviewRow], None] = lambda _: None,
) -> Shown:
    """Preview the held rows of a batch and keep what was seen, so that it is compared with the card before the sending.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        resolved: credentials and host
        address: of the ledger
        rate: requests a second
        cards: read those that nobody has seen for a day
        even_if_billed: the advice to delete is overruled
        anew: read all cards, also those that were seen
        tell: called with each row as soon as it is known
    Raises:
        UsageError: the batch is another account's or host's
    """
    if batch.tenant != _get_tenant(ledger, resolved):
        raise _other_account(batch)
    insist = DELETE if even_if_billed or batch.even_if_billed else None
    candidates = read_candidates(ledger, batch, anew=anew)
    preview = await _preview(
        ledger, batch.tenant, candidates, resolved, address, rate=rate, insist=insist, cards=cards, tell=tell
    )
    save_seen(ledger, [row for row in preview.rows if row.id and row.is_read])
    note_unread(ledger, [row for row in preview.rows if row.id and row.action == UNREAD])
    return preview


async def _preview(  # noqa: PLR0913 - as above
    ledger: Ledger,
    place: int,
    candidates: Iterable[Candidate],
    resolved: ResolvedCredentials,
    address: str,
    *,
    rate: float,
    insist: str | None,
    cards: bool,
    tell: Callable[[PreviewRow], None],
) -> Shown:
    rows: list[PreviewRow] = []

    async def other(key: str) -> tuple[int, int] | None:
        return find_active_refusal(ledger, place, key)

    async with (
        client_for(resolved.credentials, test=resolved.test) as client,
        Run(address, client, place, rate=rate) as run,
        aclosing(preview(candidates, client, run.enter, other, insist=insist, cards=cards, hold=run.hold)) as previewed,
    ):
        async for row in previewed:
            tell(row)
            rows.append(row)
    return Shown(rows, Counter(row.action for row in rows))


def _finish(
    preview: Shown,
    batch: Batch | None,
    resolved: ResolvedCredentials,
    options: PreviewOptions,
    *,
    source: InputFile | None = None,
) -> int:
    """Show the sums, or write them all to a file; the exit code."""
    header = Header.of(resolved, batch, source.name if source is not None else None)
    cost = estimate_cost(preview.actions, rate=options.rate)
    now = time.time()
    if options.as_json:
        fields = header_fields(header) | {
            "rows": [make_fields(row, now) for row in preview.rows],
            "counts": preview.actions,
            "statuses": [
                {"status": status, "reason": reason, "count": count}
                for (status, reason), count in count_statuses(preview.rows).most_common()
            ],
            **PreviewTotals.of(preview.rows, now).to_json(),
            "requests": cost.requests,
            "seconds": round(cost.seconds),
        }
        if source is not None:
            fields["left_out"] = source.left_out.to_json()
        if source is not None and source.columns is not None:
            fields["columns"] = columns_fields(source.columns)
        output.print_result(output.pretty(fields))
    else:
        _write_files(preview, options, now)
        output.print_result(header_text(header))
        if source is not None and source.columns is not None:
            output.print_result(format_columns(source.columns))
        output.print_result(_format_rows(preview, batch, options, now, cost))
        if source is not None and source.left_out:
            output.print_result(format_left_out(source.left_out))
        if batch is not None and not options.quiet:
            output.print_status(_NEXT.format(number=batch.id))
    if preview.actions[UNREAD]:
        return codes.OUTCOME_UNKNOWN
    return codes.OK if set(preview.actions) <= FINE else codes.NOT_APPLICABLE


def count_statuses(rows: Iterable[PreviewRow]) -> Counter[tuple[str | None, str | None]]:
    """Count how many rows have which status and reason."""
    return Counter((row.status, row.reason) for row in rows if row.status is not None)


def _format_rows(preview: Shown, batch: Batch | None, options: PreviewOptions, now: float, cost: Cost) -> str:
    """Format the totals, and on a terminal the rows, which are lines of their own elsewhere."""
    totals, width = PreviewTotals.of(preview.rows, now), find_width(sys.stdout)
    lines = list(format_totals(totals, preview.actions, count_statuses(preview.rows), width=width, cost=cost))
    if is_terminal(sys.stdout):
        command = (
            format_command("preview", batch, options)
            if batch is not None
            else f"oint refusals preview {shlex.quote(options.file)}{format_batch_options(options)}"
        )
        lines += format_tables(totals, now=now, width=width, all_rows_command=f"{command} --xlsx FILE")
    return "\n".join(lines)


def _write_files(preview: Shown, options: PreviewOptions, now: float) -> None:
    """Write the rows as CSV or as a workbook.

    Raises:
        UsageError: the library for workbooks is missing
    """
    rows = (make_table_row(row, now) for row in preview.rows)
    if options.csv is not None:
        with atomic_write.atomic_write(options.csv) as temp_path, temp_path.open("wb") as sink:
            write_csv(rows, sink, columns=COLUMNS)
    if options.xlsx is not None:
        rows = (make_table_row(row, now) for row in preview.rows)
        try:
            with atomic_write.atomic_write(options.xlsx) as temp_path:
                write_xlsx(rows, temp_path, columns=COLUMNS, total_by="action_text", is_failure=needs_attention)
        except MissingDependency as error:
            raise UsageError(error.text, error.hint) from None


def row_text(row: PreviewRow) -> str:
    """Write a row as one line: its number, the order as the user named it, what would be done, and why."""
    about = [row.status, row.code]
    if row.duplicate_of is not None:
        about.append(str(describe_duplicate(row)))
    why = ", ".join(filter(None, about))
    cells = (
        str(row.row),
        sanitize_line(row.order),
        f"{ACTIONS[row.action]}" + (f" ({sanitize_line(why)})" if why else ""),
    )
    return "\t".join(cells)


def print_summary(preview: Shown, batch: Batch, resolved: ResolvedCredentials, *, excepted: int, count: int) -> None:
    """Show a person on the terminal what is about to be sent: all that stops, and the first of the rest."""
    output.print_status(header_text(Header.of(resolved, batch)))
    lines = format_preview(
        preview.rows, preview.actions, count_statuses(preview.rows), now=time.time(), width=find_width(sys.stderr),
        all_rows_command=f"oint refusals preview {batch.id} --xlsx FILE",
    )  # fmt: skip
    output.print_status("\n".join(lines))
    if excepted:
        output.print_status(_EXCEPTED.format(count=excepted))
    output.print_status(_TO_SEND.format(count=count))


def _other_account(batch: Batch) -> UsageError:
    return UsageError(
        Message(
            f"пакет {batch.id} составлен для другого договора или контура: {batch.account or '?'}, {batch.url}",
            f"batch {batch.id} was planned for another account or host: {batch.account or '?'}, {batch.url}",
        ),
        Message(
            "Возьмите те же учётные данные и тот же контур (--profile, --testapi, OINT_CDEK_URL)",
            "Use the same credentials and the same host (--profile, --testapi, OINT_CDEK_URL)",
        ),
    )


_NEXT = Message("Подтвердить: oint refusals approve {number}", "To approve: oint refusals approve {number}")
_EXCEPTED = Message("Названы в --except и не отправятся: {count}", "Listed in --except and not sent: {count}")
_TO_SEND = Message("Будет отправлено отказов: {count}", "Refusals to be sent: {count}")
