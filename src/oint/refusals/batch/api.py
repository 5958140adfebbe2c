"""Batches for Python: plan a source, carry a batch out, blocking or in asyncio."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from oint.cdek.async_client import AsyncClient
from oint.cdek.errors import BadArgument
from oint.cdek.policy import Retry
from oint.language import Text
from oint.refusals.batch.planning import place_of, plan_source
from oint.refusals.batch.run import Run
from oint.refusals.batch.steps import Manner
from oint.refusals.ledger import default_address, open_ledger
from oint.refusals.limit import RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.tokens import Credentials
    from oint.refusals.batch.hooks import Hooks
    from oint.refusals.batch.planning import Planned
    from oint.refusals.ledger import Batch
    from oint.refusals.sources import Source


def client_for(credentials: Credentials, *, test: bool = False, url: str | None = None) -> AsyncClient:
    """A client that repeats nothing by itself: the run decides that, for all requests together."""
    return AsyncClient(credentials, test=test, url=url, retry=Retry(attempts=1))


def plan_batch(
    source: Source,
    credentials: Credentials,
    *,
    test: bool = False,
    url: str | None = None,
    ledger: str | None = None,
    even_if_billed: bool = False,
) -> Planned:
    """Write the refusals of a source into a ledger; nothing is sent. What is there already is not planned anew.

    Args:
        source: see `oint.refusals.sources.open_source`
        credentials: whose orders they are
        test: CDEK's test host
        url: another base URL; without it `OINT_CDEK_URL` counts, where set
        ledger: a file or postgresql://…; None: `OINT_LEDGER`, else a file in the user's folder for data
        even_if_billed: the explicit word that overrules all advice; cards of orders given by uuid are not read before
    Raises:
        LedgerError: the ledger cannot be used
        SourceError: the source cannot be read
    """
    client = client_for(credentials, test=test, url=url)
    with closing(open_ledger(ledger)) as opened:
        return plan_source(opened, place_of(opened, client, credentials), source, even_if_billed=even_if_billed)


async def run_batch_async(  # noqa: PLR0913 - how to reach CDEK and the ledger, each by its name
    batch: int,
    credentials: Credentials,
    *,
    test: bool = False,
    url: str | None = None,
    ledger: str | None = None,
    manner: Manner | None = None,
    rate: float = RATE,
    hooks: Hooks | None = None,
    begun: Callable[[Run], None] = lambda _: None,
) -> dict[str, int]:
    """Carry a batch out, from wherever it stands, until each refusal has its verdict or its time is over.

    Safe to call again at any time, also after a crash, and in several processes at once: no row is worked on twice.

    Args:
        batch: its number
        credentials: those that it was planned with
        test: as for `plan_batch`
        url: as for `plan_batch`
        ledger: as for `plan_batch`
        manner: see `Manner`
        rate: requests a second to CDEK, shared by all who share the ledger
        hooks: told of what happens
        begun: given the run, whose `stop()` ends it cleanly; again where a frozen process has to begin another one
    Returns:
        how many rows have come to which verdict
    Raises:
        BadArgument: there is no such batch, it is not planned to its end, or it is of another host or account
        AuthenticationFailed: CDEK does not take the credentials; what was done is kept
        LedgerError: nothing can be kept, so nothing more was sent
    """
    address = ledger or default_address()
    loop = asyncio.get_running_loop()
    async with client_for(credentials, test=test, url=url) as client:
        found = await loop.run_in_executor(None, partial(find_batch, address, batch, client, credentials))
        chosen = manner or Manner()
        chosen = msgspec.structs.replace(chosen, even_if_billed=chosen.even_if_billed or found.even_if_billed)
        while True:
            async with Run(address, client, found.place, manner=chosen, rate=rate, hooks=hooks) as run:
                begun(run)
                await run.work(found.span)
            if run.stopped or not run.deposed.is_set():  # frozen longer than its lease, it goes on with another claim
                break
    return await loop.run_in_executor(None, partial(counted, address, found))


def run_batch(batch: int, credentials: Credentials, **how: Any) -> dict[str, int]:
    """`run_batch_async`, blocking.

    Raises:
        RuntimeError: an event loop runs in this thread: await `run_batch_async` there
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run_batch_async(batch, credentials, **how))
    raise RuntimeError(str(_BLOCKS))


def find_batch(address: str, number: int, client: AsyncClient, credentials: Credentials) -> Batch:
    """The batch with this number, if it is of this host and account.

    Raises:
        BadArgument: it is not, or there is none, or its file is not all in the ledger
    """
    with closing(open_ledger(address)) as ledger:
        batch = ledger.batch(number)
        if batch is None:
            raise BadArgument(
                "batch",
                Text(f"в журнале нет пакета {number}", f"the ledger has no batch {number}"),
                Text("Список: oint refusals list", "For a list: oint refusals list"),
            )
        if batch.place != place_of(ledger, client, credentials):
            raise BadArgument(
                "batch",
                Text(
                    f"пакет {number} составлен для другого договора или контура: {batch.url}",
                    f"batch {number} was planned for another account or host: {batch.url}",
                ),
                Text(
                    "Возьмите те же учётные данные и тот же контур (--profile, --testapi, OINT_CDEK_URL)",
                    "Use the same credentials and the same host (--profile, --testapi, OINT_CDEK_URL)",
                ),
            )
        if batch.total is None:
            raise BadArgument(
                "batch",
                Text(
                    f"файл пакета {number} записан в журнал не до конца",
                    f"the file of batch {number} is not all in the ledger yet",
                ),
                Text(
                    "Повторите команду run или plan с тем же файлом и теми же опциями: она допишет остальное",
                    "Repeat the command run or plan with the same file and options: it writes the rest down",
                ),
            )
        return batch


def counted(address: str, batch: Batch) -> dict[str, int]:
    """How many rows of a batch have come to which state."""
    with closing(open_ledger(address)) as ledger:
        return ledger.counts(batch)


_BLOCKS = Text(
    "run_batch остановила бы цикл событий этого потока: напишите await run_batch_async",
    "run_batch would stop this thread's event loop: await run_batch_async",
)
