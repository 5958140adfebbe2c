"""Where an object on the command line comes from: the text itself, a JSON file, or an address of one on the web."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oint.cdek.errors import BadArgument
from oint.i18n import Message
from oint.parsing.lenient_json import parse_json

if TYPE_CHECKING:
    from http.client import HTTPResponse

MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
"""Bytes of a document, from a file or the web: many times the largest order that CDEK takes."""
DOWNLOAD_TIMEOUT_SECONDS = 30.0
"""Seconds in which a document from the web must be here."""


def read_object(option: str, text: str) -> dict[str, Any]:
    """A JSON object out of JSON, a path to a file, or an http(s) address.

    Raises:
        BadArgument: it cannot be read, or is no JSON object
    """
    given = text.strip()
    if given.startswith(("{", "[")):
        value = parse_json(option, given)
    elif given.lower().startswith(("http://", "https://")):
        value = parse_json(option, _text(option, _download(option, given)))
    else:
        value = parse_json(option, _text(option, _read(option, text)))
    if isinstance(value, dict):
        return value
    raise BadArgument(
        option,
        Message(
            f"{option}: нужен объект JSON, а это нечто другое",
            f"{option}: a JSON object is needed, this is another thing",
        ),
        Message("Объект начинается с { и кончается }", "An object begins with { and ends with }"),
    )


def _read(option: str, path: str) -> bytes:
    """The bytes of a file of a reasonable size."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_DOCUMENT_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise BadArgument(
            option,
            Message(
                f"{option}: это не JSON и не файл, который можно прочитать ({why})",
                f"{option}: this is neither JSON nor a file that can be read ({why})",
            ),
            Message(
                "Дайте JSON в кавычках, путь к файлу JSON или его адрес http(s)",
                "Give JSON in quotes, a path to a JSON file, or its http(s) address",
            ),
        ) from error
    return _limited(option, data)


def _download(option: str, url: str) -> bytes:
    """The bytes behind an address, within size and time."""
    from http.client import HTTPException  # noqa: PLC0415 - only an object from the web needs it here
    from urllib.request import urlopen  # noqa: PLC0415 - the same

    try:
        with urlopen(url, timeout=DOWNLOAD_TIMEOUT_SECONDS / 2) as response:  # noqa: S310 - http(s) only, here and after a redirect
            return _limited(option, _body(option, response))
    except BadArgument:
        raise
    except (OSError, HTTPException, ValueError) as error:
        code = getattr(error, "code", None)  # urllib's HTTPError is an OSError with the HTTP status
        raise _unreachable(option, f"HTTP {code}" if code else type(error).__name__) from error


def _body(option: str, response: HTTPResponse) -> bytes:
    """The body as far as the limit, however slowly it drips."""
    until = time.monotonic() + DOWNLOAD_TIMEOUT_SECONDS
    body = b""
    while len(body) <= MAX_DOCUMENT_BYTES and (piece := response.read1(65536)):
        body += piece
        if time.monotonic() > until:
            raise _unreachable(option, f"{DOWNLOAD_TIMEOUT_SECONDS:.0f} s")
    return body


def _unreachable(option: str, why: str) -> BadArgument:
    return BadArgument(
        option,
        Message(
            f"{option}: документ по адресу не получен ({why})", f"{option}: the document could not be fetched ({why})"
        ),
        Message("Проверьте адрес или скачайте документ в файл", "Check the address, or save the document to a file"),
    )


def _limited(option: str, data: bytes) -> bytes:
    if len(data) <= MAX_DOCUMENT_BYTES:
        return data
    raise BadArgument(
        option,
        Message(
            f"{option}: документ больше {MAX_DOCUMENT_BYTES} байт",
            f"{option}: the document is larger than {MAX_DOCUMENT_BYTES} bytes",
        ),
        Message("Проверьте, тот ли это файл", "Check that it is the right file"),
    )


def _text(option: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadArgument(
            option,
            Message(
                f"{option}: документ не в UTF-8 (байт {error.start})",
                f"{option}: the document is not UTF-8 (byte {error.start})",
            ),
            Message("Сохраните его в кодировке UTF-8", "Save it as UTF-8"),
        ) from None
