"""`oint refusals run`: the parse half; `_send` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import gate_options, running_options, source_options
from oint.i18n import Message

_RUN = Message(
    "Прочитать файл, показать, что уйдёт, спросить число отказов, отправить и довести каждый до решения СДЭК. FILE: CSV, XLSX, "
    "JSON Lines или простой список; - : стандартный ввод. В скрипте: --yes. Всё записывается в реестр до отправки: повтор той "
    "же команды продолжает с того же места и ничего не отправляет дважды.",
    "Read a file, show what would be sent, ask for the number of refusals, send them and follow each to CDEK's verdict. FILE: "
    "CSV, XLSX, JSON Lines or a plain list; - : standard input. In a script: --yes. Everything is written into a ledger before "
    "it is sent: the same command again continues from where it was, and sends nothing twice.",
)
_DRY = Message(
    "то же, что oint refusals preview FILE: ничего не отправлять",
    "the same as oint refusals preview FILE: send nothing",
)


@click.command("run", help=str(_RUN))
@source_options
@click.option("--dry-run", is_flag=True, help=str(_DRY))
@gate_options
@running_options
def command(**options: Any) -> int:
    """Plan a file, show it, ask, and send it."""
    from oint.cli.refusals._commands import RunFileOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._send import run_file  # noqa: PLC0415 - help loads the parse half alone

    return run_file(RunFileOptions(**options))
