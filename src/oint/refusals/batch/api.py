"""Batches for Python: plan a source, approve, cancel and run a batch, blocking or in asyncio."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from oint.auth.credentials import label_credentials
from oint.cdek._retry import Retry
from oint.cdek.client import AsyncClient
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message
from oint.refusals.batch.planning import plan_source, tenant_id
from oint.refusals.batch.runner import Run
from oint.refusals.ledger import LedgerUnavailable, approval, default_address, open_ledger
from oint.refusals.ledger.claims import expire_claims_of_dead_processes
from oint.refusals.settings import RATE
from oint.refusals.states import State
from oint.refusals.verdicts import DELETE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from oint.cdek.auth import Credentials
    from oint.cdek.errors import CdekError
    from oint.refusals.batch.events import EventHandler
    from oint.refusals.batch.options import RunOptions
    from oint.refusals.batch.planning import PlanResult
    from oint.refusals.input import InputFile, ListedInput
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.ledger.approval import ApprovalResult, CancellationResult

T = TypeVar("T")

LEDGER_PATIENCE_SECONDS = 60.0
"""How long the result of a run is asked for while the ledger's database is away."""

CANCEL_POLL_SECONDS = 0.1
"""Between two looks whether a request that was under way at the cancellation has ended."""


class NotApprovedError(InvalidArgument):
    """The batch is held: nobody has approved any of its rows, so nothing is sent.

    Args:
        batch: its number
        approve: the command that approves it; None: that for the default ledger
    """

    def __init__(self, batch: int, approve: str | None = None) -> None:
        command = approve or f"oint refusals approve {batch}"
        super().__init__(
            "batch",
            Message(
                f"пакет {batch} не подтверждён: ничего не отправлено",
                f"batch {batch} is not approved: nothing was sent",
            ),
            Message(f"Подтвердите его: {command}", f"Approve it: {command}"),
        )
        self.code = "not_approved"
        self.batch = batch


def client_for(credentials: Credentials, *, test: bool = False, url: str | None = None) -> AsyncClient:
    """Make a client that repeats nothing by itself: the run decides that, for all requests together."""
    return AsyncClient(credentials, test=test, url=url, retry=Retry(attempts=1))


def plan_batch(
    source: InputFile | ListedInput,
    credentials: Credentials,
    *,
    test: bool = False,
    url: str | None = None,
    ledger: str | None = None,
    even_if_billed: bool = False,
    account: str | None = None,
    by: str | None = None,
) -> PlanResult:
    """Write the refusals of a source into a ledger, held: nothing is sent before `approve_batch`.

    What is there already is not planned anew.

    Args:
        source: see `oint.refusals.input.open_input`
        credentials: whose orders they are
        test: CDEK's test host
        url: another base URL; without it `OINT_CDEK_URL` counts, where set
        ledger: a file or postgresql://…; None: `OINT_LEDGER`, otherwise a file in the user's folder for data
        even_if_billed: overrule the advice to delete an order in CREATED: its refusal is billed
        account: what names the account to a person; None: its first and last characters
        by: who plans it; None: the system's user
    Raises:
        LedgerError: the ledger cannot be used
        InputFileError: the source cannot be read
    """
    client = client_for(credentials, test=test, url=url)
    with closing(open_ledger(ledger)) as opened:
        return plan_source(
            opened,
            tenant_id(opened, client, credentials),
            source,
            even_if_billed=even_if_billed,
            account=account or str(label_credentials(credentials)),
            by=by,
        )


def approve_batch(
    batch: int, *, by: str, rows: Collection[int] | None = None, ledger: str | None = None
) -> ApprovalResult:
    """Release held rows of a batch: from now on a run or a worker may send them.

    A row that was previewed is sent only while its card is what was seen then. A row that was not is judged by the card
    that is read before the sending.

    Args:
        batch: its number
        by: who approves, for the record
        rows: numbers of source rows; None: all that are held
        ledger: as for `plan_batch`
    Raises:
        InvalidArgument: there is no such batch, or it is not planned to its end
        LedgerError: the ledger cannot be used; nothing was approved
    """
    with closing(open_ledger(ledger)) as opened:
        existing = find_planned(opened, batch)
        ids = None if rows is None else approval.find_row_ids(opened, existing, rows)
        return approval.approve(opened, existing, ids, by=by, insist=DELETE if existing.even_if_billed else None)


def cancel_batch(batch: int, *, by: str, ledger: str | None = None) -> CancellationResult:
    """Withdraw all of a batch that is not sent; return once nothing of it is being sent any more.

    What was sent is followed to its verdict by a run or a worker; a refusal that turns out not to have been received is
    withdrawn. The file may be planned again.

    Args:
        batch: its number
        by: who cancels, for the record
        ledger: as for `plan_batch`
    Raises:
        InvalidArgument: there is no such batch
        LedgerError: the ledger cannot be used; nothing was cancelled
    """
    with closing(open_ledger(ledger)) as opened:
        existing = _find(opened, batch)
        approval.cancel(opened, existing, by=by)
        expire_claims_of_dead_processes(opened)
        while approval.count_sending(opened, existing):  # bounded: by a request's time limit, or by the claim's lease
            time.sleep(CANCEL_POLL_SECONDS)
        return approval.count_cancelled(opened, existing)


async def run_batch_async(  # noqa: PLR0913 - how to reach CDEK and the ledger, each by its name
    batch: int,
    credentials: Credentials,
    *,
    test: bool = False,
    url: str | None = None,
    ledger: str | None = None,
    options: RunOptions | None = None,
    rate: float = RATE,
    handler: EventHandler | None = None,
    on_start: Callable[[Run], None] = lambda _: None,
) -> dict[str, int]:
    """Send what is approved of a batch, from wherever it stands, until each refusal has its verdict or its time is over.

    Safe to call again at any time, also after a crash, and in several processes at once: no row is worked on twice.

    Args:
        batch: its number
        credentials: those that it was planned with
        test: as for `plan_batch`
        url: as for `plan_batch`
        ledger: as for `plan_batch`
        options: see `RunOptions`
        rate: requests a second to CDEK, shared by all who share the ledger
        handler: told of what happens
        on_start: receives the run, whose `stop()` ends it cleanly; called again where a frozen process starts another run
    Returns:
        how many rows have come to which verdict
    Raises:
        NotApprovedError: nobody has approved any of it
        InvalidArgument: there is no such batch, it is not planned to its end, or it is of another host or account
        AuthenticationError: CDEK does not take the credentials; what was done is kept
        LedgerError: nothing can be kept, so nothing more was sent
    """
    address = ledger or default_address()
    loop = asyncio.get_running_loop()
    async with client_for(credentials, test=test, url=url) as client:
        own_batch = await loop.run_in_executor(None, partial(find_batch, address, batch, client, credentials))
        while True:
            async with Run(address, client, own_batch.tenant, options=options, rate=rate, handler=handler) as run:
                on_start(run)
                await run.link_returns(own_batch.span)
                await run.work(own_batch.span)
            if (
                run.stopped or not run.lease_lost.is_set()
            ):  # frozen longer than its lease, it continues with another claim
                break
    return await loop.run_in_executor(
        None, partial(ask_patiently, address, lambda opened: opened.count_by_state(own_batch))
    )


async def refresh_batch_async(
    batch: int,
    credentials: Credentials,
    *,
    test: bool = False,
    url: str | None = None,
    ledger: str | None = None,
    rate: float = RATE,
) -> CdekError | None:
    """Read the cards of a batch's confirmed refusals again whose return order CDEK had not linked; send nothing.

    Args:
        batch: its number
        credentials: those that it was planned with
        test: as for `plan_batch`
        url: as for `plan_batch`
        ledger: as for `plan_batch`
        rate: requests a second to CDEK, shared by all who share the ledger
    Returns:
        why CDEK did not answer, where it was given up for that
    Raises:
        InvalidArgument: there is no such batch, it is not planned to its end, or it is of another host or account
        AuthenticationError: CDEK does not take the credentials
        LedgerError: the ledger cannot be used
    """
    address = ledger or default_address()
    loop = asyncio.get_running_loop()
    async with client_for(credentials, test=test, url=url) as client:
        own_batch = await loop.run_in_executor(None, partial(find_own_batch, address, batch, client, credentials))
        async with Run(address, client, own_batch.tenant, rate=rate) as run:
            return await run.link_returns(own_batch.span)


def run_batch(  # noqa: PLR0913 - as `run_batch_async`
    batch: int,
    credentials: Credentials,
    *,
    test: bool = False,
    url: str | None = None,
    ledger: str | None = None,
    options: RunOptions | None = None,
    rate: float = RATE,
    handler: EventHandler | None = None,
    on_start: Callable[[Run], None] = lambda _: None,
) -> dict[str, int]:
    """Send what is approved of a batch and block until each refusal has its verdict or its time is over.

    Args:
        batch: as for `run_batch_async`, like all that follow
        credentials: those that it was planned with
        test: CDEK's test host
        url: another host
        ledger: a file or postgresql://…; None: the default one
        options: how long and how often cards are read, and how much is under way at once
        rate: requests a second to CDEK, shared by all who share the ledger
        handler: receives what happens
        on_start: receives the run, whose `stop()` ends it cleanly
    Returns:
        the number of rows by verdict
    Raises:
        RuntimeError: an event loop runs in this thread: await `run_batch_async` there
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(
            run_batch_async(
                batch,
                credentials,
                test=test,
                url=url,
                ledger=ledger,
                options=options,
                rate=rate,
                handler=handler,
                on_start=on_start,
            )
        )
    raise RuntimeError(str(_BLOCKS))


def find_batch(address: str, number: int, client: AsyncClient, credentials: Credentials) -> Batch:
    """Find a batch that may be run: approved, planned to its end, of this host and account.

    Raises:
        NotApprovedError: nobody has approved any of it
        InvalidArgument: there is none, or it may not be run for another reason
    """
    batch = find_own_batch(address, number, client, credentials)
    with closing(open_ledger(address)) as ledger:
        if is_held(ledger.count_by_state(batch)):
            raise NotApprovedError(number)
    return batch


def find_own_batch(address: str, number: int, client: AsyncClient, credentials: Credentials) -> Batch:
    """Find a batch of this host and account that is planned to its end.

    Raises:
        InvalidArgument: there is none
    """
    with closing(open_ledger(address)) as ledger:
        batch = find_planned(ledger, number)
        if batch.tenant != tenant_id(ledger, client, credentials):
            raise InvalidArgument(
                "batch",
                Message(
                    f"пакет {number} составлен для другого договора или контура: {batch.url}",
                    f"batch {number} was planned for another account or host: {batch.url}",
                ),
                Message(
                    "Возьмите те же учётные данные и тот же контур (--profile, --testapi, OINT_CDEK_URL)",
                    "Use the same credentials and the same host (--profile, --testapi, OINT_CDEK_URL)",
                ),
            )
        return batch


def is_held(counts: dict[str, int]) -> bool:
    """Tell whether a batch awaits its first approval: rows are held, and nothing was ever released or sent."""
    return counts.get(State.HELD, 0) > 0 and not any(counts.get(state, 0) for state in _RELEASED)


_RELEASED = (State.PLANNED, State.SENDING, State.ACCEPTED, State.UNKNOWN, State.CONFIRMED, State.REJECTED)


def find_planned(ledger: Ledger, number: int) -> Batch:
    """Find a batch whose file is all in the ledger.

    Raises:
        InvalidArgument: there is none, or it is not
    """
    batch = _find(ledger, number)
    if batch.total is None:
        raise InvalidArgument(
            "batch",
            Message(
                f"файл пакета {number} записан в реестр не до конца",
                f"the file of batch {number} is not all in the ledger yet",
            ),
            Message(
                "Повторите команду run или plan с тем же файлом и теми же опциями: она допишет остальное. Если файл "
                f"исправлен, отмените этот пакет: oint refusals cancel {number}",
                "Repeat the command run or plan with the same file and options: it writes the rest down. If the file was "
                f"corrected, cancel this batch: oint refusals cancel {number}",
            ),
        )
    return batch


def _find(ledger: Ledger, number: int) -> Batch:
    batch = ledger.get_batch(number)
    if batch is None:
        raise InvalidArgument(
            "batch",
            Message(f"в реестре нет пакета {number}", f"the ledger has no batch {number}"),
            Message("Список: oint refusals list", "For a list: oint refusals list"),
        )
    return batch


def ask_patiently(address: str, question: Callable[[Ledger], T]) -> T:
    """Ask a ledger something over a connection of its own, again and again while its database is away.

    Raises:
        LedgerUnavailable: it is away for a minute
        LedgerError: it cannot be used
    """
    until = time.monotonic() + LEDGER_PATIENCE_SECONDS
    while True:
        try:
            with closing(open_ledger(address)) as ledger:
                return question(ledger)
        except LedgerUnavailable:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


_BLOCKS = Message(
    "run_batch остановила бы цикл событий этого потока: напишите await run_batch_async",
    "run_batch would stop this thread's event loop: await run_batch_async",
)
