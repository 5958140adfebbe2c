"""`oint refusals report`: the parse half; `_report` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import BATCH, account_options, batch_argument, debug_option, json_option, ledger_option
from oint.i18n import Message

_REPORT = Message(
    f"Строка отчёта на каждую строку файла, в его порядке. Без опций: итоги и то, что требует внимания.{BATCH.ru}",
    f"A line for every row of the file, in its order. Without options: sums, and what somebody must look at.{BATCH.en}",
)
_CSV = Message("CSV для Excel: точка с запятой, UTF-8 с BOM", "CSV for Excel: semicolons, UTF-8 with BOM")
_XLSX = Message("записать книгу Excel", "write an Excel workbook")
_OUT = Message("записать CSV или JSON в файл, целиком или никак", "write CSV or JSON to a file, whole or not at all")
_ENCODING = Message("кодировка CSV", "encoding of the CSV")
_REFRESH = Message(
    "сначала прочитать заказы с подтверждённым отказом, чей возвратный заказ СДЭК ещё не связал; ничего не отправляется",
    "first read the orders whose refusal is confirmed and whose return order CDEK had not linked; nothing is sent",
)
_FAILURES = Message("только то, что требует внимания", "only what somebody must look at")


@click.command("report", help=str(_REPORT))
@batch_argument
@click.option("--csv", "as_csv", is_flag=True, help=str(_CSV))
@json_option
@click.option("--xlsx", metavar="FILE", help=str(_XLSX))
@click.option("--out", metavar="FILE", help=str(_OUT))
@click.option("--encoding", type=click.Choice(["utf-8", "cp1251"]), default="utf-8", help=str(_ENCODING))
@click.option("--failures", is_flag=True, help=str(_FAILURES))
@click.option("--refresh", is_flag=True, help=str(_REFRESH))
@ledger_option
@account_options
@debug_option
def command(**options: Any) -> int:
    """Report the result of every row."""
    from oint.cli.refusals._commands import ReportOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._report import show_report  # noqa: PLC0415 - help loads the parse half alone

    return show_report(ReportOptions(**options))
