"""`oint refusals approve`: the parse half; `_approve` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import (
    account_options,
    gate_options,
    json_option,
    ledger_option,
    rate_option,
    verbosity_options,
)
from oint.i18n import Message

_APPROVE = Message(
    "Подтвердить пакет: показать, что уйдёт, спросить число отказов и разрешить отправку. Отправляют resume, run или worker. "
    "BATCH: номер или имя файла; без него последний.",
    "Approve a batch: show what would be sent, ask for the number of refusals, and release them. resume, run or a worker "
    "sends them. BATCH: its number or its file's name; without it the newest.",
)
_ROW = Message("только эти строки: 3,7", "these rows only: 3,7")
_WITHOUT = Message("без этих строк: 5", "without these rows: 5")


@click.command("approve", help=str(_APPROVE))
@click.argument("batch", required=False)
@click.option("--row", "rows", multiple=True, metavar="ROWS", help=str(_ROW))
@click.option("--without-row", "without", multiple=True, metavar="ROWS", help=str(_WITHOUT))
@gate_options
@ledger_option
@account_options
@rate_option
@json_option
@verbosity_options
def command(**options: Any) -> int:
    """Approve what is held of a batch."""
    from oint.cli.refusals._approve import approve_rows  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._commands import ApproveOptions  # noqa: PLC0415 - help loads the parse half alone

    return approve_rows(ApproveOptions(**options))
