"""The invitation of `CreateCourierInvitation` (CDEK's IntakeDto)."""

from __future__ import annotations

from oint.i18n import Message
from oint.templates.common import PERSON, PLACE, SIZES
from oint.templates.model import Field

_NO_ORDER = Message("нужно, если заказ не указан", "required if no order is named")

FIELDS = (
    Field("cdek_number", Message("номер заказа СДЭК", "CDEK's number of the order")),
    Field("order_uuid", Message("UUID заказа", "UUID of the order")),
    Field("intake_date", Message("день приезда, ГГГГ-ММ-ДД", "day of the visit, YYYY-MM-DD"), required=True),
    Field("intake_time_from", Message("с какого часа, ЧЧ:ММ", "from what time, HH:MM"), required=True),
    Field("intake_time_to", Message("до какого часа, ЧЧ:ММ", "until what time, HH:MM"), required=True),
    Field("lunch_time_from", Message("начало обеда, ЧЧ:ММ", "lunch from, HH:MM")),
    Field("lunch_time_to", Message("конец обеда, ЧЧ:ММ", "lunch until, HH:MM")),
    Field("name", Message(f"описание груза; {_NO_ORDER.ru}", f"what is picked up; {_NO_ORDER.en}")),
    *(field._replace(required=False) for field in SIZES),
    Field("comment", Message("комментарий курьеру", "comment for the courier")),
    Field("courier_power_of_attorney", Message("нужна доверенность", "a power of attorney is needed")),
    Field("courier_identity_card", Message("нужен паспорт курьера", "the courier's passport is needed")),
    Field("sender", _NO_ORDER, fields=PERSON),
    Field("from_location", _NO_ORDER, fields=PLACE),
    Field("need_call", Message("позвонить отправителю", "call the sender")),
)
