"""The filter of `GetOfficeList` (section deliverypoints of CDEK's API)."""

from __future__ import annotations

from oint.i18n import Message
from oint.templates.model import Field

FIELDS = (
    Field("postal_code", Message("почтовый индекс города", "postal code of the city")),
    Field("city_code", Message("код города в СДЭК", "CDEK's code of the city")),
    Field("type", Message("PVZ, POSTAMAT или ALL", "PVZ, POSTAMAT or ALL")),
    Field("country_code", Message("код страны из двух букв", "country code of two letters")),
    Field("region_code", Message("код региона в СДЭК", "CDEK's code of the region")),
    Field("have_cashless", Message("есть ли терминал оплаты", "whether bank cards are accepted")),
    Field("have_cash", Message("берут ли наличные", "whether cash is accepted")),
    Field("allowed_cod", Message("разрешён ли наложенный платёж", "whether cash on delivery is allowed")),
    Field("is_dressing_room", Message("есть ли примерочная", "whether there is a fitting room")),
    Field("weight_max", Message("максимальный вес в килограммах", "maximum weight in kilograms")),
    Field("weight_min", Message("минимальный вес в килограммах", "minimum weight in kilograms")),
    Field("lang", Message("язык: rus, eng или zho", "language: rus, eng or zho")),
    Field("take_only", Message("только выдача", "pickup only")),
    Field("is_handout", Message("выдаёт ли заказы", "whether orders can be picked up")),
    Field("is_reception", Message("принимает ли заказы", "whether orders are accepted")),
    Field("fias_guid", Message("код города ФИАС", "FIAS code of the city")),
    Field("code", Message("код офиса", "code of the office")),
    Field("is_ltl", Message("работает ли со сборным грузом", "whether it takes LTL freight")),
    Field("fulfillment", Message("с зоной фулфилмента", "with a fulfilment zone")),
    Field("size", Message("строк на странице", "rows per page")),
    Field("page", Message("номер страницы, с 0", "page, from 0")),
)
