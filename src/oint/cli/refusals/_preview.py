"""`oint refusals preview`: what would be sent of a file or a batch, what not, and why. Nothing is sent."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import msgspec

from oint.cli import atomic_write, codes, output
from oint.cli.error_handler import expect_no_sending
from oint.cli.refusals._batches import find_batch, format_command, resolve_address, translate_errors
from oint.cli.refusals._choice import cards_needed, read_narrowing
from oint.cli.refusals._confirmation import ask, has_terminal
from oint.cli.refusals._file_facts import build_file_fields, format_file_facts
from oint.cli.refusals._header import Header, header_fields, header_text
from oint.cli.refusals._preview_actions import ACTIONS, FINE, describe_duplicate
from oint.cli.refusals._preview_table import COLUMNS, make_fields, make_table_row, needs_attention
from oint.cli.refusals._preview_totals import PreviewTotals
from oint.cli.refusals._preview_view import format_preview, format_tables, format_totals
from oint.cli.refusals._reading import CardReading, show_reading
from oint.cli.refusals._running import resolve_credentials
from oint.cli.refusals._source import open_input_or_fail, write_plan
from oint.cli.terminal import find_width, is_terminal
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.batch.api import client_for, find_planned
from oint.refusals.batch.planning import system_user, tenant_id
from oint.refusals.batch.preview_cards import read_cards
from oint.refusals.batch.runner import Run
from oint.refusals.gcra import UTILIZATION
from oint.refusals.input.file_facts import read_file_facts
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.previews import StoredPreview, begin_preview, count_unread, record_preview
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import ALL_ROWS, PreviewRow, estimate_cost
from oint.refusals.report import MissingDependency, write_csv, write_xlsx
from oint.refusals.verdicts import DELETE

if TYPE_CHECKING:
    from oint.auth.credentials import ResolvedCredentials
    from oint.cli.refusals._commands import PlanOptions, PreviewOptions, RequestOptions
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.preview import Cost, Narrowing


MANY_CARDS = 20_000
"""Cards above which a person is asked before they are read."""


@expect_no_sending()
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
    narrowing = read_narrowing(options)
    resolved = resolve_credentials(options)
    with translate_errors():
        with closing(open_ledger(options.ledger)) as ledger:
            batch = find_batch(ledger, options.file) if options.file.isdigit() else None
        if batch is None:
            with open_input_or_fail(options) as source:
                batch = write_plan(source, resolved, options).batch
        with closing(open_ledger(options.ledger)) as ledger:
            batch = find_planned(ledger, batch.id)
            preview = read_preview(ledger, batch, resolved, options, anew=True, narrowing=narrowing)
            record_preview(ledger, batch, len(preview), system_user())
            return _finish(preview, batch, resolved, options)


def read_preview(
    ledger: Ledger,
    batch: Batch,
    resolved: ResolvedCredentials,
    options: PlanOptions | PreviewOptions,
    *,
    anew: bool,
    narrowing: Narrowing = ALL_ROWS,
) -> StoredPreview:
    """Read the cards of a planned batch, unless the options or a person leave them out, and return its preview.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        resolved: credentials and host
        options: of the command
        anew: read all cards; otherwise those that nobody has seen for 24 hours
        narrowing: which rows are meant
    Raises:
        UsageError: the narrowing needs cards, and they are left out; or the batch is another account's or host's
    """
    cards = not options.no_cards and _confirm_cards(ledger, batch, options, anew=anew)
    if narrowing.is_active and not cards:
        raise cards_needed()
    return asyncio.run(
        preview_batch(
            ledger, batch, resolved, resolve_address(options.ledger), rate=options.rate,
            cards=cards, even_if_billed=batch.even_if_billed, anew=anew, quiet=options.quiet, narrowing=narrowing,
        )
    )  # fmt: skip


def _confirm_cards(ledger: Ledger, batch: Batch, options: PlanOptions | PreviewOptions, *, anew: bool) -> bool:
    """Ask a person before very many cards are read; a script is not asked."""
    if not has_terminal():
        return True
    since = begin_preview(ledger, batch, system_user(), anew=anew)
    return confirm_many_cards(count_unread(ledger, batch, since), options.rate)


def confirm_many_cards(count: int, rate: float) -> bool:
    """Return whether the cards are read: a person confirms more than `MANY_CARDS` of them.

    Args:
        count: cards to be read
        rate: requests a second
    """
    if count <= MANY_CARDS:
        return True
    minutes = math.ceil(count / (rate * UTILIZATION) / 60)
    return ask(_MANY.format(count=count, minutes=minutes)) == str(count)


def _get_tenant(ledger: Ledger, resolved: ResolvedCredentials) -> int:
    return tenant_id(ledger, client_for(resolved.credentials, test=resolved.test), resolved.credentials)


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
    quiet: bool = False,
    narrowing: Narrowing = ALL_ROWS,
) -> StoredPreview:
    """Read the cards of the held rows of a batch, and return the preview that the ledger has of them then.

    What was seen is written as it comes, and compared with the card before the sending.

    Args:
        ledger: where the batch is
        batch: see `Batch`
        resolved: credentials and host
        address: of the ledger
        rate: requests a second
        cards: read those that nobody has seen for a day
        even_if_billed: the advice to delete is overruled
        anew: read all cards, also those that were seen
        quiet: show no progress
        narrowing: which rows are meant
    Raises:
        UsageError: the batch is another account's or host's
    """
    if batch.tenant != _get_tenant(ledger, resolved):
        raise _other_account(batch)
    insist = DELETE if even_if_billed or batch.even_if_billed else None
    since = begin_preview(ledger, batch, system_user(), anew=anew and cards)
    if cards:
        reading = CardReading(count_unread(ledger, batch, since))
        async with (
            client_for(resolved.credentials, test=resolved.test) as client,
            Run(address, client, batch.tenant, rate=rate, handler=reading) as run,
            show_reading(reading, quiet=quiet),
        ):
            await read_cards(ledger, batch, client, run, since=since, insist=insist, on_row=reading.add)
    return StoredPreview(ledger, batch, insist, narrowing)


def _finish(preview: StoredPreview, batch: Batch, resolved: ResolvedCredentials, options: PreviewOptions) -> int:
    """Show the preview, or write it to a file; return the exit code."""
    header = Header.of(resolved, batch)
    cost = estimate_cost(preview.actions, rate=options.rate)
    now = time.time()
    facts = read_file_facts(batch.file_facts)
    if options.as_json:
        fields = header_fields(header) | build_totals_fields(preview, now, cost)
        _print_json(fields | (build_file_fields(facts) if facts is not None else {}), preview, now)
    else:
        _write_files(preview, options, now)
        _print_rows(preview, options)
        output.print_result(header_text(header))
        details = format_file_facts(facts) if facts is not None else None
        if details is not None:
            output.print_result(details)
        output.print_result(_format_totals(preview, batch, options, now, cost))
        if preview.narrowed_out:
            output.print_result(_NARROWED.format(count=preview.narrowed_out))
        if not options.quiet:
            output.print_status((_NEXT if preview.count else _NOTHING_HELD).format(number=batch.id))
    if preview.actions[UNREAD]:
        return codes.OUTCOME_UNKNOWN
    return codes.OK if set(preview.actions) <= FINE else codes.NOT_APPLICABLE


def build_totals_fields(preview: StoredPreview, now: float, cost: Cost) -> dict[str, Any]:
    """Build what `--json` says of all rows together.

    Args:
        preview: see `StoredPreview`
        now: Unix time
        cost: of sending what is to be refused
    """
    return {
        "counts": preview.actions,
        "statuses": [
            {"status": status, "reason": reason, "count": count}
            for (status, reason), count in preview.statuses.most_common()
        ],
        **PreviewTotals.of(preview, now).to_json(),
        "narrowed_out": preview.narrowed_out,
        "requests": cost.requests,
        "seconds": round(cost.seconds),
    }


def _print_json(fields: dict[str, Any], preview: StoredPreview, now: float) -> None:
    """Print one JSON object, its rows last and a line each: as many as there are, in constant memory."""
    with output.binary() as sink:
        sink.write(output.pretty(fields).removesuffix("\n}").encode() + b',\n "rows": [')
        encoder = msgspec.json.Encoder()
        for count, row in enumerate(preview):
            sink.write((b",\n  " if count else b"\n  ") + encoder.encode(make_fields(row, now)))
        sink.write(b"\n ]\n}\n")


def _print_rows(preview: StoredPreview, options: PreviewOptions) -> None:
    """Print each row as a line, unless they are in a file, or in a table on a terminal."""
    if options.csv is None and options.xlsx is None and not is_terminal(sys.stdout):
        for row in preview:
            output.print_result(row_text(row))


def _format_totals(preview: StoredPreview, batch: Batch, options: PreviewOptions, now: float, cost: Cost) -> str:
    """Format the totals, and on a terminal the rows."""
    totals, width = PreviewTotals.of(preview, now), find_width(sys.stdout)
    lines = list(format_totals(totals, preview.actions, preview.statuses, width=width, cost=cost))
    if is_terminal(sys.stdout):
        command = format_command("preview", batch, options)
        lines += format_tables(totals, now=now, width=width, all_rows_command=f"{command} --xlsx FILE")
    return "\n".join(lines)


def _write_files(preview: StoredPreview, options: PreviewOptions, now: float) -> None:
    """Write the rows as CSV or as a workbook.

    Raises:
        UsageError: the library for workbooks is missing
    """
    rows = (make_table_row(row, now) for row in preview)
    if options.csv is not None:
        with atomic_write.atomic_write(options.csv) as temp_path, temp_path.open("wb") as sink:
            write_csv(rows, sink, columns=COLUMNS)
    if options.xlsx is not None:
        rows = (make_table_row(row, now) for row in preview)
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


def print_summary(
    preview: StoredPreview,
    batch: Batch,
    resolved: ResolvedCredentials,
    options: RequestOptions,
    *,
    excepted: int,
    count: int,
) -> None:
    """Show a person on the terminal what is about to be sent: all that stops, and the first of the rest."""
    output.print_status(header_text(Header.of(resolved, batch)))
    lines = format_preview(
        preview, preview.actions, preview.statuses, now=time.time(), width=find_width(sys.stderr),
        all_rows_command=f"{format_command('preview', batch, options)} --xlsx FILE",
        cost=estimate_cost(preview.actions, rate=options.rate),
    )  # fmt: skip
    output.print_status("\n".join(lines))
    if preview.narrowed_out:
        output.print_status(_NARROWED.format(count=preview.narrowed_out))
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


_MANY = Message(
    "Прочитать карточек: {count}, это около {minutes} мин. Введите это число; иначе предпросмотр будет без карточек:",
    "Order cards to read: {count}, about {minutes} min. Type this number to confirm; anything else previews without cards:",
)
_NOTHING_HELD = Message(
    "В пакете {number} ничего не ждёт подтверждения. Ход: oint refusals status {number}",
    "Nothing of batch {number} awaits approval. Its progress: oint refusals status {number}",
)
_NEXT = Message("Подтвердить: oint refusals approve {number}", "To approve: oint refusals approve {number}")
_NARROWED = Message(
    "Не подходят под --only-status и --min-days, остаются ждать: {count}",
    "Left out by --only-status and --min-days, still held: {count}",
)
_EXCEPTED = Message("Названы в --except и не отправятся: {count}", "Listed in --except and not sent: {count}")
_TO_SEND = Message("Будет отправлено отказов: {count}", "Refusals to be sent: {count}")
