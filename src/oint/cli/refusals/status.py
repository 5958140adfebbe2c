"""`oint refusals status`: the parse half; `_inspect` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import BATCH, batch_argument, json_option, ledger_option
from oint.i18n import Message

_STATUS = Message(
    f"Показать ход пакета и следующую команду.{BATCH.ru}",
    f"Show the progress of a batch and the next command.{BATCH.en}",
)


@click.command("status", help=str(_STATUS))
@batch_argument
@ledger_option
@json_option
def command(batch: str | None, *, ledger: str | None, as_json: bool) -> int:
    """Show the progress of a batch; exit with the code that `run` would give for it."""
    from oint.cli.refusals._inspect import show_status  # noqa: PLC0415 - help loads the parse half alone

    return show_status(batch, ledger=ledger, as_json=as_json)
