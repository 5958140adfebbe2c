"""Schemas of the bodies that create, change and return an order."""

from __future__ import annotations

from cdek_sandbox.core.schema import CONTACT, LOCATION, Field, define_integers, define_strings

MONEY = {"value": Field("float"), "vat_sum": Field("float"), "vat_rate": Field("int")}
THRESHOLD = {"threshold": Field("int"), "sum": Field("float"), "vat_sum": Field("float"), "vat_rate": Field("int")}
SELLER = define_strings("name", "inn", "phone", "ownership_form", "address")
_ITEM = {
    **define_strings("name", "ware_key", "marking"),
    "payment": Field("object", MONEY),
    **define_integers("weight", "weight_gross", "amount"),
    **define_strings("name_i18n", "brand", "country_code", "material"),
    "wifi_gsm": Field("bool"),
    "url": Field("str"),
    "seller": Field("object", {**SELLER, "giis_subdivision_id": Field("str")}),
    "cost": Field("float"),
    **define_strings("feacn_code", "jewel_uin"),
    "used": Field("bool"),
}
PACKAGE = {
    "number": Field("str"),
    **define_integers("weight", "length", "width", "height"),
    "comment": Field("str"),
    "items": Field("object", _ITEM, many=True),
    "package_id": Field("str"),
}
_ONLY_NEW = (
    "additional_order_types",
    "date_invoice",
    "shipper_name",
    "shipper_address",
    "is_client_return",
    "developer_key",
    "print",
    "widget_token",
)
ORDER = {
    "type": Field("int"),
    "additional_order_types": Field("int", many=True),
    **define_strings("number", "accompanying_number"),
    "tariff_code": Field("int"),
    **define_strings("comment", "shipment_point", "delivery_point", "date_invoice", "shipper_name", "shipper_address"),
    "delivery_recipient_cost": Field("object", MONEY),
    "delivery_recipient_cost_adv": Field("object", THRESHOLD, many=True),
    "sender": Field("object", CONTACT),
    "seller": Field("object", SELLER),
    "recipient": Field("object", CONTACT),
    "from_location": Field("object", LOCATION),
    "to_location": Field("object", LOCATION),
    "services": Field("object", define_strings("code", "parameter"), many=True),
    "packages": Field("object", PACKAGE, many=True),
    "is_client_return": Field("bool"),
    "has_reverse_order": Field("bool"),
    **define_strings("developer_key", "print", "widget_token"),
}
ORDER_UPDATE = {
    **define_strings("uuid", "cdek_number"),
    **{name: form for name, form in ORDER.items() if name not in _ONLY_NEW},
}
CLIENT_RETURN = {"tariff_code": Field("int")}
