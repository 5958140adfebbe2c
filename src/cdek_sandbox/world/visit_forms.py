"""Forms of the bodies about a courier's or a recipient's visit: intakes, agreements, intervals, reverse."""

from __future__ import annotations

from cdek_sandbox.core.schema import CONTACT, LOCATION, PHONE, Form, integers, strings

_PLACE = {name: form for name, form in LOCATION.items() if name not in {"time_zone", "payment_limit"}}
_CONTACTED = {"contragent_type": Form("str"), "phones": Form("object", PHONE, many=True)}
_FROM = {"from_location": Form("object", _PLACE)}
_TO = {"to_location": Form("object", _PLACE)}

INTAKE = {
    **strings("cdek_number", "order_uuid", "intake_date", "intake_time_from", "intake_time_to"),
    **strings("lunch_time_from", "lunch_time_to", "name"),
    **integers("weight", "length", "width", "height"),
    "comment": Form("str"),
    "courier_power_of_attorney": Form("bool"),
    "courier_identity_card": Form("bool"),
    "sender": Form("object", CONTACT),
    **_FROM,
    "need_call": Form("bool"),
}
INTAKE_CHANGE = {"uuid": Form("str"), "status": Form("object", strings("code", "add_status"))}
AVAILABLE_DAYS = {**_FROM, "date": Form("str")}
AGREEMENT = {
    **strings("cdek_number", "order_uuid", "date", "time_from", "time_to", "comment", "delivery_point"),
    **_TO,
}
ESTIMATED_INTERVALS = {
    "date_time": Form("str"),
    **_FROM,
    "shipment_point": Form("str"),
    **_TO,
    "tariff_code": Form("int"),
    "additional_order_types": Form("int", many=True),
}
REVERSE = {
    **_FROM,
    "shipment_point": Form("str"),
    **_TO,
    "delivery_point": Form("str"),
    "tariff_code": Form("int"),
    "sender": Form("object", _CONTACTED),
    "recipient": Form("object", _CONTACTED),
}
