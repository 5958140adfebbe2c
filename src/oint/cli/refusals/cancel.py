"""`oint refusals cancel`: the parse half; `_cancel` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import json_option, ledger_option
from oint.i18n import Message

_CANCEL = Message(
    "Отменить пакет: всё, что ещё не отправлено, не уйдёт никогда; отправленное дойдёт до решения. Файл можно запланировать "
    "снова. BATCH: номер или имя файла.",
    "Cancel a batch: what is not sent yet is never sent; what was sent is followed to its verdict. The file may be planned "
    "again. BATCH: its number or its file's name.",
)


@click.command("cancel", help=str(_CANCEL))
@click.argument("batch")
@ledger_option
@json_option
def command(batch: str, *, ledger: str | None, as_json: bool) -> int:
    """Withdraw all of a batch that is not sent."""
    from oint.cli.refusals._cancel import cancel_rows  # noqa: PLC0415 - help loads the parse half alone

    return cancel_rows(batch, ledger=ledger, as_json=as_json)
