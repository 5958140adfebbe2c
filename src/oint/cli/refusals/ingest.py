"""`oint refusals ingest`: the parse half; `_webhooks` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import ledger_option
from oint.i18n import Message

_INGEST = Message(
    "Записать события, принятые другой программой. FILE или - (стандартный ввод): одно тело вебхука в строке.",
    "Record events that another program received. FILE, or - for standard input: one webhook body per line.",
)


@click.command("ingest", help=str(_INGEST))
@click.argument("file")
@ledger_option
def command(file: str, *, ledger: str | None) -> int:
    """Record the events of a file."""
    from oint.cli.refusals._webhooks import ingest_file  # noqa: PLC0415 - help loads the parse half alone

    return ingest_file(file, ledger=ledger)
