"""`oint refusals`: refusals taken to CDEK's verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import click

from oint.cdek.client import Client
from oint.cli import output
from oint.cli.batch_listen import hear, listen
from oint.cli.batch_out import list_batches, retry, show, status
from oint.cli.batch_plan import plan
from oint.cli.batch_report import report
from oint.cli.batch_run import resume, run
from oint.cli.batches import spoken
from oint.cli.call import trace
from oint.cli.durations import seconds
from oint.cli.misuse import Misuse
from oint.cli.rows import Row, exit_code, register_all
from oint.cli.running import billed_option, found_for, whose_options
from oint.cli.worker import worker
from oint.language import Text
from oint.refusals import By, Pace
from oint.refusals.sources import TROUBLES, list_rows, listed
from oint.values import FALSE, TRUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oint.refusals.sources import SourceRow, Trouble

_GROUP = Text("отказы от заказов, доведённые до решения СДЭК", "refusals of orders, followed to CDEK's verdict")
_REGISTER = Text(
    "Зарегистрировать отказ от каждого заказа и дождаться решения СДЭК. ORDER: UUID, номер СДЭК или номер в магазине; - : "
    "строки стандартного ввода. Карточка заказа читается до отправки: если отказ не нужен, ничего не уходит, и вы "
    "увидите совет.",
    "Register a refusal of each order and follow it to CDEK's verdict. ORDER: uuid, CDEK's number or the shop's; - : the "
    "lines of standard input. The order card is read before anything is sent: where refusing is not the right call, "
    "nothing is, and you see the advice.",
)
_BY = Text("чем задан заказ; auto: по виду", "what an ORDER is; auto: by its form")
_WAIT = Text("сколько следить за каждым заказом: 500ms, 60s, 2m", "how long to follow each order: 500ms, 60s, 2m")
_JSON = Text("вывести список JSON", "print a JSON list")
_POLL = Text("через сколько прочитать заказ в первый раз; дальше реже", "time to the first reading; then less often")
_SETTLE = Text(
    "сколько ждать следа отказа, если ответ потерян, прежде чем отправить ещё раз",
    "how long to look for a lost refusal before it is sent again",
)
_NOTHING = "bad_row_empty"
"""A line of dashes or of marks that nobody sees: like an empty one, it says nothing."""
_SHOWN = 40
"""Characters of a word that an error repeats."""
_DEBUG = Text("показать обмен с сервером", "show the exchange with the server")


@click.group("refusals", help=str(_GROUP))
def group() -> None:
    """Refusals of orders."""


group.add_command(run)
group.add_command(plan)
group.add_command(resume)
group.add_command(listen)
group.add_command(hear)
group.add_command(worker)
for _command in (status, list_batches, show, report, retry):
    group.add_command(_command)


@group.command("register", help=str(_REGISTER))
@click.argument("orders", nargs=-1, metavar="ORDER…")
@click.option("--by", type=click.Choice(get_args(By)), default="auto", help=str(_BY))
@click.option("--wait", default="60s", metavar="TIME", help=str(_WAIT))
@billed_option
@click.option("--json", "as_json", is_flag=True, help=str(_JSON))
@whose_options
@click.option("--poll", default="2s", metavar="TIME", help=str(_POLL))
@click.option("--settle", default="10s", metavar="TIME", help=str(_SETTLE))
@click.option("--debug", is_flag=True, help=str(_DEBUG))
def register(
    orders: tuple[str, ...],
    *,
    by: By,
    wait: str,
    even_if_billed: bool,
    as_json: bool,
    poll: str,
    settle: str,
    debug: bool,
    **whose: Any,
) -> int:
    """Register refusals; the exit code says how they ended."""
    given = list(_orders(orders, by))
    first = seconds("--poll", poll, least=0.01)
    pace = Pace(first=first, longest=max(Pace().longest, first), settle=seconds("--settle", settle))
    how: dict[str, Any] = {"by": by, "wait": seconds("--wait", wait), "even_if_billed": even_if_billed, "pace": pace}
    found = found_for(whose | {"debug": debug})
    with Client(found.credentials, test=found.test, trace=trace if debug else None) as client:
        rows = list(_shown(register_all(client, given, how), quiet=as_json, debug=debug))
    if as_json:
        output.say(output.pretty([row.fields() for row in rows]))
    return exit_code(rows)


def _shown(rows: Iterator[Row], *, quiet: bool, debug: bool) -> Iterator[Row]:
    """Each row as soon as it has ended."""
    for row in rows:
        if debug and row.error is not None:
            output.traceback_of(row.error)
        if not quiet:
            output.say(row)
        yield row


def _orders(words: tuple[str, ...], by: By) -> Iterator[str]:
    """The orders, those on standard input included.

    Raises:
        Misuse: there is none, or what is given is surely no order
    """
    found = False
    for word in words:
        with spoken():
            rows = listed(by) if word == "-" else list_rows([_word(word)], by)
        for row in rows:
            if row.trouble is None:
                found = True
                yield row.uuid or row.cdek_number or row.im_number or ""
            elif row.trouble.code != _NOTHING:
                raise _no_order(row, word, row.trouble)
    if not found:
        raise Misuse(
            Text("не задано ни одного заказа", "no order is given"),
            Text("Напишите UUID, номер СДЭК или номер заказа в магазине", "Write a uuid, CDEK's number or the shop's"),
        )


def _no_order(row: SourceRow, word: str, trouble: Trouble) -> Misuse:
    sentence, next_step = TROUBLES[trouble.code]
    shown = repr(word[:_SHOWN])
    place = Text(f"строка {row.number} ввода", f"line {row.number} of the input") if word == "-" else Text(shown, shown)
    return Misuse(Text(f"{place.ru}: {sentence.ru}", f"{place.en}: {sentence.en}"), next_step)


def _word(word: str) -> str:
    """An order's name; a boolean word is what is left of `--testapi true`, which OInt's own methods take."""
    if word.strip().isalpha() and word.strip().casefold() in TRUE | FALSE:
        raise Misuse(
            Text("--testapi здесь пишется без значения", "--testapi takes no value here"),
            Text("Уберите слово после --testapi", "Leave the word after --testapi away"),
        )
    return word
