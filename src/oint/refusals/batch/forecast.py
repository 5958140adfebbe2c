"""What a run would do, row by row, without doing any of it: cards are read, nothing is sent, nothing is kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from oint.cdek.errors import AuthenticationFailed, CdekError, Rejected
from oint.refusals.case import Case, checked, reading
from oint.refusals.life import State
from oint.refusals.limit import RATE, SHARE
from oint.refusals.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from oint.cdek.async_client import AsyncClient
    from oint.refusals.sources import SourceRow

    Enter = Callable[[], Awaitable[None]]

AT_ONCE = 32
"""Cards that are read at once; far below CDEK's rate, whatever it answers in."""


class Fate(NamedTuple):
    """What would happen to a row of a source.

    Args:
        number: of the row
        order: as the row names it
        what: refuse; delete, client_return, nothing, unclear (advice against it); follow (a refusal stands already);
            not_found; unread (CDEK did not answer); bad_row; double
        status: of the order, where its card was read
        code: what is wrong with the row, or why its card was not read
    """

    number: int
    order: str
    what: str
    status: str | None = None
    code: str | None = None


class Cost(NamedTuple):
    """What a run would cost: requests to CDEK, and seconds at the account's rate."""

    requests: int
    seconds: float


def cost(fates: dict[str, int], *, even_if_billed: bool, rate: float = RATE) -> Cost:
    """The cost of a run in which CDEK decides before the first reading.

    Args:
        fates: how many rows would meet which fate
        even_if_billed: cards are not read before a sending
        rate: requests a second
    """
    refused, followed = fates.get("refuse", 0), fates.get("follow", 0)
    looked = 0 if even_if_billed else sum(fates.get(what, 0) for what in _LOOKED_AT)
    requests = 2 * refused + followed + looked
    return Cost(requests, requests / (rate * SHARE))


_LOOKED_AT = ("refuse", "delete", "client_return", "nothing", "unclear", "follow", "not_found", "unread")


_NOT_ASKED = ("bad_row", "double", "unread")


async def forecast(
    rows: Iterator[SourceRow], client: AsyncClient, enter: Enter, *, even_if_billed: bool
) -> AsyncIterator[Fate]:
    """The fate of every row, in the order of the source; a few cards are read at once, once one of them was shown.

    Args:
        rows: of a source
        client: for CDEK
        enter: awaited before every request: the account's rate limit
        even_if_billed: what a run would be told
    Raises:
        AuthenticationFailed: CDEK does not take the credentials, which is so for every row
    """
    seen: set[str] = set()
    coming: list[asyncio.Task[Fate]] = []
    at_once = 1  # until CDEK has let somebody in: else each row would ask for a token, and be turned away
    try:
        for row in rows:
            order = row.uuid or row.cdek_number or row.im_number or ""
            fate = _fate(row, order, client, enter, even_if_billed=even_if_billed, known=order in seen)
            coming.append(asyncio.create_task(fate))
            seen.add(order)
            while coming and (coming[0].done() or len(coming) >= at_once):
                told = await coming[0]
                del coming[0]
                yield told
                at_once = 1 if at_once == 1 and told.what in _NOT_ASKED else AT_ONCE
        while coming:
            told = await coming[0]
            del coming[0]
            yield told
    finally:
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)


async def _fate(
    row: SourceRow, order: str, client: AsyncClient, enter: Enter, *, even_if_billed: bool, known: bool
) -> Fate:
    if row.trouble is not None:
        return Fate(row.number, order, "bad_row", code=row.trouble.code)
    if known:
        return Fate(row.number, order, "double")
    await enter()
    try:
        names = row.uuid, row.cdek_number, row.im_number
        answer = checked(await client.call(reading(*names)), *names)
    except Rejected as error:
        return Fate(row.number, order, "not_found", code=error.code)
    except AuthenticationFailed:
        raise
    except CdekError as error:
        return Fate(row.number, order, "unread", code=error.code)
    case = Case(Outcome(order=order, state=State.PLANNED))
    case.opened(answer, even_if_billed=even_if_billed)
    what = "refuse" if case.state is State.PLANNED else "follow"
    if case.outcome.advice is not None:
        what = case.outcome.advice.code
    return Fate(row.number, order, what, status=case.outcome.status)
