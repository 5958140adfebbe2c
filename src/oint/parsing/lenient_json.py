"""Lenient JSON, as people type it on a command line: strings may have single quotes."""

from __future__ import annotations

from typing import Any

from oint.cdek.errors import InvalidArgument
from oint.i18n import Message


def parse_json(option: str, text: str) -> Any:
    """Parse JSON whose strings may have single quotes.

    Raises:
        InvalidArgument: it is not JSON; the error says where, and repeats nothing of the text
    """
    import msgspec  # noqa: PLC0415 - help and usage errors need no JSON

    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        pieces = to_strict_json(text)
    try:
        return msgspec.json.decode("".join(pieces))
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise _make_json_error(option, text, pieces) from None


def to_strict_json(text: str) -> list[str]:
    r"""Convert lenient JSON to strict JSON: 'a "b" it\'s' -> "a \"b\" it's".

    Inside double quotes an apostrophe is an ordinary character.

    Returns:
        one piece for each character of the text, so that positions can be mapped back
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
            pieces.append(_escape(char) if quote else char)
    return pieces


def _escape(char: str) -> str:
    """Escape a character of a string where strict JSON requires it: a double quote, or a control character."""
    if char == '"':
        return '\\"'
    return char if char >= " " else f"\\u{ord(char):04x}"


def _make_json_error(option: str, text: str, pieces: list[str]) -> InvalidArgument:
    """Make the error that says where the JSON is invalid, counted in the characters that the user typed."""
    import json  # noqa: PLC0415 - only its errors have a position

    try:
        json.loads("".join(pieces))
        position = 0
    except json.JSONDecodeError as error:
        position, length = 0, 0
        while position < len(pieces) and length + len(pieces[position]) <= error.pos:
            length += len(pieces[position])
            position += 1
    except RecursionError:
        position = 0
    line, column = text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1
    return InvalidArgument(
        option,
        Message(
            f"{option}: это не JSON: ошибка в строке {line}, позиция {column}",
            f"{option}: this is not JSON: line {line}, character {column}",
        ),
        Message(
            "Проверьте скобки, запятые и кавычки; апостроф внутри одинарных кавычек пишется как \\'",
            "Check brackets, commas and quotes; write an apostrophe inside single quotes as \\'",
        ),
    )
