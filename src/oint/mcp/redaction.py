"""Redaction of what an agent gets: values of variables, tokens and passwords, whole or cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.redaction import HIDDEN, redact, sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterable

TOKEN_FIELD = "access_token"  # noqa: S105 - the name of a field of CDEK
MIN_PREFIX_LENGTH = 8
"""Characters of a prefix that is masked. Error messages cut long values, so a prefix of a secret can appear alone."""


def mask_secrets(value: Any) -> Any:
    """Return a response without secrets. A number that is a secret becomes a text."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(name): HIDDEN if name == TOKEN_FIELD else mask_secrets(each) for name, each in value.items()}
    if isinstance(value, list):
        return [mask_secrets(each) for each in value]
    if isinstance(value, int | float) and not isinstance(value, bool) and redact(str(value)) != str(value):
        return redact(str(value))
    return value


def mask_message(message: object, secrets: Iterable[str]) -> str:
    """Return a message in one line, without these secrets and without prefixes of them."""
    text = redact(str(message))
    for secret in sorted(secrets, key=len, reverse=True):
        bare = secret.strip()  # as error messages show it
        for form in dict.fromkeys((secret, repr(secret)[1:-1], bare, repr(bare)[1:-1])):
            text = _mask_prefixes(text, form)
    return sanitize_line(text)


def _mask_prefixes(text: str, secret: str) -> str:
    """Return the text with every long enough prefix of the secret masked."""
    masked, at = "", 0
    prefix = secret[:MIN_PREFIX_LENGTH]
    while len(prefix) == MIN_PREFIX_LENGTH and (start := text.find(prefix, at)) >= 0:
        end = start
        while end < len(text) and end - start < len(secret) and text[end] == secret[end - start]:
            end += 1
        masked, at = f"{masked}{text[at:start]}{HIDDEN}", end
    return masked + text[at:]
