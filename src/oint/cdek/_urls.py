"""The base URL of CDEK's API."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from oint.cdek._http import is_valid_header_value
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

PRODUCTION = "https://api.cdek.ru/v2"
TEST = "https://api.edu.cdek.ru/v2"


def resolve_base_url(url: str | None = None, *, test: bool = False) -> str:
    """Return the base URL of the API.

    Args:
        url: used instead of both hosts, as is the environment's `OINT_CDEK_URL` (a sandbox, a proxy of the shop)
        test: the test host instead of the production one
    Raises:
        InvalidArgument: `url` or `OINT_CDEK_URL` is not an http(s) address
    """
    base_url = (url or os.environ.get("OINT_CDEK_URL") or (TEST if test else PRODUCTION)).rstrip("/")
    if not _is_address(base_url):
        shown_url = base_url.rpartition("@")[2][:100]  # the text before an @ may be a password
        raise InvalidArgument(
            "url",
            Message(f"{shown_url!r} не похоже на адрес API", f"{shown_url!r} is not the address of an API"),
            Message(
                "Проверьте OINT_CDEK_URL: адрес выглядит как http://127.0.0.1:8080/v2",
                "Check OINT_CDEK_URL: an address looks like http://127.0.0.1:8080/v2",
            ),
        )
    return base_url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.port != 0
            and parts.username is None
            and not set(url) & {"?", "#"}  # the text after them would hide the paths
            and is_valid_header_value(url)
        )
    except ValueError:
        return False
