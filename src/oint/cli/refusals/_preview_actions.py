"""What a preview says of a row: the action in words, what was seen, and the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.i18n import Message
from oint.refusals.input.errors import ROW_ERRORS
from oint.refusals.report.messages import ERROR_MESSAGES, UNKNOWN_ROW_ERROR
from oint.refusals.verdicts import DELETE, explain_rejection, find_advice

if TYPE_CHECKING:
    from oint.refusals.preview import PreviewRow

ACTIONS = {
    "refuse": Message("зарегистрировать отказ", "refuse"),
    "not_read": Message("отказ, карточка не прочитана", "refuse, the card was not read"),
    "follow": Message("отказ уже есть: проследить", "a refusal stands already: follow it"),
    "delete": Message("удалить заказ (отказ оплачивается)", "delete the order (a refusal is billed)"),
    "client_return": Message("оформить клиентский возврат", "order a client return"),
    "claim": Message("подать претензию: утерян или утилизирован", "file a claim: lost or disposed of"),
    "nothing": Message("ничего не нужно", "nothing to do"),
    "duplicate": Message("дубль", "duplicate"),
    "names_differ": Message("номера в строке от разных заказов", "the row's numbers belong to different orders"),
    "number_reused": Message("номер раньше был у другого заказа", "the number named another order before"),
    "ambiguous": Message("номер подходит двум заказам", "the number fits two orders"),
    "is_return": Message("это возвратный заказ", "this is a return order"),
    "unclear": Message("неясно: СДЭК не показал статуса", "unclear: CDEK showed no status"),
    "not_found": Message("СДЭК не знает такого заказа", "CDEK knows no such order"),
    "unread": Message("СДЭК не ответил", "CDEK did not answer"),
    "invalid": Message("строка с ошибкой", "invalid row"),
}
"""Actions of a preview in words, in the order in which a person reads them."""

FINE = frozenset({"refuse", "follow", "nothing", "duplicate", "not_read"})
"""Actions that need nobody's attention."""

_NOT_FOUND_CODE = "v2_entity_not_found"
"""What stands for the code of a row whose preview was kept: the ledger keeps none."""

_REPEAT = Message("Повторите ту же команду позже", "Repeat the same command later")
_INSIST = Message("; всё же отказать: --even-if-billed", "; to refuse anyway: --even-if-billed")


def find_next_step(row: PreviewRow) -> Message | None:
    """Return what a person should do about a row; None: nothing."""
    if row.action == "unread":
        return _REPEAT
    if row.action == "invalid":
        return ROW_ERRORS.get(row.code or "", UNKNOWN_ROW_ERROR).hint
    if row.action == "not_found":
        return explain_rejection(row.code or _NOT_FOUND_CODE).hint
    if row.action in {"refuse", "follow", "duplicate", "not_read"}:
        return None
    advice = find_advice(row.action, row.status, row.reason, row.other_cdek_number)
    if advice is None or row.action != DELETE:
        return None if advice is None else advice.hint
    return Message(f"{advice.hint.ru}{_INSIST.ru}", f"{advice.hint.en}{_INSIST.en}")


def describe_finding(row: PreviewRow) -> Message | None:
    """Return what was seen that is special about a row, the decisive fact first; None: nothing is."""
    if row.duplicate_of is not None:
        return describe_duplicate(row)
    if row.action == "invalid":
        return ROW_ERRORS.get(row.code or "", UNKNOWN_ROW_ERROR).text
    if row.action == "not_found" and row.code:
        return Message(row.code, row.code)
    if row.action == "unread" and row.code:
        return ERROR_MESSAGES.get(row.code, Message(row.code, row.code))
    names = ", ".join(name for name in (row.cdek_number, row.im_number) if name and name != row.order) or "?"
    if row.action in {"number_reused", "ambiguous"}:
        other = row.other_cdek_number or "?"
        return _REUSED.format(other=other, names=names) if row.action == "number_reused" else _TWO.format(names, other)
    return _CARD.format(names) if row.action in {"names_differ", "is_return"} else None


def describe_duplicate(row: PreviewRow) -> Message:
    """Name the row that has the same order."""
    if row.other_batch is None:
        return Message(f"строка {row.duplicate_of}", f"row {row.duplicate_of}")
    return Message(
        f"строка {row.duplicate_of} пакета {row.other_batch}", f"row {row.duplicate_of} of batch {row.other_batch}"
    )


_REUSED = Message("раньше СДЭК {other}, теперь {names}", "before CDEK {other}, now {names}")
_TWO = Message("СДЭК {0} и СДЭК {1}", "CDEK {0} and CDEK {1}")
_CARD = Message("в карточке {0}", "the card has {0}")
