"""Examples of cities and postal codes."""

from __future__ import annotations

from docs._ext.method_reference.examples import MethodExample
from oint.i18n import Message

EXAMPLES = (
    MethodExample(
        "GetCityList",
        lambda _: {"filter": {"city": "Москва", "country_codes": "RU"}},
        "cdek.location.cities({filter})",
        note=Message(
            "Название должно совпасть целиком, и одно название бывает у нескольких мест: сохраняйте код. `payment_limit` -1: "
            "наложенный платёж без ограничения, 0: его нет.",
            "The full name must match, and several places may have the same name: save the code. A `payment_limit` of -1 means "
            "unlimited cash on delivery, 0 means no cash on delivery.",
        ),
    ),
    MethodExample(
        "GetCityPostalCodes",
        lambda _: {"city": 44},
        "cdek.location.postal_codes({city})",
        note=Message("Индексы в примере придумала песочница.", "The sandbox invents the postal codes of the example."),
        lines=20,
    ),
    MethodExample(
        "GetCityByCoordinates",
        lambda _: {"latitude": 55.0302, "longitude": 82.9204},
        "cdek.location.coordinates({latitude}, {longitude})",
    ),
    MethodExample(
        "SuggestCities",
        lambda _: {"name": "Ново", "country": "RU"},
        "cdek.location.suggest_cities({name}, {country})",
        lines=40,
    ),
)
