"""Keeping secrets out of what an agent gets: the values of variables, tokens and passwords, whole or cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.redaction import HIDDEN, redact, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN = "access_token"  # noqa: S105 - the name of CDEK's field
TELLING = 8
"""Characters of a secret's beginning that a text may not hold: errors show the beginning of what is too long."""


def hidden(value: Any) -> Any:
    """An answer of CDEK's without secrets; a number that is one becomes a text."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(name): HIDDEN if name == TOKEN else hidden(each) for name, each in value.items()}
    if isinstance(value, list):
        return [hidden(each) for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and redact(str(value)) != str(value):
        return redact(str(value))
    return value


def told(sentence: object, secrets: Iterable[str]) -> str:
    """A sentence of ours in one line, without these secrets and without their beginnings."""
    text = redact(str(sentence))
    for secret in sorted(secrets, key=len, reverse=True):
        bare = secret.strip()  # as our errors show it
        for form in dict.fromkeys((secret, repr(secret)[1:-1], bare, repr(bare)[1:-1])):
            text = _without_beginnings(text, form)
    return sanitize_line(text)


def _without_beginnings(text: str, secret: str) -> str:
    """The text without the secret as far as it goes, wherever enough of its beginning stands."""
    kept, at = "", 0
    beginning = secret[:TELLING]
    while len(beginning) == TELLING and (found := text.find(beginning, at)) >= 0:
        end = found
        while end < len(text) and end - found < len(secret) and text[end] == secret[end - found]:
            end += 1
        kept, at = f"{kept}{text[at:found]}{HIDDEN}", end
    return kept + text[at:]
