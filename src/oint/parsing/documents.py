"""JSON documents for the command line: typed as text, in a file, or downloaded."""

from __future__ import annotations

import time
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from oint.cdek.errors import InvalidArgument
from oint.i18n import Message
from oint.parsing.lenient_json import parse_json

if TYPE_CHECKING:
    from http.client import HTTPResponse

MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
"""Limit of a document from a file or the web: many times the largest order that CDEK accepts."""
DOWNLOAD_TIMEOUT_SECONDS = 30.0
"""Limit of a whole download, however slowly the body arrives."""
_KINDS = {
    list: Message("массив", "an array"),
    str: Message("строка", "a string"),
    int: Message("число", "a number"),
    float: Message("число", "a number"),
    bool: Message("логическое значение", "a boolean"),
    NoneType: Message("null", "null"),
}


def read_object(option: str, text: str) -> dict[str, Any]:
    """Read a JSON object.

    Args:
        option: named by errors
        text: JSON whose strings may have single quotes, a path to a JSON file, or its http(s) address
    Raises:
        InvalidArgument: it cannot be read, or is not a JSON object
    """
    stripped = text.strip()
    if stripped.startswith(("{", "[")):
        value = parse_json(option, stripped)
    elif stripped.lower().startswith(("http://", "https://")):
        value = parse_json(option, _decode(option, _download(option, stripped)))
    else:
        value = parse_json(option, _decode(option, _read_file(option, text)))
    if isinstance(value, dict):
        return value
    raise InvalidArgument(
        option,
        Message(
            f"{option}: ожидается объект JSON, получено: {_KINDS[type(value)].ru}",
            f"{option}: expected a JSON object, got {_KINDS[type(value)].en}",
        ),
        Message("Объект начинается с { и заканчивается }", "An object begins with { and ends with }"),
    )


def _read_file(option: str, path: str) -> bytes:
    """Read the bytes of a file, within the limit of its size."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_DOCUMENT_BYTES + 1)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise InvalidArgument(
            option,
            Message(
                f"{option}: это не JSON и не файл, который можно прочитать ({cause})",
                f"{option}: this is neither JSON nor a file that can be read ({cause})",
            ),
            Message(
                "Укажите JSON в кавычках, путь к файлу JSON или его адрес http(s)",
                "Use JSON in quotes, a path to a JSON file, or its http(s) address",
            ),
        ) from error
    return _check_size(option, data)


def _download(option: str, url: str) -> bytes:
    """Download the bytes of a document, within the limits of size and time."""
    from http.client import HTTPException  # noqa: PLC0415 - only an object from the web needs it here
    from urllib.request import urlopen  # noqa: PLC0415 - the same

    try:
        with urlopen(url, timeout=DOWNLOAD_TIMEOUT_SECONDS / 2) as response:  # noqa: S310 - http(s) only, here and after a redirect
            return _check_size(option, _read_body(option, response))
    except InvalidArgument:
        raise
    except (OSError, HTTPException, ValueError) as error:
        code = getattr(error, "code", None)  # urllib's HTTPError is an OSError with the HTTP status
        raise _make_download_error(option, f"HTTP {code}" if code else type(error).__name__) from error


def _read_body(option: str, response: HTTPResponse) -> bytes:
    """Read the body up to the limit of size."""
    deadline = time.monotonic() + DOWNLOAD_TIMEOUT_SECONDS
    body = b""
    while len(body) <= MAX_DOCUMENT_BYTES and (chunk := response.read1(65536)):
        body += chunk
        if time.monotonic() > deadline:
            raise _make_download_error(option, f"{DOWNLOAD_TIMEOUT_SECONDS:.0f} s")
    return body


def _make_download_error(option: str, cause: str) -> InvalidArgument:
    return InvalidArgument(
        option,
        Message(
            f"{option}: документ по адресу не получен ({cause})",
            f"{option}: the document could not be downloaded ({cause})",
        ),
        Message("Проверьте адрес или скачайте документ в файл", "Check the address, or save the document to a file"),
    )


def _check_size(option: str, data: bytes) -> bytes:
    if len(data) <= MAX_DOCUMENT_BYTES:
        return data
    raise InvalidArgument(
        option,
        Message(
            f"{option}: документ больше {MAX_DOCUMENT_BYTES} байт",
            f"{option}: the document is larger than {MAX_DOCUMENT_BYTES} bytes",
        ),
        Message("Проверьте, тот ли это файл", "Check that it is the right file"),
    )


def _decode(option: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidArgument(
            option,
            Message(
                f"{option}: документ не в UTF-8 (байт {error.start})",
                f"{option}: the document is not UTF-8 (byte {error.start})",
            ),
            Message("Сохраните его в кодировке UTF-8", "Save it as UTF-8"),
        ) from None
