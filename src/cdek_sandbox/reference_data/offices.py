"""The offices of the sandbox: a few that CDEK's answers name, and as many made-up ones as the settings ask for."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw

from cdek_sandbox.reference_data.city_lookup import CITIES, City
from cdek_sandbox.reference_data.office import Office
from cdek_sandbox.reference_data.office_facts import (
    CELLS,
    CITY_LETTERS,
    HOURS,
    LOCKER_LIMITS,
    LOCKER_OWNERS,
    NAMED,
    OFFICE_LIMITS,
    PARTNER_OWNERS,
    ROUND_THE_CLOCK,
    STREETS,
    Named,
)
from cdek_sandbox.reference_data.office_rows import written
from cdek_sandbox.reference_data.transliteration import Lang, latin
from cdek_sandbox.world.dice import as_uuid, derived

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_encode = msgspec.json.Encoder().encode
_LOCKERS_OF_256 = 80
_DEGREES = 0.12  # how far from the middle of its city an office may be


def letters_of(code: str) -> str:
    """What stands before the number in the code of an office."""
    return code.rstrip("0123456789")


class Offices:
    """All offices: the named ones first, then city by city; their rows are encoded once a language."""

    def __init__(self, rows: Sequence[Office]) -> None:
        self.rows = rows
        self._by_code = {office.code: office for office in rows}
        self._by_city: dict[int, list[Office]] = {}
        for office in rows:
            self._by_city.setdefault(office.city.code, []).append(office)
        self._by_letters = {letters_of(office.code): office.city.code for office in rows}
        self._encoded: dict[tuple[str, Lang], Raw] = {}

    def find(self, code: str) -> Office | None:
        """The office with this code."""
        return self._by_code.get(code)

    def of_city(self, code: int | None) -> Sequence[Office]:
        """The offices of a city."""
        return () if code is None else self._by_city.get(code, ())

    def city_of_letters(self, code: str) -> int | None:
        """The city whose offices have codes that begin so."""
        return self._by_letters.get(letters_of(code))

    def encoded(self, office: Office, lang: Lang) -> Raw:
        """The office's row as bytes of JSON."""
        row = self._encoded.get((office.code, lang))
        if row is None:
            row = self._encoded[office.code, lang] = Raw(_encode(written(office, lang)))
        return row


@lru_cache(maxsize=2)
def offices_of(seed: int, number: int) -> Offices:
    """So many offices, the same for the same seed."""
    named = [_named(office, seed) for office in NAMED]
    taken = {office.code for office in named}
    letters = _letters_of_cities()
    more = [office for city, some in _shares(number - len(named)) for office in _made(city, some, letters, taken, seed)]
    return Offices([*named, *more][:number])


def _letters_of_cities() -> dict[int, str]:
    """Each city's letters in the codes of its offices, no two alike; but for three cities they are made up."""
    given = dict(CITY_LETTERS)
    taken = set(given.values())
    for city in CITIES.values():
        name = "".join(letter for letter in latin(city.name).upper() if letter.isalpha())
        candidates = (name[:2] + name[place] for place in range(2, len(name)))
        numbered = (f"{name[:3]}{chr(ord('A') + number % 26)}" for number in count())
        if city.code not in given:
            free = next((text for text in candidates if text not in taken), None)
            given[city.code] = free or next(text for text in numbered if text not in taken)
            taken.add(given[city.code])
    return given


def _shares(number: int) -> Iterator[tuple[City, int]]:
    """How many of the offices stand in each city: by the number of its postal codes."""
    cities = [city for city in CITIES.values() if city.region is not None]
    total, passed = sum(len(city.postal_codes) for city in cities), 0
    for city in cities:
        before = number * passed // total
        passed += len(city.postal_codes)
        yield city, max(0, number * passed // total - before)


def _made(city: City, number: int, letters: dict[int, str], taken: set[str], seed: int) -> Iterator[Office]:
    codes = (code for place in count(1) if (code := f"{letters[city.code]}{place}") not in taken)
    for _, code in zip(range(number), codes, strict=False):
        digest = derived(f"{seed}:office:{code}")
        yield _locker(code, city, digest) if digest[0] < _LOCKERS_OF_256 else _office(code, city, digest)


def _named(named: Named, seed: int) -> Office:
    city, digest = CITIES[named.city], derived(f"{seed}:office:{named.code}")
    comment = f"Вход с улицы, метро {named.metro}" if named.metro else None
    return Office(
        code=named.code,
        uuid=named.uuid or as_uuid(digest),
        city=city,
        postal_code=named.postal_code or city.postal_codes[0],
        street=named.street,
        latitude=named.latitude or city.latitude,
        longitude=named.longitude or city.longitude,
        hours=HOURS[named.hours],
        phones=named.phones,
        comment=comment,
        metro=named.metro,
        images=named.images,
        site=named.site,
        status=named.status,
    )


def _office(code: str, city: City, digest: bytes) -> Office:
    office = _placed(code, city, digest)
    flags = digest[9]
    office.hours = HOURS[digest[8] % len(HOURS)]
    office.owner_code = PARTNER_OWNERS[digest[11] % len(PARTNER_OWNERS)]
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
    office.weight_min, office.weight_max = OFFICE_LIMITS[digest[13] % len(OFFICE_LIMITS)]
    return office


def _locker(code: str, city: City, digest: bytes) -> Office:
    office = _placed(code, city, digest)
    office.type = "POSTAMAT"
    office.owner_code = LOCKER_OWNERS[digest[11] % len(LOCKER_OWNERS)]
    office.is_reception = bool(digest[9] & 1)
    office.is_dressing_room = office.have_cash = False
    office.weight_max = LOCKER_LIMITS[digest[13] % len(LOCKER_LIMITS)]
    office.cells = CELLS
    return office


def _placed(code: str, city: City, digest: bytes) -> Office:
    street, house = STREETS[digest[6] % len(STREETS)], digest[7] + 1
    return Office(
        code=code,
        uuid=as_uuid(digest),
        city=city,
        postal_code=city.postal_codes[int.from_bytes(digest[14:]) % len(city.postal_codes)],
        street=f"ул. {street}, {house}",
        latitude=round(city.latitude + _DEGREES * (int.from_bytes(digest[2:4]) / 32768 - 1), 6),
        longitude=round(city.longitude + _DEGREES * (int.from_bytes(digest[4:6]) / 32768 - 1), 6),
        hours=ROUND_THE_CLOCK,
        phones=("+70000000000",),
        comment=f"Вход со стороны дома {house}" if digest[12] & 4 else None,
        images=digest[12] & 3,
    )
