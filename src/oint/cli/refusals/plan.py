"""`oint refusals plan`: the parse half; `_plan` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import (
    account_options,
    json_option,
    ledger_option,
    no_cards_option,
    rate_option,
    source_options,
    verbosity_options,
)
from oint.i18n import Message

_PLAN = Message(
    "Записать заказы файла в реестр, прочитать их карточки и ничего не отправлять: пакет ждёт, пока его не подтвердит oint "
    "refusals approve. Прерванное чтение продолжает та же команда. FILE: как у run.",
    "Write the orders of a file into the ledger, read their cards, and send nothing: the batch is held until oint refusals "
    "approve releases it. The same command continues a reading that was interrupted. FILE: as for run.",
)


@click.command("plan", help=str(_PLAN))
@source_options
@no_cards_option
@ledger_option
@account_options
@rate_option
@json_option
@verbosity_options
def command(**options: Any) -> int:
    """Plan a file, and send nothing."""
    from oint.cli.refusals._commands import PlanOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._plan import plan_file  # noqa: PLC0415 - help loads the parse half alone

    return plan_file(PlanOptions(**options))
