"""Methods for cities and postal codes; OInt has none for them."""

from __future__ import annotations

from oint.catalog.fields import TOKEN, drop_empty_fields, host_parameter, optional_parameter
from oint.catalog.model import Method, Parameter
from oint.i18n import Message

_LOCATION = "oint.cdek.api.location"

METHODS = (
    Method(
        Message("ПолучитьСписокГородов", "GetCityList"),
        "locations",
        Message("Получает населённые пункты по отбору", "Gets cities and settlements by a filter"),
        Message("JSON СДЭК: массив населённых пунктов", "CDEK's JSON: an array of cities and settlements"),
        "GET",
        "/location/cities",
        (
            TOKEN,
            Parameter(
                Message("Фильтр", "Filter"),
                "filter",
                "f",
                "object",
                Message(
                    "Поля отбора (city, code, postal_code, country_codes, page и другие): JSON, файл или адрес http(s)",
                    "Fields to select by (city, code, postal_code, country_codes, page, …): JSON, a file or an address",
                ),
                required=False,
                example="filter.json",
            ),
            host_parameter(),
        ),
        _LOCATION,
        lambda location, values: location.cities(drop_empty_fields(values["filter"])),
        list_field="",
    ),
    Method(
        Message("ПолучитьИндексыГорода", "GetCityPostalCodes"),
        "locations",
        Message("Получает почтовые индексы города", "Gets the postal codes of a city"),
        Message("JSON СДЭК: postal_codes, индексы", "CDEK's JSON: postal_codes"),
        "GET",
        "/location/postalcodes",
        (
            TOKEN,
            Parameter(
                Message("КодГорода", "CityCode"),
                "city",
                "c",
                "number",
                Message("Код города в СДЭК", "CDEK's code of the city"),
                example="44",
            ),
            host_parameter(),
        ),
        _LOCATION,
        lambda location, values: location.postal_codes(values["city"]),
        list_field="postal_codes",
    ),
    Method(
        Message("ПолучитьГородПоКоординатам", "GetCityByCoordinates"),
        "locations",
        Message("Находит город по координатам", "Finds the city at coordinates"),
        Message("JSON СДЭК: город", "CDEK's JSON: the city"),
        "GET",
        "/location/coordinates",
        (
            TOKEN,
            Parameter(
                Message("Широта", "Latitude"),
                "latitude",
                "a",
                "number",
                Message("Широта в градусах", "Latitude in degrees"),
                example="55.7558",
            ),
            Parameter(
                Message("Долгота", "Longitude"),
                "longitude",
                "o",
                "number",
                Message("Долгота в градусах", "Longitude in degrees"),
                example="37.6173",
            ),
            host_parameter(),
        ),
        _LOCATION,
        lambda location, values: location.coordinates(values["latitude"], values["longitude"]),
    ),
    Method(
        Message("ПодобратьГорода", "SuggestCities"),
        "locations",
        Message("Подбирает города по началу названия", "Suggests cities by the beginning of their name"),
        Message("JSON СДЭК: массив городов", "CDEK's JSON: an array of cities"),
        "GET",
        "/location/suggest/cities",
        (
            TOKEN,
            Parameter(
                Message("Название", "Name"),
                "name",
                "n",
                "string",
                Message("Начало названия", "The beginning of the name"),
                example="Mos",
            ),
            optional_parameter(
                Message("КодСтраны", "Country"),
                "country",
                "c",
                "string",
                Message("Код страны из двух букв", "Country code of two letters"),
            ),
            host_parameter(),
        ),
        _LOCATION,
        lambda location, values: location.suggest_cities(values["name"], values["country"]),
        list_field="",
    ),
)
