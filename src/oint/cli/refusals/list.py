"""`oint refusals list`: the parse half; `_inspect` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import json_option, ledger_option
from oint.i18n import Message

_LIST = Message("Показать все пакеты реестра, новые сверху.", "List all batches of the ledger, newest first.")


@click.command("list", help=str(_LIST))
@ledger_option
@json_option
def command(*, ledger: str | None, as_json: bool) -> int:
    """List all batches."""
    from oint.cli.refusals._inspect import show_batches  # noqa: PLC0415 - help loads the parse half alone

    return show_batches(ledger=ledger, as_json=as_json)
