"""The appointment of `RegisterDeliveryAppointment` (CDEK's ScheduleDto)."""

from __future__ import annotations

from oint.i18n import Text
from oint.templates.field import Field
from oint.templates.parts import PLACE

FIELDS = (
    Field(
        "cdek_number",
        Text("номер заказа СДЭК; или order_uuid", "CDEK's number of the order; or order_uuid"),
        required=True,
    ),
    Field("order_uuid", Text("UUID заказа; или cdek_number", "UUID of the order; or cdek_number"), required=True),
    Field("date", Text("день доставки, ГГГГ-ММ-ДД", "day of delivery, YYYY-MM-DD"), required=True),
    Field("time_from", Text("с какого часа, ЧЧ:ММ", "from what time, HH:MM")),
    Field("time_to", Text("до какого часа, ЧЧ:ММ", "until what time, HH:MM")),
    Field("comment", Text("комментарий", "remark")),
    Field("delivery_point", Text("код офиса выдачи; или to_location", "code of the office; or to_location")),
    Field("to_location", Text("новый адрес доставки", "new address of delivery"), fields=PLACE),
)
