"""Methods of CDEK's calculator; OInt has none for it."""

from __future__ import annotations

from oint.catalog.fields import LANGUAGE, TOKEN, body_parameter, host_parameter, optional_parameter
from oint.catalog.model import Method
from oint.i18n import Message

_CALCULATOR = "oint.cdek.api.calculator"
_ROUTE = Message(
    "Откуда, куда и места (вес в граммах, размеры в сантиметрах)",
    "Origin, destination and packages (grams and centimetres)",
)
_PARCEL = body_parameter(Message("ОписаниеПосылки", "Parcel"), "parcel", "p", _ROUTE)

METHODS = (
    Method(
        Message("РассчитатьТарифы", "CalculateTariffs"),
        "calculator",
        Message("Рассчитывает цену и срок по всем тарифам", "Calculates price and delivery time for all tariffs"),
        Message("JSON СДЭК: tariff_codes, тарифы с ценами", "CDEK's JSON: tariff_codes with their prices"),
        "POST",
        "/calculator/tarifflist",
        (TOKEN, _PARCEL, host_parameter()),
        _CALCULATOR,
        lambda calculator, values: calculator.tariff_list(values["parcel"]),
        list_field="tariff_codes",
    ),
    Method(
        Message("РассчитатьТариф", "CalculateTariff"),
        "calculator",
        Message("Рассчитывает цену по одному тарифу с услугами", "Calculates the price of one tariff, with services"),
        Message("JSON СДЭК: цена, срок, услуги", "CDEK's JSON: price, delivery time, services"),
        "POST",
        "/calculator/tariff",
        (TOKEN, _PARCEL, host_parameter()),
        _CALCULATOR,
        lambda calculator, values: calculator.tariff(values["parcel"]),
    ),
    Method(
        Message("РассчитатьТарифыСУслугами", "CalculateTariffsWithServices"),
        "calculator",
        Message("Рассчитывает цену с услугами по всем тарифам", "Calculates prices with services for all tariffs"),
        Message("JSON СДЭК: tariff_codes, тарифы с услугами", "CDEK's JSON: tariff_codes with their services"),
        "POST",
        "/calculator/tariffAndService",
        (TOKEN, _PARCEL, host_parameter()),
        _CALCULATOR,
        lambda calculator, values: calculator.tariff_and_service(values["parcel"]),
        list_field="tariff_codes",
    ),
    Method(
        Message("ПолучитьСписокТарифов", "GetTariffList"),
        "calculator",
        Message("Получает тарифы договора с их ограничениями", "Gets the tariffs of the contract with their limits"),
        Message("JSON СДЭК: tariff_codes, тарифы договора", "CDEK's JSON: tariff_codes of the contract"),
        "GET",
        "/calculator/alltariffs",
        (TOKEN, optional_parameter(Message("Язык", "Lang"), "lang", "l", "string", LANGUAGE), host_parameter()),
        _CALCULATOR,
        lambda calculator, values: calculator.all_tariffs(values["lang"]),
        list_field="tariff_codes",
    ),
)
