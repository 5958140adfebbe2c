"""The sections of a number format: their literals and placeholders, and what kind of value each shows."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | _(?P<width>.) | \*(?P<fill>.) | \[(?P<bracket>[^\]]*)\]
    | (?P<general>general) | (?P<digit>[0\#?]) | (?P<group>,) | (?P<text>@) | (?P<literal>[-+()/\ \u00a0\u202f])
    | (?P<date>[ymdhs]) | (?P<end>;)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_COLORS = re.compile(r"(?:black|blue|cyan|green|magenta|red|white|yellow|color ?[0-9]{1,2})", re.IGNORECASE)
_DATE_BRACKET = re.compile(r"h+|m+|s+|\$-f[48]00", re.IGNORECASE)
"""Elapsed time, and the formats of date and time that Windows sets."""
_LOCALE = re.compile(r"\$-(?!f[48]00)[0-9a-f]{1,4}", re.IGNORECASE)
ZERO: Final = "\0" + "0"
"""The placeholder 0; see `Section`."""

Kind = Literal["number", "general", "text", "literal", "date", "unknown"]


class Section(NamedTuple):
    """One of the parts of a format between semicolons.

    Args:
        kind: what it shows
        parts: literals; a placeholder is a single character 0, # or ? after a NUL; @ and General are NUL alone
        is_grouped: whether thousands are separated
        is_text: whether it has a place for a text
    """

    kind: Kind
    parts: tuple[str, ...] = ()
    is_grouped: bool = False
    is_text: bool = False


def parse_sections(code: str) -> list[Section] | None:
    """Parse a format; return None where it is not one."""
    if "\0" in code:
        return None
    if not code:
        return [Section("general", ("\0",))]
    sections: list[Section] = []
    tokens: list[re.Match[str] | None] = []
    at = 0
    while at < len(code):
        token = _TOKEN.match(code, at)
        if token is not None and token["end"]:
            sections.append(_parse_section(tokens))
            tokens = []
        else:
            tokens.append(token)
        at = token.end() if token is not None else at + 1
    sections.append(_parse_section(tokens))
    return sections if len(sections) <= 4 else None  # noqa: PLR2004 - positive, negative, zero, text


def _parse_section(tokens: list[re.Match[str] | None]) -> Section:
    """Parse the tokens of a section; None stands for a character that means nothing known."""
    kinds: set[Kind] = set()
    parts: list[str] = []
    for index, token in enumerate(tokens):
        if token is None or (token["group"] and not _is_between_digits(tokens, index)):
            kinds.add("unknown")
            continue
        if token["literal"] == "/" and "number" in kinds:
            kinds.add("unknown")  # a fraction
        kind = _get_kind(token)
        if kind is not None:
            kinds.add(kind)
        parts.append(_get_part(token))
    is_grouped = any(token is not None and token["group"] for token in tokens)
    is_text = "text" in kinds
    return Section(_choose_kind(kinds, parts), tuple(part for part in parts if part), is_grouped, is_text)


def _get_kind(token: re.Match[str]) -> Kind | None:
    """Return what a token makes of its section, None where any section may have it."""
    if token["digit"]:
        return "number"
    if token["general"]:
        return "general"
    if token["text"]:
        return "text"
    if token["date"]:
        return "date"
    if token["fill"]:
        return "unknown" if token["fill"].strip() else None
    if token["bracket"] is None or _COLORS.fullmatch(token["bracket"]) or _LOCALE.fullmatch(token["bracket"]):
        return None
    return "date" if _DATE_BRACKET.fullmatch(token["bracket"]) else "unknown"


def _get_part(token: re.Match[str]) -> str:
    """Return what a token shows; see `Section`."""
    if token["digit"]:
        return "\0" + token["digit"]
    if token["general"] or token["text"]:
        return "\0"
    if token["width"]:
        return " "
    return token["quoted"] or token["escaped"] or token["literal"] or ""


def _is_between_digits(tokens: list[re.Match[str] | None], index: int) -> bool:
    around = [tokens[near] for near in (index - 1, index + 1) if 0 <= near < len(tokens)]
    return len(around) == 2 and all(token is not None and token["digit"] for token in around)  # noqa: PLR2004 - two neighbours


def _choose_kind(kinds: set[Kind], parts: list[str]) -> Kind:
    """Choose what a section shows: the one kind of its tokens, where they are of one."""
    if "date" in kinds and "text" not in kinds and "general" not in kinds:
        return "date"
    if len(kinds) > 1 or parts.count("\0") > 1:
        return "unknown"
    return kinds.pop() if kinds else "literal"
