"""The three languages of CDEK's answers. How CDEK writes Russian names in the other two is not recorded: latin letters."""

from __future__ import annotations

from typing import Literal, get_args

from cdek_sandbox.reference_data.regions import COUNTRIES

Lang = Literal["rus", "eng", "zho"]
_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".split(" "),  # noqa: SIM905 - a table of letters
        strict=True,
    )
)
_TO_LATIN = {
    ord(letter): "" if sound == "_" else sound
    for lower, lower_sound in _LETTERS.items()
    for letter, sound in ((lower, lower_sound), (lower.upper(), lower_sound.capitalize()))
}
_ENGLISH = {"Москва": "Moscow", "Санкт-Петербург": "Saint Petersburg"}


def lang_of(asked: str | None) -> Lang:
    """The language asked for. What CDEK makes of another word is not known: Russian is a choice."""
    return next((lang for lang in get_args(Lang) if lang == (asked or "").lower()), "rus")


def latin(text: str) -> str:
    """A Russian text in latin letters."""
    return _ENGLISH.get(text) or text.translate(_TO_LATIN)


def in_language(text: str, lang: Lang) -> str:
    """A Russian text as the language has it."""
    return text if lang == "rus" else latin(text)


def country(code: str, lang: Lang) -> str:
    """A country's name."""
    return str(getattr(COUNTRIES[code], lang))
