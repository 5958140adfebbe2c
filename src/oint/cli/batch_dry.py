"""`oint refusals run --dry-run`: each row's fate and what a run would cost."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.language import Text
from oint.refusals.batch.api import client_for
from oint.refusals.batch.forecast import cost, forecast
from oint.refusals.batch.planning import place_of
from oint.refusals.batch.run import Run
from oint.refusals.ledger import open_ledger

if TYPE_CHECKING:
    from oint.credentials import Found
    from oint.refusals.batch import Manner
    from oint.refusals.batch.forecast import Fate
    from oint.refusals.sources import Source

_WORDS = {
    "refuse": Text("отказаться", "refuse"),
    "delete": Text("удалить бесплатно (отказ оплачивается)", "delete, which is free (a refusal is billed)"),
    "client_return": Text("оформить клиентский возврат", "order a client return"),
    "nothing": Text("ничего не нужно", "nothing to do"),
    "unclear": Text("неясно: СДЭК не показал статуса", "unclear: CDEK showed no status"),
    "follow": Text("отказ уже есть: проследить", "a refusal stands already: follow it"),
    "not_found": Text("СДЭК не знает такого заказа", "CDEK knows no such order"),
    "unread": Text("СДЭК не ответил", "CDEK did not answer"),
    "bad_row": Text("строка с ошибкой", "broken row"),
    "double": Text("повтор", "double"),
}


def dry(source: Source, found: Found, address: str, manner: Manner, *, rate: float, as_json: bool) -> int:
    """Show what a run would do; nothing is sent.

    Returns:
        exit code: 0, or 6 where a row would not be refused
    """
    fates = asyncio.run(_fates(source, found, address, manner, rate, quiet=as_json))
    counts = Counter(fate.what for fate in fates)
    price = cost(counts, even_if_billed=manner.even_if_billed, rate=rate)
    if as_json:
        rows = [fate._asdict() for fate in fates]
        output.say(
            output.pretty({"rows": rows, "counts": counts, "requests": price.requests, "seconds": round(price.seconds)})
        )
    else:
        output.say("; ".join(f"{_WORDS[what]}: {count}" for what, count in counts.items()))
        output.say(_COST.format(requests=price.requests, minutes=f"{price.seconds / 60:.1f}"))
    return codes.DONE if set(counts) <= {"refuse", "follow", "nothing", "double"} else codes.BAD_ROWS


async def _fates(source: Source, found: Found, address: str, manner: Manner, rate: float, *, quiet: bool) -> list[Fate]:
    """All fates; each is told as soon as it is known, unless they are to come as one JSON object."""
    fates = []
    async with client_for(found.credentials, test=found.test) as client:
        with closing(open_ledger(address)) as ledger:
            place = place_of(ledger, client, found.credentials)
        async with Run(address, client, place, rate=rate) as run:
            async for fate in forecast(source.rows(), client, run.enter, even_if_billed=manner.even_if_billed):
                fates.append(fate)
                if not quiet:
                    output.say(_line(fate))
    return fates


def _line(fate: Fate) -> str:
    about = ", ".join(filter(None, (fate.status, fate.code)))
    return f"{fate.number}\t{fate.order}\t{_WORDS[fate.what]}" + (f" ({about})" if about else "")


_COST = Text("Запросов: {requests}, минут: {minutes}", "Requests: {requests}, minutes: {minutes}")
