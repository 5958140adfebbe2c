"""What the values of a column look like: numbers of orders, prices, dates, phones, a row counter."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Literal, NamedTuple

from oint.refusals.input.errors import RowError
from oint.refusals.input.headers import Certainty
from oint.refusals.input.identifiers import PARSERS, is_plain_uuid

if TYPE_CHECKING:
    from collections.abc import Sequence

Form = Literal[
    "uuid", "other_uuid", "cdek_number", "long_number", "number", "small_number", "amount", "date", "phone", "name",
    "phrase", "words", "unknown",
]  # fmt: skip
"""The form of one value.

uuid: of version 4, as CDEK's are; other_uuid: of another version; cdek_number: 10 or 11 digits that begin with 1;
long_number: other 8 to 18 digits; number: other digits, also with zeros before them; small_number: 1 to 4 digits;
amount: a sum of money; name: one word with a digit in it; phrase: several words, one of them with a digit;
words: a text without digits; unknown: a cell that cannot be read.
"""
Mismatch = Literal["prices", "dates", "phones", "counter", "small_numbers", "words", "no_cdek_numbers", "no_uuids"]
"""Why a column does not contain what its header says."""

MIN_LONG_DIGITS = 8
"""CDEK's numbers have 10 or 11 digits today; older ones had fewer."""
MAX_LONG_DIGITS = 18
"""CDEK's numbers are of the type int64."""
MIN_COUNTED_ROWS = 3
"""Rows from which 1, 2, 3 under the header of an order's number are a counter, rather than a shop's first orders."""
_MAX_SMALL_DIGITS = 4
_CDEK_NUMBER = re.compile(r"1[0-9]{9,10}")
_PHONE = re.compile(r"(?:\+7|[78])[ (-]*[3-9][0-9]{2}[ )-]*[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}|\+[0-9]{10,15}")
_AMOUNT = re.compile(
    r"[+-]?(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,][0-9]{1,2})?(?: ?(?:₽|руб\.?|р\.?|rub|\$|€))?",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:(?:от|from) )?(?:[0-3]?[0-9][./-][01]?[0-9][./-](?:20)?[0-9]{2}|20[0-9]{2}[./-][01]?[0-9][./-][0-3]?[0-9])"
    r"(?:[ T,].*)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+")
_WHOLE = re.compile(r"([0-9]+)[.,]0+")
_ORDER_FORMS: frozenset[Form] = frozenset(
    {"uuid", "other_uuid", "cdek_number", "long_number", "number", "name", "unknown"}
)
"""Forms that may be an order where the header says little."""
_MISMATCH_BY_FORM: dict[Form, Mismatch] = {
    "amount": "prices", "date": "dates", "phone": "phones", "small_number": "small_numbers", "words": "words",
    "phrase": "words",
}  # fmt: skip


class ColumnValues(NamedTuple):
    """The filled cells of a column in the sample.

    Args:
        texts: number of a row of the sample, from 0 -> its text, cleaned; without cells that cannot be read
        forms: how many cells have each form
    """

    texts: dict[int, str]
    forms: Counter[Form]

    @property
    def is_empty(self) -> bool:
        """Return whether no cell of the sample is filled."""
        return not self.forms

    @property
    def is_counter(self) -> bool:
        """Return whether the values count the rows: 1, 2, 3, with or without zeros before them."""
        values = list(self.texts.values())
        return bool(values) and all(
            text.isascii() and text.isdigit() and int(text) == number for number, text in enumerate(values, 1)
        )

    @property
    def is_round(self) -> bool:
        """Return whether all values are whole tens, or a single one whole hundreds, as prices are."""
        unit = 10 if len(self.texts) > 1 else 100
        return bool(self.texts) and all(
            text.isascii() and text.isdigit() and int(text) % unit == 0 for text in self.texts.values()
        )

    def has_most(self, *forms: Form) -> bool:
        """Return whether more than half of the filled cells have one of these forms."""
        return 2 * sum(self.forms[form] for form in forms) > self.forms.total()

    def has_any(self, *forms: Form) -> bool:
        """Return whether some cell has one of these forms."""
        return any(self.forms[form] for form in forms)


def sample_column(rows: Sequence[Sequence[object]], index: int) -> ColumnValues:
    """Read the values of a column in the rows of a sample."""
    texts: dict[int, str] = {}
    forms: Counter[Form] = Counter()
    for number, row in enumerate(rows):
        cell = row[index] if index < len(row) else None
        text = PARSERS["im_number"](cell)
        if isinstance(text, str) and text:
            texts[number] = _join_digits(text)
        if text:
            forms[detect_form(cell)] += 1
    return ColumnValues(texts, forms)


def find_mismatch(values: ColumnValues, column: str, certainty: Certainty) -> Mismatch | None:
    """Find why a column cannot contain what its header says; return None where it can, or is empty.

    Args:
        values: of the column
        column: its name, as in `COLUMNS`
        certainty: how much the header says
    """
    if values.is_empty:
        return None
    if column == "uuid":
        return None if certainty == Certainty.EXPLICIT or values.has_any("uuid", "other_uuid") else "no_uuids"
    if column == "cdek_number" and certainty != Certainty.EXPLICIT:
        if values.has_any("cdek_number", "long_number", "unknown"):
            return None
        return "prices" if values.has_most("amount", "small_number") else "no_cdek_numbers"
    if column == "order" or certainty == Certainty.WEAK:
        return _find_non_order(values)
    if certainty != Certainty.EXPLICIT and values.is_counter and len(values.texts) >= MIN_COUNTED_ROWS:
        return "counter"
    doubtful: tuple[Form, ...] = ("amount", "date") if certainty == Certainty.EXPLICIT else ("amount", "date", "phone")
    return next((_MISMATCH_BY_FORM[form] for form in doubtful if values.has_most(form)), None)


def detect_form(cell: object) -> Form:
    """Detect the form of a filled cell."""
    if form := _detect_object(cell):
        return form
    text = PARSERS["im_number"](cell)
    if isinstance(text, RowError):
        return "phrase" if isinstance(cell, str) and text.code == "bad_row_shop_number" else "unknown"
    text = _join_digits(text)
    bare = text.strip("{}").strip()
    if is_plain_uuid(bare):
        return "uuid" if bare[14] == "4" and bare[19] in "89abAB" else "other_uuid"
    digits = text.replace(" ", "") if _GROUPED.fullmatch(text) else text
    if digits.isascii() and digits.isdigit() and (digits == text or len(digits) >= MIN_LONG_DIGITS):
        return _detect_number(digits)
    if _PHONE.fullmatch(text):
        return "phone"
    if _DATE.fullmatch(text):
        return "date"
    return "amount" if _AMOUNT.fullmatch(text) else _detect_text(text)


def is_sentence(cell: object) -> bool:
    """Return whether a cell is empty or cannot be the number of an order: words with or without a digit."""
    return cell in ("", None) or (isinstance(cell, str) and detect_form(cell) in {"words", "phrase"})


def is_word(cell: object) -> bool:
    """Return whether a cell is a text with letters and without a digit."""
    return isinstance(cell, str) and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))


def _detect_object(cell: object) -> Form | None:
    """Return the form of a cell that is neither text nor a whole number, None for these."""
    if isinstance(cell, float) and not cell.is_integer():
        return "amount"
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return "date"
    return _detect_unreadable(cell) if isinstance(cell, RowError) else None


def _detect_unreadable(error: RowError) -> Form:
    """Return the form of a cell that its reader could not read, by what the reader saw of it."""
    if error.code == "bad_row_date":
        return "date"
    is_small = error.code == "bad_row_format" and 0 < len(error.detail) < MIN_LONG_DIGITS
    return "amount" if is_small or error.code == "bad_row_fraction" else "unknown"


def _detect_number(digits: str) -> Form:
    if _CDEK_NUMBER.fullmatch(digits):
        return "cdek_number"
    if _PHONE.fullmatch(digits):
        return "phone"
    if digits.startswith("0"):
        return "number"
    if MIN_LONG_DIGITS <= len(digits) <= MAX_LONG_DIGITS:
        return "long_number"
    return "small_number" if len(digits) <= _MAX_SMALL_DIGITS else "number"


def _detect_text(text: str) -> Form:
    if not any(map(str.isdigit, text)):
        return "words"
    return "phrase" if any(map(str.isspace, text)) else "name"


def _join_digits(text: str) -> str:
    """Return a long number without the decimals that a spreadsheet program has added: 1106625424,00."""
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole and len(whole[1]) >= MIN_LONG_DIGITS else text


def _find_non_order(values: ColumnValues) -> Mismatch | None:
    if values.is_counter:
        return "counter"
    if values.is_round and not values.has_any("cdek_number", "long_number"):
        return "prices"
    if 2 * sum(values.forms[form] for form in _ORDER_FORMS) > values.forms.total():
        return None
    form = max(_MISMATCH_BY_FORM, key=lambda form: values.forms[form])
    return _MISMATCH_BY_FORM[form]
