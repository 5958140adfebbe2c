"""`oint refusals register`: refusals of orders that are typed, each followed to CDEK's verdict."""

from __future__ import annotations

import math
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from oint.cdek.client import Client
from oint.cli import codes, output
from oint.cli.durations import seconds
from oint.cli.refusals._batches import translate_errors
from oint.cli.refusals._outcomes import VERDICTS, Row, exit_code, register_all
from oint.cli.refusals._running import parse_settling_time, resolve_credentials
from oint.cli.reporting import report_exchange
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.parsing.values import FALSE_WORDS, TRUE_WORDS
from oint.refusals import By, PollingPolicy, register_refusal
from oint.refusals.batch.planning import account_fingerprint, system_user
from oint.refusals.input import ROW_ERRORS, read_list_rows, read_stdin_list
from oint.refusals.ledger import open_ledger
from oint.refusals.ledger.queries import read_rows
from oint.refusals.ledger.single_refusals import open_single_refusals
from oint.refusals.settings import MAX_TYPED_ORDERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from oint.cli.refusals._commands import RegisterOptions
    from oint.refusals.input import InputRow, RowError
    from oint.refusals.ledger.single_refusals import SingleRefusalLedger

_LOST = Message(
    "Ответ СДЭК потерян. Ищем отказ в карточке заказа до {seconds} с: раньше второй не уйдёт",
    "CDEK's answer was lost. Looking for the refusal on the order for up to {seconds} s: no second one is sent before",
)
_NOT_KEPT = Message("{order}: итог не записан, {cause}", "{order}: the outcome is not kept, {cause}")
_NOTHING = "bad_row_empty"
"""A line of dashes or of marks that nobody sees: like an empty one, it says nothing."""
_SHOWN = 40
"""Characters of a word that an error repeats."""


def register_orders(options: RegisterOptions) -> int:
    """Register refusals; the exit code says how they ended."""
    rows = list(_orders(options.orders, options.by))
    if "-" in options.orders or len(rows) > MAX_TYPED_ORDERS:
        return _register_as_batch(rows, options)
    first = seconds("--poll", options.poll, minimum=0.01)
    polling = PollingPolicy(
        first=first, longest=max(PollingPolicy().longest, first), settle=parse_settling_time(options.settle)
    )
    wait = seconds("--wait", options.wait)
    resolved = resolve_credentials(options)
    with Client(resolved.credentials, test=resolved.test, trace=report_exchange if options.debug else None) as client:
        mark = account_fingerprint(resolved.credentials)
        url = client.context.base_url
        with (
            translate_errors(),
            open_single_refusals(options.ledger, url, mark, account=str(resolved.label), by=system_user()) as record,
        ):
            names = [row.uuid or row.cdek_number or row.im_number or "" for row in rows]
            register = partial(
                register_refusal,
                client,
                by=options.by,
                wait=wait,
                even_if_billed=options.even_if_billed,
                polling=polling,
                record=record,
                on_lost=_report_lost,
            )
            results = register_all(names, register)
            ended = list(_print_results(results, record, quiet=options.as_json, debug=options.debug))
    if options.as_json:
        output.print_result(output.pretty([row.fields() for row in ended]))
    return exit_code(ended)


def _report_lost(seconds_left: float) -> None:
    """Report why the command waits."""
    output.print_status(_LOST.format(seconds=math.ceil(seconds_left)))


def _register_as_batch(rows: Sequence[InputRow], options: RegisterOptions) -> int:
    """Register many orders through the preview and the question, as `run` does."""
    from oint.cli.refusals._send import send_rows  # noqa: PLC0415 - needs the extra for asyncio

    batch, interrupted = send_rows(rows, options)
    with (
        translate_errors(),
        closing(open_ledger(options.ledger)) as ledger,
        ledger.database.read_transaction() as cursor,
    ):
        outcomes = [stored.record.to_case().outcome for stored in read_rows(cursor, batch)]
    ended = [Row(outcome, VERDICTS[outcome.state][0]) for outcome in outcomes]
    if options.as_json:
        output.print_result(output.pretty([row.fields() for row in ended]))
    else:
        for row in ended:
            output.print_result(row)
    return codes.INTERRUPTED if interrupted else exit_code(ended)


def _print_results(rows: Iterator[Row], record: SingleRefusalLedger, *, quiet: bool, debug: bool) -> Iterator[Row]:
    """Print each row as soon as it has ended, and why the ledger could not save it, where it could not."""
    for row in rows:
        if debug and row.error is not None:
            output.traceback_of(row.error)
        if not quiet:
            output.print_result(row)
        if record.failure is not None:
            output.print_status(_NOT_KEPT.format(order=row.outcome.order, cause=record.failure))
        yield row


def _orders(arguments: tuple[str, ...], by: By) -> Iterator[InputRow]:
    """Read the orders, those on standard input included.

    Raises:
        UsageError: there is none, or what is given is surely not an order
    """
    count = 0
    for word in arguments:
        with translate_errors():
            rows = read_stdin_list(by) if word == "-" else read_list_rows([_word(word)], by)
        for row in rows:
            if row.error is None:
                count += 1
                yield row._replace(number=count)
            elif row.error.code != _NOTHING:
                raise _no_order(row, word, row.error)
    if not count:
        raise UsageError(
            Message("не задано ни одного заказа", "no order is given"),
            Message(
                "Напишите UUID, номер СДЭК или номер заказа в магазине", "Write a uuid, CDEK's number or the shop's"
            ),
        )


def _no_order(row: InputRow, word: str, error: RowError) -> UsageError:
    sentence, next_step = ROW_ERRORS[error.code]
    value = repr(word[:_SHOWN])
    place = (
        Message(f"строка {row.number} ввода", f"line {row.number} of the input")
        if word == "-"
        else Message(value, value)
    )
    return UsageError(Message(f"{place.ru}: {sentence.ru}", f"{place.en}: {sentence.en}"), next_step)


def _word(word: str) -> str:
    """Parse an order's name; a boolean word is what is left of `--testapi true`, which OInt's own methods take."""
    if word.strip().isalpha() and word.strip().casefold() in TRUE_WORDS | FALSE_WORDS:
        raise UsageError(
            Message("--testapi здесь пишется без значения", "--testapi takes no value here"),
            Message("Уберите слово после --testapi", "Leave the word after --testapi away"),
        )
    return word
