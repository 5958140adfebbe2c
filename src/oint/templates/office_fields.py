"""The filter of `GetOfficeList` (section deliverypoints of CDEK's API)."""

from __future__ import annotations

from oint.i18n import Text
from oint.templates.field import Field

FIELDS = (
    Field("postal_code", Text("почтовый индекс города", "postal code of the city")),
    Field("city_code", Text("код города в СДЭК", "CDEK's code of the city")),
    Field("type", Text("PVZ, POSTAMAT или ALL", "PVZ, POSTAMAT or ALL")),
    Field("country_code", Text("код страны из двух букв", "country code of two letters")),
    Field("region_code", Text("код региона в СДЭК", "CDEK's code of the region")),
    Field("have_cashless", Text("есть ли терминал оплаты", "whether cards are taken")),
    Field("have_cash", Text("берут ли наличные", "whether cash is taken")),
    Field("allowed_cod", Text("разрешён ли наложенный платёж", "whether cash on delivery is allowed")),
    Field("is_dressing_room", Text("есть ли примерочная", "whether there is a fitting room")),
    Field("weight_max", Text("наибольший вес в килограммах", "greatest weight in kilograms")),
    Field("weight_min", Text("наименьший вес в килограммах", "least weight in kilograms")),
    Field("lang", Text("язык: rus, eng или zho", "language: rus, eng or zho")),
    Field("take_only", Text("только выдача", "handing out only")),
    Field("is_handout", Text("выдаёт ли заказы", "whether orders are handed out")),
    Field("is_reception", Text("принимает ли заказы", "whether orders are taken in")),
    Field("fias_guid", Text("код города ФИАС", "FIAS code of the city")),
    Field("code", Text("код офиса", "code of the office")),
    Field("is_ltl", Text("работает ли со сборным грузом", "whether it takes LTL freight")),
    Field("fulfillment", Text("с зоной фулфилмента", "with a fulfilment zone")),
    Field("size", Text("строк на странице", "rows a page")),
    Field("page", Text("номер страницы, с 0", "page, from 0")),
)
