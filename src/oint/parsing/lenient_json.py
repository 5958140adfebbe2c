"""JSON as people type it on a command line: its strings may stand in single quotes."""

from __future__ import annotations

from typing import Any

from oint.cdek.errors import BadArgument
from oint.i18n import Message


def parse_json(option: str, text: str) -> Any:
    """A value out of JSON whose strings may stand in single quotes.

    Raises:
        BadArgument: it is not JSON; the error says where, and repeats nothing of it
    """
    import msgspec  # noqa: PLC0415 - help and usage errors need no JSON

    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        pieces = to_strict_json(text)
    try:
        return msgspec.json.decode("".join(pieces))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise _no_json(option, text, pieces) from None


def to_strict_json(text: str) -> list[str]:
    r"""What each character of lenient JSON becomes in strict JSON: 'a "b" it\'s' -> "a \"b\" it's".

    Inside double quotes an apostrophe is a character like any other. One piece a character keeps positions in step.
    """
    pieces: list[str] = []
    quote = ""
    escaped = False
    for char in text:
        if escaped:
            escaped = False
            pieces.append("'" if char == "'" else "\\" + char)
        elif quote and char == "\\":
            escaped = True
            pieces.append("")
        elif not quote and char in "\"'":
            quote = char
            pieces.append('"')
        elif char == quote:
            quote = ""
            pieces.append('"')
        else:
            pieces.append(_inside(char) if quote else char)
    return pieces


def _inside(char: str) -> str:
    """A character of a string that strict JSON wants escaped: the other quote, or a line break typed as it is."""
    if char == '"':
        return '\\"'
    return char if char >= " " else f"\\u{ord(char):04x}"


def _no_json(option: str, text: str, pieces: list[str]) -> BadArgument:
    """Where the JSON goes wrong, counted in the user's own characters."""
    import json  # noqa: PLC0415 - it names the place of an error; nothing else needs it

    try:
        json.loads("".join(pieces))
        at = 0
    except json.JSONDecodeError as error:
        at, length = 0, 0
        while at < len(pieces) and length + len(pieces[at]) <= error.pos:
            length += len(pieces[at])
            at += 1
    except RecursionError:
        at = 0
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    return BadArgument(
        option,
        Message(
            f"{option}: это не JSON: ошибка в строке {line}, знак {column}",
            f"{option}: this is not JSON: line {line}, character {column}",
        ),
        Message(
            "Проверьте скобки, запятые и кавычки; апостроф внутри одинарных кавычек пишется \\'",
            "Check brackets, commas and quotes; an apostrophe inside single quotes is written \\'",
        ),
    )
