"""CDEK's date forms, all of them, as aware moments."""

from __future__ import annotations

from datetime import UTC, datetime

EPOCH = datetime.fromtimestamp(0, UTC)


def moment(text: str | None) -> datetime | None:
    """Read a date-time as CDEK writes it: `+0000`, `+03:00`, `Z`, with or without fractions.

    A text without a zone is taken as UTC. What is no date gives None: a read never breaks on it.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
