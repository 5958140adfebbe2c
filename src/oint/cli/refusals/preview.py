"""`oint refusals preview`: the parse half; `_preview` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import (
    account_options,
    json_option,
    ledger_option,
    narrowing_options,
    no_cards_option,
    rate_option,
    source_options,
    verbosity_options,
)
from oint.i18n import Message

_PREVIEW = Message(
    "Показать, что будет с каждой строкой: что уйдёт, что нет и почему, сколько запросов и минут. Ничего не отправляется. "
    "FILE: файл, как у run, или номер пакета. Файл записывается в реестр и ждёт подтверждения; увиденное сохраняется и "
    "сверяется с карточкой перед отправкой. Прерванный предпросмотр продолжается той же командой.",
    "Show the action for each row: what would be sent, what not and why, and the requests and minutes it takes. Nothing is "
    "sent. FILE: a file as for run, or a batch's number. The file is planned and held; what you saw is stored and compared "
    "with the card before the sending. The same command continues a preview that was interrupted.",
)
_CSV = Message("записать CSV для Excel", "write CSV for Excel")
_XLSX = Message("записать книгу Excel", "write an Excel workbook")


@click.command("preview", help=str(_PREVIEW))
@source_options
@no_cards_option
@narrowing_options
@json_option
@click.option("--csv", metavar="FILE", help=str(_CSV))
@click.option("--xlsx", metavar="FILE", help=str(_XLSX))
@ledger_option
@account_options
@rate_option
@verbosity_options
def command(**options: Any) -> int:
    """Preview a file or a batch."""
    from oint.cli.refusals._commands import PreviewOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._preview import run_preview  # noqa: PLC0415 - help loads the parse half alone

    return run_preview(PreviewOptions(**options))
