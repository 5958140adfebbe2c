"""Forms of the bodies about paper and news: what is printed, announced, subscribed to."""

from __future__ import annotations

from cdek_sandbox.core.schema import Form, integers, strings

_PRINTED = strings("order_uuid", "cdek_number")
WAYBILL = {"orders": Form("object", _PRINTED, many=True), **integers("copy_count"), **strings("type")}
BARCODE = {"orders": Form("object", _PRINTED, many=True), **integers("copy_count"), **strings("format", "lang")}
PREALERT = {
    **strings("planned_date", "shipment_point"),
    "orders": Form("object", {**_PRINTED, **strings("im_number")}, many=True),
}
WEBHOOK = strings("type", "url")
