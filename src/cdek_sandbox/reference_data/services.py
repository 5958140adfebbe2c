"""Additional services of CDEK's appendix: which there are, what they cost here (made up but for insurance), what clashes."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Literal, NamedTuple

from cdek_sandbox.reference_data.tariffs import MIN_DECLARED
from cdek_sandbox.world.problems import problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cdek_sandbox.world.entities import Problem

Unit = Literal["once", "each", "share"]


class Extra(NamedTuple):
    """A service: its name, and its price in roubles: once, for each of the parameter, or as a share of it."""

    name: str
    price: float
    unit: Unit = "once"


INSURANCE = "INSURANCE"
_NAMELESS = Extra("", 50, "each")
"""A service that the appendix does not have, and a card shows all the same: the price is that of a recorded package."""
EXTRAS = {
    INSURANCE: Extra("СТРАХОВАНИЕ", 0.0075, "share"),
    "TAKE_SENDER": Extra("ЗАБОР В ГОРОДЕ ОТПРАВИТЕЛЕ", 300),
    "DELIV_RECEIVER": Extra("ДОСТАВКА В ГОРОДЕ ПОЛУЧАТЕЛЕ", 300),
    "TRYING_ON": Extra("ПРИМЕРКА", 0),
    "PART_DELIV": Extra("ЧАСТИЧНАЯ ДОСТАВКА", 0),
    "DANGER_CARGO": Extra("ОПАСНЫЙ ГРУЗ", 450),
    "SMS": Extra("Уведомление о вручении заказа", 10),
    "THERMAL_MODE": Extra("Тепловой режим", 400),
    "COURIER_PACKAGE_A2": Extra("Пакет курьерский А2", 500, "each"),
    "PACKAGE_A_2_LIGHT_EXPRESS": Extra("Пакет курьерский «Лайт» А2 (белый)", 60, "each"),
    "PACKAGE_A_3_LIGHT_EXPRESS": Extra("Пакет курьерский «Лайт» А3 (белый)", 50, "each"),
    "PACKAGE_A_4_LIGHT_EXPRESS": Extra("Пакет курьерский «Лайт» А4 (белый)", 40, "each"),
    "PACKAGE_A_5_LIGHT_EXPRESS": Extra("Пакет курьерский «Лайт» А5 (белый)", 30, "each"),
    "NOTIFY_ORDER_CREATED": Extra("Уведомление о создании заказа в СДЭК", 10),
    "NOTIFY_ORDER_DELIVERY": Extra("Уведомление о приеме заказа на доставку", 10),
    "CARTON_BOX_XS": Extra("Коробка XS (0,5 кг 17х12х9 см)", 45, "each"),
    "CARTON_BOX_S_2_KILOS": Extra("Коробка S (2 кг 23х19х10 см)", 60, "each"),
    "CARTON_BOX_M": Extra("Коробка M (5 кг 33х25х15 см)", 90, "each"),
    "CARTON_BOX_2KG": Extra("Коробка (2 кг 34х24х10 см)", 70, "each"),
    "CARTON_BOX_3KG": Extra("Коробка (3 кг 24х24х21 см)", 80, "each"),
    "CARTON_BOX_5KG": Extra("Коробка (5 кг 40х24х21 см)", 100, "each"),
    "CARTON_BOX_10KG": Extra("Коробка (10 кг 40х35х28 см)", 130, "each"),
    "CARTON_BOX_L_12_KILOS": Extra("Коробка (12 кг 31х25х38 см)", 140, "each"),
    "CARTON_BOX_XL_18_KILOS": Extra("Коробка (18 кг 60х35х30см)", 180, "each"),
    "CARTON_BOX_20KG": Extra("Коробка (20 кг 47х40х43 см)", 190, "each"),
    "CARTON_BOX_30KG": Extra("Коробка (30 кг 69х39х42 см)", 240, "each"),
    "BUBBLE_WRAP": Extra("Воздушно-пузырчатая пленка", 40, "each"),
    "WASTE_PAPER": Extra("Макулатурная бумага", 20, "each"),
    "CARTON_FILLER": Extra('Прессованный картон "филлер" (55х14х2,3 см)', 25, "each"),
    "XL_BOX_INNER_CRATE": Extra('Внутренняя обрешётка "Коробка XL"', 600, "each"),
    "20_KG_BOX_INNER_CRATE": Extra('Внутренняя обрешётка "Коробка Вес до 20кг"', 650, "each"),
    "30_KG_BOX_INNER_CRATE": Extra('Внутренняя обрешётка "Коробка Вес до 30кг"', 700, "each"),
    "BAN_ATTACHMENT_INSPECTION": Extra("Запрет осмотра вложения", 0),
    "GET_UP_FLOOR_BY_HAND": Extra("Подъём на этаж (по лестнице)", 100, "each"),
    "GET_UP_FLOOR_BY_ELEVATOR": Extra("Подъём на этаж (на лифте)", 150),
    "ADULT_GOODS": Extra("18+", 0),
    "LOADING_OPERATIONS_AT_THE_SENDER": Extra("Погрузо-разгрузочные работы у отправителя", 800),
    "LOAD_THE_OPERATION_AT_THE_RECIPIENT": Extra("Погрузо-разгрузочные работы у получателя", 800),
    "ENVELOPE_A4_CDEK_FREE": Extra("Конверт А4 из картона (бесплатный)", 0, "each"),
    "CUSTOMS_CLEARANCE": Extra("Таможенное оформление", 1500),
    "SMS_NOTIFICATIONS_FOR_THE_RECIPIENT": Extra("СМС-уведомление о прибытии заказа", 10),
    "SMS_NOTIFICATIONS_FOR_EXPIRATION_DATE": Extra("СМС-уведомление об окончании срока хранения", 10),
    "EXP_REGIST_WITH_DOC": Extra("Экспортное таможенное оформление (с документами)", 2500),
    "EXP_REGIST_WITHOUT_DOC": Extra("Экспортное таможенное оформление (без документов)", 3000),
    "EXP_REGIST": Extra("Экспортное таможенное оформление", 2000),
    "CUSTOM_CLEARENCE_FOR_LAST_MILE_B2B_200": Extra("ТО для последней мили B2B 200-", 1000),
    "CUSTOMS_CLEARANCE_FOR_THE_LAST_MILE": Extra("ТО для последней мили", 1000),
    "CUSTOM_CLEARENCE_FOR_LAST_MILE_B2B_200469": Extra("ТО для последней мили B2B 200+", 1500),
    "CUSTOM_CLEARENCE_FOR_B2B_1000_EXPORT": Extra("Таможенное оформление B2B 1000+ экспорт", 3500),
    "CUSTOM_CLEARENCE_FOR_B2B_200_IMPORT": Extra("Таможенное оформление B2B 200+ импорт", 2500),
    "SELF_CLEARING_CUSTOMS_FOR_B2B_EXPORT": Extra("Самостоятельное таможенное оформление B2B экспорт", 500),
    "SELF_CLEARING_CUSTOMS_FOR_B2B_IMPORT": Extra("Самостоятельное таможенное оформление B2B импорт", 500),
    "PHOTO_OF_DOCUMENTS": Extra("Фото документов", 50),
}
_MOST = 50_000_000.0
FORBIDDEN = frozenset({"ANOTHER"})
_CLASHES = (
    ({"GET_UP_FLOOR_BY_HAND", "GET_UP_FLOOR_BY_ELEVATOR"}, "err_addservice_getup_floor_elevator"),
    (
        {"BAN_ATTACHMENT_INSPECTION", "TRYING_ON"},
        "err_addservice_ban_attachment_inspection_incompatible_trying_on",
    ),
    (
        {"BAN_ATTACHMENT_INSPECTION", "PART_DELIV"},
        "err_addservice_ban_attachment_inspection_incompatible_part_deliv",
    ),
)


def wrong_services(tariff_code: int, services: Sequence[Mapping[str, str]]) -> list[Problem]:
    """What CDEK has against these services with this tariff."""
    codes = [row.get("code", "").upper() for row in services]
    problems = [problem("ve_as_forbidden", code) for code in codes if code in FORBIDDEN]
    unknown = (code for code in codes if code not in EXTRAS and code not in FORBIDDEN)
    problems += [problem("ve_additional_service_unavailable", code) for code in unknown]
    problems += [problem(code) for pair, code in _CLASHES if pair <= set(codes)]
    least = MIN_DECLARED.get(tariff_code, 0.0)
    declared = [amount(row) for row in services if row.get("code", "").upper() == INSURANCE]
    if any(value < least for value in declared):
        problems.append(problem("ve_as_insurance_min_declared_cost", f"{least:.0f}"))
    return problems


def extra_price(row: Mapping[str, str]) -> float:
    """The price of a service in roubles, without tax, also of one outside the appendix. Goods declared at one rouble or less are insured for nothing."""
    extra, number = EXTRAS.get(row.get("code", "").upper(), _NAMELESS), amount(row)
    if extra.unit == "share":
        return round(extra.price * number, 2) if number > 1 else 0.0
    return round(extra.price * (number if extra.unit == "each" else 1.0), 2)


def amount(row: Mapping[str, str]) -> float:
    """The parameter of a service as a number: absent or unreadable counts as one."""
    try:
        number = float(row.get("parameter", "1").replace(",", "."))
    except ValueError:
        return 1.0
    return min(number, _MOST) if isfinite(number) and number >= 0 else 1.0
