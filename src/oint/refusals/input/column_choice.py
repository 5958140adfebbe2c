"""The choice of the columns that identify an order: by their headers, and by what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oint.i18n import Message
from oint.refusals.input.column_values import ColumnValues, find_mismatch, sample_column
from oint.refusals.input.errors import InputFileError
from oint.refusals.input.headers import (
    CDEK_REPORT_HEADERS,
    Certainty,
    find_known,
    format_position,
    normalize_header,
    shorten_name,
)
from oint.refusals.input.layout import COLUMN_LABELS, ColumnChoice, DroppedColumn, Selection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from oint.refusals.input.layout import DropReason

_NAMED_ORDERS = ("uuid", "cdek_number", "im_number")


class _Candidate(NamedTuple):
    """A column with a known header, and the values of the sample. `may_be_cdek`: see `_SHOP_OR_CDEK` of the headers."""

    position: int
    header: str
    column: str
    certainty: Certainty
    values: ColumnValues
    may_be_cdek: bool

    @property
    def is_like_cdek(self) -> bool:
        return self.may_be_cdek and self.values.has_most("cdek_number")

    @property
    def choice(self) -> ColumnChoice:
        return ColumnChoice(self.column, self.position, self.header)

    def drop(self, reason: DropReason) -> DroppedColumn:
        return DroppedColumn(self.position, self.header, reason)


def choose_columns(name: str, header: Sequence[object], rows: Sequence[Sequence[object]]) -> Selection:
    """Choose the columns of a table by its header and a sample of its rows.

    Args:
        name: of the file, for errors
        header: the row with the headers
        rows: the sample
    Raises:
        InputFileError: columns of one name have different numbers, so that the user must decide
    """
    candidates, drops = _list_candidates(header, rows)
    is_cdek_report = not CDEK_REPORT_HEADERS.isdisjoint(map(normalize_header, header))
    candidates = _find_cdek_numbers(candidates, is_cdek_report=is_cdek_report)
    for drop_some in (_drop_impossible_numbers, _drop_counters, _drop_uncertain, _drop_foreign_uuids):
        candidates, more = drop_some(candidates)
        drops += more
    _reject_doubtful_uuids(name, candidates)
    choices: list[ColumnChoice] = []
    twins: list[ColumnChoice] = []
    for column in (*_NAMED_ORDERS, "order"):
        if same_name := [candidate for candidate in candidates if candidate.column == column]:
            main, others, more = _merge(name, same_name, candidates)
            choices.append(main.choice)
            twins += [other.choice for other in others]
            drops += more
    return Selection(tuple(choices), tuple(twins), tuple(sorted(drops)))


def _list_candidates(
    header: Sequence[object], rows: Sequence[Sequence[object]]
) -> tuple[list[_Candidate], list[DroppedColumn]]:
    """List the columns with a known header, without those whose values are something else."""
    candidates: list[_Candidate] = []
    drops: list[DroppedColumn] = []
    for index, known in find_known(header).items():
        values = sample_column(rows, index)
        text = shorten_name(header[index]).strip()
        mismatches = [find_mismatch(values, column, known.certainty) for column in known.columns]
        columns = [column for column, mismatch in zip(known.columns, mismatches, strict=True) if mismatch is None]
        if columns:
            may_be_cdek = "order" in known.columns[1:]
            candidates.append(_Candidate(index, text, columns[0], known.certainty, values, may_be_cdek))
        else:
            drops += [DroppedColumn(index, text, mismatch) for mismatch in mismatches[:1] if mismatch is not None]
    return candidates, drops


def _find_cdek_numbers(candidates: list[_Candidate], *, is_cdek_report: bool) -> list[_Candidate]:
    """Find the columns of an order's number that have CDEK's: its account page heads them so."""
    others = [
        one for one in candidates if one.column in _NAMED_ORDERS and not one.values.is_empty and not one.is_like_cdek
    ]
    return [
        one._replace(column=_decide_number(one, others, is_cdek_report=is_cdek_report)) if one.is_like_cdek else one
        for one in candidates
    ]


def _decide_number(one: _Candidate, others: list[_Candidate], *, is_cdek_report: bool) -> str:
    """Return the name of a column with an order's number whose values look like CDEK's."""
    if not others:
        return "cdek_number" if is_cdek_report else "order"
    if cdek := [other for other in others if other.column == "cdek_number"]:
        return "cdek_number" if any(_agree(one, other) for other in cdek) else one.column
    shop = [other for other in others if other.column == "im_number"]
    return "cdek_number" if shop and not any(_agree(one, other) for other in shop) else one.column


def _drop_impossible_numbers(candidates: list[_Candidate]) -> tuple[list[_Candidate], list[DroppedColumn]]:
    """Drop the columns that cannot have CDEK's numbers, whatever their header, where another column has them."""
    numbers = [one for one in candidates if one.column == "cdek_number" and not one.values.is_empty]
    mismatches = {one.position: find_mismatch(one.values, "cdek_number", Certainty.GENERAL) for one in numbers}
    if None not in mismatches.values():
        return candidates, []
    drops = [one.drop(mismatch) for one in numbers if (mismatch := mismatches[one.position])]
    return [one for one in candidates if not mismatches.get(one.position)], drops


def _drop_counters(candidates: list[_Candidate]) -> tuple[list[_Candidate], list[DroppedColumn]]:
    """Drop the columns that count the rows, where another column has the orders."""
    counters = [one for one in candidates if one.column == "im_number" and one.values.is_counter]
    others = [one for one in candidates if one.column in _NAMED_ORDERS and one not in counters]
    if all(one.values.is_empty for one in others):
        return candidates, []
    return [one for one in candidates if one not in counters], [one.drop("counter") for one in counters]


def _drop_uncertain(candidates: list[_Candidate]) -> tuple[list[_Candidate], list[DroppedColumn]]:
    """Drop the columns whose header says little, where another one says more.

    Beside a column that says what it contains, `order` may be anything: a count, a date.
    """
    rest: list[_Candidate] = []
    drops: list[DroppedColumn] = []
    certain = [one for one in candidates if one.certainty > Certainty.WEAK]
    names = [one for one in certain if one.column in _NAMED_ORDERS]
    cdek_uuids = [one for one in certain if one.column == "uuid" and one.certainty == Certainty.EXPLICIT]
    for one in candidates:
        is_weak = one.certainty == Certainty.WEAK and one.column != "uuid"
        better = certain if is_weak else names if one.column == "order" else cdek_uuids if one.column == "uuid" else []
        if any(other is not one and not other.values.is_empty for other in better):
            drops.append(one.drop("less_certain"))
        elif is_weak and one.values.is_empty:
            drops.append(one.drop("empty"))
        else:
            rest.append(one)
    if any(one.column in _NAMED_ORDERS for one in rest):
        rest = [one for one in rest if one.column != "order" or not one.values.is_empty]
    return rest, drops


def _drop_foreign_uuids(candidates: list[_Candidate]) -> tuple[list[_Candidate], list[DroppedColumn]]:
    """Drop the UUIDs that cannot be CDEK's, where numbers identify the orders: CDEK's are of version 4."""
    if not _has_numbers(candidates):
        return candidates, []
    foreign = [
        one
        for one in candidates
        if one.column == "uuid"
        and one.certainty != Certainty.EXPLICIT
        and one.values.has_any("other_uuid")
        and not one.values.has_any("uuid")
    ]
    return [one for one in candidates if one not in foreign], [one.drop("foreign_uuid") for one in foreign]


def _reject_doubtful_uuids(name: str, candidates: list[_Candidate]) -> None:
    """Ask the user whose UUIDs these are, where numbers identify the orders as well.

    Raises:
        InputFileError: the header of the UUIDs does not say whose they are
    """
    doubtful = [
        one
        for one in candidates
        if one.column == "uuid" and one.certainty == Certainty.WEAK and not one.values.is_empty
    ]
    if doubtful and _has_numbers(candidates):
        numbers = [one for one in candidates if one.column != "uuid" and not one.values.is_empty]
        raise _make_ambiguity(name, "order", [*doubtful, *numbers], [doubtful[:1], numbers])


def _has_numbers(candidates: Iterable[_Candidate]) -> bool:
    return any(one.column != "uuid" and not one.values.is_empty for one in candidates)


def _merge(
    name: str, same_name: list[_Candidate], candidates: list[_Candidate]
) -> tuple[_Candidate, list[_Candidate], list[DroppedColumn]]:
    """Make one of the columns of one name: the most certain, then the fullest.

    Returns:
        the column to read, its twins, and the others with the reason why they are not read
    Raises:
        InputFileError: their numbers differ
    """
    main, *others = sorted(same_name, key=lambda one: (not one.values.texts, -one.certainty, -len(one.values.texts)))
    twins, rest = _find_twins(main, others)
    drops = [other.drop("empty" if other.values.is_empty else "equal") for other in twins]
    rivals: list[_Candidate] = []
    for other in rest:
        if not other.values.texts:
            drops.append(other.drop("unreadable"))
        elif _is_surely_other(main, other):
            drops.append(other.drop("other_numbers"))
        else:
            rivals.append(other)
    if rivals:
        checks = {one.column: one for one in candidates if one.column != main.column and not one.values.is_empty}
        answers = [[one, *checks.values()] for one in (main, *rivals)]
        raise _make_ambiguity(name, main.column, [main, *rivals], answers)
    return main, twins, drops


def _find_twins(main: _Candidate, others: list[_Candidate]) -> tuple[list[_Candidate], list[_Candidate]]:
    """Part the empty columns, and those that agree with the main one or with its twins, from the rest."""
    twins = [other for other in others if other.values.is_empty]
    rest = [other for other in others if not other.values.is_empty]
    union = main
    while twin := next((other for other in rest if _agree(union, other)), None):
        texts = union.values.texts | twin.values.texts
        union = union._replace(values=union.values._replace(texts=texts))
        twins.append(twin)
        rest.remove(twin)
    return twins, rest


def _is_surely_other(main: _Candidate, other: _Candidate) -> bool:
    """Return whether a header names CDEK, and the other column has numbers that CDEK does not give."""
    return (
        main.certainty == Certainty.EXPLICIT > other.certainty
        and main.column in {"cdek_number", "uuid"}
        and not other.values.has_any("cdek_number", "uuid")
    )


def _agree(one: _Candidate, other: _Candidate) -> bool:
    """Return whether two columns have the same values wherever both are filled, and both are filled somewhere."""
    mine, theirs = one.values.texts, other.values.texts
    common = mine.keys() & theirs.keys()
    ignore_case = str.lower if one.column == "uuid" else str
    return bool(common) and all(ignore_case(mine[row]) == ignore_case(theirs[row]) for row in common)


def _make_ambiguity(
    name: str, column: str, candidates: list[_Candidate], answers: list[list[_Candidate]]
) -> InputFileError:
    """Make the error that shows the columns in question, and the options that decide."""
    headers = ", ".join(f"«{one.header}» ({format_position(one.position)})" for one in candidates)
    options = [
        " ".join(f"--column {one.column}={format_position(one.position)}" for one in answer) for answer in answers
    ]
    return InputFileError(
        "input_columns_ambiguous",
        name=name,
        column=COLUMN_LABELS[column],
        headers=headers,
        options=Message(" или ".join(options), " or ".join(options)),
    )
