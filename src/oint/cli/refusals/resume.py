"""`oint refusals resume`: the parse half; `_send` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import running_options
from oint.i18n import Message

_RESUME = Message(
    "Продолжить пакет с того места, где он остановился. BATCH: номер или имя файла; без него последний.",
    "Continue a batch from where it stopped. BATCH: its number or its file's name; without it the newest.",
)


@click.command("resume", help=str(_RESUME))
@click.argument("batch", required=False)
@running_options
def command(**options: Any) -> int:
    """Continue a batch with what is approved of it."""
    from oint.cli.refusals._commands import ResumeOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._send import resume_batch  # noqa: PLC0415 - help loads the parse half alone

    return resume_batch(ResumeOptions(**options))
