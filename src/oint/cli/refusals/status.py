"""`oint refusals status`: the parse half; `_inspect` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import BATCH, batch_argument, json_option, ledger_option
from oint.i18n import Message

_STATUS = Message(
    f"Как далеко пакет и что набрать дальше.{BATCH.ru}", f"How far a batch is, and what to type next.{BATCH.en}"
)


@click.command("status", help=str(_STATUS))
@batch_argument
@ledger_option
@json_option
def command(batch: str | None, *, ledger: str | None, as_json: bool) -> int:
    """How far a batch is; the exit code is the one that `run` would give for it."""
    from oint.cli.refusals._inspect import show_status  # noqa: PLC0415 - help loads the parse half alone

    return show_status(batch, ledger=ledger, as_json=as_json)
