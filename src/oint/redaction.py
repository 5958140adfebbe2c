"""Keeping secrets out of what is shown: those that are known, and whatever looks like a token."""

from __future__ import annotations

import os
import re

HIDDEN = "***"
MIN_SECRET_LENGTH = 4
"""Characters; a shorter secret would blank out innocent text, and is none."""

_known: dict[str, str] = {}


def add_secret(secret: str | None, instead: str = HIDDEN) -> None:
    """Never show a secret from now on; `instead` may be its name, and the first one stays."""
    if secret is not None and len(secret.strip()) >= MIN_SECRET_LENGTH:
        _known.setdefault(secret, instead)
        _known.setdefault(secret.strip(), instead)


def clear_secrets() -> None:
    """Forget all secrets when a new command begins."""
    _known.clear()


def mask_known_secrets(text: str) -> str:
    """Mask the known secrets of a text, also where JSON or an address has escaped them."""
    secrets = dict.fromkeys(_in_environment(), HIDDEN) | _known
    for secret in sorted(secrets, key=len, reverse=True):
        for form in _forms(secret):
            text = text.replace(form, secrets[secret])
    return text


def _in_environment() -> set[str]:
    """Return secrets that this command may not use, but a server may still echo."""
    values = (os.environ.get(name, "").strip() for name in ("OINT_CDEK_TOKEN", "OINT_CDEK_PASSWORD"))
    return {value for value in values if len(value) >= MIN_SECRET_LENGTH}


def redact(text: str) -> str:
    """Mask known secrets and anything that looks like a token."""
    text = mask_known_secrets(text)
    text = re.sub(r"(?i)\bbearer\s+[\w.~+/=-]+", f"Bearer {HIDDEN}", text)
    text = re.sub(r"\beyJ[\w-]{5,}(\.[\w-]*)*", HIDDEN, text)
    return re.sub(
        r"(?i)(client_secret|access_token|password)([\"']?\s*[=:]\s*[\"']?)[^\s\"'&,}]+", rf"\1\2{HIDDEN}", text
    )


def sanitize_line(text: str) -> str:
    """Redact outside text and make it one printable line, so that it cannot move a terminal's cursor."""
    return "".join(char if char.isprintable() else " " for char in redact(text))


def _forms(secret: str) -> tuple[str, ...]:
    """Return the forms of a secret: plain, in JSON, and in an address or a form."""
    from urllib.parse import quote, quote_plus  # noqa: PLC0415 - most commands show no text from outside

    escaped = secret.replace("\\", "\\\\").replace('"', '\\"')
    in_address, in_form = quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace")
    return tuple(dict.fromkeys((secret, escaped, in_address, in_form)))
