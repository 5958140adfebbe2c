"""One step of one row: what is asked or sent, what is kept of it, and when the row continues.

Before every sending the intent is on disk, after every answer its meaning; a request is sent only while this worker's
claim is known to live. What is learnt is told through `EventHandler`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oint.cdek._engine import ensure_token
from oint.cdek.api import orders
from oint.cdek.errors import (
    AuthenticationError,
    CdekError,
    InvalidArgument,
    InvalidResponse,
    RateLimited,
    RequestRejected,
)
from oint.logs import get_logger
from oint.refusals.batch.polling import PollingSchedule
from oint.refusals.batch.rate_limiter import RateLimiterClosed
from oint.refusals.batch.schedule import DueAt
from oint.refusals.card_facts import Names
from oint.refusals.gcra import pause_seconds
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.order_lookup import AmbiguousOrder, choose_card, split_names
from oint.refusals.state_machine import build_card_request, verify_identity
from oint.refusals.states import State

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from oint.cdek.api.orders import OrderResponse
    from oint.cdek.client import AsyncClient
    from oint.refusals.batch.events import EventHandler
    from oint.refusals.batch.ledger_writer import LedgerWriter
    from oint.refusals.batch.options import RunOptions
    from oint.refusals.batch.rate_limiter import RateLimiter
    from oint.refusals.circuit_breaker import CircuitBreaker
    from oint.refusals.ledger.rows import Row

_log = get_logger("refusals.batch")

_POLL_INTERVAL_SECONDS = 1.0
"""Seconds until another look whether the claim lives."""

MAX_CARD_AGE_SECONDS = 60.0
"""A card that was read longer ago, before CDEK was left alone, is read again before the sending: a choice."""

SAFE_LEASE_FRACTION = 0.6
"""Of the lease: how long after its last sign of life a worker may send; the rest is for the request itself."""


class RunContext(NamedTuple):
    """What the workers of a run share.

    Args:
        client: whose calls are never repeated by itself
        tenant: see `Ledger.get_or_create_tenant`
        fence: their claim
        scribe: writes with that claim
        gate: the rate limit
        breaker: leaves a dead CDEK alone
        options: see `RunOptions`
        handler: see `EventHandler`
        clock: seconds that never jump
        lease: seconds that the claim lives after its last sign of life
    """

    client: AsyncClient
    tenant: int
    fence: int
    writer: LedgerWriter
    rate_limiter: RateLimiter
    breaker: CircuitBreaker
    options: RunOptions
    handler: EventHandler
    clock: Callable[[], float]
    lease: float


class DamagedRowError(Exception):
    """A row of the ledger names no order that CDEK could be asked for."""

    def __init__(self, error: InvalidArgument) -> None:
        super().__init__(error)
        self.error = error


class RowProcessor:
    """Takes the rows of a worker one step further, many at once.

    Args:
        context: see `RunContext`
        alive_at: when the claim was last known to live
    """

    def __init__(self, context: RunContext, alive_at: float) -> None:
        (self._client, self._tenant, self._fence, self._writer, self._rate_limiter, self._breaker, self._options, self._handler,
         self._clock, self._lease) = context  # fmt: skip
        self._timing = PollingSchedule(self._options.polling, self._options.wait, self._client.context.rng)
        self.alive_at = alive_at
        self._closed = False
        self._withdrawn: set[int] = set()
        self._card_at: dict[int, float] = {}
        self.waiting: dict[int, Row] = {}
        """Rows whose intent is kept and that wait for their turn to be sent, by their ids."""
        self.failure: CdekError | None = None
        """Why no row can go on: the credentials are not taken."""
        self.last_error: CdekError | None = None
        """The last error that said nothing about the order itself."""

    async def process(self, row: Row) -> DueAt | None:
        """Take a row one step further.

        Returns:
            when it continues; None: this worker no longer holds it
        Raises:
            LedgerError: nothing can be kept
        """
        try:
            if row.state is not State.PLANNED:
                following = await self._follow(row)
            elif row.needs_card or self._is_old(row):
                following = await self._open(row)
            else:
                following = await self._send(row)
        except RateLimiterClosed:
            following = None  # it is as it was, for whoever comes next
        if following is None:
            self._timing.forget(row.id)
            self._card_at.pop(row.id, None)
        return following

    def _is_old(self, row: Row) -> bool:
        """Tell whether the card that was read before the sending may show another order by now."""
        return self._clock() - self._card_at.get(row.id, float("-inf")) > MAX_CARD_AGE_SECONDS

    def close(self) -> None:
        """Stop asking and sending; rows that wait for their turn stay unchanged."""
        self._closed = True
        self._rate_limiter.cancel_waiters(self)
        for row in self.waiting.values():
            self._rate_limiter.cancel_waiters(row)

    def withdraw(self, ids: AbstractSet[int]) -> None:
        """Send none of these rows: those that wait for their turn go back unsent."""
        for refusal in ids & self.waiting.keys():
            self._withdrawn.add(refusal)
            self._rate_limiter.cancel_waiters(self.waiting[refusal])

    async def advance(self, row: Row) -> DueAt | None:
        """Keep a change; return when it continues, None where it has come to its end or was taken over."""
        if not await self._save(row):
            return None
        return self.following(row)

    def following(self, row: Row) -> DueAt | None:
        """Return when a row that was read from the ledger is due."""
        if row.state in {State.ACCEPTED, State.UNKNOWN}:
            return DueAt(self._timing.follow(row.id, self._clock(), settle=self._settle_in(row)))
        self._timing.clear_settle_deadline(row.id)
        return DueAt() if row.case.may_be_sent else None

    def _settle_in(self, row: Row) -> float | None:
        """Return the seconds until a card without a trace counts; None: no answer of the row is lost."""
        if row.state is not State.UNKNOWN:
            return None
        return max(0.0, self._options.polling.settling_time(row.case.lost_by) - row.lost_age)

    # --- what is asked and sent ---

    async def _open(self, row: Row) -> DueAt | None:
        """Read the card before anything is sent."""
        try:
            answer = await self._card(row)
        except DamagedRowError as damage:
            row.case.give_up(damage.error)
        except AmbiguousOrder as two:
            row.case.on_ambiguous(two.by_im_number.order.cdek_number)
        except RequestRejected as error:
            row.case.not_found(error)
        except CdekError as error:
            return self._retry_later(row, error)
        else:
            uuid = answer.order.uuid or ""
            if row.key != f"u:{uuid}" and not await self._writer.execute(
                "resolve", lambda ledger: ledger.resolve_order(row, self._tenant, uuid, self._fence)
            ):
                self._handler.on_duplicate(row)
                return None
            row.case.on_card_read(answer)
        if row.state is State.PLANNED:
            self._card_at[row.id] = self._clock()
            return DueAt(self._clock())  # the card is kept with the intent that follows at once
        return await self.advance(row)

    async def _send(self, row: Row) -> DueAt | None:
        """Send one refusal: the intent, the request, what came of it."""
        if not self._alive:
            return DueAt(self._clock() + _POLL_INTERVAL_SECONDS)  # nothing was written: the next sign of life decides
        case, uuid = row.case, row.case.outcome.uuid or ""
        case.on_sending(self._client.context.wall_clock())
        row.lost_age = 0.0
        if not await self._save(row):
            return None
        try:
            await self._enter_to_send(row)
            self._guard()
            self._handler.on_checkpoint("before send")
            accepted = await self._client.call(orders.refuse(uuid))
        except RateLimiterClosed:
            case.on_not_sent()
        except CdekError as error:
            case.on_error(error)
            self._handler.on_checkpoint("after answer")
            await self._record_error(error)
        else:
            self._handler.on_checkpoint("after answer")
            self._record_response()
            case.on_accepted(accepted)
        return await self.advance(row)

    async def _follow(self, row: Row) -> DueAt | None:
        """Read the card of a refusal that is pending or lost."""
        settled = self._timing.is_settled(row.id, self._clock())
        before = row.state, row.case.outcome.return_number
        try:
            answer = await self._card(row)
        except DamagedRowError as damage:
            row.case.on_card_unreadable(damage.error, settled=False)
            await self._save(row)
            self._handler.on_timeout(row)
            return None
        except CdekError as error:
            row.case.on_card_unreadable(error, settled=settled)
            if row.state is before[0]:
                return self._retry_later(row, error)
        else:
            self._timing.record_read(row.id)
            row.case.on_card_polled(answer, settled=settled)
        if (row.state, row.case.outcome.return_number) != before:
            return await self.advance(row)
        if self._timing.timed_out(row.id, self._clock()):
            self._handler.on_timeout(row)
            return None
        return self.following(row)

    async def _card(self, row: Row) -> OrderResponse:
        """Read a row's card.

        Raises:
            DamagedRowError: the row names no order
            AmbiguousOrder: the row's digits fit two orders
            CdekError: it could not be read
        """
        uuid = row.case.outcome.uuid
        readings: list[OrderResponse | RequestRejected] = []
        for names in split_names(Names(uuid=uuid) if uuid else row.case.names):
            try:
                readings.append(await self._read_card(names))
            except RequestRejected as error:
                readings.append(error)
        return choose_card(readings)

    async def _read_card(self, names: Names) -> OrderResponse:
        """Read the card of one name.

        Raises:
            DamagedRowError: there is no name
            CdekError: it could not be read
        """
        try:
            request = build_card_request(*names)
        except InvalidArgument as error:
            raise DamagedRowError(error) from None
        try:
            await self._enter()
            answer = verify_identity(await self._client.call(request), *names)
        except CdekError as error:
            await self._record_error(error)
            raise
        self._record_response()
        return answer

    async def _enter(self, sending: Row | None = None) -> None:
        """Wait for a token, and then for a slot: those who wait for a token with their slots in hand would burst.

        Raises:
            RateLimiterClosed: nothing is sent any more, or not this row
        """
        await self._client.run(ensure_token(self._client.context))
        self._check_open(sending)
        await self._rate_limiter.acquire(self if sending is None else sending)
        self._check_open(sending)

    async def _enter_to_send(self, row: Row) -> None:
        """Wait for a row's turn to be sent; until then its batch may be cancelled.

        Raises:
            RateLimiterClosed: it is not sent
        """
        self.waiting[row.id] = row
        try:
            await self._enter(row)
        finally:
            del self.waiting[row.id]
            self._withdrawn.discard(row.id)

    def _check_open(self, sending: Row | None) -> None:
        if self._closed or (sending is not None and sending.id in self._withdrawn):
            raise RateLimiterClosed

    @property
    def _alive(self) -> bool:
        """Return whether the claim cannot have expired."""
        return self._clock() - self.alive_at <= self._lease * SAFE_LEASE_FRACTION

    def _guard(self) -> None:
        """Whoever may have been considered dead sends nothing.

        Raises:
            RateLimiterClosed: it may have been
        """
        if not self._alive:
            raise RateLimiterClosed

    # --- what follows from it ---

    async def _save(self, row: Row) -> bool:
        state = row.state_before
        is_ours = await self._writer.save(row)
        if is_ours:
            self._handler.on_transition(row, state)
        else:
            _log.warning("batch %d, row %d: taken over by another worker", *split_row_id(row.id)[:2])
            self._handler.on_lease_lost(row)
        return is_ours

    def _retry_later(self, row: Row, error: CdekError) -> DueAt | None:
        """Retry a failed reading later, unless other readings succeed and this one does not.

        A row that was not sent yet has no time of its own: only an answer that cannot be its card, again and again,
        is a reason to leave it.
        """
        if isinstance(error, AuthenticationError):
            return None
        now = self._clock()
        hopeless = self._timing.retries_exhausted(row.id) and not self._breaker.is_half_open
        if row.state is State.PLANNED:
            hopeless = hopeless and isinstance(error, InvalidResponse)
        if hopeless and self._timing.timed_out(row.id, now):
            self._handler.on_timeout(row)
            return None
        return DueAt(self._timing.record_failed_read(row.id, now))

    def _record_response(self) -> None:
        """Record that CDEK responded."""
        if self._breaker.is_half_open:
            _log.info("CDEK responds again")
        self._breaker.record_success()

    async def _record_error(self, error: CdekError) -> None:
        """Record what an error says about the connection to CDEK."""
        if isinstance(error, RateLimited):
            seconds = pause_seconds(error.retry_after)
            await self._rate_limiter.pause(seconds)
            _log.warning("CDEK asked for fewer requests: nothing is sent for %.1f s", seconds)
            self._handler.on_rate_limited(seconds)
        elif isinstance(error, AuthenticationError):
            _log.error("CDEK did not accept the credentials: %s", error.code)
            self.failure = error
        elif isinstance(error, RequestRejected):
            self._record_response()
        else:
            self.last_error = error
            if self._breaker.down_since is None:
                _log.info("a request to CDEK failed: %s", error.code)
                self._handler.on_request_failed(error)
            pause = self._breaker.record_failure(self._clock())
            if pause is not None:
                _log.warning("CDEK does not respond (%s): nothing is sent for %.1f s", error.code, pause)
                self._handler.on_circuit_open(pause, error)
