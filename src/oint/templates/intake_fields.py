"""The invitation of `CreateCourierInvitation` (CDEK's IntakeDto)."""

from __future__ import annotations

from oint.i18n import Text
from oint.templates.field import Field
from oint.templates.parts import PERSON, PLACE, SIZES

_NO_ORDER = Text("нужно, если заказ не указан", "needed where no order is named")

FIELDS = (
    Field("cdek_number", Text("номер заказа СДЭК", "CDEK's number of the order")),
    Field("order_uuid", Text("UUID заказа", "UUID of the order")),
    Field("intake_date", Text("день приезда, ГГГГ-ММ-ДД", "day of the visit, YYYY-MM-DD"), required=True),
    Field("intake_time_from", Text("с какого часа, ЧЧ:ММ", "from what time, HH:MM"), required=True),
    Field("intake_time_to", Text("до какого часа, ЧЧ:ММ", "until what time, HH:MM"), required=True),
    Field("lunch_time_from", Text("начало обеда, ЧЧ:ММ", "lunch from, HH:MM")),
    Field("lunch_time_to", Text("конец обеда, ЧЧ:ММ", "lunch until, HH:MM")),
    Field("name", Text(f"описание груза; {_NO_ORDER.ru}", f"what is to be fetched; {_NO_ORDER.en}")),
    *(field._replace(required=False) for field in SIZES),
    Field("comment", Text("комментарий курьеру", "remark for the courier")),
    Field("courier_power_of_attorney", Text("нужна доверенность", "a power of attorney is needed")),
    Field("courier_identity_card", Text("нужен паспорт курьера", "the courier's passport is needed")),
    Field("sender", _NO_ORDER, fields=PERSON),
    Field("from_location", _NO_ORDER, fields=PLACE),
    Field("need_call", Text("позвонить отправителю", "call the sender")),
)
