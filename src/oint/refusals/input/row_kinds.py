"""Kinds of texts that stand where an order should be: totals, dates, page numbers and sentences.

A shop number may be any text of up to 40 characters, so a text is judged beside the other texts of its column. In doubt
it is not an order.
"""

from __future__ import annotations

import re
from enum import Enum
from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple

from oint.refusals.input.headers import KNOWN_HEADERS, normalize_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class RowKind(Enum):
    """What a row is, or a text in the column of the orders."""

    ORDER = "order"
    TOTAL = "total"
    """A total, an amount of money or a date."""
    PAGE = "page"
    """The number of a printed page, or the numbers of the columns."""
    SENTENCE = "sentence"
    DOUBT = "doubt"
    """Probably not an order."""
    HEADER = "header"
    """A header other than that of the table."""
    REPEATED_HEADER = "repeated_header"
    """The table's header, cell by cell."""


class ColumnProfile(NamedTuple):
    """How the orders of a column look, from its first rows.

    Args:
        has_digits: most orders have a digit
        has_letters: most orders have a letter
        has_spaces: most orders have a space between two words
        has_dates: all orders look like dates or amounts
        median_digits: length of a number without letters, where most orders are such numbers; 0 elsewhere
        median_filled: filled cells in the row of an order
    """

    has_digits: bool
    has_letters: bool
    has_spaces: bool
    has_dates: bool
    median_digits: int
    median_filled: int


MAX_SHORT_DIGITS = 5
"""A number of more digits is not a count of orders."""
_TOTAL = re.compile(
    r"(?:(?:общ\w+|промежуточн\w+|grand|sub)[\s-]*)?"
    r"(?:(?:итог[оаи]?|всего|подытог|сальдо)(?![^\W\d_])"
    r"|(?:сумма|кол-?\s?во|количество|средн\w+|totals?|subtotal|sum|amount|count|average)(?=$|[\s:=.,;(]))"
)
_AMOUNT = re.compile(
    r"(?:\d{1,3}(?: \d{3})+|\d{1,7})(?:[.,]\d{2}|(?:[.,]\d{1,2})? ?"
    r"(?:шт|штук\w*|руб\w*|р|₽|rub|\$|€|заказ\w*|отказ\w*|посыл\w*|строк\w*|позици\w*|pcs|orders?|items?|rows?)\.?)"
)
_MONTH = (
    r"(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[а-яa-z]*\.?"
)
_DAY = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{1,2}\.\d{2}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    rf"|\d{{1,2}} {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}})(?: ?г(?:\.|од\w*)?)?"
)
_DATE = re.compile(
    rf"(?:(?:от|до|на|за|с|по|к|дата|date|from|on|till|until|by):? ?)*"
    rf"(?:{_DAY}(?: ?(?:-|–|—|по|to) ?{_DAY})?(?:[ t,]+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?|\d{{1,2}}:\d{{2}}(?::\d{{2}})?)"
)
_PAGE = re.compile(r"(?:стр(?:аница|\.)?|лист|page|p\.|sheet) ?№? ?\d{1,5}(?: ?(?:из|of|/) ?\d{1,5})?\.?")
_FORBIDDING = re.compile(
    r"\b(?:не (?:надо|нужно|отказ|трога|трон|отправ|возвращ|оформ|брать|включ|удал|отмен)|кроме\b|исключ|остав(?:ить|ля|ь)"
    r"|do not\b|don['’]?t\b|except\b|but not\b|exclud)"
)
"""Words that forbid a refusal."""
_STATING = re.compile(
    r"\b(?:(?:не|нет|без|эти|эта|этот|пока|no|not|old)(?![\w-])|отлож|жд[уе]|подожд|прид[еу]|приед|забер|забра|выда|вруч"
    r"|достав|получ|отмен|продл|хран|перен|выкуп|невыкуп|обещ|остальн|друг|пусть|леж|держ|спорн|уточн|вопрос|провер|дума"
    r"|завтра|сегодня|потом|позже|поздн|стар|архив|прошл|дозвон|звон|связ|соглас|оплач|оплат|отказ|возврат"
    r"|keep|hold|wait|deliver|cancel|pick|collect|return|refus|archive|later|tomorrow|today|these|those|leave|skip|ignor"
    r"|paid|other|remaining)"
)
"""Words about the fate of orders: a sentence with one of them is about the rows below it."""
_ASKING = re.compile(
    r"\b(?:отказ|невыкуп|невостреб|просроч|истек|возврат|не (?:выкуп|забр|забир|получ|вруч|востреб|приш|яви)"
    r"|refus|return|uncollected|expired|not (?:collected|picked up))"
)
"""Words that ask for a refusal: above all orders they say what the file is for."""
_COURTESY = re.compile(
    r"(?:спасибо|благодар|с уважением|добр(?:ый|ое|ого) |здравствуйте|привет|коллеги|thanks?|regards|best |hello|dear )"
)
_SEPARATOR = re.compile(r"[-–—_=*~#.·•|+/\\ ]+")
"""A line that divides a list; any other text without letters may be a damaged order."""
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<!--|-->")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MIN_SENTENCE_WORDS = 3
"""Two words and a number may be the name of an order."""
_FULL_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2}|\d{4}-\d{2}-\d{2}")
_LONG_NUMBER = re.compile(r"\d{5}")
_DIGIT, _LETTER = re.compile(r"\d"), re.compile(r"[^\W\d_]")


def fold_text(cell: object) -> str:
    """Return a cell's text for comparing: one space between words, without case, ё as е; empty for other values."""
    return " ".join(cell.casefold().replace("ё", "е").split()) if isinstance(cell, str) else ""


def has_digit(cell: object) -> bool:
    """Return whether a cell shows a digit; numbers and dates do."""
    return _DIGIT.search(cell) is not None if isinstance(cell, str) else cell is not None


def is_total(text: str) -> bool:
    """Return whether a folded text begins as a total does: "Итого: 5", "Total"."""
    return _TOTAL.match(text) is not None


def is_forbidding(text: str) -> bool:
    """Return whether a folded text forbids a refusal: "не отказывать", "кроме"."""
    return _FORBIDDING.search(text) is not None


def is_heading(text: str, *, is_alone: bool, is_set_apart: bool) -> bool:
    """Return whether a sentence may be the heading of the rows below it.

    Args:
        text: of the cell
        is_alone: no other cell of its row is filled
        is_set_apart: an empty row is above it
    """
    folded = fold_text(text)
    if is_forbidding(folded):
        return True
    if not is_alone or not _WORD.search(folded) or _LONG_NUMBER.search(folded):
        return False
    is_shouted = text.isupper() and " " in text.strip()
    return is_set_apart or is_shouted or folded.endswith(":") or _STATING.search(folded) is not None


def is_adverse_heading(text: str) -> bool:
    """Return whether a sentence above all orders says that they are not to be refused."""
    folded = fold_text(text)
    return is_forbidding(folded) or (_STATING.search(folded) is not None and _ASKING.search(folded) is None)


def classify_text(text: str, profile: ColumnProfile) -> RowKind:
    """Return the kind of a text in the column of the orders."""
    folded = fold_text(text)
    if is_total(folded) or _SEPARATOR.fullmatch(folded):
        return RowKind.TOTAL
    if _PAGE.fullmatch(folded):
        return RowKind.PAGE
    if not profile.has_dates and _is_date_or_amount(folded):
        return RowKind.TOTAL
    if is_forbidding(folded) or folded.endswith(":") or ": " in folded:
        return RowKind.SENTENCE
    if _MARKUP.search(folded):
        return RowKind.DOUBT
    return _classify_numbered(folded, profile) if _DIGIT.search(folded) else _classify_words(folded, profile)


def _classify_words(folded: str, profile: ColumnProfile) -> RowKind:
    """Return the kind of a text without a digit."""
    states = _STATING.search(folded) is not None
    if not profile.has_digits:
        return RowKind.DOUBT if states and " " in folded else RowKind.ORDER
    is_sentence = states or _COURTESY.match(folded) is not None or (" " in folded and not profile.has_spaces)
    return RowKind.SENTENCE if is_sentence else RowKind.DOUBT


def _classify_numbered(folded: str, profile: ColumnProfile) -> RowKind:
    """Return the kind of a text with a digit."""
    if " " not in folded:
        is_short = folded.isdigit() and len(folded) <= MAX_SHORT_DIGITS
        return RowKind.DOUBT if is_short and len(folded) * 2 < profile.median_digits else RowKind.ORDER
    if profile.has_spaces:
        return RowKind.DOUBT if _STATING.search(folded) else RowKind.ORDER
    words = _WORD.findall(folded)
    if len(words) >= _MIN_SENTENCE_WORDS or (words and _FULL_DATE.search(folded)):
        return RowKind.SENTENCE
    return RowKind.ORDER if len(words) == 1 and profile.has_letters else RowKind.DOUBT


def _is_date_or_amount(folded: str) -> bool:
    return _DATE.fullmatch(folded) is not None or _AMOUNT.fullmatch(folded) is not None


def make_profile(orders: Iterable[tuple[str, int]]) -> ColumnProfile:
    """Make the profile of a column.

    Args:
        orders: text of the column and number of filled cells in its row, of the first rows
    """
    rows = [(fold_text(text), filled) for text, filled in orders]
    sample = [(text, filled) for text, filled in rows if text and not _is_surely_no_order(text)]
    min_filled = max((filled for _, filled in sample), default=0) / 2  # a note is alone in its row
    sample = [(text, filled) for text, filled in sample if filled >= min_filled]
    has_dates = bool(sample) and all(_is_date_or_amount(text) for text, _ in sample)
    texts = [text for text, _ in sample if has_dates or not _is_date_or_amount(text)]
    numbers = [len(text) for text in texts if text.isdigit()]
    return ColumnProfile(
        has_digits=_is_majority(_DIGIT.search(text) for text in texts),
        has_letters=_is_majority(_LETTER.search(text) for text in texts),
        has_spaces=not _is_majority(" " not in text for text in texts),
        has_dates=has_dates,
        median_digits=median_low(numbers) if numbers and len(numbers) * 2 >= len(texts) else 0,
        median_filled=median_low([filled for _, filled in sample]) if sample else 0,
    )


def _is_surely_no_order(text: str) -> bool:
    return (
        is_total(text)
        or _PAGE.fullmatch(text) is not None
        or is_forbidding(text)
        or text.endswith(":")
        or normalize_header(text) in KNOWN_HEADERS
    )


def _is_majority(values: Iterable[object]) -> bool:
    """Return whether at least half of the values are true, and one of them is."""
    flags = [bool(value) for value in values]
    return any(flags) and sum(flags) * 2 >= len(flags)


def is_column_count(cells: Sequence[object]) -> bool:
    """Return whether a row numbers the columns: 1, 2, 3 and so on, as printed forms do below the header."""
    texts = [str(cell).strip().removesuffix(".0") for cell in cells if cell not in ("", None)]
    return len(texts) > 2 and texts == [str(number) for number in range(1, len(texts) + 1)]  # noqa: PLR2004 - two may be data
