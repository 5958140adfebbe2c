"""`oint refusals show`: the parse half; `_inspect` carries it out."""

from __future__ import annotations

import click

from oint.cli.refusals._options import json_option, ledger_option
from oint.i18n import Message

_SHOW = Message(
    "История заказа: каждый его отказ в любом пакете, шаг за шагом. ORDER: UUID, номер СДЭК или номер заказа в магазине.",
    "The history of an order: each of its refusals in any batch, step by step. ORDER: UUID, CDEK number or shop number.",
)


@click.command("show", help=str(_SHOW))
@click.argument("order")
@ledger_option
@json_option
def command(order: str, *, ledger: str | None, as_json: bool) -> int:
    """Show the history of an order."""
    from oint.cli.refusals._inspect import show_history  # noqa: PLC0415 - help loads the parse half alone

    return show_history(order, ledger=ledger, as_json=as_json)
