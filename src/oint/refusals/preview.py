"""What would be sent of a file or a batch, what not, and why: cards are read, nothing is sent.

The one object behind `oint refusals preview`, the question before a run, and Python.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from oint.cdek.errors import AuthenticationError, CdekError, InvalidArgument, RateLimited, RequestRejected
from oint.refusals.card_facts import (
    FOLLOW,
    NO_ORDERS,
    NOT_FOUND,
    REFUSE,
    Names,
    Phase,
    action_of,
    decide,
    phase_of,
    summarize,
    summarize_missing,
)
from oint.refusals.gcra import UTILIZATION, pause_seconds
from oint.refusals.ledger.rows import build_key
from oint.refusals.order_lookup import AmbiguousOrder, choose_card, split_names
from oint.refusals.outcome import DAMAGED, UNREAD
from oint.refusals.settings import RATE
from oint.refusals.state_machine import build_card_request, verify_identity
from oint.refusals.verdicts import AMBIGUOUS, DELETE

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Mapping

    from oint.cdek.api.orders import OrderResponse
    from oint.cdek.client import AsyncClient

    Enter = Callable[[], Awaitable[None]]
    Hold = Callable[[float], Awaitable[None]]
    FindOther = Callable[[str], Awaitable[tuple[int, int] | None]]

INVALID = "invalid"
DUPLICATE = "duplicate"
NOT_READ = "not_read"

_DAY_SECONDS = 24 * 3600
_SEEN_FORMS = (
    tuple[str, str, tuple[str | None, str | None, str | None], list[tuple[str, str]], bool],
    tuple[str],
)
"""What `summarize` and `summarize_missing` write."""

MAX_CARDS_AT_ONCE = 32
"""Cards that are read at once; far below CDEK's rate, whatever it answers in."""

PAUSES_SECONDS = (0.5, 1.0)
"""Between the tries to read a card that cannot be read."""

MAX_FAILURES = 10
"""Requests in a row that fail until no further card is asked for."""

MAX_AGE_SECONDS = 24 * 3600.0
"""Since the cards of a preview were read: an approval after that reads them anew."""


class Candidate(NamedTuple):
    """A row that a preview is asked for.

    Args:
        number: of the row in its source
        names: by which the row calls the order
        error: code of what is wrong with the row; None: it names an order
        id: of the row in the ledger; 0: it is not planned
        seen: what an earlier preview has seen of its order
        status, reason, status_at, keep_free_until, other_cdek_number: as that preview has seen them, see `PreviewRow`
        insist: the code of the advice that a person has overruled for this row
        earlier_orders: see `decide`
    """

    number: int
    names: Names
    error: str | None = None
    id: int = 0
    seen: str | None = None
    status: str | None = None
    insist: str | None = None
    reason: str | None = None
    status_at: float | None = None
    keep_free_until: str | None = None
    other_cdek_number: str | None = None
    earlier_orders: Mapping[str, str] = NO_ORDERS


class PreviewRow(msgspec.Struct, frozen=True):
    """What would become of one row.

    Args:
        row: its number in the source
        order: as the row names it
        action: refuse; follow (a refusal stands already); delete, client_return, claim, nothing, unclear, names_differ,
            is_return, number_reused, ambiguous (advice against it); not_found; unread (CDEK did not answer); not_read (cards are left out);
            invalid (the row names no order); duplicate
        status: of the order, where its card was read
        code: what is wrong with the row, or why its card was not read
        uuid, cdek_number, im_number: of the card
        duplicate_of: number of the row that has the same order, where one has
        other_batch: number of that row's batch, where it is another
        id: of the row in the ledger
        seen: what is compared with the card before the sending
        reason: code of the additional status
        is_read: its card was read now, not remembered from an earlier preview
        phase: where the parcel is, see `Phase`
        status_at: Unix time of the status
        keep_free_until: day or moment until which storage at the office is free, as the card has it (ISO 8601)
        other_cdek_number: of the other order, where the row's number names two
    """

    row: int
    order: str
    action: str
    status: str | None = None
    code: str | None = None
    uuid: str | None = None
    cdek_number: str | None = None
    im_number: str | None = None
    duplicate_of: int | None = None
    other_batch: int | None = None
    id: int = 0
    seen: str | None = None
    reason: str | None = None
    is_read: bool = False
    phase: str | None = None
    status_at: float | None = None
    keep_free_until: str | None = None
    other_cdek_number: str | None = None

    def count_days_at_office(self, now: float) -> int | None:
        """Return for how many full days the parcel has been at its office; None: it is not there, or nobody knows.

        Args:
            now: Unix time
        """
        phase = phase_of(self.status) if self.phase is None else self.phase
        if self.status_at is None or phase != Phase.AT_OFFICE:
            return None
        return max(0, int((now - self.status_at) // _DAY_SECONDS))


class Narrowing(NamedTuple):
    """Which rows of a preview are meant.

    Args:
        only_status: CDEK's status codes; empty: all
        min_days: days that the parcel has been at its office at least; None: any
    """

    only_status: frozenset[str] = frozenset()
    min_days: int | None = None

    @property
    def is_active(self) -> bool:
        """Return whether any row may be left out."""
        return bool(self.only_status) or self.min_days is not None

    def fits(self, row: PreviewRow, now: float) -> bool:
        """Return whether a row is meant; one whose status or days are unknown is not."""
        if self.only_status and row.status not in self.only_status:
            return False
        days = row.count_days_at_office(now)
        return self.min_days is None or (days is not None and days >= self.min_days)


ALL_ROWS = Narrowing()


class Cost(NamedTuple):
    """What a run costs: requests to CDEK, and seconds at the account's rate."""

    requests: int
    seconds: float


def estimate_cost(actions: Counter[str], *, rate: float = RATE) -> Cost:
    """Estimate a run in which CDEK decides before the first reading.

    Args:
        actions: how many rows have which action
        rate: requests a second
    """
    read = sum(count for action, count in actions.items() if action not in {INVALID, DUPLICATE})
    refused = actions[REFUSE] + actions[NOT_READ]
    requests = read + 2 * refused + actions[FOLLOW]
    return Cost(requests, requests / (rate * UTILIZATION))


async def preview(
    candidates: Iterable[Candidate],
    client: AsyncClient,
    enter: Enter,
    find_other: FindOther,
    *,
    insist: str | None = None,
    cards: bool = True,
    hold: Hold = asyncio.sleep,
    shared_keys: Collection[str] | None = None,
) -> AsyncGenerator[PreviewRow]:
    """Preview rows, in their order; a few cards are read at once, once one of them could be read.

    Args:
        candidates: see `Candidate`
        client: for CDEK
        enter: awaited before every request: the account's rate limit
        find_other: finds batch and row of the refusal that an order, known by its key, has in the ledger already
        insist: the code of the advice that is overruled for all rows
        cards: read them; otherwise a row is judged by its names alone
        hold: pauses all who share the rate limit for some seconds, when CDEK asks for it
        shared_keys: keys that more than one candidate has, see `build_key`: the others need not be remembered; None: it is
            not known
    Raises:
        AuthenticationError: CDEK does not take the credentials
    """
    reader = _Reader(client, enter, hold, insist)
    duplicates = _Duplicates(find_other, shared_keys)
    pending: list[tuple[Candidate, asyncio.Task[PreviewRow]]] = []
    at_once = 1  # until CDEK has let somebody in: otherwise each row would ask for a token, and be turned away
    try:
        for candidate in candidates:
            pending.append((candidate, asyncio.create_task(_one(candidate, reader, duplicates, cards=cards))))
            while pending and (pending[0][1].done() or len(pending) >= at_once):
                row = await duplicates.judge(await pending.pop(0)[1])
                yield row
                at_once = (
                    1 if at_once == 1 and row.action in {INVALID, DUPLICATE, UNREAD, NOT_READ} else MAX_CARDS_AT_ONCE
                )
        while pending:
            yield await duplicates.judge(await pending.pop(0)[1])
    finally:
        for _, task in pending:
            task.cancel()
        await asyncio.gather(*(task for _, task in pending), return_exceptions=True)


async def _one(candidate: Candidate, reader: _Reader, duplicates: _Duplicates, *, cards: bool) -> PreviewRow:
    row = PreviewRow(candidate.number, str(candidate.names), INVALID, code=candidate.error, id=candidate.id)
    if candidate.error is not None:
        return row
    first = duplicates.first(candidate)
    if first is not None:
        return msgspec.structs.replace(row, action=DUPLICATE, duplicate_of=first)
    if not cards or _is_current(candidate, reader.insist):
        return recall(candidate, insist=reader.insist)
    return await reader.read(candidate, row)


def recall(candidate: Candidate, *, insist: str | None) -> PreviewRow:
    """Return the preview of a row from what an earlier preview has seen; nothing is read.

    Args:
        candidate: see `Candidate`
        insist: the code of the advice that is overruled for all rows
    """
    row = PreviewRow(candidate.number, str(candidate.names), INVALID, code=candidate.error, id=candidate.id)
    if candidate.error is not None or build_key(*candidate.names) is None:
        return row
    try:
        build_card_request(*split_names(candidate.names)[0])
    except InvalidArgument:
        return msgspec.structs.replace(row, code=DAMAGED)
    if _is_current(candidate, insist):
        return _reuse_facts(row, candidate)
    return msgspec.structs.replace(row, action=NOT_READ, uuid=candidate.names.uuid)


def _is_current(candidate: Candidate, insist: str | None) -> bool:
    return candidate.seen is not None and _stands(candidate.seen, candidate.insist or insist)


def _stands(seen: str, insist: str | None) -> bool:
    """Return whether what was seen would be decided alike: the advice to delete depends on what is overruled now.

    What a damaged ledger has of it counts as not seen.
    """
    if not any(_has_form(seen, form) for form in _SEEN_FORMS):
        return False
    action, *facts = msgspec.json.decode(seen)
    if insist == DELETE:
        return bool(action != DELETE)
    return action != REFUSE or not facts or facts[0] != Phase.NOT_HANDED_OVER


def _has_form(seen: str, form: object) -> bool:
    try:
        msgspec.json.decode(seen, type=form)
    except msgspec.MsgspecError:
        return False
    return True


def _reuse_facts(row: PreviewRow, candidate: Candidate) -> PreviewRow:
    """Take a row as an earlier preview has seen it."""
    seen = candidate.seen or ""
    facts = msgspec.json.decode(seen)
    names = Names(*facts[2]) if len(facts) > 1 else Names()
    return msgspec.structs.replace(
        row,
        action=action_of(seen),
        status=candidate.status,
        reason=candidate.reason,
        phase=facts[1] if len(facts) > 1 else None,
        status_at=candidate.status_at,
        keep_free_until=candidate.keep_free_until,
        other_cdek_number=candidate.other_cdek_number,
        uuid=names.uuid,
        cdek_number=names.cdek_number,
        im_number=names.im_number,
        seen=seen,
    )


class _Reader:
    """Reads cards for a preview; a card that cannot be read is asked for again, while CDEK answers at all."""

    def __init__(self, client: AsyncClient, enter: Enter, hold: Hold, insist: str | None) -> None:
        self._client = client
        self._enter = enter
        self._hold = hold
        self.insist = insist
        self._failures = 0
        self._last: CdekError | None = None

    async def read(self, candidate: Candidate, row: PreviewRow) -> PreviewRow:
        """Read the card of a row and decide what is to be done."""
        readings: list[OrderResponse | RequestRejected] = []
        for names in split_names(candidate.names):
            try:
                reading = await self._read_card(names)
            except InvalidArgument:
                return msgspec.structs.replace(row, code=DAMAGED)
            if reading is None:
                return msgspec.structs.replace(row, action=UNREAD, code=self._last.code if self._last else None)
            readings.append(reading)
        try:
            return self._judge(choose_card(readings), candidate, row)
        except RequestRejected as error:
            return msgspec.structs.replace(
                row, action=NOT_FOUND, code=error.code, seen=summarize_missing(NOT_FOUND), is_read=True
            )
        except AmbiguousOrder as two:
            return msgspec.structs.replace(
                row,
                action=AMBIGUOUS,
                code=None,
                seen=summarize_missing(AMBIGUOUS),
                is_read=True,
                other_cdek_number=two.by_im_number.order.cdek_number,
            )

    async def _read_card(self, names: Names) -> OrderResponse | RequestRejected | None:
        """Read the card of one name; None: it cannot be read.

        Raises:
            InvalidArgument: there is no name
            AuthenticationError: CDEK does not take the credentials
        """
        request = build_card_request(*names)
        for pause in (*PAUSES_SECONDS, None):
            if self._failures >= MAX_FAILURES:
                break
            await self._enter()
            try:
                answer = verify_identity(await self._client.call(request), *names)
            except RequestRejected as error:
                self._failures = 0
                return error
            except (AuthenticationError, InvalidArgument):
                raise
            except CdekError as error:
                await self._wait_before_retry(error, pause)
            else:
                self._failures = 0
                return answer
        return None

    async def _wait_before_retry(self, error: CdekError, pause: float | None) -> None:
        """Take in that a card could not be read, and wait before the next try, if there is one."""
        self._last = error
        if isinstance(error, RateLimited):
            await self._hold(pause_seconds(error.retry_after))
            return
        self._failures += 1
        if pause is not None:
            await asyncio.sleep(pause)

    def _judge(self, answer: OrderResponse, candidate: Candidate, row: PreviewRow) -> PreviewRow:
        decision = decide(
            answer,
            candidate.names,
            insist=candidate.insist or self.insist,
            earlier_orders=candidate.earlier_orders,
        )
        card, status = answer.order, answer.order.status
        return msgspec.structs.replace(
            row,
            action=decision.action,
            status=status.code if status else None,
            reason=status.reason_code if status else None,
            phase=phase_of(status.code if status else None).value,
            status_at=status.at.timestamp() if status is not None and status.at is not None else None,
            keep_free_until=card.keep_free_until,
            other_cdek_number=decision.other_cdek_number,
            code=None,
            uuid=card.uuid,
            cdek_number=card.cdek_number,
            im_number=card.number,
            seen=summarize(answer, decision.action),
            is_read=True,
        )


class _Duplicates:
    """Finds rows whose order another row has already, here or in another batch."""

    def __init__(self, find_other: FindOther, shared_keys: Collection[str] | None) -> None:
        self._find_other = find_other
        self._shared_keys = shared_keys
        self._by_name: dict[str, int] = {}
        self._by_uuid: dict[str, int] = {}
        self._firsts: dict[int, PreviewRow] = {}
        self._numbers: set[int] = set()

    def first(self, candidate: Candidate) -> int | None:
        """Find the earlier row that names the order in the same way."""
        key = build_key(*candidate.names) or ""
        if self._shared_keys is not None and key not in self._shared_keys:
            return None
        self._numbers.add(candidate.number)
        first = self._by_name.setdefault(key, candidate.number)
        return None if first == candidate.number else first

    async def judge(self, row: PreviewRow) -> PreviewRow:
        """Find out, in the order of the rows, whether another row has the same order."""
        if row.action == DUPLICATE and row.duplicate_of is not None:
            first = self._firsts.get(row.duplicate_of)
            return row if first is None else _as_first(row, first)
        if row.uuid is None:
            return row
        if row.row in self._numbers:
            self._firsts[row.row] = row
        original = self._by_uuid.setdefault(row.uuid, row.row)
        if original != row.row:
            return msgspec.structs.replace(row, action=DUPLICATE, duplicate_of=original)
        other = await self._find_other(f"u:{row.uuid}")
        if other is None:
            return row
        batch, number = other
        return msgspec.structs.replace(row, action=DUPLICATE, duplicate_of=number, other_batch=batch)


def _as_first(row: PreviewRow, first: PreviewRow) -> PreviewRow:
    """Give a row whose card was not read the facts of the row that names the order in the same way."""
    return msgspec.structs.replace(
        first,
        row=row.row,
        order=row.order,
        action=row.action,
        id=row.id,
        duplicate_of=row.duplicate_of,
        other_batch=None,
    )
