"""`oint refusals ingest`: the parse half; `_webhooks` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import ledger_option
from oint.i18n import Message

_HEAR = Message(
    "Учесть события, принятые другой программой: FILE или - для стандартного ввода, одно тело вебхука на строку.",
    "Take in events that another program received: FILE, or - for standard input, one webhook body a line.",
)


@click.command("hear", help=str(_HEAR))
@click.argument("file")
@ledger_option
def command(file: str, *, ledger: str | None) -> int:
    """Take in events from a file."""
    from oint.cli.refusals._webhooks import ingest_file  # noqa: PLC0415 - help loads the parse half alone

    return ingest_file(file, ledger=ledger)
