"""The settings of one call, given as JSON by --config."""

from __future__ import annotations

from typing import Any, NamedTuple

from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.suggestions import did_you_mean

LONGEST = 3600.0
"""Seconds; OInt's own default, and more than CDEK ever takes."""

SETTINGS = {
    "timeout": Message(
        f"сколько секунд ждать ответа вместе с повторами (больше 0, не больше {LONGEST:.0f}); сейчас 30",
        f"seconds to wait for the answer, repetitions included (above 0, {LONGEST:.0f} at the most); 30 otherwise",
    ),
    "adv_response": Message(
        "true: показать код HTTP и заголовки: status, headers, body",
        "true: show the HTTP status and headers: status, headers, body",
    ),
}


class Settings(NamedTuple):
    """What --config can set. `timeout`: seconds, None for the client's own; `adv_response`: show status and headers."""

    timeout: float | None = None
    adv_response: bool = False


def read_settings(text: str | None) -> Settings:
    """Read the settings from the JSON of --config.

    Raises:
        UsageError: a setting that does not exist, or a value that does not fit
        InvalidArgument: it is no JSON
    """
    if text is None:
        return Settings()
    from oint.parsing.lenient_json import parse_json  # noqa: PLC0415 - few calls have settings

    settings = parse_json("--config", text)
    if not isinstance(settings, dict):
        raise _wrong(
            "--config", Message("Нужен объект JSON: {'timeout': 10}", "A JSON object is needed: {'timeout': 10}")
        )
    for name in settings:
        if name not in SETTINGS:
            names = ", ".join(SETTINGS)
            raise UsageError(
                Message(f"--config: нет настройки {name!r}", f"--config: there is no setting {name!r}"),
                did_you_mean(name, SETTINGS, Message(f"Есть настройки: {names}", f"The settings are: {names}")),
            )
    return Settings(_timeout(settings.get("timeout")), _flag(settings.get("adv_response", False)))


def _timeout(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= LONGEST:
        raise _wrong("timeout", SETTINGS["timeout"])
    return float(value)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _wrong("adv_response", Message("Напишите true или false", "Write true or false"))


def _wrong(name: str, next_step: Message) -> UsageError:
    return UsageError(
        Message(f"--config: значение не подходит: {name}", f"--config: the value does not fit: {name}"), next_step
    )
