"""`oint refusals preview`: what would be sent of a file or a batch, what not, and why. Nothing is sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cli import atomic_write, codes, output
from oint.cli.errors import UsageError
from oint.cli.refusals._batches import find_batch, resolve_address, translate_errors
from oint.cli.refusals._columns import columns_fields, format_columns
from oint.cli.refusals._formatting import format_left_out
from oint.cli.refusals._header import Header, header_fields, header_text
from oint.cli.refusals._plan import open_input_or_fail
from oint.cli.refusals._running import resolve_credentials
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
    from oint.refusals.preview import Candidate


ACTIONS = {
    "refuse": Message("зарегистрировать отказ", "refuse"),
    "follow": Message("отказ уже есть: проследить", "a refusal stands already: follow it"),
    "delete": Message("удалить заказ (отказ оплачивается)", "delete the order (a refusal is billed)"),
    "client_return": Message("оформить клиентский возврат", "order a client return"),
    "claim": Message("подать претензию: утерян или утилизирован", "file a claim: lost or disposed of"),
    "nothing": Message("ничего не нужно", "nothing to do"),
    "unclear": Message("неясно: СДЭК не показал статуса", "unclear: CDEK showed no status"),
    "names_differ": Message("номера в строке от разных заказов", "the row's numbers belong to different orders"),
    "is_return": Message("это возвратный заказ", "this is a return order"),
    "not_found": Message("СДЭК не знает такого заказа", "CDEK knows no such order"),
    "unread": Message("СДЭК не ответил", "CDEK did not answer"),
    "not_read": Message("отказ, карточка не прочитана", "refuse, the card was not read"),
    "invalid": Message("строка с ошибкой", "invalid row"),
    "duplicate": Message("дубль", "duplicate"),
}
"""Actions of a preview in words."""

COLUMNS = {
    "row": Message("Строка", "Row"),
    "order": Message("Заказ", "Order"),
    "action": Message("Действие", "Action"),
    "action_text": Message("Что будет", "What would be done"),
    "status": Message("Статус заказа", "Order status"),
    "code": Message("Код", "Code"),
    "uuid": Message("UUID заказа", "Order UUID"),
    "cdek_number": Message("Номер СДЭК", "CDEK number"),
    "im_number": Message("Номер заказа в магазине", "Shop number"),
    "duplicate_of": Message("Дубль строки", "Duplicate of row"),
    "other_batch": Message("Другой пакет", "Other batch"),
}
FINE = frozenset({"refuse", "follow", "nothing", "duplicate", "not_read"})
"""Actions that need nobody's attention."""

MAX_SHOWN = 20
"""Rows of each action that a summary on the terminal shows."""


class Shown(NamedTuple):
    """A preview as it was shown."""

    rows: list[PreviewRow]
    actions: Counter[str]


class TableRow(NamedTuple):
    """A row of a preview as a line of a table: fields by the names of `COLUMNS`."""

    row: int
    order: str
    action: str
    action_text: str
    status: str | None
    code: str | None
    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    duplicate_of: int | None
    other_batch: int | None


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
    """Show each row as soon as it is known, unless all of them are one JSON object or a file."""
    quiet = options.as_json or options.csv is not None or options.xlsx is not None
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
    if options.as_json:
        fields = header_fields(header) | {
            "rows": [_fields(row) for row in preview.rows],
            "counts": preview.actions,
            "requests": cost.requests,
            "seconds": round(cost.seconds),
        }
        if source is not None:
            fields["left_out"] = source.left_out.to_json()
        if source is not None and source.columns is not None:
            fields["columns"] = columns_fields(source.columns)
        output.print_result(output.pretty(fields))
    else:
        _write_files(preview, options)
        output.print_result(header_text(header))
        if source is not None and source.columns is not None:
            output.print_result(format_columns(source.columns))
        output.print_result(_sums(preview.actions))
        if source is not None and source.left_out:
            output.print_result(format_left_out(source.left_out))
        output.print_result(_COST.format(requests=cost.requests, minutes=f"{cost.seconds / 60:.1f}"))
        if batch is not None and not options.quiet:
            output.print_status(_NEXT.format(number=batch.id))
    if preview.actions[UNREAD]:
        return codes.OUTCOME_UNKNOWN
    return codes.OK if set(preview.actions) <= FINE else codes.NOT_APPLICABLE


def _write_files(preview: Shown, options: PreviewOptions) -> None:
    """Write the rows as CSV or as a workbook.

    Raises:
        UsageError: the library for workbooks is missing
    """
    rows = [table_row(row) for row in preview.rows]
    if options.csv is not None:
        with atomic_write.atomic_write(options.csv) as temp_path, temp_path.open("wb") as sink:
            write_csv(rows, sink, columns=COLUMNS)
    if options.xlsx is not None:
        try:
            with atomic_write.atomic_write(options.xlsx) as temp_path:
                write_xlsx(rows, temp_path, columns=COLUMNS, total_by="action_text", is_failure=_is_stopped)
        except MissingDependency as error:
            raise UsageError(error.text, error.hint) from None


def _is_stopped(row: TableRow) -> bool:
    return row.action not in FINE


def table_row(row: PreviewRow) -> TableRow:
    """Make a line of a table of a row."""
    return TableRow(
        row.row, row.order, row.action, str(ACTIONS[row.action]), row.status, row.code, row.uuid, row.cdek_number,
        row.im_number, row.duplicate_of, row.other_batch,
    )  # fmt: skip


def _fields(row: PreviewRow) -> dict[str, Any]:
    """Make the JSON fields of a row."""
    return {name: getattr(row, name) for name in COLUMNS if name != "action_text"}


def row_text(row: PreviewRow) -> str:
    """Write a row as one line: its number, the order as the user named it, what would be done, and why."""
    about = [row.status, row.code]
    if row.duplicate_of is not None:
        about.append(str(_same_order(row)))
    why = ", ".join(filter(None, about))
    cells = (
        str(row.row),
        sanitize_line(row.order),
        f"{ACTIONS[row.action]}" + (f" ({sanitize_line(why)})" if why else ""),
    )
    return "\t".join(cells)


def _same_order(row: PreviewRow) -> Message:
    if row.other_batch is None:
        return Message(f"строка {row.duplicate_of}", f"row {row.duplicate_of}")
    return Message(
        f"строка {row.duplicate_of} пакета {row.other_batch}", f"row {row.duplicate_of} of batch {row.other_batch}"
    )


def print_summary(preview: Shown, batch: Batch, resolved: ResolvedCredentials, *, excepted: int, count: int) -> None:
    """Show a person on the terminal what is about to be sent: all that stops, and the first of the rest."""
    output.print_status(header_text(Header.of(resolved, batch)))
    for action in sorted(preview.actions, key=lambda action: action in FINE):
        rows = [row for row in preview.rows if row.action == action]
        output.print_status(f"{ACTIONS[action]}: {len(rows)}")
        for row in rows[:MAX_SHOWN]:
            output.print_status(f"  {row_text(row)}")
        if len(rows) > MAX_SHOWN:
            output.print_status(_MORE.format(count=len(rows) - MAX_SHOWN, number=batch.id))
    if excepted:
        output.print_status(_EXCEPTED.format(count=excepted))
    output.print_status(_TO_SEND.format(count=count))


def _sums(actions: Counter[str]) -> str:
    return "; ".join(f"{ACTIONS[action]}: {count}" for action, count in actions.items())


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


_COST = Message("Запросов: {requests}, минут: {minutes}", "Requests: {requests}, minutes: {minutes}")
_NEXT = Message("Подтвердить: oint refusals approve {number}", "To approve: oint refusals approve {number}")
_MORE = Message(
    "  … и ещё {count}; все строки: oint refusals preview {number} --xlsx FILE",
    "  … and {count} more; all rows: oint refusals preview {number} --xlsx FILE",
)
_EXCEPTED = Message("Названы в --except и не отправятся: {count}", "Listed in --except and not sent: {count}")
_TO_SEND = Message("Будет отправлено отказов: {count}", "Refusals to be sent: {count}")
