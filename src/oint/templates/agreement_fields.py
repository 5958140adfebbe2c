"""The appointment of `RegisterDeliveryAppointment` (CDEK's ScheduleDto)."""

from __future__ import annotations

from oint.i18n import Message
from oint.templates.common import PLACE
from oint.templates.model import Field

FIELDS = (
    Field(
        "cdek_number",
        Message("номер заказа СДЭК; или order_uuid", "CDEK's number of the order; or order_uuid"),
        required=True,
    ),
    Field("order_uuid", Message("UUID заказа; или cdek_number", "UUID of the order; or cdek_number"), required=True),
    Field("date", Message("день доставки, ГГГГ-ММ-ДД", "day of delivery, YYYY-MM-DD"), required=True),
    Field("time_from", Message("с какого часа, ЧЧ:ММ", "from what time, HH:MM")),
    Field("time_to", Message("до какого часа, ЧЧ:ММ", "until what time, HH:MM")),
    Field("comment", Message("комментарий", "comment")),
    Field("delivery_point", Message("код офиса выдачи; или to_location", "code of the office; or to_location")),
    Field("to_location", Message("новый адрес доставки", "new delivery address"), fields=PLACE),
)
