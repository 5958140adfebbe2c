"""`oint refusals run --dry-run`: each row's fate, and the requests and time of a run."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any

from oint.cli import codes, output
from oint.language import Text
from oint.refusals.batch.api import client_for
from oint.refusals.batch.forecast import cost, forecast
from oint.refusals.batch.planning import place_of
from oint.refusals.batch.run import Run
from oint.refusals.ledger import open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.credentials import Found
    from oint.refusals.batch import Manner
    from oint.refusals.batch.forecast import Fate
    from oint.refusals.sources import Source

_WORDS = {
    "refuse": Text("зарегистрировать отказ", "refuse"),
    "delete": Text("удалить заказ (отказ оплачивается)", "delete the order (a refusal is billed)"),
    "client_return": Text("оформить клиентский возврат", "order a client return"),
    "nothing": Text("ничего не нужно", "nothing to do"),
    "unclear": Text("неясно: СДЭК не показал статуса", "unclear: CDEK showed no status"),
    "follow": Text("отказ уже есть: проследить", "a refusal stands already: follow it"),
    "not_found": Text("СДЭК не знает такого заказа", "CDEK knows no such order"),
    "unread": Text("СДЭК не ответил", "CDEK did not answer"),
    "bad_row": Text("строка с ошибкой", "broken row"),
    "double": Text("дубль", "duplicate"),
}


def dry(source: Source, found: Found, address: str, manner: Manner, *, rate: float, as_json: bool) -> int:
    """Show what a run would do; nothing is sent.

    Returns:
        exit code: 0; 6 where a row would not be refused; 5 where that is not known of all
    """
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []  # only for one JSON object they have to be held

    def tell(fate: Fate) -> None:
        counts[fate.what] += 1
        rows.append(fate._asdict()) if as_json else output.say(_line(fate))

    asyncio.run(_each(source, found, address, manner, rate=rate, tell=tell))
    price = cost(counts, even_if_billed=manner.even_if_billed, rate=rate)
    if as_json:
        output.say(
            output.pretty({"rows": rows, "counts": counts, "requests": price.requests, "seconds": round(price.seconds)})
        )
    else:
        output.say("; ".join(f"{_WORDS[what]}: {count}" for what, count in counts.items()))
        output.say(_COST.format(requests=price.requests, minutes=f"{price.seconds / 60:.1f}"))
    if counts["unread"]:
        return codes.UNKNOWN_OUTCOME
    return codes.DONE if set(counts) <= {"refuse", "follow", "nothing", "double"} else codes.BAD_ROWS


async def _each(
    source: Source, found: Found, address: str, manner: Manner, *, rate: float, tell: Callable[[Fate], None]
) -> None:
    """Tell each fate as soon as it is known."""
    async with client_for(found.credentials, test=found.test) as client:
        with closing(open_ledger(address)) as ledger:
            place = place_of(ledger, client, found.credentials)
        async with Run(address, client, place, rate=rate) as run:
            async for fate in forecast(source.rows(), client, run.enter, even_if_billed=manner.even_if_billed):
                tell(fate)


def _line(fate: Fate) -> str:
    about = ", ".join(filter(None, (fate.status, fate.code)))
    return f"{fate.number}\t{fate.order}\t{_WORDS[fate.what]}" + (f" ({about})" if about else "")


_COST = Text("Запросов: {requests}, минут: {minutes}", "Requests: {requests}, minutes: {minutes}")
