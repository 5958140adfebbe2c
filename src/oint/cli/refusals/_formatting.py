"""Batches and refusals as a person reads them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from oint.cli.refusals._batches import format_counts, format_ledger_option
from oint.cli.refusals._header import Header, header_fields, header_text, local_time
from oint.cli.refusals._outcomes import VERDICTS
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.input.headers import format_names
from oint.refusals.ledger.batch_events import BatchAction
from oint.refusals.ledger.rows import split_row_id
from oint.refusals.report.messages import ERROR_MESSAGES, TRANSITION_LABELS
from oint.refusals.report.rows import DUPLICATE, format_utc
from oint.refusals.states import State, Transition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oint.refusals.input.left_out import LeftOut, LeftOutRows, Reason
    from oint.refusals.ledger import Batch
    from oint.refusals.ledger.batch_events import BatchEvent
    from oint.refusals.ledger.queries import ActiveWorker, BatchStats, StoredRefusal, TransitionRecord
    from oint.refusals.report import ReportRow

_OPEN = (State.PLANNED, State.SENDING, State.ACCEPTED, State.UNKNOWN)


def choose_next_command(batch: Batch, sums: BatchStats, workers: Sequence[ActiveWorker], ledger: str | None) -> str:
    """Return the next command for a batch."""
    number = batch.id
    if batch.total is None:
        argv = ["run", shlex.quote(batch.name)]
    elif workers:
        argv = ["status", str(number)]
    elif count_open_rows(sums):
        argv = ["resume", str(number)]
    elif sums.counts.get(State.HELD):
        argv = ["approve", str(number)]
    elif sums.exhausted:
        argv = ["retry", str(number), "--unknown"]
    elif sums.counts.get(State.REJECTED):
        argv = ["report", str(number), "--failures"]
    else:
        argv = ["report", str(number)]
    return " ".join(("oint refusals", *argv)) + format_ledger_option(ledger)


def count_open_rows(stats: BatchStats) -> int:
    """Return the number of rows that `resume` continues."""
    return sum(stats.counts.get(state, 0) for state in _OPEN) - stats.exhausted


def format_left_out(left_out: LeftOut) -> Message:
    """Describe what a reading has left out, with the first row numbers of each reason."""
    parts = [_format_reason(LEFT_OUT_LABELS[reason], rows) for reason, rows in left_out]
    return _LEFT_OUT.format(Message("; ".join(part.ru for part in parts), "; ".join(part.en for part in parts)))


def _format_reason(label: Message, rows: LeftOutRows) -> Message:
    names = [format_names([name]) for name in rows.names] or map(str, rows.numbers)
    which = ", ".join(names) + (", …" if rows.count > len(rows.numbers) else "")
    return Message(f"{label.ru}: {rows.count} ({which})", f"{label.en}: {rows.count} ({which})")


LEFT_OUT_LABELS: dict[Reason, Message] = {
    "hidden_row": Message("скрытые строки", "hidden rows"),
    "hidden_sheet": Message("скрытые листы", "hidden sheets"),
    "repeated_header": Message("повторы заголовка", "repeated headers"),
    "after_table": Message("итоги и примечания под таблицей", "totals and notes below the table"),
    "note": Message("примечания над таблицей", "notes above the table"),
}


def format_batch_state(batch: Batch, sums: BatchStats, events: Sequence[BatchEvent]) -> str:
    """Derive the state of a batch from its rows and from what people did: planning, held, open, cancelled or done."""
    if batch.total is None:
        return "planning"
    if count_open_rows(sums):
        return "open"
    if sums.counts.get(State.HELD):
        return "held"
    is_cancelled = sums.counts.get(State.WITHDRAWN) and any(event.action == BatchAction.CANCEL for event in events)
    return "cancelled" if is_cancelled else "done"


BATCH_STATES = {
    "planning": Message("записывается", "being planned"),
    "held": Message("ждёт подтверждения", "held"),
    "open": Message("в работе", "open"),
    "cancelled": Message("отменён", "cancelled"),
    "done": Message("закончен", "done"),
}


def format_status(  # noqa: PLR0917 - what a status is made of
    batch: Batch,
    stats: BatchStats,
    workers: Sequence[ActiveWorker],
    now: float,
    command: str,
    events: Sequence[BatchEvent],
) -> str:
    """Describe how far a batch is."""
    lines: list[object] = [
        header_text(Header.of_batch(batch, events)),
        _STATE.format(state=BATCH_STATES[format_batch_state(batch, stats, events)], age=_age(now - batch.planned_at)),
        _counts(stats),
    ]
    if batch.total is None:
        lines.append(_UNPLANNED)
    if stats.recent_verdicts:
        lines.append(_RATE.format(f"{stats.rate:.1f}"))
    lines += [_HAND.format(worker=sanitize_line(hand.worker), rows=hand.rows) for hand in workers]
    return "\n".join(str(text) for text in (*lines, _NEXT.format(command=command)))


def build_status_fields(  # noqa: PLR0917 - as above
    batch: Batch,
    sums: BatchStats,
    workers: Sequence[ActiveWorker],
    now: float,
    command: str,
    events: Sequence[BatchEvent],
) -> dict[str, Any]:
    """Describe how far a batch is, for --json."""
    header = header_fields(Header.of_batch(batch, events))
    return {
        "batch": batch.id,
        "state": format_batch_state(batch, sums, events),
        "name": batch.name,
        **{name: value for name, value in header.items() if name not in {"batch", "file", "planned_at"}},
        "kind": batch.kind,
        "planned_at": format_utc(batch.planned_at),
        "age": round(now - batch.planned_at),
        "total": batch.total,
        "counts": sums.counts,
        "duplicates": sums.duplicates,
        "invalid": sums.invalid,
        "exhausted": sums.exhausted,
        "held_back": sums.held_back,
        "rate": round(sums.rate, 2),
        "changed_at": format_utc(sums.changed_at),
        "workers": [{"worker": hand.worker, "rows": hand.rows} for hand in workers],
        "events": [
            {
                "at": format_utc(event.at),
                "actor": event.actor,
                "action": event.action,
                "rows": event.rows,
                "detail": event.detail,
            }
            for event in events
        ],
        "next_command": command,
    }


def _counts(stats: BatchStats) -> Message:
    verdicts = format_counts(stats.counts)
    extra = [
        text.format(count)
        for text, count in (
            (_DUPLICATES, stats.duplicates),
            (_INVALID, stats.invalid),
            (_EXHAUSTED, stats.exhausted),
            (_HELD_BACK, stats.held_back),
        )
        if count
    ]
    return Message(
        "; ".join((verdicts.ru, *(one.ru for one in extra))), "; ".join((verdicts.en, *(one.en for one in extra)))
    )


def build_batch_cells(batch: Batch, sums: BatchStats, events: Sequence[BatchEvent]) -> tuple[str, ...]:
    """Write a batch as a line of a list; times are local."""
    header = Header.of_batch(batch, events)
    approved = header.approved_by[0] if header.approved_by else "-"
    return (
        str(batch.id), local_time(batch.planned_at), sanitize_line(batch.name), str(BATCH_STATES[format_batch_state(batch, sums, events)]),
        sanitize_line(f"{header.account}, {header.host}"), sanitize_line(f"{header.planned_by[0] if header.planned_by else '-'} / {approved}"),
        str(_counts(sums)),
    )  # fmt: skip


MAX_ORDERS = 20
"""Orders of one reason that a report names on the terminal."""

MAX_RANGES = 100
"""Runs of rows that a command names; more of them are named by what they have in common."""


class _Reason:
    """Rows that somebody must look at for equal reasons."""

    def __init__(self) -> None:
        self.count = 0
        self.shown: list[ReportRow] = []
        self._ranges: list[list[int]] = []

    def add(self, line: ReportRow) -> None:
        """Count a row; only as many are kept as are shown."""
        self.count += 1
        if len(self.shown) < MAX_ORDERS:
            self.shown.append(line)
        if self._ranges and self._ranges[-1][1] == line.row - 1:
            self._ranges[-1][1] = line.row
        elif len(self._ranges) <= MAX_RANGES:
            self._ranges.append([line.row, line.row])

    def next_step(self) -> str:
        """Write the next step; the command that names the first row names them all."""
        first = self.shown[0]
        if first.code == DUPLICATE:  # the command names the row that they are duplicates of
            return first.next_step
        return _ROW_OPTION.sub(rf"\1{self._choice(first)}", first.next_step)

    def _choice(self, first: ReportRow) -> str:
        if len(self._ranges) <= MAX_RANGES:
            return "--row " + ",".join(str(row) if row == last else f"{row}-{last}" for row, last in self._ranges)
        if first.verdict in {State.REJECTED, State.ADVISED} and first.code is not None:
            return f"--code {first.code}"
        return "--unknown"


_ROW_OPTION = re.compile(r"(oint refusals retry \d+ )--row \d+")


def group_failures(lines: Iterable[ReportRow]) -> Iterator[str]:
    """Group the lines that somebody must look at: by next step, then equal reasons counted, orders as the user named them.

    Args:
        lines: see `oint.refusals.report.rows`
    """
    steps: dict[str, dict[str, _Reason]] = {}
    for line in lines:
        steps.setdefault(line.step, {}).setdefault(_reason(line, hide_names=True), _Reason()).add(line)
    for reasons in steps.values():
        for text, reason in reasons.items():
            limit = reason.shown
            yield f"\n{_GROUP.format(count=reason.count)} · {text if reason.count > 1 else _reason(limit[0])}"
            for line in limit:
                verdict = VERDICTS[State(line.verdict)][1]
                yield str(_ROW.format(row=line.row, name=sanitize_line(line.order or "-"), verdict=verdict))
            if reason.count > len(limit):
                yield str(_MORE.format(reason.count - len(limit)))
            yield f"    {sanitize_line(reason.next_step())}"


def _reason(line: ReportRow, *, hide_names: bool = False) -> str:
    """Write why somebody must look at a row; without the names of its order, equal reasons of several rows are equal."""
    text = line.text
    if hide_names and line.verdict == State.REJECTED:
        names = {line.order, line.uuid, line.cdek_number, line.im_number}
        for name in sorted(filter(None, names), key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    code = f" [{line.code}]" if line.code and line.code not in line.text else ""
    return sanitize_line(f"{text}{code}")


def format_history(line: ReportRow, stored: StoredRefusal, batch: Batch, events: Sequence[TransitionRecord]) -> str:
    """Format a refusal with all its steps."""
    head = _STORY.format(batch=batch.id, name=batch.name, row=line.row, attempt=split_row_id(stored.id)[2] + 1)
    transitions = [f"{format_utc(event.at)}  {format_transition(event)}" for event in events]
    planned = f"{line.planned_at}  {_PLANNED}"
    verdict = (f"{VERDICTS[State(line.verdict)][1]}. {line.text}", line.next_step)
    return "\n    ".join(sanitize_line(str(text)) for text in (head, planned, *transitions, *verdict))


def build_history_fields(
    line: ReportRow, stored: StoredRefusal, batch: Batch, events: Sequence[TransitionRecord]
) -> dict[str, Any]:
    """Return a refusal with all its steps as fields for --json."""
    fields = {name: getattr(line, name) for name in line.__struct_fields__}
    transitions = [
        {
            "at": format_utc(event.at),
            "from": event.state_from,
            "transition": event.transition,
            "to": event.state_to,
            "detail": event.detail,
            "words": sanitize_line(format_transition(event)),
        }
        for event in events
    ]
    return {
        "batch": batch.id,
        "name": batch.name,
        "attempt": split_row_id(stored.id)[2] + 1,
        **fields,
        "events": transitions,
    }


def format_transition(event: TransitionRecord) -> str:
    label = TRANSITION_LABELS[Transition(event.transition)] if event.transition in _TRANSITIONS else _CHANGE
    text = str(label)
    detail = event.detail and str(ERROR_MESSAGES.get(event.detail, event.detail))
    return f"{text} [{event.state_from} → {event.state_to}]" + (f": {detail}" if detail else "")


def _age(seconds: float) -> Message:
    for unit, ru, en in ((86400, "дн", "d"), (3600, "ч", "h"), (60, "мин", "min")):
        if seconds >= unit:
            return Message(f"{seconds / unit:.0f} {ru}", f"{seconds / unit:.0f} {en}")
    return Message(f"{max(0, seconds):.0f} с", f"{max(0, seconds):.0f} s")


_LEFT_OUT = Message("Пропущено: {0.ru}", "Left out: {0.en}")
_STATE = Message("Состояние: {state}, возраст {age}", "State: {state}, age {age}")
_UNPLANNED = Message(
    "Файл записан в реестр не полностью: повторите ту же команду с тем же файлом и теми же опциями",
    "Planning of the file was interrupted: repeat the same command with the same file and options",
)
_RATE = Message("Решений в секунду за последнюю минуту: {}", "Verdicts a second over the last minute: {}")
_HAND = Message("Работает {worker}, строк: {rows}", "{worker} is working on rows: {rows}")
_NEXT = Message("Дальше: {command}", "Next: {command}")
_DUPLICATES = Message("из них дублей: {}", "duplicates among them: {}")
_INVALID = Message("строк с ошибками: {}", "invalid rows: {}")
_HELD_BACK = Message("задержано: {}", "held back: {}")
_EXHAUSTED = Message("больше не отправляются: {}", "no longer sent: {}")
_ROW = Message("  строка {row} · {name}: {verdict}", "  row {row} · {name}: {verdict}")
_GROUP = Message("Строк: {count}", "Rows: {count}")
_MORE = Message("  … и ещё {}", "  … and {} more")
_STORY = Message(
    "Пакет {batch} ({name}), строка {row}, попытка {attempt}", "Batch {batch} ({name}), row {row}, attempt {attempt}"
)
_PLANNED = Message("запланирован", "planned")
_CHANGE = Message("изменение", "a change")
_TRANSITIONS = frozenset(Transition)
