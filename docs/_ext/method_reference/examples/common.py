"""Examples of common methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docs._ext.environment import ACCOUNT, PASSWORD
from docs._ext.method_reference.examples import MethodExample
from docs._ext.method_reference.examples.orders import NO_RECEIPT, create_order
from oint.i18n import Message

if TYPE_CHECKING:
    from cdek_sandbox import Sandbox

_DAY = {"date": "2026-03-02"}
_OFFICES = {"city_code": 270, "type": "PVZ", "have_cashless": True, "weight_max": 5, "size": 2, "page": 0}
_RECTANGLE = {
    "latitude_left_bottom": 55.731,
    "longitude_left_bottom": 37.662,
    "latitude_right_top": 55.734,
    "longitude_right_top": 37.667,
}
_ABROAD = {
    "tariff_code": 8,
    "from_location": {"code": 44},
    "to_location": {"country_code": "TR", "city": "Стамбул"},
    "packages": [
        {
            "package_id": "1",
            "weight": 1500,
            "items": [
                {"item_id": "1", "name": "Футболка", "feacn_code": "6109100000", "amount": 2},
                {"item_id": "2", "name": "Телефон", "feacn_code": "8517130000", "amount": 1},
            ],
        }
    ],
}


def _create_paid_orders(box: Sandbox, **settings: Any) -> dict[str, Any]:
    """Create two orders that were handed over and paid for on the day of the example."""
    box.settings(**settings)
    for number in ("SHOP-1042", "SHOP-1043"):
        create_order(box, "DELIVERED", number=number)
    return _DAY


EXAMPLES = (
    MethodExample("GetToken", lambda _: {"account": ACCOUNT, "pass": PASSWORD}, "cdek.oauth.token({account}, {pass})"),
    MethodExample("GetCashboxChecksByDate", _create_paid_orders, "cdek.check.get(date={date})", note=NO_RECEIPT),
    MethodExample(
        "GetDeliveryCashRegistry",
        lambda box: _create_paid_orders(box, registries="filled"),
        "cdek.registries.get({date})",
        note=Message(
            "На тестовом контуре СДЭК реестров нет: он отвечал `{}`, а в апреле 2026 года ошибкой 500. Результат ниже получен от песочницы.",
            "CDEK's test host has no registries: it returned `{}`, and an error 500 in April 2026. The result below is from the sandbox.",
        ),
    ),
    MethodExample("GetDeliveryCashTransfers", lambda _: _DAY, "cdek.payment.get({date})", code=3),
    MethodExample(
        "GetOfficeList",
        lambda _: {"filter": _OFFICES},
        "cdek.deliverypoints.list({filter})",
        note=Message(
            "Вес в фильтре в килограммах, а в заказе в граммах. СДЭК показывает только действующие офисы: обновляйте список раз в день.",
            "Weights are in kilograms in the filter and in grams in an order. CDEK lists active offices only: update the list once a day.",
        ),
        lines=72,
    ),
    MethodExample(
        "GetRegionsList", lambda _: {"countries": ["RU", "KZ"]}, "cdek.location.regions({countries})", lines=37
    ),
    MethodExample(
        "GetOfficeFilterDescription", lambda _: {"empty": False}, "templates.offices(empty={empty})", offline=True
    ),
    MethodExample(
        "GetOfficesByPolygons",
        lambda _: {"filter": _RECTANGLE},
        "cdek.deliverypoints.by_polygons({filter})",
        note=Message(
            "Параметры этого метода СДЭК не описал. В примере те, что понимает песочница: углы прямоугольника.",
            "CDEK has not documented the parameters of this method. The example uses those of the sandbox: the corners of a rectangle.",
        ),
        lines=38,
    ),
    MethodExample(
        "CheckInternationalRestrictions",
        lambda _: {"parcel": _ABROAD},
        "cdek.international.restrictions({parcel})",
        note=Message(
            "Ограничения в результате придуманы песочницей: пример показывает, как устроен ответ, а не что разрешено провозить.",
            "The sandbox invents the restrictions: the example shows the structure of a response, not what may be sent.",
        ),
    ),
)
