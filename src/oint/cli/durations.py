"""Durations as people write them."""

from __future__ import annotations

from oint.cli.usage_error import UsageError
from oint.i18n import Message

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
MAX_SECONDS = 24 * 3600.0


def seconds(option: str, text: str, minimum: float = 0.0) -> float:
    """Parse a duration to seconds: 500ms, 60s, 2m, 1h or a plain number of seconds.

    Raises:
        UsageError: it is no duration, or not from `least` seconds to a day
    """
    number = text.strip().lower()
    unit = next((unit for unit in ("ms", "s", "m", "h") if number.endswith(unit)), "")
    digits = number.removesuffix(unit)
    integer_part, dot, part = digits.partition(".")
    if digits.isascii() and integer_part.isdigit() and (part.isdigit() or not dot):
        value = float(digits) * UNITS.get(unit, 1.0)
        if minimum <= value <= MAX_SECONDS:
            return value
    raise UsageError(
        Message(f"{option}: это не длительность", f"{option}: this is not a duration"),
        Message("Напишите 500ms, 60s, 2m или просто секунды", "Write 500ms, 60s, 2m, or plain seconds"),
    )
