"""A preview for a person on a terminal: totals in words, then tables that fit it, rows that need attention first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cli.refusals._preview_actions import ACTIONS, describe_finding
from oint.cli.refusals._preview_columns import GAP, Column, Table
from oint.cli.refusals._preview_facts import (
    DAY_RANGES,
    Storage,
    find_local_time,
    find_storage_end,
)
from oint.cli.refusals._preview_totals import MAX_BATCHES, UNKNOWN_DAYS, PreviewTotals
from oint.cli.text_width import wrap_text
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.card_facts import Phase
from oint.refusals.order_statuses import describe_status
from oint.refusals.preview import DUPLICATE, PreviewRow

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

    from oint.cli.refusals._preview_totals import RowGroup
    from oint.refusals.preview import Cost

MIN_WIDTH = 40
"""Columns: a narrower terminal gets lines of this width."""

MAX_WIDTH = 160
"""Columns: wider lines are hard to read."""

MINUTE_SECONDS = 60


def format_preview(
    rows: Iterable[PreviewRow],
    actions: Counter[str],
    statuses: Counter[tuple[str | None, str | None]],
    *,
    now: float,
    width: int,
    all_rows_command: str,
    cost: Cost | None = None,
) -> Iterator[str]:
    """Format a preview as lines: `format_totals`, then `format_tables`; the rows are walked once.

    Args:
        rows: see `PreviewRow`
        actions: how many rows have which action
        statuses: how many have which status and reason, by CDEK's codes
        now: Unix time
        width: of the terminal, in columns
        all_rows_command: shows what is left out here
        cost: of a run, where it is known
    """
    totals = PreviewTotals.of(rows, now)
    yield from format_totals(totals, actions, statuses, width=width, cost=cost)
    yield from format_tables(totals, now=now, width=width, all_rows_command=all_rows_command)


def format_totals(
    totals: PreviewTotals,
    actions: Counter[str],
    statuses: Counter[tuple[str | None, str | None]],
    *,
    width: int,
    cost: Cost | None = None,
) -> Iterator[str]:
    """Format how many rows there are of each kind; for the arguments see `format_preview`."""
    width = _limit_width(width)
    rank = {action: index for index, action in enumerate(ACTIONS)}
    counts = [(str(ACTIONS[action]), actions[action]) for action in sorted(actions, key=lambda one: rank[one])]
    yield str(_ROWS.format(actions.total()))
    yield from _format_counts(counts, width)
    names = [(str(describe_status(*each)), count) for each, count in statuses.most_common() if each[0] is not None]
    if names:
        yield str(_STATUSES)
        yield from _format_counts(names, width)
    for line in (*_describe_office(totals), *_describe_rest(totals)):
        yield from wrap_text(str(line), width, rest=GAP)
    if cost is not None:
        yield str(_COST.format(requests=cost.requests, time=_describe_minutes(cost.seconds)))


def format_tables(totals: PreviewTotals, *, now: float, width: int, all_rows_command: str) -> Iterator[str]:
    """Format the first rows of each group as tables; for the arguments see `format_preview`."""
    width = _limit_width(width)
    others = totals.list_groups(stopped=False)
    for title, columns, groups in (
        (_STOPPED, _SEEN_COLUMNS, totals.list_groups(stopped=True)),
        (_FINE, _FINE_COLUMNS, [group for group in others if group.action != DUPLICATE]),
        (_DUPLICATE_ROWS, _SEEN_COLUMNS, [group for group in others if group.action == DUPLICATE]),
    ):
        if not groups:
            continue
        table = Table(columns, [row for group in groups for row in group.first_rows], now, width)
        yield ""
        yield str(title)
        yield table.header
        for group in groups:
            yield from _format_group(group, table, width, all_rows_command)


def _limit_width(width: int) -> int:
    return min(max(width, MIN_WIDTH), MAX_WIDTH)


def _format_counts(counts: Sequence[tuple[str, int]], width: int) -> Iterator[str]:
    digits = max((len(str(count)) for _, count in counts), default=0)
    for name, count in counts:
        yield from wrap_text(
            sanitize_line(name), width, first=f"{GAP}{count:>{digits}}{GAP}", rest=" " * (digits + 2 * len(GAP))
        )


def _describe_office(totals: PreviewTotals) -> Iterator[Message]:
    """Describe how long the parcels to be refused have been at their offices, and their free storage."""
    count = totals.phases[Phase.AT_OFFICE]
    if not count:
        return
    names = {name: Message(name, name) for name in map(str, DAY_RANGES)} | {UNKNOWN_DAYS: _UNKNOWN}
    days = _join_counts((label, totals.days[name]) for name, label in names.items())
    yield _AT_OFFICE.format(count, days)
    yield _FREE_STORAGE.format(_join_counts((label, totals.storage[state]) for state, label in _STORAGE.items()))


def _describe_rest(totals: PreviewTotals) -> Iterator[Message]:
    """Describe the refusals of parcels that are still on their way, and the duplicates."""
    moving, courier = totals.phases[Phase.ON_THE_WAY], totals.phases[Phase.WITH_COURIER]
    if moving or courier:
        yield _MOVING.format(moving, courier)
    if totals.duplicates_here or totals.duplicates_elsewhere:
        names = ", ".join(map(str, totals.batches[:MAX_BATCHES])) + (", …" if len(totals.batches) > MAX_BATCHES else "")
        yield (_DUPLICATES_ELSEWHERE if names else _DUPLICATES).format(
            totals.duplicates_here, totals.duplicates_elsewhere, names
        )


def _join_counts(counts: Iterable[tuple[Message, int]]) -> Message:
    """Write counts above zero in one line."""
    rows = [(label, count) for label, count in counts if count]
    return Message(
        ", ".join(f"{label.ru}: {count}" for label, count in rows),
        ", ".join(f"{label.en}: {count}" for label, count in rows),
    )


def _describe_minutes(seconds: float) -> Message:
    """Write how long something takes, in minutes."""
    if seconds < MINUTE_SECONDS:
        return Message("меньше минуты", "under a minute")
    return Message(f"{seconds / MINUTE_SECONDS:.0f} мин", f"{seconds / MINUTE_SECONDS:.0f} min")


def _format_group(group: RowGroup, table: Table, width: int, all_rows_command: str) -> Iterator[str]:
    title = str(ACTIONS[group.action])
    if group.status is not None:
        title += f" · {describe_status(group.status, group.reason)}"
    yield from wrap_text(sanitize_line(f"{title[:1].upper()}{title[1:]}: {group.count}"), width, rest=GAP)
    if group.next_step:
        yield from wrap_text(group.next_step, width, first=f"{GAP}→ ", rest=GAP * 2)
    for row in group.first_rows:
        yield table.format_row(row)
    left = group.count - len(group.first_rows)
    if left:
        yield from wrap_text(str(_MORE.format(left, all_rows_command)), width, first=GAP, rest=GAP * 2)


def describe_row(row: PreviewRow) -> Message:
    """Describe what was seen of a row: what is special about it, its status, and since when it has it."""
    parts = [part for part in (describe_finding(row), row.status and describe_status(row.status, row.reason)) if part]
    since = find_local_time(row.status_at) if row.status else None
    if since is not None:
        parts.append(Message(f"с {since:%Y-%m-%d}", f"since {since:%Y-%m-%d}"))
    return Message("; ".join(part.ru for part in parts), "; ".join(part.en for part in parts))


def _read_since(row: PreviewRow, _: float) -> object:
    local = find_local_time(row.status_at)
    return local and f"{local:%Y-%m-%d}"


def _read_storage_end(row: PreviewRow, _: float) -> object:
    end = find_storage_end(row)
    return end and f"{end:%Y-%m-%d}"


_ROW = Column(Message("Строка", "Row"), lambda row, _: row.row, 9, 9, is_number=True)
_ORDER = Column(Message("Заказ", "Order"), lambda row, _: row.order or "-", 12, 36)
_SINCE = Column(Message("Статус с", "Since"), _read_since, 10, 10, 2)
_SEEN = Column(Message("Что видно", "What was seen"), lambda row, _: describe_row(row), 16, 120, 1)
_CDEK_NUMBER = Column(
    Message("Номер СДЭК", "CDEK number"),
    lambda row, _: None if row.cdek_number == row.order else row.cdek_number,
    14,
    14,
    4,
)
_SEEN_COLUMNS = (_ROW, _ORDER, _SEEN)
_FINE_COLUMNS = (
    _ROW,
    _ORDER,
    _SINCE,
    Column(Message("Дней", "Days"), PreviewRow.count_days_at_office, 6, 6, 1, is_number=True),
    Column(Message("Бесплатно до", "Free until"), _read_storage_end, 10, 12, 3),
    _CDEK_NUMBER,
)

_STORAGE = {
    Storage.ENDED: Message("закончилось", "ended"),
    Storage.ENDS_SOON: Message("закончится в ближайшие 3 дня", "ends within 3 days"),
    Storage.LATER: Message("закончится позже", "ends later"),
    Storage.UNKNOWN: Message("срок неизвестен", "end unknown"),
}
_UNKNOWN = Message("неизвестно", "unknown")
_ROWS = Message("Строк: {}", "Rows: {}")
_STATUSES = Message("Статусы заказов", "Order statuses")
_AT_OFFICE = Message(
    "Из отказов в пункте выдачи или постамате: {0} (дней там: {1.ru})",
    "Of the refusals at a pick-up point or locker: {0} (days there: {1.en})",
)
_FREE_STORAGE = Message("Бесплатное хранение: {0.ru}", "Free storage: {0.en}")
_MOVING = Message(
    "Из отказов ещё в пути: {}, у курьера: {}", "Of the refusals still on the way: {}, with a courier: {}"
)
_DUPLICATES = Message("Дублей в этом файле: {0}", "Duplicates in this file: {0}")
_DUPLICATES_ELSEWHERE = Message(
    "Дублей в этом файле: {0}, в других пакетах: {1} (пакет {2})",
    "Duplicates in this file: {0}, in other batches: {1} (batch {2})",
)
_COST = Message("Запросов: {requests}, времени: {time.ru}", "Requests: {requests}, time: {time.en}")
_STOPPED = Message("ТРЕБУЮТ ВНИМАНИЯ", "NEED ATTENTION")
_FINE = Message("ОСТАЛЬНЫЕ СТРОКИ", "OTHER ROWS")
_DUPLICATE_ROWS = Message("ДУБЛИ", "DUPLICATES")
_MORE = Message("… и ещё {}; все строки: {}", "… and {} more; all rows: {}")
