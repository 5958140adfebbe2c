"""`oint refusals listen`: the parse half; `_webhooks` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import ledger_option
from oint.i18n import Message

_LISTEN = Message(
    "Принимать вебхуки СДЭК (ORDER_STATUS): заказ, о котором пришло событие, текущий run прочитает сразу. СДЭК ничего не "
    "подписывает, поэтому событие лишь подсказка, решает карточка заказа. Подпишите адрес в СДЭК (POST /v2/webhooks).",
    "Take CDEK's webhooks (ORDER_STATUS): the order of an event is read by a running run at once. CDEK signs nothing, so an "
    "event is a hint only, the order card decides. Subscribe the address at CDEK (POST /v2/webhooks).",
)
_HOST = Message("адрес, на котором слушать", "address to listen on")
_PORT = Message("порт", "port")
_SECRET = Message("принимать только путь /СЛОВО", "take only the path /WORD")


@click.command("listen", help=str(_LISTEN))
@click.option("--host", default="127.0.0.1", help=str(_HOST))
@click.option("--port", type=click.IntRange(0, 65_535), default=8765, help=str(_PORT))
@click.option("--path-secret", metavar="WORD", help=str(_SECRET))
@ledger_option
def command(*, host: str, port: int, path_secret: str | None, ledger: str | None) -> int:
    """Receive webhooks until the process is ended."""
    from oint.cli.refusals._webhooks import receive_webhooks  # noqa: PLC0415 - help loads the parse half alone

    return receive_webhooks(host=host, port=port, path_secret=path_secret, ledger=ledger)
