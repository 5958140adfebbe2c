"""The queue of many machines: Procrastinate, in a PostgreSQL schema of its own beside the ledger's tables."""

from __future__ import annotations

import asyncio
import logging
from contextlib import closing, contextmanager, suppress
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self

from oint.i18n import Message
from oint.refusals.ledger.connection import LedgerError, LedgerUnavailable
from oint.refusals.ledger.postgres import DEFAULTS, STOPPED, PostgresDatabase, parse_url, safe_url

try:
    import procrastinate
    import psycopg
    from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
    from procrastinate.jobs import Job, Status
    from procrastinate.schema import SchemaManager
    from psycopg_pool import AsyncConnectionPool
except ImportError as _missing:
    raise LedgerError(
        Message("для работы на многих машинах нужен procrastinate", "many machines need procrastinate"),
        Message("Установите: pip install 'oint[postgres]'", "Install it: pip install 'oint[postgres]'"),
    ) from _missing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

_TASK = "oint.refusals.chunk"
_FIRST = 5
_LONGEST = 300
"""Seconds until a chunk with rows left is handed out again: twice as long each time, up to this."""

_LOOK = 1.0
"""Seconds between two looks for something to do."""

_AT_ONCE = 500
_PATIENCE = 10.0
"""Seconds to wait for a connection."""

logging.getLogger("procrastinate").addHandler(logging.NullHandler())  # it tells of losses that are told in our words


class ChunkUnfinished(Exception):
    """A chunk has rows to do yet: it is to be handed out again, after a while or at once."""

    def __init__(self, *, at_once: bool) -> None:
        super().__init__()
        self.at_once = at_once


class _RetryStrategy(procrastinate.BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        if not isinstance(exception, ChunkUnfinished):
            return None
        pause = 0 if exception.at_once else min(_LONGEST, _FIRST * 2 ** int(min(job.attempts, 10)))
        return procrastinate.RetryDecision(retry_in={"seconds": pause})


class _Connector(procrastinate.PsycopgConnector):
    """Procrastinate's way to PostgreSQL; `lost` is set once it was."""

    def __init__(self) -> None:
        super().__init__()
        self.lost = asyncio.Event()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except ConnectorException as error:
            if isinstance(error.__cause__, psycopg.OperationalError | psycopg.InterfaceError):
                self.lost.set()
            raise

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        with self._translate_errors():
            await super().execute_query_async(query, **arguments)

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        with self._translate_errors():
            found: dict[str, Any] = await super().execute_query_one_async(query, **arguments)
            return found

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        with self._translate_errors():
            found: list[dict[str, Any]] = await super().execute_query_all_async(query, **arguments)
            return found


class Queue:
    """The chunks of a tenant, as jobs; use it as an asynchronous context manager.

    Args:
        address: of the ledger
        tenant: see `Ledger.get_or_create_tenant`; a worker sees the chunks of its own tenant alone
        task: works on a chunk; raises `ChunkUnfinished` where rows remain open
    """

    def __init__(self, address: str, tenant: int, task: Callable[[int], Awaitable[None]]) -> None:
        self._address = address
        self._name = f"oint-refusals-{tenant}"
        self._connector = _Connector()
        self._app = procrastinate.App(connector=self._connector)
        self.lost = self._connector.lost

        @self._app.task(name=_TASK, retry=_RetryStrategy())
        async def work(chunk: int) -> None:
            await task(chunk)

    async def __aenter__(self) -> Self:
        options = parse_url(self._address)
        how = {key: value for key, value in DEFAULTS.items() if key not in options}
        own = f"-c search_path={_schema()} -c idle_in_transaction_session_timeout={STOPPED}"
        how["options"] = f"{options.get('options') or ''} {own}".strip()
        self._pool = AsyncConnectionPool(
            self._address,
            kwargs=how,
            min_size=1,
            max_size=4,
            timeout=_PATIENCE,
            open=False,
            check=AsyncConnectionPool.check_connection,
        )
        await self._pool.open()
        await self._app.open_async(self._pool)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    async def work(self, concurrency: int, lease: float) -> None:
        """Take chunks, so many at once, until cancelled; those in hand are then worked on to their end."""
        await self._app.run_worker_async(
            queues=[self._name],
            concurrency=concurrency,
            install_signal_handlers=False,
            listen_notify=False,
            fetch_job_polling_interval=_LOOK,
            delete_jobs="always",
            update_heartbeat_interval=lease / 3,
            stalled_worker_timeout=lease,
        )

    async def add(self, chunks: Iterable[int]) -> None:
        """Put chunks into the queue that are neither in it nor in a worker's hands."""
        jobs = await self._app.job_manager.list_jobs_async(queue=self._name)
        queued = {job.lock for job in jobs if job.status in {Status.TODO.value, Status.DOING.value}}
        new = [job for job in map(self._job, chunks) if job.lock not in queued]
        for start in range(0, len(new), _AT_ONCE):
            with suppress(AlreadyEnqueued):  # another worker was faster; what is missing yet is added in the next round
                await self._app.job_manager.batch_defer_jobs_async(new[start : start + _AT_ONCE])

    def _job(self, chunk: int) -> Job:
        lock = f"{self._name}-{chunk}"
        return Job(queue=self._name, lock=lock, queueing_lock=lock, task_name=_TASK, task_kwargs={"chunk": chunk})

    async def fail_stalled_jobs(self, lease: float) -> None:
        """Take out the chunks of workers that have given no sign of life for a lease."""
        stalled = await self._app.job_manager.get_stalled_jobs(queue=self._name, seconds_since_heartbeat=lease)
        for job in stalled:
            with suppress(ConnectorException):  # another worker was faster
                await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    def raise_for_results(self, ends: Sequence[Exception]) -> None:
        """Raise what the results of a session mean.

        Raises:
            LedgerUnavailable: PostgreSQL broke off
            LedgerError: it does not do what is asked of it
        """
        where = safe_url(parse_url(self._address))
        if self.lost.is_set():
            raise LedgerUnavailable(
                Message(f"реестр {where}: PostgreSQL недоступен", f"ledger {where}: PostgreSQL is away"),
                Message(
                    "Проверьте сервер; работа продолжится с того же места",
                    "Check the server; the work resumes where it stopped",
                ),
            )
        for end in ends:
            if not isinstance(end, ConnectorException):
                raise end
            state = getattr(end.__cause__, "sqlstate", None) or type(end.__cause__ or end).__name__
            raise LedgerError(
                Message(f"очередь {where}: ошибка PostgreSQL {state}", f"queue {where}: PostgreSQL error {state}"),
                Message(
                    f"Проверьте права пользователя базы на схему {_schema()}",
                    f"Check the database user's rights on the schema {_schema()}",
                ),
            )


def make_queue(address: str) -> None:
    """Make the tables of the queue where they are missing; two at once do not clash.

    Raises:
        LedgerError: the user may not make them, or PostgreSQL is away
    """
    with closing(PostgresDatabase(address)) as database, database.write_transaction() as cursor:
        cursor.fetch_all(database.dialect["alone"])
        if cursor.fetch_all("SELECT to_regnamespace(?) IS NULL", _schema())[0][0]:
            cursor.fetch_all(f"CREATE SCHEMA {_schema()}")
            cursor.fetch_all(f"SET LOCAL search_path TO {_schema()}")
            cursor.script(SchemaManager.get_schema())


@cache
def _schema() -> str:
    """Derive the schema's name from its tables: another version of Procrastinate makes its own and finds the chunks by itself."""
    return f"oint_queue_{sha256(SchemaManager.get_schema().encode()).hexdigest()[:8]}"
