"""Schemas of the bodies that create, change and return an order."""

from __future__ import annotations

from cdek_sandbox.core.schema import CONTACT, LOCATION, Form, integers, strings

MONEY = {"value": Form("float"), "vat_sum": Form("float"), "vat_rate": Form("int")}
THRESHOLD = {"threshold": Form("int"), "sum": Form("float"), "vat_sum": Form("float"), "vat_rate": Form("int")}
SELLER = strings("name", "inn", "phone", "ownership_form", "address")
_ITEM = {
    **strings("name", "ware_key", "marking"),
    "payment": Form("object", MONEY),
    **integers("weight", "weight_gross", "amount"),
    **strings("name_i18n", "brand", "country_code", "material"),
    "wifi_gsm": Form("bool"),
    "url": Form("str"),
    "seller": Form("object", {**SELLER, "giis_subdivision_id": Form("str")}),
    "cost": Form("float"),
    **strings("feacn_code", "jewel_uin"),
    "used": Form("bool"),
}
PACKAGE = {
    "number": Form("str"),
    **integers("weight", "length", "width", "height"),
    "comment": Form("str"),
    "items": Form("object", _ITEM, many=True),
    "package_id": Form("str"),
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
    "type": Form("int"),
    "additional_order_types": Form("int", many=True),
    **strings("number", "accompanying_number"),
    "tariff_code": Form("int"),
    **strings("comment", "shipment_point", "delivery_point", "date_invoice", "shipper_name", "shipper_address"),
    "delivery_recipient_cost": Form("object", MONEY),
    "delivery_recipient_cost_adv": Form("object", THRESHOLD, many=True),
    "sender": Form("object", CONTACT),
    "seller": Form("object", SELLER),
    "recipient": Form("object", CONTACT),
    "from_location": Form("object", LOCATION),
    "to_location": Form("object", LOCATION),
    "services": Form("object", strings("code", "parameter"), many=True),
    "packages": Form("object", PACKAGE, many=True),
    "is_client_return": Form("bool"),
    "has_reverse_order": Form("bool"),
    **strings("developer_key", "print", "widget_token"),
}
ORDER_UPDATE = {
    **strings("uuid", "cdek_number"),
    **{name: form for name, form in ORDER.items() if name not in _ONLY_NEW},
}
CLIENT_RETURN = {"tariff_code": Form("int")}
