"""The order of `CreateOrder` (CDEK's OrderCreateRequestDto)."""

from __future__ import annotations

from oint.i18n import Message
from oint.templates.common import PERSON, PLACE, SIZES
from oint.templates.model import Field

_VAT = (
    Field("vat_sum", Message("сумма НДС", "VAT amount")),
    Field("vat_rate", Message("ставка НДС в процентах", "VAT rate in per cent")),
)
_SELLER = (
    Field("name", Message("название продавца", "the seller's name")),
    Field("inn", Message("ИНН продавца", "the seller's taxpayer number")),
    Field("phone", Message("телефон продавца", "the seller's phone")),
    Field("ownership_form", Message("код формы собственности", "code of the ownership form")),
    Field("address", Message("адрес продавца", "the seller's address")),
)
_ITEM = (
    Field("name", Message("название товара", "the item's name"), required=True),
    Field("ware_key", Message("артикул", "article number"), required=True),
    Field("marking", Message("код маркировки", "marking code")),
    Field(
        "payment",
        Message("оплата при получении за штуку", "payment on delivery per unit"),
        required=True,
        fields=(Field("value", Message("сумма; 0, если оплачено", "amount; 0 if prepaid"), required=True), *_VAT),
    ),
    Field("weight", Message("вес штуки в граммах", "weight of one unit in grams"), required=True),
    Field("weight_gross", Message("вес брутто в граммах", "gross weight in grams")),
    Field("amount", Message("сколько штук, от 1 до 999", "number of units, 1 to 999"), required=True),
    Field("name_i18n", Message("название на другом языке", "the name in another language")),
    Field("brand", Message("бренд", "brand")),
    Field("country_code", Message("код страны производства", "country code of origin")),
    Field("material", Message("код материала", "code of the material")),
    Field("wifi_gsm", Message("есть ли wifi или gsm", "whether it has wifi or gsm")),
    Field("url", Message("страница товара", "the item's page")),
    Field("cost", Message("объявленная стоимость штуки", "declared value of one unit"), required=True),
    Field("feacn_code", Message("код ТН ВЭД", "customs code of the item")),
    Field("jewel_uin", Message("УИН ювелирного изделия", "identifier (UIN) of a jewellery item")),
    Field("used", Message("товар не новый", "the item is used")),
)

FIELDS = (
    Field("type", Message("1: интернет-магазин, 2: доставка; ставит опция --ostore", "1: online shop, 2: delivery")),
    Field(
        "additional_order_types",
        Message("код дополнительного типа заказа", "code of an additional order type"),
        is_list=True,
    ),
    Field("number", Message("номер заказа у отправителя", "the sender's own number of the order"), shop_only=True),
    Field("accompanying_number", Message("номер сопроводительной накладной", "number of the accompanying waybill")),
    Field("tariff_code", Message("код тарифа", "tariff code"), required=True),
    Field("comment", Message("комментарий к заказу", "comment on the order")),
    Field(
        "shipment_point",
        Message("код офиса, куда привезут; или from_location", "code of the origin office; or from_location"),
    ),
    Field(
        "delivery_point",
        Message("код офиса выдачи; или to_location", "code of the destination office; or to_location"),
    ),
    Field("date_invoice", Message("дата инвойса, ГГГГ-ММ-ДД", "date of the invoice, YYYY-MM-DD"), shop_only=True),
    Field("shipper_name", Message("грузоотправитель", "shipper"), shop_only=True),
    Field("shipper_address", Message("адрес грузоотправителя", "the shipper's address"), shop_only=True),
    Field(
        "delivery_recipient_cost",
        Message("сбор за доставку с получателя", "delivery fee charged to the recipient"),
        shop_only=True,
        fields=(Field("value", Message("сумма", "amount"), required=True), *_VAT),
    ),
    Field(
        "delivery_recipient_cost_adv",
        Message("сбор за доставку от суммы заказа", "delivery fee charged to the recipient, by order amount"),
        shop_only=True,
        fields=(
            Field("threshold", Message("до какой суммы заказа", "up to which order amount")),
            Field("sum", Message("сумма сбора", "amount of the fee")),
            *_VAT,
        ),
        is_list=True,
    ),
    Field("sender", Message("отправитель", "sender"), fields=PERSON),
    Field("seller", Message("истинный продавец", "actual seller"), shop_only=True, fields=_SELLER),
    Field("recipient", Message("получатель", "recipient"), required=True, fields=PERSON),
    Field("from_location", Message("адрес отправления", "origin address"), fields=PLACE),
    Field("to_location", Message("адрес получения", "destination address"), fields=PLACE),
    Field(
        "services",
        Message("дополнительные услуги", "additional services"),
        fields=(
            Field("code", Message("код услуги", "code of the service"), required=True),
            Field("parameter", Message("параметр услуги", "parameter of the service")),
        ),
        is_list=True,
    ),
    Field(
        "packages",
        Message("места", "packages"),
        required=True,
        fields=(
            Field("number", Message("номер места, свой в заказе", "number of the package, unique"), required=True),
            *SIZES,
            Field("comment", Message("комментарий к месту", "comment on the package")),
            Field("items", Message("товары", "items"), required=True, shop_only=True, fields=_ITEM, is_list=True),
        ),
        is_list=True,
    ),
    Field("is_client_return", Message("это клиентский возврат", "this is a client return"), shop_only=True),
    Field("has_reverse_order", Message("с реверсом", "with a reverse order"), shop_only=True),
    Field("developer_key", Message("ключ разработчика", "the developer's key")),
    Field("print", Message("печатная форма: WAYBILL или BARCODE", "print form: WAYBILL or BARCODE")),
    Field("widget_token", Message("токен виджета", "token of the widget")),
)
