"""Text -> value: 1C's boolean words, numbers, dates, arrays; objects as JSON, from a file or the web.

`convert` reads what was typed at a command line, `calling.value` what a program or an agent gives. Errors are `BadArgument`: they name the option and show what was given, except where it is a secret or an order's
contents.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from oint.cdek.errors import BadArgument
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from oint.catalog.model import Parameter

TRUE = frozenset({"true", "истина", "да", "yes", "1"})
FALSE = frozenset({"false", "ложь", "нет", "no", "0"})
CONTROLS = {"n": "\n", "r": "\r", "v": "\v", "f": "\f"}
ARRAYS = frozenset({"array of strings", "string or array of strings"})
MAX_NUMBER_LENGTH = 30
"""Characters; longer than any number that CDEK takes."""
SHOWN = 50
"""Characters of a wrong value that an error repeats."""


def convert(parameter: Parameter, text: str) -> Any:
    """The value of a parameter, out of its text on the command line.

    Raises:
        BadArgument: the text is not of the parameter's type
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
    return parse_string_list(option, text, parse_cli_string) if parameter.type in ARRAYS else parse_cli_string(text)


def parse_bool(option: str, text: str) -> bool:
    """True or False, out of 1C's words for them in any letter case."""
    word = text.strip().casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise BadArgument(
        option,
        Message(f"{option}: {_shown(text)} не похоже на Истина или Ложь", f"{option}: {_shown(text)} is not a boolean"),
        Message(
            "Напишите true или false (Истина или Ложь, Да или Нет, 1 или 0)", "Write true or false (or yes, no, 1, 0)"
        ),
    )


def parse_number(option: str, text: str) -> int | float:
    """A number written with a dot; a whole one is an int."""
    digits = text.strip()
    whole, dot, part = digits.removeprefix("-").partition(".")
    plain = digits.isascii() and whole.isdigit() and (part.isdigit() or not dot)
    if not plain or len(digits) > MAX_NUMBER_LENGTH:
        raise BadArgument(
            option,
            Message(f"{option}: {_shown(text)} не похоже на число", f"{option}: {_shown(text)} is not a number"),
            Message(
                "Напишите цифры, дробную часть через точку: 139 или 1.5",
                "Write digits, a fraction after a dot: 139 or 1.5",
            ),
        )
    return float(digits) if part.strip("0") else int(digits.partition(".")[0])


def parse_date(option: str, text: str) -> date:
    """A date of ISO 8601; with a time it is a datetime, aware where a zone or Z is written."""
    from datetime import date, datetime  # noqa: PLC0415 - few methods take a date

    written = text.strip()
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(written)
        except ValueError:
            continue
    raise BadArgument(
        option,
        Message(f"{option}: {_shown(text)} не похоже на дату", f"{option}: {_shown(text)} is not a date"),
        Message(
            "Напишите 2026-08-31, 2026-08-31T10:00:00+03:00 или 2026-08-31T07:00:00Z",
            "Write 2026-08-31, 2026-08-31T10:00:00+03:00 or 2026-08-31T07:00:00Z",
        ),
    )


def parse_string_list(option: str, text: str, plain: Callable[[str], str]) -> list[str]:
    """An array: JSON whose strings may stand in single quotes, or one plain value, which `plain` reads."""
    if not text.lstrip().startswith("["):
        return [plain(text)]
    from oint.parsing.lenient_json import parse_json  # noqa: PLC0415 - few calls take an array

    return validate_string_list(option, parse_json(option, text.strip()))


def validate_string_list(option: str, found: Any) -> list[str]:
    """The items of an array, whole numbers as their digits."""
    from uuid import UUID  # noqa: PLC0415 - few calls take an array

    if isinstance(found, (list, tuple)) and all(
        isinstance(item, (str, int, UUID)) and not isinstance(item, bool) for item in found
    ):
        return [str(item) for item in found]
    raise BadArgument(
        option,
        Message(f"{option}: нужен массив строк", f"{option}: an array of strings is needed"),
        Message("Напишите \"['первая','вторая']\" или одно значение", "Write \"['first','second']\", or one value"),
    )


def parse_cli_string(text: str) -> str:
    """A string as typed at a command line: `unescape`, but a path to a file keeps its backslashes.

    Only for what the user of this machine has typed: Windows asks the host of a network path whether the file exists.
    """
    is_path = "\\" in text and os.path.exists(text)  # noqa: PTH110 - takes any text
    return text if is_path else unescape(text)


def unescape(text: str) -> str:
    r"""A string with \n, \r, \v, \f as the control characters, and \\n left as it is. JSON keeps its own escapes."""
    if "\\" not in text or text.lstrip().startswith(("{", "[")):
        return text
    return re.sub(r"(?<!\\)\\([nrvf])", lambda found: CONTROLS[found[1]], text)


def _shown(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")
