"""One table, as data: what a code, a status or a reason comes to, in words, with the next step and whether to retry.

Sources: the decision table of POST orders/{uuid}/refusal, CDEK's error codes, and the additional statuses of
NOT_DELIVERED. A code that is not here falls to its family, and then to `OTHER_REJECTION`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from oint.cdek.api.orders import OrderStatus
from oint.i18n import Message

if TYPE_CHECKING:
    from oint.cdek.api.orders import OrderResponse


class Retry(StrEnum):
    """Whether sending a refusal again makes sense."""

    NEVER = "never"
    LATER = "later"
    AFTER_FIX = "after_fix"
    INSIST = "insist"


class Meaning(msgspec.Struct, frozen=True):
    """What CDEK's rejection of a refusal means.

    Args:
        step: name of the next step; rows with the same one stand together in a report
        next_step: what to do, for a person
        retry: whether sending it again makes sense
    """

    step: str
    hint: Message
    retry: Retry


class Advice(msgspec.Struct, frozen=True):
    """Why refusing is not the right call.

    Args:
        code: delete, client_return, claim, nothing, unclear, names_differ, number_reused, ambiguous, is_return
        text: for a person
        next_step: what to do instead
        may_insist: whether a refusal makes sense all the same
    """

    code: str
    text: Message
    hint: Message
    may_insist: bool = False


_CHECK_ORDER = Meaning(
    "check_order",
    Message(
        "Проверьте номер и контур: заказы теста и боевого контура не видят друг друга (--testapi)",
        "Check the number and the host: test and production do not see each other's orders (--testapi)",
    ),
    Retry.AFTER_FIX,
)
_OTHER_ACCOUNT = Meaning(
    "other_account",
    Message(
        "Возьмите учётные данные того договора, по которому сделан заказ",
        "Use the credentials of the contract that made the order",
    ),
    Retry.AFTER_FIX,
)
_RETRY_LATER = Meaning(
    "retry_later",
    Message(
        "Сбой или очередь на стороне СДЭК: повторите этот отказ позже",
        "CDEK has an internal error or is not ready: retry this refusal later",
    ),
    Retry.LATER,
)
_LOOK = Meaning(
    "look",
    Message(
        "Посмотрите заказ (ПолучитьЗаказ): отказаться от завершённого или не созданного заказа нельзя",
        "Look at the order (GetOrder): an order that is finished or was never created cannot be refused",
    ),
    Retry.NEVER,
)
_WAIT = Meaning(
    "wait",
    Message(
        "Такой же запрос уже в работе: подождите и продолжите пакет",
        "A like request is being processed: wait, then resume the batch",
    ),
    Retry.LATER,
)
OTHER_REJECTION = Meaning(
    "ask_cdek",
    Message(
        "Повтор без изменений даст тот же ответ: посмотрите заказ (ПолучитьЗаказ) или спросите СДЭК, назвав UUID запроса",
        "The same request gets the same answer: look at the order (GetOrder), or ask CDEK and name the request's UUID",
    ),
    Retry.NEVER,
)

REJECTIONS: dict[str, Meaning] = {
    "v2_internal_error": _RETRY_LATER,
    "v2_entity_not_ready": _RETRY_LATER,
    "v2_similar_request_still_processed": _WAIT,
    "v2_entity_not_found": _CHECK_ORDER,
    "v2_entity_not_found_im_number": _CHECK_ORDER,
    "v2_order_not_found": _CHECK_ORDER,
    "v2_entity_empty": _CHECK_ORDER,
    "v2_invalid_format": _CHECK_ORDER,
    "v2_entity_forbidden": _OTHER_ACCOUNT,
    "v2_order_forbidden": _OTHER_ACCOUNT,
    "v2_entity_invalid": _LOOK,
    "v2_entity_has_final_status": _LOOK,
    "v2_update_forbidden": _LOOK,
}
"""CDEK's codes -> what they mean for a refusal."""

FAMILIES: tuple[tuple[str, Meaning], ...] = (
    ("error_internal_", _RETRY_LATER),
    ("v2_internal_", _RETRY_LATER),
    ("http_5", _RETRY_LATER),
    ("http_404", _CHECK_ORDER),
)
"""Beginnings of codes -> what all codes of that family mean."""


def explain_rejection(code: str | None) -> Meaning:
    """Find what CDEK's code means for a refusal; letter case varies between CDEK's documents and its answers."""
    name = (code or "").casefold()
    rejection = REJECTIONS.get(name)
    if rejection is not None:
        return rejection
    return next((meaning for start, meaning in FAMILIES if name.startswith(start)), OTHER_REJECTION)


DELETE = "delete"
"""The code of the advice that `--even-if-billed` overrules, and no other."""

_LOOK_AT_ORDER = Message("Посмотрите заказ (ПолучитьЗаказ)", "Look at the order (GetOrder)")
_DELETE = Advice(
    DELETE,
    Message(
        "Посылка ещё не принята: удалите заказ, плата за это не названа, а отказ оплачивается",
        "The parcel has not been handed over: delete the order, no charge for it is documented, while a refusal is billed",
    ),
    Message("Удалите заказ (УдалитьЗаказ)", "Delete the order (DeleteOrder)"),
    may_insist=True,
)
_CLIENT_RETURN = Advice(
    "client_return",
    Message("Заказ уже вручён: отказаться поздно", "The order has been delivered: it is too late to refuse it"),
    Message("Оформите клиентский возврат (ОформитьКлиентскийВозврат)", "Order a client return (CreateCustomerRefund)"),
)
_PARTIAL = Advice(
    "client_return",
    Message(
        "Заказ вручён частично: остальное СДЭК вернёт сам",
        "The order was delivered in part: CDEK returns the rest by itself",
    ),
    Message(
        "На вручённое оформите клиентский возврат (ОформитьКлиентскийВозврат)",
        "Order a client return (CreateCustomerRefund) of what was handed over",
    ),
)
_RETURNING = Advice(
    "nothing",
    Message(
        "Заказ уже закрыт как невручённый: отказ ничего не изменит",
        "The order is closed already as not delivered: a refusal changes nothing",
    ),
    Message(
        "Делать ничего не нужно; почему не вручён, показывает карточка (ПолучитьЗаказ)",
        "Nothing needs to be done; the card (GetOrder) shows why it was not delivered",
    ),
)
_LOST = Advice(
    "claim",
    Message("СДЭК пишет, что посылка утеряна", "CDEK says that the parcel is lost"),
    Message("Подайте претензию в СДЭК", "File a claim with CDEK"),
)
_DISPOSED = Advice(
    "claim",
    Message(
        "СДЭК пишет, что посылку не востребовали и утилизировали",
        "CDEK says that the parcel was not claimed and has been disposed of",
    ),
    Message("Она не вернётся; спросите СДЭК об основании", "It will not come back; ask CDEK for the grounds"),
)
_DAMAGED = Advice(
    "nothing",
    Message("Заказ возвращается с повреждённой упаковкой", "The order comes back with damaged packaging"),
    Message(
        "Отказ не нужен; при получении составьте акт и подайте претензию",
        "No refusal is needed; draw up a report on receipt and file a claim",
    ),
)
_GONE = Advice(
    "nothing",
    Message(
        "Заказ удалён или не был создан: отказываться не от чего",
        "The order was deleted or never created: there is nothing to refuse",
    ),
    Message("Проверьте, тот ли это заказ", "Check that it is the right order"),
)
_UNCLEAR = Advice(
    "unclear",
    Message(
        "СДЭК не показал статуса заказа: отказ может оказаться платным",
        "CDEK showed no status of the order: a refusal may be billed",
    ),
    _LOOK_AT_ORDER,
    may_insist=True,
)
_NAMES_DIFFER = Advice(
    "names_differ",
    Message("Номера в строке принадлежат разным заказам", "The numbers in the row belong to different orders"),
    Message(
        "Проверьте строку: оставьте в ней номера одного заказа",
        "Check the row: keep the numbers of one order in it",
    ),
)
_IS_RETURN = Advice(
    "is_return",
    Message(
        "Это возвратный заказ: посылка уже едет в магазин",
        "This is a return order: the parcel is on its way to the shop",
    ),
    Message("Уберите его из списка отказов", "Remove it from the list of refusals"),
)

STATUSES: dict[str, Advice] = {
    OrderStatus.ACCEPTED: _DELETE,
    OrderStatus.CREATED: _DELETE,
    OrderStatus.DELIVERED: _CLIENT_RETURN,
    OrderStatus.NOT_DELIVERED: _RETURNING,
    OrderStatus.REMOVED: _GONE,
    OrderStatus.INVALID: _GONE,
}
"""Statuses in which refusing is not the right call. One that is not here is on its way: those that are not are all known."""

REASONS: dict[tuple[str, str], Advice] = {
    (OrderStatus.NOT_DELIVERED, "8"): _DAMAGED,
    (OrderStatus.NOT_DELIVERED, "9"): _DAMAGED,
    (OrderStatus.NOT_DELIVERED, "10"): _DAMAGED,
    (OrderStatus.NOT_DELIVERED, "26"): _LOST,
    (OrderStatus.NOT_DELIVERED, "27"): _DISPOSED,
    (OrderStatus.DELIVERED, "20"): _PARTIAL,
}
"""Additional statuses that change the advice of their status."""

NUMBER_REUSED = "number_reused"
AMBIGUOUS = "ambiguous"

_BY_CODE = {advice.code: advice for advice in (_UNCLEAR, _NAMES_DIFFER, _IS_RETURN)}


def advise(answer: OrderResponse) -> Advice | None:
    """Advise against refusing the order of a card; None where refusing is the right call.

    Args:
        answer: the card, as just read
    """
    if answer.order.is_return or answer.order.is_client_return:
        return _IS_RETURN
    status = answer.order.status
    if status is None or status.code is None:
        return _UNCLEAR
    return REASONS.get((status.code, status.reason_code or ""), STATUSES.get(status.code))


def number_reused(other_cdek_number: str) -> Advice:
    """Return the advice for a shop number that named another order before, with that order's CDEK number."""
    other = other_cdek_number or "?"
    return Advice(
        NUMBER_REUSED,
        Message(
            f"Этим номером раньше назывался другой заказ (СДЭК {other}), теперь это новая посылка",
            f"This number named another order before (CDEK {other}); now it names a new parcel",
        ),
        Message(
            "Проверьте, какая посылка должна вернуться, и назовите её номером СДЭК",
            "Check which parcel has to come back, and name it by its CDEK number",
        ),
        may_insist=True,
    )


def ambiguous(other_cdek_number: str) -> Advice:
    """Return the advice for digits that fit two orders, with the CDEK number of the order whose shop number they are."""
    other = other_cdek_number or "?"
    return Advice(
        AMBIGUOUS,
        Message(
            f"Номер подходит двум заказам: у одного это номер СДЭК, у другого (СДЭК {other}) - номер в магазине",
            f"The number fits two orders: it is the CDEK number of one and the shop number of the other (CDEK {other})",
        ),
        Message(
            "Укажите, чей это номер: --by cdek или --by shop",
            "Say whose number it is: --by cdek or --by shop",
        ),
    )


def names_differ() -> Advice:
    """Return the advice for a row whose names belong to different orders."""
    return _NAMES_DIFFER


_BY_OTHER_ORDER = {NUMBER_REUSED: number_reused, AMBIGUOUS: ambiguous}


def find_advice(
    code: str | None, status: str | None, reason: str | None, other_cdek_number: str | None = None
) -> Advice | None:
    """Find the advice that a ledger keeps as its code.

    Args:
        code: None: there is no advice
        status: of the order
        reason: code of its additional status
        other_cdek_number: of the other order, where the row's number names two
    """
    if code is None:
        return None
    if code in _BY_OTHER_ORDER:
        return _BY_OTHER_ORDER[code](other_cdek_number or "")
    if code in _BY_CODE:
        return _BY_CODE[code]
    return REASONS.get((status or "", reason or ""), STATUSES.get(status or "", _UNCLEAR))
