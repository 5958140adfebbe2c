"""The gate's options as a `Choice`, and row numbers as typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oint.cli import codes
from oint.cli.refusals._batches import translate_errors
from oint.cli.refusals._formatting import format_left_out
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.choice import Choice, fold_names
from oint.refusals.input import open_input
from oint.refusals.order_statuses import ORDER_STATUSES
from oint.refusals.preview import Narrowing
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from oint.cli.refusals._commands import GateOptions, PreviewOptions


def read_choice(
    options: GateOptions,
    *,
    even_if_billed: bool,
    rows: frozenset[int] | None = None,
    without: frozenset[int] = frozenset(),
) -> Choice:
    """Read the gate's options and the files of exceptions.

    Raises:
        UsageError: they do not go together, or a file of exceptions cannot be read
    """
    if options.expect is not None and not options.yes:
        raise UsageError(
            Message("--expect нужен вместе с --yes", "--expect requires --yes"),
            Message(
                "Добавьте --yes или уберите --expect: в терминале число вводится вручную",
                "Add --yes, or remove --expect: on a terminal you type the number yourself",
            ),
        )
    names = frozenset[str]()
    for path in options.exceptions:
        names |= _read_exceptions(path)
    choice = Choice(
        yes=options.yes,
        expect=options.expect,
        limit=options.limit,
        exceptions=names,
        no_cards=options.no_cards,
        rows=rows,
        without=without,
        even_if_billed=even_if_billed,
        narrowing=read_narrowing(options),
    )
    if choice.no_cards and choice.leaves_out:
        raise cards_needed()
    return choice


_CORRECT_FILE = Message(
    "Исправьте файл: пропустить такую строку нельзя", "Correct the file: the row cannot be skipped safely"
)


def read_narrowing(options: GateOptions | PreviewOptions) -> Narrowing:
    """Read `--only-status` and `--min-days`.

    Raises:
        UsageError: CDEK has no such status, or the cards that would tell are left out
    """
    for status in options.only_status:
        if status.upper() not in ORDER_STATUSES:
            raise UsageError(
                Message("--only-status: у СДЭК нет такого статуса", "--only-status: CDEK has no such status"),
                did_you_mean(status.upper(), ORDER_STATUSES, _STATUSES),
            )
    narrowing = Narrowing(frozenset(status.upper() for status in options.only_status), options.min_days)
    if narrowing.is_active and options.no_cards:
        raise cards_needed()
    return narrowing


_STATUSES = Message(
    "Например: ACCEPTED_AT_PICK_UP_POINT, POSTOMAT_POSTED, TAKEN_BY_COURIER",
    "For example: ACCEPTED_AT_PICK_UP_POINT, POSTOMAT_POSTED, TAKEN_BY_COURIER",
)


def _read_exceptions(path: str) -> frozenset[str]:
    """Read the names of orders that must not be refused.

    Raises:
        UsageError: the file cannot be read, or one of its rows names no order or is left out
    """
    with translate_errors(), open_input(path) as source:
        names = set[str]()
        for row in source.rows():
            if row.error is not None:
                raise UsageError(
                    Message(
                        f"--except {source.name}: строка {row.number} не читается",
                        f"--except {source.name}: row {row.number} cannot be read",
                    ),
                    _CORRECT_FILE,
                    codes.NOT_APPLICABLE,
                )
            names |= fold_names((row.uuid, row.cdek_number, row.im_number))
        if source.left_out:
            left_out = format_left_out(source.left_out)
            raise UsageError(
                Message(f"--except {source.name}: {left_out.ru}", f"--except {source.name}: {left_out.en}"),
                _CORRECT_FILE,
                codes.NOT_APPLICABLE,
            )
        return frozenset(names)


def cards_needed() -> UsageError:
    """Return the error for `--no-cards` combined with options that need order cards."""
    return UsageError(
        Message(
            "--no-cards не сочетается с --except, --without-row, --only-status и --min-days: имена и статус заказа видны только "
            "на карточке",
            "--no-cards cannot be combined with --except, --without-row, --only-status or --min-days: only order cards show an "
            "order's names and status",
        ),
        Message("Уберите --no-cards", "Remove --no-cards"),
    )


def parse_row_numbers(option: str, values: tuple[str, ...]) -> frozenset[int]:
    """Parse row numbers: 3,7 or 3-7; the option may be repeated.

    Raises:
        UsageError: one of them is not a number
    """
    numbers: set[int] = set()
    for word in ",".join(values).split(",") if values else ():
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", word, re.ASCII)
        if match is None:
            raise UsageError(
                Message(f"{option}: это не номера строк", f"{option}: these are not row numbers"),
                Message(f"Напишите {option} 3,7 или {option} 3-7", f"Write {option} 3,7 or {option} 3-7"),
            )
        first = int(match[1])
        numbers |= set(range(first, min(int(match[2] or first), first + MAX_ROWS_IN_RANGE) + 1))
    return frozenset(numbers)


MAX_ROWS_IN_RANGE = 1_000_000
"""Rows that one range may name."""
