"""`oint refusals retry`: the parse half; `_retry` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import BATCH, batch_argument, json_option, ledger_option
from oint.i18n import Message

_RETRY = Message(
    "Запланировать новую попытку для строк, которые кончились неудачей. Попытка начинается с чтения заказа: отказ, который "
    "дошёл до СДЭК, второй раз не уйдёт. Строка или код, названные без состояния, отправляются вопреки их совету: "
    f"retry 1 --row 37,41 или --code delete.{BATCH.ru}",
    "Plan a new attempt for rows that ended badly. An attempt begins by reading the order: a refusal that reached CDEK is not "
    "sent again. A row or a code that is named without a state is sent against its advice: retry 1 --row 37,41, or --code "
    f"delete.{BATCH.en}",
)
_REJECTED = Message("строки, которые СДЭК отклонил", "rows that CDEK rejected")
_UNKNOWN = Message("строки с неизвестным исходом", "rows whose outcome is unknown")
_ADVISED = Message(
    "строки, которые не отправлены по совету: заказ читается снова, совет остаётся в силе",
    "rows that were advised against: the order is read again, the advice stays in force",
)
_ROW = Message("эти строки: 3,7", "these rows: 3,7")
_CODE = Message(
    "строки с этим кодом: СДЭК или совета (delete); можно несколько раз",
    "rows with this code: CDEK's, or an advice's (delete); may be repeated",
)


@click.command("retry", help=str(_RETRY))
@batch_argument
@click.option("--rejected", is_flag=True, help=str(_REJECTED))
@click.option("--unknown", is_flag=True, help=str(_UNKNOWN))
@click.option("--advised", is_flag=True, help=str(_ADVISED))
@click.option("--row", "rows", multiple=True, metavar="ROWS", help=str(_ROW))
@click.option("--code", "codes", multiple=True, metavar="CODE", help=str(_CODE))
@ledger_option
@json_option
def command(**options: Any) -> int:
    """Plan new attempts; `resume` or a worker sends them."""
    from oint.cli.refusals._commands import RetryOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._retry import plan_retry  # noqa: PLC0415 - help loads the parse half alone

    return plan_retry(RetryOptions(**options))
