"""What is certain about single values, checked before anything is sent; each error names the field by its path."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from oint.cdek.errors import BadArgument
from oint.i18n import Message

_LANGUAGE = 3


def whole(value: Any, path: str, least: int = 1) -> int:
    """A whole number, given as one or in digits.

    Raises:
        BadArgument: it is none, or below `least`; fractions are most often kilograms where CDEK takes grams
    """
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if isinstance(number, bool) or not isinstance(number, int) or number < least:
        shown = str(value)[:50]
        raise BadArgument(
            path,
            Message(
                f"{path}: нужно целое число от {least}, а здесь {shown!r}",
                f"{path}: a whole number from {least} is needed, and here is {shown!r}",
            ),
            Message(
                "Вес указывают в граммах, размеры в сантиметрах, коды городов, тарифов и валют числами СДЭК",
                "Weights are in grams, sizes in centimetres; cities, tariffs and currencies go by CDEK's numbers",
            ),
        )
    return number


def day(value: date | str, path: str = "date") -> str:
    """A day as CDEK takes it, YYYY-MM-DD.

    Raises:
        BadArgument: the text is no such day
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value.strip())).isoformat()
    except ValueError:
        raise BadArgument(
            path,
            Message(f"{path}: {str(value)[:50]!r} — не дата", f"{path}: {str(value)[:50]!r} is no date"),
            Message("Дата пишется так: 2026-08-31", "A date is written like this: 2026-08-31"),
        ) from None


def header_word(value: str, path: str) -> str:
    """A language as CDEK names it, fit for a header: three letters.

    Raises:
        BadArgument: it is not
    """
    if not (value.isascii() and value.isalpha() and len(value) == _LANGUAGE):
        raise BadArgument(
            path,
            Message(f"{path}: {value[:50]!r} — не язык СДЭК", f"{path}: {value[:50]!r} is no language of CDEK's"),
            Message("Есть rus, eng и zho", "There are rus, eng and zho"),
        )
    return value.lower()


def exactly_one(**given: Any) -> None:
    """Of these fields one is given, and no more.

    Raises:
        BadArgument: none is, or several are
    """
    if sum(value is not None for value in given.values()) != 1:
        names = ", ".join(given)
        raise BadArgument(
            next(iter(given)),
            Message(f"нужно ровно одно из: {names}", f"exactly one is needed of: {names}"),
            Message("Оставьте одно из них", "Leave one of them"),
        )


def digits(value: str | int, path: str) -> str:
    """A number of CDEK's as text.

    Raises:
        BadArgument: it is not made of digits
    """
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()):
        raise BadArgument(
            path,
            Message(f"{path}: {text[:50]!r} — не число из цифр", f"{path}: {text[:50]!r} is not made of digits"),
            Message("Номера СДЭК состоят только из цифр", "CDEK's numbers are digits only"),
        )
    return text
