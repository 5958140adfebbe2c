"""The gate between a held batch and its sending: preview, question, approval. `run` and `approve` go through it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import msgspec

from oint.cli import codes, output
from oint.cli.batch_preview import Shown, preview_batch, print_summary
from oint.cli.batches import address_of, batch_words, same_ledger, spoken
from oint.cli.confirmation import ask, confirm_count, has_terminal, read_max_refusals
from oint.cli.misuse import Misuse
from oint.cli.running import combine_options
from oint.language import Text
from oint.refusals.batch.planning import system_user
from oint.refusals.card_facts import REFUSE
from oint.refusals.ledger import approval, open_ledger
from oint.refusals.ledger.previewing import read_candidates, record_preview
from oint.refusals.ledger.rows import parts
from oint.refusals.life import State
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import DUPLICATE, INVALID, NOT_READ
from oint.refusals.sources import open_source
from oint.refusals.verdicts import DELETE

if TYPE_CHECKING:
    from collections.abc import Collection

    from oint.credentials import Found
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.preview import PreviewRow

SENT = frozenset({REFUSE, NOT_READ})
"""Actions by which something is sent."""

MANY_CARDS = 20_000
"""Rows above which a person is asked before all cards are read."""

_YES = Text("подтвердить без вопроса: для скриптов", "approve without a question: for scripts")
_EXPECT = Text(
    "с --yes: отправить, только если отказов ровно столько, иначе код 2",
    "with --yes: send only if there are exactly this many refusals, otherwise exit with 2",
)
_LIMIT = Text(
    "подтвердить только первые N отказов, остальное остаётся ждать",
    "approve the first N refusals only, the rest stays held",
)
_EXCEPT = Text(
    "файл заказов, от которых отказываться нельзя (можно несколько раз)",
    "a file of orders that must not be refused; may be repeated",
)
_NO_CARDS = Text("не читать карточки для предпросмотра", "read no cards for the preview")

gate_options = combine_options(
    (
        click.option("--yes", is_flag=True, help=str(_YES)),
        click.option("--expect", type=click.IntRange(0), metavar="N", help=str(_EXPECT)),
        click.option("--limit", type=click.IntRange(1), metavar="N", help=str(_LIMIT)),
        click.option("--except", "exceptions", multiple=True, metavar="FILE", help=str(_EXCEPT)),
        click.option("--no-cards", is_flag=True, help=str(_NO_CARDS)),
    )
)
"""How a batch gets through the gate."""


class Choice(NamedTuple):
    """What the user says about an approval.

    Args:
        yes: no question is asked
        expect: how many refusals there must be
        limit: how many refusals are approved at most
        exceptions: names of orders that must not be refused, in small letters
        no_cards: the preview reads no cards
        rows: numbers of the rows meant; None: all
        without: numbers of rows that stay held
        even_if_billed: the advice to delete is overruled
    """

    yes: bool
    expect: int | None
    limit: int | None
    exceptions: frozenset[str]
    no_cards: bool
    rows: frozenset[int] | None = None
    without: frozenset[int] = frozenset()
    even_if_billed: bool = False

    @property
    def leaves_out(self) -> bool:
        """Orders are left out: only their cards show under which other names they are in the batch."""
        return bool(self.exceptions or self.without)

    @property
    def needs_preview(self) -> bool:
        """A script whose choice depends on the cards needs them as a person does."""
        return not self.yes or self.expect is not None or self.limit is not None or self.leaves_out

    @property
    def detail(self) -> str | None:
        """What was chosen, for the record."""
        words = [
            f"{name}={value}" for name, value in (("limit", self.limit), ("expect", self.expect)) if value is not None
        ]
        words += ["yes"] if self.yes else []
        words += ["no-cards"] if self.no_cards else []
        words += [f"except={len(self.exceptions)}"] if self.exceptions else []
        words += [f"rows={len(self.rows)}"] if self.rows is not None else []
        words += [f"without={len(self.without)}"] if self.without else []
        return " ".join(words) or None


def read_choice(given: dict[str, Any], **more: Any) -> Choice:
    """Read the gate's options.

    Raises:
        Misuse: they do not go together, or a file of exceptions cannot be read
    """
    if given["expect"] is not None and not given["yes"]:
        raise Misuse(
            Text("--expect нужен вместе с --yes", "--expect goes with --yes"),
            Text("Добавьте --yes: человек сам вводит число", "Add --yes: a person types the number instead"),
        )
    names = frozenset[str]()
    for path in given["exceptions"]:
        names |= _read_exceptions(path)
    choice = Choice(given["yes"], given["expect"], given["limit"], names, given["no_cards"], **more)
    if choice.no_cards and choice.leaves_out:
        raise _cards_needed()
    return choice


def pass_gate(batch: Batch, found: Found, given: dict[str, Any], choice: Choice) -> int | None:
    """Show what is held of a batch, ask, and approve it.

    Args:
        batch: see `Batch`
        found: whose orders
        given: the command's options
        choice: see `Choice`
    Returns:
        an exit code where nothing may be sent; None: what was chosen is approved, or nothing is held
    Raises:
        Misuse: nobody could be asked, the count is not the one expected, or an order that is to be left out cannot be;
            nothing was approved
    """
    with spoken(), closing(open_ledger(given["ledger"])) as ledger:
        _leave_out_approved(ledger, batch, choice, given)
        if not ledger.counts(batch).get(State.HELD):
            return None
        if not choice.yes and not has_terminal():
            raise nobody_to_ask(batch, given)
        if not choice.needs_preview:
            _approve_unseen(ledger, batch, choice)
            return None
        try:
            if not choice.yes and not choice.no_cards:
                choice = _ask_for_cards(ledger, batch, choice)
            shown = asyncio.run(
                preview_batch(
                    ledger, batch, found, address_of(given["ledger"]), rate=given["rate"], cards=not choice.no_cards,
                    even_if_billed=choice.even_if_billed,
                )
            )  # fmt: skip
            chosen = _choose_seen(ledger, batch, choice, shown, found, given)
        except KeyboardInterrupt:
            output.tell(stays_held(batch, given))
            raise
        if chosen is None:
            output.tell(stays_held(batch, given))
            return codes.BAD_USAGE
        _approve_seen(ledger, batch, choice, chosen)
    return None


def stays_held(batch: Batch, given: dict[str, Any]) -> Text:
    """Name the commands for a batch that was not approved."""
    return _STAYS_HELD.format(
        number=batch.id, approve=command("approve", batch, given), cancel=command("cancel", batch, given)
    )


def command(verb: str, batch: Batch, given: dict[str, Any]) -> str:
    """Write another command on a batch, with the options that it needs to mean the same batch."""
    words = same_ledger(given["ledger"]) if verb == "cancel" else batch_words(given)
    return f"oint refusals {verb} {batch.id}{words}"


def _leave_out_approved(ledger: Ledger, batch: Batch, choice: Choice, given: dict[str, Any]) -> None:
    """Withdraw what an earlier approval has released of the orders that must not be refused, and is not sent yet.

    Raises:
        Misuse: a row that is to be left out is approved already, or may name an order that must not be refused
    """
    if not choice.leaves_out:
        return
    released = approval.find_released(ledger, batch)
    late = [number for number in (parts(row.id)[1] for row in released) if number in choice.without]
    if late:
        raise _approved_already(
            Text(f"--without-row: строка {late[0]}", f"--without-row: row {late[0]} is"), batch, given
        )
    excepted = [row.id for row in released if not _folded(row.names).isdisjoint(choice.exceptions)]
    unknown = {row.id for row in released if not row.is_known} - set(excepted)
    if unknown and choice.exceptions:
        count = len(unknown)
        raise _approved_already(Text(f"--except: строк {count}", f"--except: {count} rows are"), batch, given)
    if excepted:
        approval.withdraw_excepted(ledger, batch, excepted)


def _approve_unseen(ledger: Ledger, batch: Batch, choice: Choice) -> None:
    """Approve for a script: the card that is read before each sending is the preview."""
    ids = None if choice.rows is None else approval.ids_of(ledger, batch, choice.rows)
    _check_cap(batch, approval.count_held(ledger, batch) if ids is None else len(ids))
    approval.approve(ledger, batch, ids, by=system_user(), insist=_insist(batch, choice), detail=choice.detail)


class _Chosen(NamedTuple):
    """What a person, or the script's options, have chosen of a preview."""

    rows: list[PreviewRow]
    excepted: list[PreviewRow]


def _choose_seen(  # noqa: PLR0917 - called in one place only
    ledger: Ledger, batch: Batch, choice: Choice, shown: Shown, found: Found, given: dict[str, Any]
) -> _Chosen | None:
    """Choose of what was previewed; None: the person has not typed the number.

    Raises:
        Misuse: the count is not the one expected, is over the cap, or a row that is left out could not be read
    """
    unread = [row.row for row in shown.rows if row.row in choice.without and row.action == UNREAD]
    if unread:
        raise _left_out_unread(batch, unread[0])
    excepted = find_excepted(shown.rows, choice.exceptions)
    rows = choose(shown.rows, choice, excepted)
    refusals = sum(row.action in SENT for row in rows)
    if not choice.yes:
        print_summary(shown, batch, found, excepted=len(excepted), chosen=refusals)
        record_preview(ledger, batch, len(shown.rows), system_user())
    if choice.expect is not None and choice.expect != refusals:
        raise _unexpected(batch, choice.expect, refusals, given)
    if choice.yes:
        _check_cap(batch, refusals)
    elif refusals and not confirm_count(_QUESTION.format(count=refusals), refusals):
        return None
    return _Chosen(rows, excepted)


def _approve_seen(ledger: Ledger, batch: Batch, choice: Choice, chosen: _Chosen) -> None:
    """Approve what was chosen: what was seen is what is sent, and what was shown as a duplicate is never sent."""
    if chosen.excepted:
        approval.withdraw_excepted(ledger, batch, [row.id for row in chosen.excepted])
    approval.approve(
        ledger, batch, [row.id for row in chosen.rows if row.action != DUPLICATE],
        duplicates=[row.id for row in chosen.rows if row.action == DUPLICATE],
        by=system_user(), insist=_insist(batch, choice), detail=choice.detail,
    )  # fmt: skip


def _insist(batch: Batch, choice: Choice) -> str | None:
    return DELETE if batch.even_if_billed or choice.even_if_billed else None


def choose(rows: Collection[PreviewRow], choice: Choice, excepted: Collection[PreviewRow]) -> list[PreviewRow]:
    """Choose the rows that are approved.

    A row whose card could not be read stays held: nobody has seen what would be sent. A row with the order of a row that
    stays held for a reason stays held as well. A duplicate follows its first row; where that one is not named, and the
    duplicate is, it stands for it.
    """
    barred = {row.row for row in excepted} | choice.without
    barred |= {row.row for row in rows if row.action == UNREAD}
    orders = {row.uuid for row in rows if row.row in barred and row.uuid is not None}
    chosen: list[PreviewRow] = []
    covered: set[int] = set()
    firsts = {row.row: row for row in rows}
    refusals = 0
    for row in rows:
        number, one = row.row, row
        is_named = choice.rows is None or number in choice.rows
        if row.action == INVALID or number in barred or row.uuid in orders or not is_named:
            continue
        if row.action == DUPLICATE and row.other_batch is None and row.duplicate_of is not None:
            number = row.duplicate_of
            if number not in covered:
                if choice.rows is None or number in barred:
                    continue
                one = msgspec.structs.replace(firsts[number], row=row.row, order=row.order, id=row.id)
        if one.action in SENT:
            refusals += 1
        if choice.limit is not None and (one.action not in SENT or refusals > choice.limit):
            continue
        covered.add(number)
        chosen.append(one)
    return chosen


def find_excepted(rows: Collection[PreviewRow], exceptions: frozenset[str]) -> list[PreviewRow]:
    """Find the rows whose orders must not be refused, by whatever name and how often they stand in the batch."""
    named = [row for row in rows if row.action != INVALID and not _names(row).isdisjoint(exceptions)]
    orders = {row.uuid for row in named if row.uuid is not None}
    numbers = {row.row for row in named}
    return [
        row
        for row in rows
        if row.row in numbers or row.uuid in orders or (row.other_batch is None and row.duplicate_of in numbers)
    ]


def _names(row: PreviewRow) -> frozenset[str]:
    return _folded((row.order, row.uuid, row.cdek_number, row.im_number))


def _folded(names: Collection[str | None]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names if name)


def _read_exceptions(path: str) -> frozenset[str]:
    """Read the names of orders that must not be refused; a row that cannot be read stops everything.

    Raises:
        Misuse: the file cannot be read, or one of its rows names no order
    """
    with spoken(), open_source(path) as source:
        names = set[str]()
        for row in source.rows():
            if row.trouble is not None:
                raise Misuse(
                    Text(
                        f"--except {source.name}: строка {row.number} не читается",
                        f"--except {source.name}: row {row.number} cannot be read",
                    ),
                    Text(
                        "Исправьте файл: пропустить такую строку нельзя",
                        "Correct the file: such a row cannot be skipped",
                    ),
                    codes.BAD_ROWS,
                )
            names |= _folded((row.uuid, row.cdek_number, row.im_number))
        return frozenset(names)


def _ask_for_cards(ledger: Ledger, batch: Batch, choice: Choice) -> Choice:
    """Ask before very many cards are read."""
    count = approval.count_held(ledger, batch)
    if (
        count <= MANY_CARDS
        or sum(1 for one in read_candidates(ledger, batch, anew=False) if one.seen is None) <= MANY_CARDS
    ):
        return choice
    if ask(_MANY.format(count=count)) == str(count):
        return choice
    if choice.leaves_out:
        raise _cards_needed()
    return choice._replace(no_cards=True)


def _check_cap(batch: Batch, count: int) -> None:
    """Stop a script that would release very many refusals.

    Raises:
        Misuse: there are more than `OINT_MAX_REFUSALS`
    """
    most = read_max_refusals()
    if count > most:
        raise Misuse(
            Text(
                f"--yes подтверждает не больше {most} отказов, а их {count}: ничего не отправлено, пакет {batch.id} ждёт",
                f"--yes approves at most {most} refusals, there are {count}: nothing was sent, batch {batch.id} stays held",
            ),
            Text(
                "Проверьте файл; если всё верно, задайте OINT_MAX_REFUSALS или --limit, или подтвердите в терминале",
                "Check the file; if it is right, set OINT_MAX_REFUSALS or --limit, or approve on a terminal",
            ),
        )


def nobody_to_ask(batch: Batch, given: dict[str, Any]) -> Misuse:
    """Make the error of a batch that is held where no person can be asked."""
    look, approve = command("preview", batch, given), command("approve", batch, given)
    return Misuse(
        Text(
            f"нет терминала, чтобы спросить: ничего не отправлено, пакет {batch.id} ждёт подтверждения",
            f"there is no terminal to ask on: nothing was sent, batch {batch.id} stays held",
        ),
        Text(
            f"Посмотрите: {look}; подтвердите: {approve} (в скрипте --yes)",
            f"Look: {look}; approve: {approve} (--yes in a script)",
        ),
    )


def _unexpected(batch: Batch, expected: int, count: int, given: dict[str, Any]) -> Misuse:
    look = command("preview", batch, given)
    return Misuse(
        Text(
            f"отказов {count}, а ожидалось {expected}: ничего не отправлено, пакет {batch.id} ждёт",
            f"there are {count} refusals, {expected} were expected: nothing was sent, batch {batch.id} stays held",
        ),
        Text(f"Посмотрите: {look}", f"Look: {look}"),
    )


def _cards_needed() -> Misuse:
    return Misuse(
        Text(
            "--no-cards не сочетается с --except и --without-row: без карточек не видно, какими ещё именами назван заказ",
            "--no-cards does not go with --except and --without-row: only cards show an order's other names",
        ),
        Text("Уберите --no-cards", "Leave --no-cards away"),
    )


def _left_out_unread(batch: Batch, row: int) -> Misuse:
    return Misuse(
        Text(
            f"--without-row: карточку строки {row} не удалось прочитать, её заказ может стоять и в других строках: ничего не "
            f"подтверждено, пакет {batch.id} ждёт",
            f"--without-row: the card of row {row} could not be read, and its order may stand in other rows too: nothing was "
            f"approved, batch {batch.id} stays held",
        ),
        Text("Повторите команду позже", "Repeat the command later"),
        codes.UNKNOWN_OUTCOME,
    )


def _approved_already(which: Text, batch: Batch, given: dict[str, Any]) -> Misuse:
    cancel = command("cancel", batch, given)
    return Misuse(
        Text(
            f"{which.ru}: подтверждено раньше, и этим уже не остановить; ничего нового не подтверждено",
            f"{which.en} approved already, and this option cannot stop that; nothing more was approved",
        ),
        Text(
            f"Отмените пакет: {cancel}; затем запланируйте файл снова",
            f"Cancel the batch: {cancel}; then plan the file again",
        ),
    )


_QUESTION = Text(
    "Отказ отменить нельзя. Чтобы отправить, введите число отказов ({count}):",
    "A refusal cannot be taken back. To send, type the number of refusals ({count}):",
)
_STAYS_HELD = Text(
    "Пакет {number} ждёт. Подтвердить позже: {approve}; отменить: {cancel}",
    "Batch {number} stays held. To approve later: {approve}; to cancel: {cancel}",
)
_MANY = Text(
    "Строк {count}: прочитать все карточки? Введите это число; иначе предпросмотр будет без карточек:",
    "{count} rows: read all cards? Type this number; otherwise the preview leaves the cards out:",
)
