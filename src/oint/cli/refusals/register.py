"""`oint refusals register`: the parse half; `_register` carries it out."""

from __future__ import annotations

from typing import Any, get_args

import click

from oint.cli.refusals._options import account_options, billed_option, ledger_option, settle_option
from oint.i18n import Message
from oint.refusals.settings import MAX_TYPED_ORDERS, By

_REGISTER = Message(
    "Зарегистрировать отказ от каждого заказа и дождаться решения СДЭК. ORDER: UUID, номер СДЭК или номер в магазине; - : "
    "строки стандартного ввода. Карточка заказа читается до отправки: если отказ не нужен, ничего не уходит, и вы увидите "
    f"совет. Больше {MAX_TYPED_ORDERS} заказов и стандартный ввод - через предпросмотр и вопрос, как run; в скрипте --yes.",
    "Register a refusal of each order and follow it to CDEK's verdict. ORDER: uuid, CDEK's number or the shop's; - : the "
    "lines of standard input. The order card is read before anything is sent: where refusing is not the right call, nothing "
    f"is sent and you see the advice. More than {MAX_TYPED_ORDERS} orders, and standard input, go through the preview and the "
    "question as run does; in a script --yes.",
)
_YES = Message("подтвердить без вопроса, если заказов много", "approve many orders without asking")
_BY = Message("чем задан заказ; auto: по виду", "type of ORDER; auto: by its form")
_WAIT = Message("сколько следить за каждым заказом: 500ms, 60s, 2m", "how long to follow each order: 500ms, 60s, 2m")
_JSON = Message("вывести список JSON", "print a JSON list")
_POLL = Message(
    "через сколько прочитать заказ в первый раз; дальше реже",
    "delay before the order is first read; later reads are less frequent",
)
_DEBUG = Message("показать обмен с сервером", "show the exchange with the server")


@click.command("register", help=str(_REGISTER))
@click.argument("orders", nargs=-1, metavar="ORDER…")
@click.option("--by", type=click.Choice(get_args(By)), default="auto", help=str(_BY))
@click.option("--wait", default="60s", metavar="TIME", help=str(_WAIT))
@billed_option
@click.option("--yes", is_flag=True, help=str(_YES))
@click.option("--json", "as_json", is_flag=True, help=str(_JSON))
@ledger_option
@account_options
@click.option("--poll", default="2s", metavar="TIME", help=str(_POLL))
@settle_option
@click.option("--debug", is_flag=True, help=str(_DEBUG))
def command(**options: Any) -> int:
    """Register refusals; the exit code says how they ended."""
    from oint.cli.refusals._commands import RegisterOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._register import register_orders  # noqa: PLC0415 - help loads the parse half alone

    return register_orders(RegisterOptions(**options))
