"""What offices are made of. The five named here always exist; three of them stand in CDEK's answers."""

from __future__ import annotations

from typing import NamedTuple


class Hours(NamedTuple):
    """When an office is open: on weekdays, Saturday and Sunday; None: closed."""

    text: str
    weekday: str
    saturday: str | None
    sunday: str | None


HOURS = (
    Hours("Пн-Пт 08:00-22:00, Сб-Вс 10:00-18:00", "08:00/22:00", "10:00/18:00", "10:00/18:00"),
    Hours("Пн-Пт 10:00-20:00, Сб 10:00-16:00, Вс 10:00-16:00", "10:00/20:00", "10:00/16:00", "10:00/16:00"),
    Hours("Пн-Пт 09:00-21:00, Сб-Вс 10:00-18:00", "09:00/21:00", "10:00/18:00", "10:00/18:00"),
    Hours("Пн-Сб 10:00-19:00", "10:00/19:00", "10:00/19:00", None),
    Hours("Пн-Пт 09:00-18:00", "09:00/18:00", None, None),
)
ROUND_THE_CLOCK = Hours("Пн-Вс 00:00-23:59", "00:00/23:59", "00:00/23:59", "00:00/23:59")
STREETS = (
    *("Ленина", "Мира", "Гагарина", "Советская", "Победы", "Пушкина", "Кирова", "Октябрьская", "Садовая", "Молодёжная"),
    *("Лесная", "Новая", "Школьная", "Центральная", "Набережная", "Заречная", "Первомайская", "Комсомольская"),
    *("Чехова", "Горького", "Суворова", "Строителей", "Вокзальная", "Зелёная"),
)
LOCKER_OWNERS = ("CDEK", "CDEK", "OmniCDEK", "PickPoint", "Tastamat", "Халва")
PARTNER_OWNERS = ("CDEK",) * 7 + ("OmniCDEK",)
LOCKER_LIMITS = (15.0, 20.0, 30.0)
OFFICE_LIMITS = ((0.0, None), (0.0, None), (0.0, None), (0.0, 15.0), (0.0, 30.0), (0.1, 50.0))
"""The least and the greatest weight that an office takes."""
CELLS = ((40.0, 11.0, 60.0), (40.0, 19.0, 60.0), (40.0, 41.0, 60.0))
"""Width, height and depth of a locker's cells, in centimetres: made up."""
CITY_LETTERS = {44: "MSK", 137: "SPB", 270: "NSK"}


class Named(NamedTuple):
    """An office that always exists. `images` and `site` say which optional keys its row has."""

    code: str
    city: int
    uuid: str | None = None
    street: str = "ул. Ленина, 1"
    postal_code: str | None = None
    latitude: float = 0.0
    longitude: float = 0.0
    hours: int = 0
    phones: tuple[str, ...] = ("+70000000000",)
    metro: str | None = None
    images: int = 0
    site: bool = False
    status: bool = True


NAMED = (
    Named(
        code="NSK1",
        city=270,
        uuid="b9ddb29e-2a11-406e-8d34-4763dff0cc86",
        street="ул. Кривощековская, 15, корп.1",
        postal_code="630007",
        latitude=55.01591,
        longitude=82.92912,
        site=True,
        status=False,
    ),
    Named(
        code="MSK65",
        city=44,
        uuid="bbc8def8-4698-4cf2-83c3-3aaa88f2641a",
        street="ул. Динамовская, 1А, 110а",
        postal_code="109044",
        latitude=55.732175,
        longitude=37.66371,
        hours=1,
        metro="Пролетарская",
        images=3,
    ),
    Named(
        code="MSK5",
        city=44,
        uuid="5d333a76-4fa5-45dd-b85a-4b953847e2f8",
        street="ул. Авиамоторная, 67/8, стр.3",
        postal_code="111024",
        latitude=55.737845,
        longitude=37.721369,
        hours=2,
        phones=("+70000000000", "+70000000001"),
        metro="Авиамоторная",
    ),
    Named("MSK1", 44),
    Named("NSK27", 270),
)
