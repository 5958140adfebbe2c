"""Parsers of option values: booleans, numbers, dates and strings, as 1C and people write them.

`parse_option` parses what was typed on a command line, `oint.dispatch.coerce_value` what a program or an agent passes.
Errors are `InvalidArgument`: they name the option and repeat its value, unless it is a secret or the contents of an order.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from oint.catalog.model import Parameter

TRUE_WORDS = frozenset({"true", "истина", "да", "yes", "1"})
FALSE_WORDS = frozenset({"false", "ложь", "нет", "no", "0"})
ESCAPES = {"n": "\n", "r": "\r", "v": "\v", "f": "\f"}
ARRAY_TYPES = frozenset({"array of strings", "string or array of strings"})
MAX_NUMBER_LENGTH = 30
"""Characters; longer than any number that CDEK accepts."""
MAX_SHOWN_LENGTH = 50
"""Characters of an invalid value that an error repeats."""


def parse_option(parameter: Parameter, text: str) -> Any:
    """Parse the value of a parameter from its text on the command line.

    Raises:
        InvalidArgument: the text is not of the parameter's type
    """
    option = f"--{parameter.option}"
    if parameter.type == "boolean":
        return parse_bool(option, text)
    if parameter.type == "number":
        return parse_number(option, text)
    if parameter.type == "object":
        from oint.parsing.documents import read_object  # noqa: PLC0415 - most calls take no object

        return read_object(option, text)
    if parameter.type == "date":
        return parse_date(option, text)
    return (
        parse_string_list(option, text, parse_cli_string) if parameter.type in ARRAY_TYPES else parse_cli_string(text)
    )


def parse_bool(option: str, text: str) -> bool:
    """Parse a boolean: 1C's and English words for it, in any letter case.

    Raises:
        InvalidArgument: it is another word
    """
    word = text.strip().casefold()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise InvalidArgument(
        option,
        Message(f"{option}: {_quote(text)} - не Истина и не Ложь", f"{option}: {_quote(text)} is not a boolean"),
        Message(
            "Напишите true или false (Истина или Ложь, Да или Нет, 1 или 0)", "Write true or false (or yes, no, 1, 0)"
        ),
    )


def parse_number(option: str, text: str) -> int | float:
    """Parse a number with a decimal point; a whole one is an int.

    Raises:
        InvalidArgument: it is not a number in plain digits
    """
    digits = text.strip()
    integer_part, dot, part = digits.removeprefix("-").partition(".")
    plain = digits.isascii() and integer_part.isdigit() and (part.isdigit() or not dot)
    if not plain or len(digits) > MAX_NUMBER_LENGTH:
        raise InvalidArgument(
            option,
            Message(f"{option}: {_quote(text)} - не число", f"{option}: {_quote(text)} is not a number"),
            Message(
                "Напишите число цифрами, дробную часть через точку: 139 или 1.5",
                "Write digits, with a decimal point if needed: 139 or 1.5",
            ),
        )
    return float(digits) if part.strip("0") else int(digits.partition(".")[0])


def parse_date(option: str, text: str) -> date:
    """Parse an ISO 8601 date; with a time it is a datetime, which is aware where a zone or Z is written.

    Raises:
        InvalidArgument: it is not such a date
    """
    from datetime import date, datetime  # noqa: PLC0415 - few methods take a date

    stripped = text.strip()
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(stripped)
        except ValueError:
            continue
    raise InvalidArgument(
        option,
        Message(f"{option}: {_quote(text)} - не дата", f"{option}: {_quote(text)} is not a date"),
        Message(
            "Напишите 2026-08-31, 2026-08-31T10:00:00+03:00 или 2026-08-31T07:00:00Z",
            "Write 2026-08-31, 2026-08-31T10:00:00+03:00 or 2026-08-31T07:00:00Z",
        ),
    )


def parse_string_list(option: str, text: str, plain: Callable[[str], str]) -> list[str]:
    """Parse an array of strings: lenient JSON, or a single plain value.

    Args:
        option: named by an error
        text: of the array
        plain: parses a single plain value
    Raises:
        InvalidArgument: it is not an array of strings
    """
    if not text.lstrip().startswith("["):
        return [plain(text)]
    from oint.parsing.lenient_json import parse_json  # noqa: PLC0415 - few calls take an array

    return validate_string_list(option, parse_json(option, text.strip()))


def validate_string_list(option: str, value: Any) -> list[str]:
    """Return the items of an array as strings; whole numbers and UUIDs are accepted too.

    Raises:
        InvalidArgument: it is not an array of these
    """
    from uuid import UUID  # noqa: PLC0415 - few calls take an array

    if isinstance(value, (list, tuple)) and all(
        isinstance(item, (str, int, UUID)) and not isinstance(item, bool) for item in value
    ):
        return [str(item) for item in value]
    raise InvalidArgument(
        option,
        Message(f"{option}: ожидается массив строк", f"{option}: expected an array of strings"),
        Message("Напишите \"['первая','вторая']\" или одно значение", "Write \"['first','second']\", or one value"),
    )


def parse_cli_string(text: str) -> str:
    """Unescape a string of a command line, but keep the backslashes of a path to an existing file.

    Use it only for what the user of this machine has typed: Windows asks the host of a network path whether the file
    exists.
    """
    is_path = "\\" in text and os.path.exists(text)  # noqa: PTH110 - takes any text
    return text if is_path else unescape(text)


def unescape(text: str) -> str:
    r"""Replace \n, \r, \v and \f with the control characters; \\n stays, and JSON keeps its own escapes."""
    if "\\" not in text or text.lstrip().startswith(("{", "[")):
        return text
    return re.sub(r"(?<!\\)\\([nrvf])", lambda match: ESCAPES[match[1]], text)


def _quote(text: str) -> str:
    return repr(text if len(text) <= MAX_SHOWN_LENGTH else text[:MAX_SHOWN_LENGTH] + "…")
