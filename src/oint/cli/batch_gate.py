"""The gate between a held batch and its sending: preview, question, approval. `run` and `approve` go through it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from oint.cli import codes, output
from oint.cli.batch_preview import Shown, preview_batch, print_summary
from oint.cli.batches import address_of, spoken
from oint.cli.confirmation import confirm_count, has_terminal, read_max_refusals
from oint.cli.misuse import Misuse
from oint.cli.running import combine_options
from oint.language import Text
from oint.refusals.batch.planning import system_user
from oint.refusals.card_facts import REFUSE
from oint.refusals.ledger import approval, open_ledger
from oint.refusals.ledger.previewing import read_candidates, record_preview
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
    def needs_preview(self) -> bool:
        """A script whose choice depends on the cards needs them as a person does."""
        chosen = self.expect is not None or self.limit is not None or bool(self.exceptions) or bool(self.without)
        return not self.yes or chosen

    @property
    def detail(self) -> str | None:
        """What was chosen, for the record."""
        parts = [
            f"{name}={value}" for name, value in (("limit", self.limit), ("expect", self.expect)) if value is not None
        ]
        parts += ["yes"] if self.yes else []
        parts += ["no-cards"] if self.no_cards else []
        parts += [f"except={len(self.exceptions)}"] if self.exceptions else []
        return " ".join(parts) or None


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
    return Choice(given["yes"], given["expect"], given["limit"], names, given["no_cards"], **more)


def pass_gate(batch: Batch, found: Found, given: dict[str, Any], choice: Choice) -> int | None:
    """Show what is held of a batch, ask, and approve it.

    Args:
        batch: with held rows
        found: whose orders
        given: the command's options
        choice: see `Choice`
    Returns:
        an exit code where nothing may be sent; None: what was chosen is approved
    Raises:
        Misuse: nobody could be asked, or the count is not the one expected; nothing was approved
    """
    if not choice.yes and not has_terminal():
        raise _nobody_to_ask(batch)
    with spoken(), closing(open_ledger(given["ledger"])) as ledger:
        if not choice.needs_preview:
            _approve_unseen(ledger, batch, choice)
            return None
        if not choice.yes and not choice.no_cards:
            choice = _ask_for_cards(ledger, batch, choice)
        shown = asyncio.run(
            preview_batch(
                ledger, batch, found, address_of(given["ledger"]), rate=given["rate"], cards=not choice.no_cards,
                even_if_billed=choice.even_if_billed,
            )
        )  # fmt: skip
        return _approve_seen(ledger, batch, choice, shown, found)


def _approve_unseen(ledger: Ledger, batch: Batch, choice: Choice) -> None:
    """Approve for a script: the card that is read before each sending is the preview."""
    ids = None if choice.rows is None else approval.ids_of(ledger, batch, choice.rows)
    _check_cap(batch, approval.count_held(ledger, batch) if ids is None else len(ids))
    approval.approve(ledger, batch, ids, by=system_user(), insist=_insist(batch, choice), detail=choice.detail)


def _approve_seen(ledger: Ledger, batch: Batch, choice: Choice, shown: Shown, found: Found) -> int | None:
    """Approve what was previewed: what was seen is what is sent."""
    excepted = [row for row in shown.rows if _is_excepted(row, choice.exceptions)]
    chosen = choose(shown.rows, choice, excepted)
    refusals = sum(row.action in SENT for row in chosen)
    if not choice.yes:
        print_summary(shown, batch, found, excepted=len(excepted), chosen=refusals)
        record_preview(ledger, batch, len(shown.rows), system_user())
    if choice.expect is not None and choice.expect != refusals:
        raise _unexpected(batch, choice.expect, refusals)
    if choice.yes:
        _check_cap(batch, refusals)
    elif refusals and not confirm_count(_QUESTION.format(count=refusals), refusals):
        output.tell(_STAYS_HELD.format(number=batch.id))
        return codes.BAD_USAGE
    if excepted:
        approval.withdraw_excepted(ledger, batch, [row.id for row in excepted])
    ids = [row.id for row in chosen if row.id]
    approval.approve(ledger, batch, ids, by=system_user(), insist=_insist(batch, choice), detail=choice.detail)
    return None


def _insist(batch: Batch, choice: Choice) -> str | None:
    return DELETE if batch.even_if_billed or choice.even_if_billed else None


def choose(rows: Collection[PreviewRow], choice: Choice, excepted: Collection[PreviewRow]) -> list[PreviewRow]:
    """Choose the rows that are approved.

    A row whose card could not be read stays held: nobody has seen what would be sent. A row with the order of a row that
    stays held for a reason stays held as well, and a duplicate follows its first row.
    """
    barred = {row.row for row in excepted} | choice.without
    barred |= {row.row for row in rows if row.action == UNREAD}
    orders = {row.uuid for row in rows if row.row in barred and row.uuid is not None}
    chosen: dict[int, PreviewRow] = {}
    refusals = 0
    for row in rows:
        is_named = choice.rows is None or row.row in choice.rows
        if row.action == INVALID or row.row in barred or row.uuid in orders or not is_named:
            continue
        if row.action == DUPLICATE and row.other_batch is None and row.duplicate_of not in chosen:
            continue
        if row.action in SENT:
            refusals += 1
        if choice.limit is not None and (row.action not in SENT or refusals > choice.limit):
            continue
        chosen[row.row] = row
    return list(chosen.values())


def _is_excepted(row: PreviewRow, exceptions: frozenset[str]) -> bool:
    names = {name.casefold() for name in (row.order, row.uuid, row.cdek_number, row.im_number) if name}
    return row.action != INVALID and not names.isdisjoint(exceptions)


def _read_exceptions(path: str) -> frozenset[str]:
    """Read the names of orders that must not be refused; a row that cannot be read stops everything.

    Raises:
        Misuse: the file cannot be read, or one of its rows names no order
    """
    with spoken(), open_source(path) as source:
        names = set()
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
            names |= {name.casefold() for name in (row.uuid, row.cdek_number, row.im_number) if name}
        return frozenset(names)


def _ask_for_cards(ledger: Ledger, batch: Batch, choice: Choice) -> Choice:
    """Ask before very many cards are read."""
    count = approval.count_held(ledger, batch)
    if (
        count <= MANY_CARDS
        or sum(1 for one in read_candidates(ledger, batch, anew=False) if one.seen is None) <= MANY_CARDS
    ):
        return choice
    if confirm_count(_MANY.format(count=count), count):
        return choice
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


def _nobody_to_ask(batch: Batch) -> Misuse:
    return Misuse(
        Text(
            f"нет терминала, чтобы спросить: ничего не отправлено, пакет {batch.id} ждёт подтверждения",
            f"there is no terminal to ask on: nothing was sent, batch {batch.id} stays held",
        ),
        Text(
            f"Посмотрите: oint refusals preview {batch.id}; подтвердите: oint refusals approve {batch.id} (в скрипте --yes)",
            f"Look: oint refusals preview {batch.id}; approve: oint refusals approve {batch.id} (--yes in a script)",
        ),
    )


def _unexpected(batch: Batch, expected: int, count: int) -> Misuse:
    return Misuse(
        Text(
            f"отказов {count}, а ожидалось {expected}: ничего не отправлено, пакет {batch.id} ждёт",
            f"there are {count} refusals, {expected} were expected: nothing was sent, batch {batch.id} stays held",
        ),
        Text(f"Посмотрите: oint refusals preview {batch.id}", f"Look: oint refusals preview {batch.id}"),
    )


_QUESTION = Text(
    "Отказ отменить нельзя. Чтобы отправить, введите число отказов ({count}):",
    "A refusal cannot be taken back. To send, type the number of refusals ({count}):",
)
_STAYS_HELD = Text(
    "Пакет {number} ждёт. Подтвердить позже: oint refusals approve {number}; отменить: oint refusals cancel {number}",
    "Batch {number} stays held. To approve later: oint refusals approve {number}; to cancel: oint refusals cancel {number}",
)
_MANY = Text(
    "Строк {count}: прочитать все карточки? Введите это число; иначе предпросмотр будет без карточек:",
    "{count} rows: read all cards? Type this number; otherwise the preview leaves the cards out:",
)
