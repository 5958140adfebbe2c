"""The gate between a held batch and its sending: preview, question, approval. `run` and `approve` go through it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from oint.cli import codes, output
from oint.cli.error_handler import InterruptedBeforeSending
from oint.cli.refusals._batches import format_command, resolve_address, translate_errors
from oint.cli.refusals._choice import cards_needed
from oint.cli.refusals._confirmation import confirm_count, has_terminal, read_max_refusals
from oint.cli.refusals._preview import confirm_many_cards, preview_batch, print_summary
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.batch.planning import system_user
from oint.refusals.choice import SENT, choose_rows, find_excepted, fold_names
from oint.refusals.ledger import approval, open_ledger
from oint.refusals.ledger.previews import StoredPreview, count_unread, record_preview
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import DUPLICATE, MAX_AGE_SECONDS
from oint.refusals.states import State
from oint.refusals.verdicts import DELETE

if TYPE_CHECKING:
    from oint.auth.credentials import ResolvedCredentials
    from oint.cli.refusals._commands import BatchOptions, RequestOptions
    from oint.refusals.choice import Choice
    from oint.refusals.ledger import Batch, Ledger


def pass_gate(batch: Batch, resolved: ResolvedCredentials, options: RequestOptions, choice: Choice) -> int | None:
    """Show what is held of a batch, ask, and approve it.

    Args:
        batch: see `Batch`
        resolved: credentials and host
        options: the command's options
        choice: see `Choice`
    Returns:
        an exit code where nothing may be sent; None: what was chosen is approved, or nothing is held
    Raises:
        UsageError: nobody could be asked, the count is not the one expected, or an order that is to be left out cannot be;
            nothing was approved
    """
    with translate_errors(), closing(open_ledger(options.ledger)) as ledger:
        _leave_out_approved(ledger, batch, choice, options)
        if not ledger.count_by_state(batch).get(State.HELD):
            return None
        if not choice.yes and not has_terminal():
            raise nobody_to_ask(batch, options)
        if not choice.needs_preview:
            _approve_unseen(ledger, batch, choice)
            return None
        try:
            if not choice.yes and not choice.no_cards:
                choice = _ask_for_cards(ledger, batch, choice, options.rate)
            preview = asyncio.run(
                preview_batch(
                    ledger, batch, resolved, resolve_address(options.ledger), rate=options.rate, cards=not choice.no_cards,
                    even_if_billed=choice.even_if_billed, narrowing=choice.narrowing,
                )
            )  # fmt: skip
            selection = _choose_seen(ledger, batch, choice, preview, resolved, options)
        except KeyboardInterrupt:
            output.print_status(stays_held(batch, options))
            raise InterruptedBeforeSending from None
        if selection is None:
            output.print_status(stays_held(batch, options))
            return codes.BAD_USAGE
        _approve_seen(ledger, batch, choice, selection)
    return None


def stays_held(batch: Batch, options: BatchOptions) -> Message:
    """Name the commands for a batch that was not approved."""
    return _STAYS_HELD.format(
        number=batch.id,
        approve=format_command("approve", batch, options),
        cancel=format_command("cancel", batch, options),
    )


def _leave_out_approved(ledger: Ledger, batch: Batch, choice: Choice, options: BatchOptions) -> None:
    """Withdraw what an earlier approval has released of the orders that must not be refused, and is not sent yet.

    Raises:
        UsageError: a row that is to be left out is approved already, or may name an order that must not be refused
    """
    if not choice.leaves_out:
        return
    released = approval.find_released(ledger, batch)
    late = [number for number in (split_row_id(row.id)[1] for row in released) if number in choice.without]
    if late:
        raise _approved_already(
            Message(f"--without-row: строка {late[0]}", f"--without-row: row {late[0]} is"), batch, options
        )
    excepted = [row.id for row in released if not fold_names(row.names).isdisjoint(choice.exceptions)]
    unknown = {row.id for row in released if not row.is_known} - set(excepted)
    if unknown and choice.exceptions:
        count = len(unknown)
        raise _approved_already(Message(f"--except: строк {count}", f"--except: {count} rows are"), batch, options)
    if excepted:
        approval.withdraw_excepted(ledger, batch, excepted)


def _approve_unseen(ledger: Ledger, batch: Batch, choice: Choice) -> None:
    """Approve for a script: the card that is read before each sending is the preview."""
    ids = None if choice.rows is None else approval.find_row_ids(ledger, batch, choice.rows)
    _check_cap(batch, approval.count_held(ledger, batch) if ids is None else len(ids))
    approval.approve(ledger, batch, ids, by=system_user(), insist=_insist(batch, choice), detail=choice.detail)


class _Chosen(NamedTuple):
    """Ids of the rows that a person, or the script's options, have chosen of a preview."""

    ids: list[int]
    duplicates: list[int]
    excepted: list[int]


def _choose_seen(  # noqa: PLR0917 - called in one place only
    ledger: Ledger,
    batch: Batch,
    choice: Choice,
    preview: StoredPreview,
    resolved: ResolvedCredentials,
    options: RequestOptions,
) -> _Chosen | None:
    """Choose of what was previewed; None: the person has not typed the number.

    Raises:
        UsageError: the count is not the one expected, is over the cap, or a row that is left out could not be read
    """
    unread = [row.row for row in preview if row.row in choice.without and row.action == UNREAD]
    if unread:
        raise _left_out_unread(batch, unread[0])
    excepted = find_excepted(preview, choice.exceptions)
    selection = _Chosen([], [], [row.id for row in excepted])
    refusals = 0
    for row in choose_rows(preview, choice, excepted):
        (selection.duplicates if row.action == DUPLICATE else selection.ids).append(row.id)
        refusals += row.action in SENT
    if not choice.yes:
        print_summary(preview, batch, resolved, options, excepted=len(excepted), count=refusals)
        record_preview(ledger, batch, len(preview), system_user())
    if choice.expect is not None and choice.expect != refusals:
        raise _unexpected(batch, choice.expect, refusals, options)
    if choice.yes:
        _check_cap(batch, refusals)
    elif refusals and not confirm_count(_QUESTION.format(count=refusals), refusals):
        return None
    return selection


def _approve_seen(ledger: Ledger, batch: Batch, choice: Choice, selection: _Chosen) -> None:
    """Approve what was chosen: what was seen is what is sent, and what was shown as a duplicate is never sent."""
    if selection.excepted:
        approval.withdraw_excepted(ledger, batch, selection.excepted)
    approval.approve(
        ledger, batch, selection.ids, duplicates=selection.duplicates,
        by=system_user(), insist=_insist(batch, choice), detail=choice.detail,
    )  # fmt: skip


def _insist(batch: Batch, choice: Choice) -> str | None:
    return DELETE if batch.even_if_billed or choice.even_if_billed else None


def _ask_for_cards(ledger: Ledger, batch: Batch, choice: Choice, rate: float) -> Choice:
    """Ask before very many cards are read.

    Raises:
        UsageError: they are left out, and the choice needs them
    """
    if confirm_many_cards(count_unread(ledger, batch, ledger.database.now() - MAX_AGE_SECONDS), rate):
        return choice
    if choice.leaves_out or choice.narrowing.is_active:
        raise cards_needed()
    return choice._replace(no_cards=True)


def _check_cap(batch: Batch, count: int) -> None:
    """Stop a script that would release very many refusals.

    Raises:
        UsageError: there are more than `OINT_MAX_REFUSALS`
    """
    cap = read_max_refusals()
    if count > cap:
        raise UsageError(
            Message(
                f"--yes подтверждает не больше {cap} отказов за раз, в пакете {count}: ничего не отправлено, пакет {batch.id} ждёт",
                f"--yes approves at most {cap} refusals, the batch has {count}: nothing was sent, batch {batch.id} stays held",
            ),
            Message(
                "Проверьте файл; если всё верно, задайте OINT_MAX_REFUSALS или --limit, или подтвердите в терминале",
                "Check the file; if it is right, set OINT_MAX_REFUSALS or --limit, or approve on a terminal",
            ),
        )


def nobody_to_ask(batch: Batch, options: BatchOptions) -> UsageError:
    """Make the error of a batch that is held where no person can be asked."""
    look, approve = format_command("preview", batch, options), format_command("approve", batch, options)
    return UsageError(
        Message(
            f"нет терминала, чтобы спросить: ничего не отправлено, пакет {batch.id} ждёт подтверждения",
            f"no terminal to confirm on: nothing was sent, batch {batch.id} stays held",
        ),
        Message(
            f"Посмотрите: {look}; подтвердите: {approve} (в скрипте --yes)",
            f"Look: {look}; approve: {approve} (--yes in a script)",
        ),
    )


def _unexpected(batch: Batch, expected: int, count: int, options: BatchOptions) -> UsageError:
    look = format_command("preview", batch, options)
    return UsageError(
        Message(
            f"отказов: {count}, ожидалось: {expected}; ничего не отправлено, пакет {batch.id} ждёт",
            f"refusals: {count}, expected: {expected}; nothing was sent, batch {batch.id} stays held",
        ),
        Message(f"Посмотрите: {look}", f"Look: {look}"),
    )


def _left_out_unread(batch: Batch, row: int) -> UsageError:
    return UsageError(
        Message(
            f"--without-row: карточку строки {row} не удалось прочитать, её заказ может стоять и в других строках: ничего не "
            f"подтверждено, пакет {batch.id} ждёт",
            f"--without-row: the card of row {row} could not be read, and its order may stand in other rows too: nothing was "
            f"approved, batch {batch.id} stays held",
        ),
        Message("Повторите команду позже", "Repeat the command later"),
        codes.OUTCOME_UNKNOWN,
    )


def _approved_already(which: Message, batch: Batch, options: BatchOptions) -> UsageError:
    cancel = format_command("cancel", batch, options)
    return UsageError(
        Message(
            f"{which.ru}: подтверждено раньше, и этим уже не остановить; ничего нового не подтверждено",
            f"{which.en} approved already, and this option cannot stop that; nothing more was approved",
        ),
        Message(
            f"Отмените пакет: {cancel}; затем запланируйте файл снова",
            f"Cancel the batch: {cancel}; then plan the file again",
        ),
    )


_QUESTION = Message(
    "Отказ отменить нельзя. Чтобы отправить, введите число отказов ({count}):",
    "A refusal cannot be undone. To send, type the number of refusals ({count}):",
)
_STAYS_HELD = Message(
    "Пакет {number} ждёт. Подтвердить позже: {approve}; отменить: {cancel}",
    "Batch {number} stays held. To approve later: {approve}; to cancel: {cancel}",
)
