"""Batches and refusals as a person reads them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from oint.cli.batches import same_ledger, summary
from oint.cli.rows import VERDICTS
from oint.language import Text
from oint.redact import one_line
from oint.refusals.ledger.rows import parts
from oint.refusals.life import State
from oint.refusals.report.lines import iso
from oint.refusals.report.words import LETTERS, TROUBLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.reading import Event, Found, Hand, Tally
    from oint.refusals.report import Line

_OPEN = (State.PLANNED, State.SENDING, State.ACCEPTED, State.UNKNOWN)


def next_command(batch: Batch, sums: Tally, workers: Sequence[Hand], ledger: str | None) -> str:
    """What to type next."""
    number = batch.id
    if batch.total is None:
        words = ["run", shlex.quote(batch.name)]
    elif workers:
        words = ["status", str(number)]
    elif left_to_do(sums):
        words = ["resume", str(number)]
    elif sums.given_up:
        words = ["retry", str(number), "--unknown"]
    elif sums.counts.get(State.REJECTED):
        words = ["report", str(number), "--failures"]
    else:
        words = ["report", str(number)]
    return " ".join(("oint refusals", *words)) + same_ledger(ledger)


def left_to_do(sums: Tally) -> int:
    """Rows that `resume` goes on with."""
    return sum(sums.counts.get(state, 0) for state in _OPEN) - sums.given_up


def standing(batch: Batch, sums: Tally, workers: Sequence[Hand], now: float, command: str) -> str:
    """How far a batch is."""
    told = [
        _HEAD.format(
            number=batch.id, name=one_line(batch.name), at=iso(batch.planned_at), age=_age(now - batch.planned_at)
        ),
        _counts(sums),
    ]
    if batch.total is None:
        told.append(_UNPLANNED)
    if sums.lately:
        told.append(_RATE.format(f"{sums.rate:.1f}"))
    told += [_HAND.format(worker=one_line(hand.worker), rows=hand.rows) for hand in workers]
    return "\n".join(str(text) for text in (*told, _NEXT.format(command=command)))


def standing_fields(batch: Batch, sums: Tally, workers: Sequence[Hand], now: float, command: str) -> dict[str, Any]:
    """How far a batch is, for --json."""
    return {
        "batch": batch.id,
        "name": batch.name,
        "kind": batch.kind,
        "planned_at": iso(batch.planned_at),
        "age": round(now - batch.planned_at),
        "total": batch.total,
        "counts": sums.counts,
        "doubles": sums.doubles,
        "broken": sums.broken,
        "given_up": sums.given_up,
        "rate": round(sums.rate, 2),
        "changed_at": iso(sums.changed),
        "workers": [{"worker": hand.worker, "rows": hand.rows} for hand in workers],
        "next_command": command,
    }


def _counts(sums: Tally) -> Text:
    told = summary(sums.counts)
    extra = [
        text.format(count)
        for text, count in ((_DOUBLES, sums.doubles), (_BROKEN, sums.broken), (_GIVEN_UP, sums.given_up))
        if count
    ]
    return Text("; ".join((told.ru, *(one.ru for one in extra))), "; ".join((told.en, *(one.en for one in extra))))


def batch_line(batch: Batch, sums: Tally) -> tuple[str, ...]:
    """A batch as a line of a list."""
    return str(batch.id), iso(batch.planned_at) or "", one_line(batch.name), str(_counts(sums))


def failure(line: Line) -> str:
    """A line of a report that somebody must look at."""
    name = line.uuid or line.cdek_number or line.im_number or "-"
    verdict = VERDICTS[State(line.verdict)][1]
    head = _ROW.format(row=line.row, name=name, verdict=verdict)
    said = one_line(f"{head}. {line.sentence}")
    return f"{said}\n    {one_line(line.next_step)}"


def told_story(line: Line, found: Found, batch: Batch, events: Sequence[Event]) -> str:
    """A refusal with all its steps."""
    head = _STORY.format(batch=batch.id, name=batch.name, row=line.row, attempt=parts(found.id)[2] + 1)
    steps = [f"{iso(event.at)}  {_step(event)}" for event in events]
    planned = f"{line.planned_at}  {_PLANNED}"
    said = (f"{VERDICTS[State(line.verdict)][1]}. {line.sentence}", line.next_step)
    return "\n    ".join(one_line(str(text)) for text in (head, planned, *steps, *said))


def story_fields(line: Line, found: Found, batch: Batch, events: Sequence[Event]) -> dict[str, Any]:
    """A refusal with all its steps, for --json."""
    known = {name: getattr(line, name) for name in line.__struct_fields__}
    steps = [
        {
            "at": iso(event.at),
            "from": event.state_from,
            "letter": event.letter,
            "to": event.state_to,
            "detail": event.detail,
            "words": one_line(_step(event)),
        }
        for event in events
    ]
    return {"batch": batch.id, "name": batch.name, "attempt": parts(found.id)[2] + 1, **known, "events": steps}


def _step(event: Event) -> str:
    said = str(LETTERS.get(event.letter, _LOST))
    detail = event.detail and str(TROUBLES.get(event.detail, event.detail))
    return f"{said} [{event.state_from} → {event.state_to}]" + (f": {detail}" if detail else "")


def _age(seconds: float) -> Text:
    for unit, ru, en in ((86400, "дн", "d"), (3600, "ч", "h"), (60, "мин", "min")):
        if seconds >= unit:
            return Text(f"{seconds / unit:.0f} {ru}", f"{seconds / unit:.0f} {en}")
    return Text(f"{max(0, seconds):.0f} с", f"{max(0, seconds):.0f} s")


_HEAD = Text(
    "Пакет {number} ({name}), запланирован {at}, возраст {age}", "Batch {number} ({name}), planned {at}, age {age}"
)
_UNPLANNED = Text(
    "Файл записан в журнал не до конца: повторите ту же команду, с тем же файлом и теми же опциями",
    "The file is not all in the ledger yet: repeat the same command, with the same file and options",
)
_RATE = Text("Решений в секунду за последнюю минуту: {}", "Verdicts a second over the last minute: {}")
_HAND = Text("Работает {worker}, строк в руках: {rows}", "{worker} is working on {rows} rows")
_NEXT = Text("Дальше: {command}", "Next: {command}")
_DOUBLES = Text("из них дублей: {}", "duplicates among them: {}")
_BROKEN = Text("негодных строк: {}", "broken rows: {}")
_GIVEN_UP = Text("больше не отправляются: {}", "not sent any more: {}")
_ROW = Text("строка {row} · {name}: {verdict}", "row {row} · {name}: {verdict}")
_STORY = Text(
    "Пакет {batch} ({name}), строка {row}, попытка {attempt}", "Batch {batch} ({name}), row {row}, attempt {attempt}"
)
_PLANNED = Text("запланирован", "planned")
_LOST = Text("изменение", "a change")
