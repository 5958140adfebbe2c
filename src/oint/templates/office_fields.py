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
    Field("have_cashless", Message("есть ли терминал оплаты", "whether cards are taken")),
    Field("have_cash", Message("берут ли наличные", "whether cash is taken")),
    Field("allowed_cod", Message("разрешён ли наложенный платёж", "whether cash on delivery is allowed")),
    Field("is_dressing_room", Message("есть ли примерочная", "whether there is a fitting room")),
    Field("weight_max", Message("наибольший вес в килограммах", "greatest weight in kilograms")),
    Field("weight_min", Message("наименьший вес в килограммах", "least weight in kilograms")),
    Field("lang", Message("язык: rus, eng или zho", "language: rus, eng or zho")),
    Field("take_only", Message("только выдача", "handing out only")),
    Field("is_handout", Message("выдаёт ли заказы", "whether orders are handed out")),
    Field("is_reception", Message("принимает ли заказы", "whether orders are taken in")),
    Field("fias_guid", Message("код города ФИАС", "FIAS code of the city")),
    Field("code", Message("код офиса", "code of the office")),
    Field("is_ltl", Message("работает ли со сборным грузом", "whether it takes LTL freight")),
    Field("fulfillment", Message("с зоной фулфилмента", "with a fulfilment zone")),
    Field("size", Message("строк на странице", "rows a page")),
    Field("page", Message("номер страницы, с 0", "page, from 0")),
)
