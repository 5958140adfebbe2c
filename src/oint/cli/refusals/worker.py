"""`oint refusals worker`: the parse half; `_worker` carries it out."""

from __future__ import annotations

from typing import Any

import click

from oint.cli.refusals._options import ledger_option, sending_options
from oint.i18n import Message

_WORKER = Message(
    "Работать над всеми незаконченными пакетами своего договора вместе с другими машинами. Реестр: только PostgreSQL. "
    "Остановить можно в любой момент, хоть kill -9: ничего не потеряется и не отправится дважды.",
    "Work on all unfinished batches of one's account, beside other machines. The ledger: PostgreSQL only. It may be "
    "stopped at any moment, even by kill -9: nothing is lost, and nothing is sent twice.",
)
_CONCURRENCY = Message("частей пакетов одновременно, до 256 строк каждая", "chunks of up to 256 rows at once")
_EMPTY = Message("закончить, когда делать больше нечего", "exit when nothing is left to do")
_LEASE = Message(
    "через сколько машина без сигналов считается отказавшей",
    "time without a heartbeat after which a machine is considered dead",
)


@click.command("worker", help=str(_WORKER))
@ledger_option
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, help=str(_CONCURRENCY))
@click.option("--until-empty", is_flag=True, help=str(_EMPTY))
@click.option("--lease", default="30s", metavar="TIME", help=str(_LEASE))
@sending_options
def command(**options: Any) -> int:
    """Work until stopped."""
    from oint.cli.refusals._commands import WorkerOptions  # noqa: PLC0415 - help loads the parse half alone
    from oint.cli.refusals._worker import run_until_stopped  # noqa: PLC0415 - help loads the parse half alone

    return run_until_stopped(WorkerOptions(**options))
