"""Lines of a plain list as people paste it from a chat: with counters, bullets, and several orders on a line.

A line is one order, whatever its text. Several orders on a line, or an order amid words, are taken only where each is
surely one: a UUID, or 8 to 14 digits that are neither a phone nor a date. CDEK's numbers have 10 digits today, and had
fewer. Several on a line must have the same length and the same first digit: a tax number or a barcode may stand beside
an order. Everything doubtful is an invalid row.
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, overload

from oint.refusals.input.errors import RowError
from oint.refusals.input.identifiers import is_plain_uuid
from oint.refusals.input.row_kinds import fold_text, is_forbidding, is_total
from oint.refusals.input.uuid_blocks import UuidBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from oint.refusals.input.rows import RawRow

SAMPLE_LINES: Final = 40
"""Lines from the first that show whether the lines have counters."""
_MIN_COUNTERS = 2
_SURE_DIGITS: Final = re.compile(r"[0-9]{8,14}")
_PHONE: Final = re.compile(r"[78]?9[0-9]{9}")
_DATE: Final = re.compile(
    r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])20[0-9]{2}|20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
_PLAIN_LINE: Final = re.compile(r"\w[\w-]*")
"""One word: nearly all lines are like this, so the rest is skipped."""
_GROUPED_NUMBER: Final = re.compile("[0-9]{1,3}(?:[\u00a0\u202f][0-9]{3})+")
_SPACES: Final = dict.fromkeys((0xA0, 0x202F), " ") | dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF))
"""Non-breaking spaces separate words as others do; characters without width do not."""
_BULLET: Final = re.compile(r"[•·▪‣◦●■]\s*|[*–—-]\s+")
_COUNTER: Final = re.compile(r"(?:№ ?)?([0-9]{1,5})(\s*[).]\s*|\s*[:–—-]\s+|\s+)(?=\S)")
_SEPARATORS: Final = re.compile(r"[\s,;]+")
_TABLE_DELIMITER: Final = re.compile(r"[\t|]|[,;]\S")
_NEUTRAL_WORDS: Final = re.compile(
    r"(?:(?:не (?:забрал[аи]?|забран[аоы]?|выкупил[аи]?|выкуплен[аоы]?|пришел|пришла|пришли)|not collected|not picked up"
    r"|uncollected|заказ(?:ы|а|ов)?|номера?|накладн(?:ая|ой|ые|ых)|сдэк|cdek|трек(?:и|-номер)?|отправлени[ея]|посылк[аи]"
    r"|orders?|numbers?|track(?:ing)?|parcels?|uuid|no|n|и|and|отказ(?:ы|ать)?|невыкупы?|refus(?:e|al|als))(?=[\s№.:,;–—-]|$)"
    r"|[\s№.:,;–—-])*"
)
"""What may stand beside an order: words that say nothing else than that it is one, and was not collected."""


@overload
def split_list(lines: Iterable[str]) -> Iterator[RawRow]: ...
@overload
def split_list(lines: Iterable[str], further: Iterable[str | list[str]]) -> Iterator[RawRow | UuidBlock]: ...
def split_list(lines: Iterable[str], further: Iterable[str | list[str]] = ()) -> Iterator[RawRow | UuidBlock]:
    """Yield number and cell of each order of a list, or why a line is invalid.

    An order is numbered by its line, or, below a line with several orders, by its place in the list: numbers only grow.

    Args:
        lines: of the list, from the first one
        further: lines below them, see `uuid_blocks.read_lines`; a block of UUIDs is yielded as one
    """
    source = iter(lines)
    head = list(islice(source, SAMPLE_LINES))
    counter = _find_first_counter(head)
    number = 0
    for line in chain(head, source, further):
        if isinstance(line, list):
            yield UuidBlock(number + 1, line)
            number += len(line)
            continue
        has_counter = counter is not None and _read_counter(line) == counter
        counter = counter + 1 if counter is not None and has_counter else counter
        for cell in split_line(line, has_counter=has_counter):
            number += 1
            yield number, cell if isinstance(cell, RowError) else (cell,)


def split_line(line: str, *, has_counter: bool) -> list[str] | list[RowError]:
    """Return the orders of a line, or the reason why it is invalid.

    Args:
        line: as it stands in the file
        has_counter: it begins with a number that counts the lines of the list
    """
    text = _strip(line)
    if not text or _PLAIN_LINE.fullmatch(text) or _GROUPED_NUMBER.fullmatch(text):
        return [text]
    text = text.translate(_SPACES)
    bullet = _BULLET.match(text)
    text = text[bullet.end() :] if bullet else text
    counter = _COUNTER.match(text)
    if counter and (has_counter or counter[2].strip()):
        rest = _strip(text[counter.end() :])
        if orders := _find_orders(rest):
            return orders
        if has_counter:
            text = rest
        elif counter[2].strip() == ")" or counter[2].startswith(". "):
            return [RowError("bad_row_list", "")]
    return _find_orders(text) or _check_text(text)


def is_list_of_orders(lines: Iterable[str]) -> bool:
    """Return whether a text consists of orders of one kind, and its delimiters are those of a sentence.

    Several lines with a delimiter that no space follows are a table: one of its columns may be something else.
    """
    filled = [text for line in lines if (text := _strip(line).translate(_SPACES))]
    tokens = [token for line in filled for token in _split_tokens(line)]
    is_table = len(filled) > 1 and any(map(_TABLE_DELIMITER.search, filled))
    return bool(tokens) and not is_table and all(map(is_surely_order, tokens)) and _are_alike(tokens)


def is_surely_order(token: str) -> bool:
    """Return whether a word is an order, whatever stands beside it."""
    if is_plain_uuid(token):
        return True
    return _SURE_DIGITS.fullmatch(token) is not None and not _PHONE.fullmatch(token) and not _DATE.fullmatch(token)


def _find_orders(text: str) -> list[str] | None:
    """Return the orders of a line that has nothing else than sure orders and neutral words; None for other lines."""
    tokens = _split_tokens(text)
    orders = [token for token in tokens if is_surely_order(token)]
    others = fold_text(" ".join(token for token in tokens if not is_surely_order(token)))
    return orders if orders and _are_alike(orders) and _NEUTRAL_WORDS.fullmatch(others) else None


def _check_text(text: str) -> list[str] | list[RowError]:
    """Return a line that is one order, or a sentence; or an error where it has an order, or several, that are not sure."""
    tokens = _split_tokens(text)
    folded = fold_text(text)
    if len(tokens) == 1 or is_total(folded) or is_forbidding(folded):
        return [text]
    numbered = sum(any(map(str.isdigit, token)) for token in tokens)
    has_several = numbered > 1 and ("," in text or ";" in text or numbered == len(tokens))
    return [RowError("bad_row_list", "")] if has_several or any(map(is_surely_order, tokens)) else [text]


def _find_first_counter(lines: Iterable[str]) -> int | None:
    """Return the first counter of a list whose numbered lines begin with counters in sequence; None elsewhere."""
    numbered = [line for line in lines if any(map(str.isdigit, line)) and not is_total(fold_text(line))]
    counters = list(map(_read_counter, numbered))
    first = counters[0] if len(counters) >= _MIN_COUNTERS else None
    return first if first is not None and counters == [*range(first, first + len(counters))] else None


def _read_counter(line: str) -> int | None:
    counter = _COUNTER.match(_strip(line).translate(_SPACES))
    return int(counter[1]) if counter else None


def _split_tokens(text: str) -> list[str]:
    tokens = (
        token if is_plain_uuid(token) else token.strip(".()[]\"'").removeprefix("№")
        for token in _SEPARATORS.split(text)
    )
    return [token for token in tokens if token]


def _are_alike(orders: Sequence[str]) -> bool:
    """Return whether orders are UUIDs, or numbers of one length with the same first digit."""
    return len({(len(order), order[0] if order.isdigit() else "") for order in orders}) == 1


def _strip(line: str) -> str:
    return line.strip('\ufeff \t\r\n\f"').rstrip(",;").rstrip()
