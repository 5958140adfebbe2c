"""The order of `CreateOrder` (CDEK's OrderCreateRequestDto)."""

from __future__ import annotations

from oint.i18n import Text
from oint.templates.field import Field
from oint.templates.parts import PERSON, PLACE, SIZES

_VAT = (
    Field("vat_sum", Text("сумма НДС", "sum of VAT")),
    Field("vat_rate", Text("ставка НДС в процентах", "rate of VAT in per cent")),
)
_SELLER = (
    Field("name", Text("название продавца", "the seller's name")),
    Field("inn", Text("ИНН продавца", "the seller's taxpayer number")),
    Field("phone", Text("телефон продавца", "the seller's phone")),
    Field("ownership_form", Text("код формы собственности", "code of the form of ownership")),
    Field("address", Text("адрес продавца", "the seller's address")),
)
_ITEM = (
    Field("name", Text("название товара", "the item's name"), required=True),
    Field("ware_key", Text("артикул", "article number"), required=True),
    Field("marking", Text("код маркировки", "marking code")),
    Field(
        "payment",
        Text("оплата при получении за штуку", "payment on delivery for one piece"),
        required=True,
        fields=(Field("value", Text("сумма; 0, если оплачено", "sum; 0 where it is paid"), required=True), *_VAT),
    ),
    Field("weight", Text("вес штуки в граммах", "weight of one piece in grams"), required=True),
    Field("weight_gross", Text("вес брутто в граммах", "gross weight in grams")),
    Field("amount", Text("сколько штук, от 1 до 999", "how many pieces, 1 to 999"), required=True),
    Field("name_i18n", Text("название на другом языке", "the name in another language")),
    Field("brand", Text("бренд", "brand")),
    Field("country_code", Text("код страны производства", "country code of origin")),
    Field("material", Text("код материала", "code of the material")),
    Field("wifi_gsm", Text("есть ли wifi или gsm", "whether it has wifi or gsm")),
    Field("url", Text("страница товара", "the item's page")),
    Field("cost", Text("объявленная стоимость штуки", "declared value of one piece"), required=True),
    Field("feacn_code", Text("код ТН ВЭД", "customs code of the item")),
    Field("jewel_uin", Text("УИН ювелирного изделия", "identifier of a piece of jewellery")),
    Field("used", Text("товар не новый", "the item is not new")),
)

FIELDS = (
    Field("type", Text("1: интернет-магазин, 2: доставка; ставит опция --ostore", "1: online shop, 2: delivery")),
    Field("additional_order_types", Text("код дополнительного типа заказа", "code of a further type"), many=True),
    Field("number", Text("номер заказа у отправителя", "the sender's own number of the order"), shop=True),
    Field("accompanying_number", Text("номер сопроводительной накладной", "number of the waybill that goes along")),
    Field("tariff_code", Text("код тарифа", "tariff code"), required=True),
    Field("comment", Text("комментарий к заказу", "remark on the order")),
    Field(
        "shipment_point",
        Text("код офиса, куда привезут; или from_location", "code of the office of hand-over; or from_location"),
    ),
    Field(
        "delivery_point",
        Text("код офиса выдачи; или to_location", "code of the office of delivery; or to_location"),
    ),
    Field("date_invoice", Text("дата инвойса, ГГГГ-ММ-ДД", "date of the invoice, YYYY-MM-DD"), shop=True),
    Field("shipper_name", Text("грузоотправитель", "shipper"), shop=True),
    Field("shipper_address", Text("адрес грузоотправителя", "the shipper's address"), shop=True),
    Field(
        "delivery_recipient_cost",
        Text("сбор за доставку с получателя", "what the recipient pays for the delivery"),
        shop=True,
        fields=(Field("value", Text("сумма", "sum"), required=True), *_VAT),
    ),
    Field(
        "delivery_recipient_cost_adv",
        Text("сбор за доставку от суммы заказа", "what the recipient pays, by the order's sum"),
        shop=True,
        fields=(
            Field("threshold", Text("до какой суммы заказа", "up to which sum of the order")),
            Field("sum", Text("сумма сбора", "sum to pay")),
            *_VAT,
        ),
        many=True,
    ),
    Field("sender", Text("отправитель", "sender"), fields=PERSON),
    Field("seller", Text("истинный продавец", "true seller"), shop=True, fields=_SELLER),
    Field("recipient", Text("получатель", "recipient"), required=True, fields=PERSON),
    Field("from_location", Text("адрес отправления", "address of departure"), fields=PLACE),
    Field("to_location", Text("адрес получения", "address of arrival"), fields=PLACE),
    Field(
        "services",
        Text("дополнительные услуги", "additional services"),
        fields=(
            Field("code", Text("код услуги", "code of the service"), required=True),
            Field("parameter", Text("параметр услуги", "parameter of the service")),
        ),
        many=True,
    ),
    Field(
        "packages",
        Text("места", "packages"),
        required=True,
        fields=(
            Field("number", Text("номер места, свой в заказе", "number of the package, unique"), required=True),
            *SIZES,
            Field("comment", Text("комментарий к месту", "remark on the package")),
            Field("items", Text("товары", "items"), required=True, shop=True, fields=_ITEM, many=True),
        ),
        many=True,
    ),
    Field("is_client_return", Text("это клиентский возврат", "it is a client return"), shop=True),
    Field("has_reverse_order", Text("с реверсом", "with a reverse"), shop=True),
    Field("developer_key", Text("ключ разработчика", "the developer's key")),
    Field("print", Text("печатная форма: WAYBILL или BARCODE", "print form: WAYBILL or BARCODE")),
    Field("widget_token", Text("токен виджета", "token of the widget")),
)
