"""Options that commands of `oint refusals` share: the parse half, which loads nothing of what carries them out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args

import click

from oint.i18n import Message
from oint.refusals.settings import IN_FLIGHT, RATE, By, HiddenPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_TESTAPI = Message("тестовый контур СДЭК", "CDEK's test host")

_PROFILE = Message("профиль учётных данных", "credentials profile")

_RATE = Message(
    "запросов в секунду на весь договор, на всех машинах",
    "requests per second for the whole account, on all machines together",
)

_WAIT = Message("сколько следить за отказом после отправки", "how long to follow a refusal after sending it")

_POLL = Message(
    "через сколько прочитать заказ в первый раз; дальше реже",
    "delay before the order is first read; later reads are less frequent",
)

_SETTLE = Message(
    "сколько искать след отказа, если ответ потерян; иначе 90s после обрыва, 180s после истёкшего ожидания",
    "how long to look for a lost refusal before it is sent again; otherwise 90s after a reset, 180s after a time-out",
)

_BILLED = Message(
    "отправить отказ и там, где совет - удалить заказ (ACCEPTED, CREATED): такой отказ оплачивается",
    "send the refusal even where the advice is to delete the order (ACCEPTED, CREATED): such a refusal is billed",
)

_QUIET = Message("не показывать ход работы", "show no progress")

_DEBUG = Message("показать подробности ошибок", "show the details of errors")


def _finite(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    """Convert to a number, except `nan`, which lies in every range."""
    if math.isnan(value):
        raise click.BadParameter(str(value))
    return value


def combine_options(options: Sequence[Decorator]) -> Decorator:
    """Several options as one, shown in their order."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


account_options = combine_options(
    (
        click.option("--testapi", is_flag=True, help=str(_TESTAPI)),
        click.option("--profile", metavar="NAME", help=str(_PROFILE)),
    )
)
"""Whose orders, and at which host."""

debug_option = click.option("--debug", is_flag=True, help=str(_DEBUG))

verbosity_options = combine_options((click.option("--quiet", is_flag=True, help=str(_QUIET)), debug_option))
"""How much is reported while a command runs."""

rate_option = click.option(
    "--rate", type=click.FloatRange(0.01, 10_000), default=RATE, callback=_finite, help=str(_RATE)
)

billed_option = click.option("--even-if-billed", is_flag=True, help=str(_BILLED))

settle_option = click.option("--settle", metavar="TIME", help=str(_SETTLE))

sending_options = combine_options(
    (
        account_options,
        rate_option,
        click.option("--wait", default="10m", metavar="TIME", help=str(_WAIT)),
        click.option("--poll", default="3s", metavar="TIME", help=str(_POLL)),
        settle_option,
        verbosity_options,
    )
)
"""The options of every command that sends."""

_LEDGER = Message(
    "реестр: файл или postgresql://…; по умолчанию OINT_LEDGER или файл в папке данных",
    "the ledger: a file or postgresql://…; default: OINT_LEDGER, or a file in the data folder",
)

BATCH = Message(
    " BATCH: номер или имя файла; без него последний.", " BATCH: its number or its file's name; without it the newest."
)
"""What the help of a command says of the batch that it takes."""

batch_argument = click.argument("batch", required=False)

ledger_option: Callable[[Any], Any] = click.option("--ledger", metavar="LEDGER", help=str(_LEDGER))

_COLUMN = Message(
    "колонка: uuid=…, cdek_number=…, im_number=… или order=…", "a column: uuid=…, cdek_number=…, im_number=… or order=…"
)

_SHEET = Message("лист книги, можно и скрытый", "sheet of the workbook, also a hidden one")

_HIDDEN = Message(
    "скрытые строки, колонки и листы книги: пропустить или взять",
    "hidden rows, columns and sheets of a workbook: skip or take them",
)

_ENCODING = Message(
    "кодировка текста; по умолчанию определяется автоматически", "encoding of the text; detected by default"
)

_DELIMITER = Message("разделитель CSV: знак или tab", "delimiter of the CSV: a character, or tab")

_BY = Message(
    "вид номера заказа, если его не определяет колонка", "type of order number, where the column does not say"
)

_JSON = Message("вывести результат в JSON", "print the result as JSON")

json_option = click.option("--json", "as_json", is_flag=True, help=str(_JSON))

source_options = combine_options(
    (
        click.argument("file"),
        click.option("--column", "columns", multiple=True, metavar="NAME=COLUMN", help=str(_COLUMN)),
        click.option("--sheet", metavar="NAME", help=str(_SHEET)),
        click.option("--hidden", type=click.Choice(get_args(HiddenPolicy)), default="skip", help=str(_HIDDEN)),
        click.option("--encoding", metavar="NAME", help=str(_ENCODING)),
        click.option("--delimiter", metavar="CHAR", help=str(_DELIMITER)),
        click.option("--by", type=click.Choice(get_args(By)), default="auto", help=str(_BY)),
        billed_option,
    )
)
"""A file of orders and how it is to be read."""

_YES = Message("подтвердить без вопроса: для скриптов", "approve without asking; for scripts")

_EXPECT = Message(
    "с --yes: отправить, только если отказов ровно столько, иначе код 2",
    "with --yes: send only if there are exactly this many refusals, otherwise exit with 2",
)

_LIMIT = Message(
    "подтвердить только первые N отказов, остальное остаётся ждать",
    "approve only the first N refusals; the rest stays held",
)

_EXCEPT = Message(
    "файл заказов, от которых отказываться нельзя (можно несколько раз)",
    "file of orders that must not be refused; may be repeated",
)

_NO_CARDS = Message("не читать карточки для предпросмотра", "do not read order cards for the preview")

no_cards_option = click.option("--no-cards", is_flag=True, help=str(_NO_CARDS))

_ONLY_STATUS = Message(
    "только заказы с этим статусом СДЭК, например ACCEPTED_AT_PICK_UP_POINT (можно несколько раз)",
    "only orders with this CDEK status, such as ACCEPTED_AT_PICK_UP_POINT; may be repeated",
)

_MIN_DAYS = Message(
    "только заказы, которые лежат в пункте выдачи не меньше N дней",
    "only orders that have been at their pick-up point for at least N days",
)

narrowing_options = combine_options(
    (
        click.option("--only-status", multiple=True, metavar="STATUS", help=str(_ONLY_STATUS)),
        click.option("--min-days", type=click.IntRange(0), metavar="N", help=str(_MIN_DAYS)),
    )
)
"""Which orders of a preview are meant."""

gate_options = combine_options(
    (
        click.option("--yes", is_flag=True, help=str(_YES)),
        click.option("--expect", type=click.IntRange(0), metavar="N", help=str(_EXPECT)),
        click.option("--limit", type=click.IntRange(1), metavar="N", help=str(_LIMIT)),
        click.option("--except", "exceptions", multiple=True, metavar="FILE", help=str(_EXCEPT)),
        no_cards_option,
        narrowing_options,
    )
)
"""How a batch gets through the gate."""

_IN_FLIGHT = Message("наибольшее число одновременных запросов", "maximum number of concurrent requests")

running_options = combine_options(
    (
        ledger_option,
        click.option("--in-flight", type=click.IntRange(1, 2_000), default=IN_FLIGHT, help=str(_IN_FLIGHT)),
        json_option,
        sending_options,
    )
)
