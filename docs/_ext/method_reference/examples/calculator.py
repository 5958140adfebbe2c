"""Examples of the calculator: a parcel of 1.2 kg from Moscow to Novosibirsk."""

from __future__ import annotations

from docs._ext.method_reference.examples import MethodExample
from oint.i18n import Message

_PARCEL = {
    "type": 1,
    "from_location": {"code": 44},
    "to_location": {"code": 270},
    "packages": [{"weight": 1200, "length": 30, "width": 20, "height": 10}],
}
_BOX = {"services": [{"code": "CARTON_BOX_M", "parameter": "1"}]}
_INVENTED = Message(
    "Цены и сроки в примере придумала песочница.",
    "The sandbox invents the prices and the delivery times of the example.",
)

EXAMPLES = (
    MethodExample(
        "CalculateTariffs",
        lambda _: {"parcel": _PARCEL},
        "cdek.calculator.tariff_list({parcel})",
        note=Message(
            "Цены без НДС, услуг и страхования, строки без порядка; от дешёвых к дорогим их выстраивает `cdek.calculator.offers`. "
            f"Валюта, если нужна, задаётся числом: 1 для рублей. {_INVENTED.ru}",
            "Prices are without VAT, services and insurance. The rows have no order; `cdek.calculator.offers` sorts them by price. "
            f"The currency, if needed, is a number: 1 for roubles. {_INVENTED.en}",
        ),
        lines=40,
    ),
    MethodExample(
        "CalculateTariff",
        lambda _: {"parcel": {"tariff_code": 137, **_PARCEL, **_BOX}},
        "cdek.calculator.tariff({parcel})",
        note=Message(
            f"Страхование заказа интернет-магазина СДЭК добавляет сам, в `services` его не передают. {_INVENTED.ru}",
            f"CDEK adds the insurance of a shop's order itself. Do not pass it in `services`. {_INVENTED.en}",
        ),
    ),
    MethodExample(
        "CalculateTariffsWithServices",
        lambda _: {"parcel": {**_PARCEL, **_BOX}},
        "cdek.calculator.tariff_and_service({parcel})",
        note=Message(
            "Смотрите `status` каждой строки: при HTTP 200 тариф может быть недоступен, тогда в `result` лежат `errors`. "
            f"`tariff_code` и `status` здесь строки. {_INVENTED.ru}",
            "Check the `status` of each row: with HTTP 200 a tariff may still be unavailable, and its `result` then has "
            f"`errors`. `tariff_code` and `status` are strings here. {_INVENTED.en}",
        ),
        lines=45,
    ),
    MethodExample(
        "GetTariffList",
        lambda _: {"lang": "rus"},
        "cdek.calculator.all_tariffs({lang})",
        note=Message(
            "Пустой `order_types` значит «любой тип заказа».", "An empty `order_types` means any type of order."
        ),
        lines=40,
    ),
)
