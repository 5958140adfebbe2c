"""A preview as a table for CSV and workbooks, and as the fields of JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cli.refusals._preview_actions import ACTIONS, FINE, describe_finding, find_next_step
from oint.cli.refusals._preview_facts import (
    find_local_time,
    find_phase,
    find_storage_end,
)
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.order_statuses import describe_status
from oint.refusals.report.rows import format_utc

if TYPE_CHECKING:
    from oint.refusals.preview import PreviewRow

COLUMNS = {
    "row": Message("Строка", "Row"),
    "order": Message("Заказ", "Order"),
    "action_text": Message("Что будет", "What would be done"),
    "finding": Message("Что видно", "What was seen"),
    "status_text": Message("Статус заказа", "Order status"),
    "status_since": Message("Статус с", "Status since"),
    "days_at_office": Message("Дней в пункте выдачи", "Days at the office"),
    "free_until": Message("Бесплатное хранение до", "Free storage until"),
    "next_step": Message("Что делать", "Next step"),
    "cdek_number": Message("Номер СДЭК", "CDEK number"),
    "im_number": Message("Номер заказа в магазине", "Shop number"),
    "other_cdek_number": Message("Номер СДЭК другого заказа", "CDEK number of the other order"),
    "duplicate_of": Message("Дубль строки", "Duplicate of row"),
    "other_batch": Message("Другой пакет", "Other batch"),
    "uuid": Message("UUID заказа", "Order UUID"),
    "action": Message("Код действия", "Action code"),
    "status": Message("Код статуса", "Status code"),
    "reason": Message("Код причины", "Reason code"),
    "code": Message("Код", "Code"),
}
"""Titles of the table's columns, by the fields of `TableRow`."""


class TableRow(NamedTuple):
    """A row of a preview as a line of a table, its texts in the user's language and its times local."""

    row: int
    order: str
    action_text: str
    finding: str | None
    status_text: str | None
    status_since: datetime | None
    days_at_office: int | None
    free_until: date | str | None
    next_step: str | None
    cdek_number: str | None
    im_number: str | None
    other_cdek_number: str | None
    duplicate_of: int | None
    other_batch: int | None
    uuid: str | None
    action: str
    status: str | None
    reason: str | None
    code: str | None


def make_table_row(row: PreviewRow, now: float) -> TableRow:
    """Make a line of a table of a row.

    Args:
        row: see `PreviewRow`
        now: Unix time
    """
    return TableRow(
        row=row.row,
        order=row.order,
        action_text=str(ACTIONS[row.action]),
        finding=_write_line(describe_finding(row)),
        status_text=None if row.status is None else _write_line(describe_status(row.status, row.reason)),
        status_since=find_local_time(row.status_at),
        days_at_office=row.count_days_at_office(now),
        free_until=find_storage_end(row) or (row.keep_free_until and _clean(row.keep_free_until)),
        next_step=_write_line(find_next_step(row)),
        cdek_number=row.cdek_number,
        im_number=row.im_number,
        other_cdek_number=row.other_cdek_number,
        duplicate_of=row.duplicate_of,
        other_batch=row.other_batch,
        uuid=row.uuid,
        action=row.action,
        status=row.status,
        reason=row.reason,
        code=row.code,
    )


def needs_attention(row: TableRow) -> bool:
    """Return whether a person must look at a row."""
    return row.action not in FINE


def make_fields(row: PreviewRow, now: float) -> dict[str, Any]:
    """Make the JSON fields of a row; times are UTC.

    Args:
        row: see `PreviewRow`
        now: Unix time
    """
    phase = find_phase(row)
    return {
        "row": row.row,
        "order": row.order,
        "action": row.action,
        "status": row.status,
        "reason": row.reason,
        "code": row.code,
        "uuid": row.uuid,
        "cdek_number": row.cdek_number,
        "im_number": row.im_number,
        "duplicate_of": row.duplicate_of,
        "other_batch": row.other_batch,
        "other_cdek_number": row.other_cdek_number,
        "phase": None if phase is None else phase.value,
        "status_at": None if find_local_time(row.status_at) is None else format_utc(row.status_at),
        "days_at_office": row.count_days_at_office(now),
        "keep_free_until": _write_storage_end(row),
        "next_step": _write_line(find_next_step(row)),
    }


def _write_storage_end(row: PreviewRow) -> str | None:
    """Write the end of free storage: a moment in UTC, a day as it is, and what is neither as the card has it."""
    end = find_storage_end(row)
    if isinstance(end, datetime):
        return end.astimezone(UTC).isoformat(timespec="seconds")
    return row.keep_free_until or None if end is None else end.isoformat()


def _write_line(text: Message | None) -> str | None:
    return None if text is None else _clean(str(text))


def _clean(text: str) -> str:
    """Replace control characters; what is printable is left alone, a redaction of each cell takes longer than the rest."""
    return text if text.isprintable() else sanitize_line(text)
