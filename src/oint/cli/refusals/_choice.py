"""What the user chooses of an approval: how many rows, which, and which orders must not be refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from oint.cli import codes
from oint.cli.errors import UsageError
from oint.cli.refusals._batches import as_usage_errors
from oint.i18n import Message
from oint.refusals.card_facts import REFUSE
from oint.refusals.input import open_input
from oint.refusals.outcome import UNREAD
from oint.refusals.preview import DUPLICATE, INVALID, NOT_READ

if TYPE_CHECKING:
    from collections.abc import Collection

    from oint.refusals.preview import PreviewRow

SENT = frozenset({REFUSE, NOT_READ})
"""Actions by which something is sent."""


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
        raise UsageError(
            Message("--expect нужен вместе с --yes", "--expect goes with --yes"),
            Message("Добавьте --yes: человек сам вводит число", "Add --yes: a person types the number instead"),
        )
    names = frozenset[str]()
    for path in given["exceptions"]:
        names |= _read_exceptions(path)
    choice = Choice(given["yes"], given["expect"], given["limit"], names, given["no_cards"], **more)
    if choice.no_cards and choice.leaves_out:
        raise cards_needed()
    return choice


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
    return fold((row.order, row.uuid, row.cdek_number, row.im_number))


def fold(names: Collection[str | None]) -> frozenset[str]:
    """Put names into the form in which they are compared: in small letters."""
    return frozenset(name.casefold() for name in names if name)


def _read_exceptions(path: str) -> frozenset[str]:
    """Read the names of orders that must not be refused; a row that cannot be read stops everything.

    Raises:
        Misuse: the file cannot be read, or one of its rows names no order
    """
    with as_usage_errors(), open_input(path) as source:
        names = set[str]()
        for row in source.rows():
            if row.error is not None:
                raise UsageError(
                    Message(
                        f"--except {source.name}: строка {row.number} не читается",
                        f"--except {source.name}: row {row.number} cannot be read",
                    ),
                    Message(
                        "Исправьте файл: пропустить такую строку нельзя",
                        "Correct the file: such a row cannot be skipped",
                    ),
                    codes.NOT_APPLICABLE,
                )
            names |= fold((row.uuid, row.cdek_number, row.im_number))
        return frozenset(names)


def cards_needed() -> UsageError:
    """Make the error of orders that are left out by their names alone."""
    return UsageError(
        Message(
            "--no-cards не сочетается с --except и --without-row: без карточек не видно, какими ещё именами назван заказ",
            "--no-cards does not go with --except and --without-row: only cards show an order's other names",
        ),
        Message("Уберите --no-cards", "Leave --no-cards away"),
    )
