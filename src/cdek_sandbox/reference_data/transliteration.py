"""The three languages of CDEK's answers. How CDEK writes Russian names in the other two is not recorded: Latin letters."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from cdek_sandbox.reference_data.loader import FOLDER, read_document
from cdek_sandbox.reference_data.regions import COUNTRIES

Lang = Literal["rus", "eng", "zho"]


class _Transliteration(Struct, forbid_unknown_fields=True):
    """`transliteration.json`: Latin letters for each small Russian one, and names that have a form of their own."""

    letters: dict[str, str]
    names: dict[str, str]


_TABLE = read_document(FOLDER / "transliteration.json", _Transliteration)
_TO_LATIN = str.maketrans(
    _TABLE.letters | {letter.upper(): latin.capitalize() for letter, latin in _TABLE.letters.items()}
)


def read_lang(code: str | None) -> Lang:
    """Return the language of a call. What CDEK makes of another code is not known: Russian is a choice."""
    return next((lang for lang in get_args(Lang) if lang == (code or "").lower()), "rus")


def transliterate(text: str) -> str:
    """Write a Russian text in Latin letters."""
    return _TABLE.names.get(text) or text.translate(_TO_LATIN)


def translate(text: str, lang: Lang) -> str:
    """Write a Russian text in the language."""
    return text if lang == "rus" else transliterate(text)


def name_country(code: str, lang: Lang) -> str:
    """Return a country's name in the language."""
    return str(getattr(COUNTRIES[code], lang))
