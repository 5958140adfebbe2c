"""The offices of the sandbox: those of `offices.csv`, which always exist, and invented ones up to the number in the settings.

Three of the five in the file stand in CDEK's answers. The sizes of cells are invented.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct

from cdek_sandbox.core.random_source import format_uuid, hash_text
from cdek_sandbox.reference_data.cities import CITIES, City
from cdek_sandbox.reference_data.loader import FOLDER, read_document, read_table
from cdek_sandbox.reference_data.office import Cell, Hours, Office
from cdek_sandbox.reference_data.office_rows import build_row
from cdek_sandbox.reference_data.transliteration import Lang, transliterate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Value = TypeVar("Value")
_encode = msgspec.json.Encoder().encode
_LOCKERS_OF_256 = 80
_DEGREES = 0.12  # how far from the middle of its city an office may be


class OfficeRow(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of `offices.csv`; `hours` is a line of `office_hours.csv`, from 0. `images` and `has_site`: optional keys."""

    code: str
    city: int
    uuid: str | None = None
    street: str = "ул. Ленина, 1"
    postal_code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    hours: int = 0
    phones: str = "+70000000000"
    metro: str | None = None
    images: int = 0
    has_site: bool = False
    is_active: bool = True


class WeightRange(NamedTuple):
    """The weights that an office accepts, in kilograms; None: no limit."""

    min: float
    max: float | None


class OfficeFeatures(Struct, frozen=True, forbid_unknown_fields=True):
    """`office_features.json`: what invented offices are made of. A value that is there twice is chosen twice as often."""

    streets: list[str]
    locker_owners: list[str]
    office_owners: list[str]
    locker_limits: list[float]
    office_limits: list[WeightRange]
    cells: tuple[Cell, ...]
    city_letters: dict[int, str]


_ROWS = read_table(FOLDER / "offices.csv", OfficeRow)
_HOURS = read_table(FOLDER / "office_hours.csv", Hours)
_OPENING_HOURS, _ROUND_THE_CLOCK = _HOURS[:-1], _HOURS[-1]
_FEATURES = read_document(FOLDER / "office_features.json", OfficeFeatures)
CELLS = _FEATURES.cells


def read_letters(code: str) -> str:
    """Return what stands before the number in the code of an office."""
    return code.rstrip("0123456789")


class Offices:
    """All offices: those of the file first, then city by city; their rows are encoded once a language."""

    def __init__(self, rows: Sequence[Office]) -> None:
        self.rows = rows
        self._by_code = {office.code: office for office in rows}
        self._by_city: dict[int, list[Office]] = {}
        for office in rows:
            self._by_city.setdefault(office.city.code, []).append(office)
        self._by_letters = {read_letters(office.code): office.city.code for office in rows}
        self._encoded: dict[tuple[str, Lang], Raw] = {}

    def find(self, code: str) -> Office | None:
        """Return the office with this code."""
        return self._by_code.get(code)

    def list_in_city(self, code: int | None) -> Sequence[Office]:
        """Return the offices of a city."""
        return () if code is None else self._by_city.get(code, ())

    def find_city_by_letters(self, code: str) -> int | None:
        """Return the city whose offices have codes that begin so."""
        return self._by_letters.get(read_letters(code))

    def encode_row(self, office: Office, lang: Lang) -> Raw:
        """Return the office's row as bytes of JSON."""
        row = self._encoded.get((office.code, lang))
        if row is None:
            row = self._encoded[office.code, lang] = Raw(_encode(build_row(office, lang)))
        return row


@lru_cache(maxsize=2)
def build_offices(seed: int, number: int) -> Offices:
    """Build this number of offices; the same seed builds the same ones."""
    offices = [_build_from_row(row, seed) for row in _ROWS]
    letters, used = _choose_letters(), {office.code for office in offices}
    for city, share in _share_out(number - len(offices)):
        offices += _invent(city, share, letters, used, seed)
    return Offices(offices[:number])


def _choose_letters() -> dict[int, str]:
    """Choose each city's letters in the codes of its offices, no two alike; except for three cities they are invented."""
    chosen = dict(_FEATURES.city_letters)
    used = set(chosen.values())
    for city in CITIES.values():
        name = "".join(letter for letter in transliterate(city.name).upper() if letter.isalpha())
        candidates = (name[:2] + name[place] for place in range(2, len(name)))
        numbered = (f"{name[:3]}{chr(ord('A') + number % 26)}" for number in count())
        if city.code not in chosen:
            free = next((text for text in candidates if text not in used), None)
            chosen[city.code] = free or next(text for text in numbered if text not in used)
            used.add(chosen[city.code])
    return chosen


def _share_out(number: int) -> Iterator[tuple[City, int]]:
    """Share the offices out among the cities by their numbers of postal codes."""
    cities = [city for city in CITIES.values() if city.region is not None]
    total, passed = sum(len(city.postal_codes) for city in cities), 0
    for city in cities:
        before = number * passed // total
        passed += len(city.postal_codes)
        yield city, max(0, number * passed // total - before)


def _invent(city: City, number: int, letters: dict[int, str], used: set[str], seed: int) -> Iterator[Office]:
    codes = (code for place in count(1) if (code := f"{letters[city.code]}{place}") not in used)
    for _, code in zip(range(number), codes, strict=False):
        digest = hash_text(f"{seed}:office:{code}")
        yield _invent_locker(code, city, digest) if digest[0] < _LOCKERS_OF_256 else _invent_office(code, city, digest)


def _build_from_row(row: OfficeRow, seed: int) -> Office:
    city, digest = CITIES[row.city], hash_text(f"{seed}:office:{row.code}")
    return Office(
        code=row.code,
        uuid=row.uuid or format_uuid(digest),
        city=city,
        postal_code=row.postal_code or city.postal_codes[0],
        street=row.street,
        latitude=city.latitude if row.latitude is None else row.latitude,
        longitude=city.longitude if row.longitude is None else row.longitude,
        hours=_HOURS[row.hours],
        phones=tuple(row.phones.split()),
        comment=f"Вход с улицы, метро {row.metro}" if row.metro else None,
        metro=row.metro,
        images=row.images,
        site=row.has_site,
        status=row.is_active,
    )


def _choose(values: Sequence[Value], byte: int) -> Value:
    return values[byte % len(values)]


def _invent_office(code: str, city: City, digest: bytes) -> Office:
    office = _place_office(code, city, digest)
    flags = digest[9]
    office.hours = _choose(_OPENING_HOURS, digest[8])
    office.owner_code = _choose(_FEATURES.office_owners, digest[11])
    office.is_handout = flags & 0b1111 != 0
    office.is_reception = not office.is_handout or flags & 0b110000 != 0
    office.is_dressing_room = bool(flags & 0b1000000)
    office.is_marketplace = True if digest[10] & 0b11 == 0 else None
    office.is_ltl = digest[10] & 0b11100 == 0
    office.have_cash = digest[10] & 0b1100000 != 0
    office.have_cashless = digest[10] & 0b10100000 != 0
    office.have_fast_payment_system = bool(flags & 0b10000000)
    office.fulfillment = digest[12] == 0
    office.ltl_acceptance_partners = office.is_ltl and bool(digest[12] & 1)
    office.ltl_issuance_partners = office.is_ltl and bool(digest[12] & 2)
    office.weight_min, office.weight_max = _choose(_FEATURES.office_limits, digest[13])
    return office


def _invent_locker(code: str, city: City, digest: bytes) -> Office:
    office = _place_office(code, city, digest)
    office.type = "POSTAMAT"
    office.owner_code = _choose(_FEATURES.locker_owners, digest[11])
    office.is_reception = bool(digest[9] & 1)
    office.is_dressing_room = office.have_cash = False
    office.weight_max = _choose(_FEATURES.locker_limits, digest[13])
    office.cells = CELLS
    return office


def _place_office(code: str, city: City, digest: bytes) -> Office:
    street, house = _choose(_FEATURES.streets, digest[6]), digest[7] + 1
    return Office(
        code=code,
        uuid=format_uuid(digest),
        city=city,
        postal_code=city.postal_codes[int.from_bytes(digest[14:]) % len(city.postal_codes)],
        street=f"ул. {street}, {house}",
        latitude=round(city.latitude + _DEGREES * (int.from_bytes(digest[2:4]) / 32768 - 1), 6),
        longitude=round(city.longitude + _DEGREES * (int.from_bytes(digest[4:6]) / 32768 - 1), 6),
        hours=_ROUND_THE_CLOCK,
        phones=("+70000000000",),
        comment=f"Вход со стороны дома {house}" if digest[12] & 4 else None,
        images=digest[12] & 3,
    )
