"""Whose batch it is, at which host, from which file, and who planned and approved it: the same lines everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cdek._urls import resolve_base_url
from oint.i18n import Message
from oint.redaction import sanitize_line
from oint.refusals.ledger.batch_events import BatchAction, BatchEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.auth.credentials import ResolvedCredentials
    from oint.refusals.ledger import Batch


class Header(NamedTuple):
    """What identifies a batch to a person.

    Args:
        account: its label, never a secret
        host: base URL of CDEK's API
        file: name of the source
        batch: number, None where the file is not planned
        planned_by, approved_by, cancelled_by: the last who did it, and when (Unix time), where somebody has
    """

    account: str
    host: str
    file: str
    batch: int | None = None
    planned_by: tuple[str, float] | None = None
    approved_by: tuple[str, float] | None = None
    cancelled_by: tuple[str, float] | None = None

    @classmethod
    def of(
        cls,
        resolved: ResolvedCredentials,
        batch: Batch | None,
        name: str | None = None,
        events: Sequence[BatchEvent] = (),
    ) -> Header:
        """Make the header of what is previewed or run with these credentials."""
        if batch is not None:
            return cls.of_batch(batch, events)
        return cls(str(resolved.label), resolve_base_url(test=resolved.test), name or "-")

    @classmethod
    def of_batch(cls, batch: Batch, events: Sequence[BatchEvent] = ()) -> Header:
        """Make the header of a batch, as the ledger knows it."""
        last = {event.action: (event.actor or "?", event.at) for event in events}
        planned = (batch.planned_by or "?", batch.planned_at)
        return cls(
            batch.account or "?", batch.url, batch.name, batch.id, planned, last.get(BatchAction.APPROVE),
            last.get(BatchAction.CANCEL),
        )  # fmt: skip


def header_text(header: Header) -> str:
    """Write the header in one line for a person; times are local."""
    parts = [_HEAD.format(account=header.account, host=header.host, file=header.file)]
    if header.batch is not None:
        parts.insert(0, _BATCH.format(number=header.batch))
    acts = ((_PLANNED, header.planned_by), (_APPROVED, header.approved_by), (_CANCELLED, header.cancelled_by))
    parts += [text.format(actor=act[0], at=local_time(act[1])) for text, act in acts if act is not None]
    return sanitize_line(str(Message("; ".join(part.ru for part in parts), "; ".join(part.en for part in parts))))


def header_fields(header: Header) -> dict[str, Any]:
    """Write the header for --json; times are UTC."""
    fields: dict[str, Any] = {
        "batch": header.batch,
        "account": header.account,
        "host": header.host,
        "file": header.file,
    }
    for name in ("planned", "approved", "cancelled"):
        act = getattr(header, f"{name}_by")
        fields[f"{name}_by"] = act[0] if act else None
        fields[f"{name}_at"] = utc_time(act[1]) if act else None
    return fields


def local_time(moment: float) -> str:
    """Write a Unix time for a person, in the machine's time zone, to the minute."""
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def utc_time(moment: float) -> str:
    """Write a Unix time as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")


_BATCH = Message("Пакет {number}", "Batch {number}")
_HEAD = Message("договор {account}, {host}, файл {file}", "account {account}, {host}, file {file}")
_PLANNED = Message("запланировал {actor} {at}", "planned by {actor} {at}")
_APPROVED = Message("подтвердил {actor} {at}", "approved by {actor} {at}")
_CANCELLED = Message("отменил {actor} {at}", "cancelled by {actor} {at}")
