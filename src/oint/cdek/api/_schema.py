"""Schema checks of request bodies, as far as the facts are certain, before anything is sent.

A check takes a value and its path, and raises InvalidArgument. Unknown fields pass, as do null in an optional field,
numbers for texts and one object for a list of one, which CDEK accepts. Lists of allowed values are
checked by CDEK: they grow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NoReturn

from oint.cdek.api._request import encode_json
from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

Check = Callable[[Any, str], object]
_LANGUAGE = 3

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DESCRIBED = Message("Поля перечислены в описании метода", "The description of the method lists the fields")


def encode_body(check: Check, value: Any, name: str) -> bytes:
    """Encode a body after a check of its shape; `name` is the caller's name of it.

    Raises:
        InvalidArgument: a field is invalid; it is named by its path, `packages[0].weight`
    """
    if not isinstance(value, Mapping):
        fail(
            name, f"нужен объект, а не {_type_name(value)}", f"expected an object, got {_type_name(value)}", _DESCRIBED
        )
    check(value, "")
    return encode_json(dict(value), name)


def object_schema(*required: str, **fields: Check) -> Check:
    """Require an object: the `required` fields are not empty, and `fields` pass their checks where present."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, Mapping):
            fail(
                path,
                f"нужен объект, а не {_type_name(value)}",
                f"expected an object, got {_type_name(value)}",
                _DESCRIBED,
            )
        for name in required:
            if is_empty(value.get(name)):
                fail_missing(join_path(path, name))
        for name, inner in fields.items():
            if not is_empty(value.get(name)):
                inner(value[name], join_path(path, name))

    return check


def list_of(check: Check, limit: int | None = None) -> Check:
    """Require a list of rows that pass a check, at most `limit`."""

    def check_rows(value: Any, path: str) -> None:
        several = as_list(value)
        if not isinstance(several, (list, tuple)):
            fail(
                path,
                f"нужен список, а не {_type_name(value)}",
                f"expected a list, got {_type_name(value)}",
                _DESCRIBED,
            )
        if limit is not None and len(several) > limit:
            fail(
                path,
                f"{len(several)} строк, а СДЭК принимает не больше {limit}",
                f"{len(several)} rows, and CDEK accepts at most {limit}",
                Message("Разделите на несколько запросов", "Split it into several requests"),
            )
        for index, row in enumerate(several):
            check(row, f"{path}[{index}]")

    return check_rows


def all_of(*checks: Check) -> Check:
    """Require that a value passes all checks."""

    def check(value: Any, path: str) -> None:
        for one in checks:
            one(value, path)

    return check


def max_length(limit: int) -> Check:
    """Require a text of at most `limit` characters."""

    def check(value: Any, path: str) -> None:
        if isinstance(value, str) and len(value) > limit:
            fail(
                path,
                f"{len(value)} знаков, а СДЭК принимает не больше {limit}",
                f"{len(value)} characters, and CDEK accepts at most {limit}",
                Message("Сократите текст", "Shorten the text"),
            )

    return check


def time_of_day(value: Any, path: str) -> None:
    """Require a time of day, HH:MM."""
    if isinstance(value, str) and not _CLOCK.fullmatch(value):
        fail(
            path,
            f"{value[:20]!r} — не время суток",
            f"{value[:20]!r} is not a time of day",
            Message("Формат времени: 09:00", "The format of a time is 09:00"),
        )


def iso_date(value: Any, path: str) -> None:
    """Require a date, YYYY-MM-DD; CDEK checks a time after it."""
    if not isinstance(value, str):
        return
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        fail(
            path,
            f"{value[:20]!r} — не дата",
            f"{value[:20]!r} is not a date",
            Message("Формат даты: 2026-08-31", "The format of a date is 2026-08-31"),
        )


def mutually_exclusive(one: str, other: str) -> Check:
    """Require at most one of two fields."""

    def check(value: Mapping[str, Any], path: str) -> None:
        if not is_empty(value.get(one)) and not is_empty(value.get(other)):
            fail(
                join_path(path, one),
                f"не вместе с {other}: СДЭК принимает только одно из них",
                f"not together with {other}: CDEK accepts only one of them",
                Message(f"Оставьте {one} или {other}", f"Keep {one} or {other}"),
            )

    return check


def any_of(*names: str) -> Check:
    """Require at least one of several fields."""

    def check(value: Mapping[str, Any], path: str) -> None:
        if all(is_empty(value.get(name)) for name in names):
            either = ", ".join(names)
            fail(
                join_path(path, names[0]),
                f"нужно одно из: {either}",
                f"one of these is required: {either}",
                Message("Заполните одно из них", "Fill in one of them"),
            )

    return check


def one_of(one: str, other: str) -> Check:
    """Require exactly one of two fields."""
    return all_of(any_of(one, other), mutually_exclusive(one, other))


def is_empty(value: Any) -> bool:
    """Return whether a field has no value."""
    return value is None or (isinstance(value, (str, list, tuple, Mapping)) and not value)


def as_list(value: Any) -> Any:
    """Return a list; one object counts as a list of one, as at CDEK."""
    return [value] if isinstance(value, Mapping) else value


def join_path(path: str, name: str) -> str:
    """Return the path of a field of an object."""
    return f"{path}.{name}" if path else name


def fail_missing(path: str) -> NoReturn:
    """Report that a required field is empty."""
    fail(path, "поле не заполнено", "the field is empty", Message("Заполните его", "Fill it in"))


def fail(path: str, ru: str, en: str, hint: Message) -> NoReturn:
    """Report what is wrong with a field."""
    raise InvalidArgument(path, Message(f"{path}: {ru}", f"{path}: {en}"), hint)


def _type_name(value: Any) -> str:
    return type(value).__name__


def parse_int(value: Any, path: str, minimum: int = 1) -> int:
    """Return an integer, passed as one or as digits.

    Raises:
        InvalidArgument: the value is not an integer, or is below `minimum`; fractions are mostly kilograms instead of grams
    """
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if isinstance(number, bool) or not isinstance(number, int) or number < minimum:
        shown_value = str(value)[:50]
        raise InvalidArgument(
            path,
            Message(
                f"{path}: нужно целое число от {minimum}, а передано {shown_value!r}",
                f"{path}: expected an integer of at least {minimum}, got {shown_value!r}",
            ),
            Message(
                "Вес указывают в граммах, размеры в сантиметрах, коды городов, тарифов и валют числами СДЭК",
                "Weights are in grams, sizes in centimetres; cities, tariffs and currencies are CDEK's numbers",
            ),
        )
    return number


def format_date(value: date | str, path: str = "date") -> str:
    """Return a date as CDEK expects it, YYYY-MM-DD.

    Raises:
        InvalidArgument: the text is not a date
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    try:
        return (value if isinstance(value, date) else date.fromisoformat(value.strip())).isoformat()
    except ValueError:
        raise InvalidArgument(
            path,
            Message(f"{path}: {str(value)[:50]!r} — не дата", f"{path}: {str(value)[:50]!r} is not a date"),
            Message("Формат даты: 2026-08-31", "The format of a date is 2026-08-31"),
        ) from None


def parse_language(value: str, path: str) -> str:
    """Return CDEK's name of a language for a header: three letters.

    Raises:
        InvalidArgument: the value is not three letters
    """
    if not (value.isascii() and value.isalpha() and len(value) == _LANGUAGE):
        raise InvalidArgument(
            path,
            Message(f"{path}: {value[:50]!r} — не язык СДЭК", f"{path}: {value[:50]!r} is not a language of CDEK"),
            Message("Допустимы rus, eng и zho", "Use rus, eng or zho"),
        )
    return value.lower()


def require_exactly_one(**arguments: Any) -> None:
    """Require exactly one argument that is not None.

    Raises:
        InvalidArgument: none has a value, or several have
    """
    if sum(value is not None for value in arguments.values()) != 1:
        names = ", ".join(arguments)
        raise InvalidArgument(
            next(iter(arguments)),
            Message(f"нужно ровно одно из: {names}", f"exactly one of these is required: {names}"),
            Message("Оставьте одно из них", "Keep one of them"),
        )


def parse_digits(value: str | int, path: str) -> str:
    """Return CDEK's number as text.

    Raises:
        InvalidArgument: the value has other characters than digits
    """
    text = str(value).strip()
    if not (text.isascii() and text.isdigit()):
        raise InvalidArgument(
            path,
            Message(f"{path}: {text[:50]!r} — не число из цифр", f"{path}: {text[:50]!r} is not a number of digits"),
            Message("Номера СДЭК состоят только из цифр", "CDEK's numbers consist of digits only"),
        )
    return text


def non_negative(value: Any, path: str) -> None:
    """Require an integer that is not negative."""
    parse_int(value, path, minimum=0)


PHONE = object_schema("number", number=max_length(24), additional=max_length(255))
CONTACT = object_schema(
    company=max_length(255),
    name=max_length(255),
    passport_series=max_length(4),
    passport_number=max_length(30),
    passport_date_of_issue=iso_date,
    passport_organization=max_length(255),
    tin=max_length(12),
    passport_date_of_birth=iso_date,
    email=max_length(255),
    phones=list_of(PHONE),
)
PLACE = object_schema(
    code=non_negative,
    country_code=max_length(2),
    city=max_length(255),
    region=max_length(255),
    region_code=non_negative,
    address=max_length(255),
    postal_code=max_length(255),
)
SIZES = {"weight": non_negative, "length": non_negative, "width": non_negative, "height": non_negative}
