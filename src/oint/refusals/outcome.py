"""What became of a refusal, in facts and in words; and the advice not to send one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from oint.cdek.errors import next_step_after
from oint.cdek.models.orders import OrderStatus
from oint.language import Text
from oint.refusals.life import State

if TYPE_CHECKING:
    from oint.cdek.errors import CdekError
    from oint.cdek.models.orders import OrderAnswer


class Advice(msgspec.Struct, frozen=True):
    """Why refusing is not the right call.

    Args:
        code: delete, client_return, nothing, unclear
        text: for a person
        next_step: what to do instead
        may_insist: whether a refusal makes sense all the same
    """

    code: str
    text: Text
    next_step: Text
    may_insist: bool = False


class Outcome(msgspec.Struct, kw_only=True):
    """What became of one refusal.

    Args:
        order: the order as it was asked for
        state: where its life has come to: `accepted` is still pending, `unknown` is unsettled
        uuid, cdek_number, im_number: the order's names
        status: code of the order's status when last read
        request_uuid: CDEK's uuid of the refusal, where known
        code, message: CDEK's reason, where it was rejected
        return_uuid, return_number: the order that brings the parcel back, once CDEK has linked it
        sent: how many times a refusal was sent
        advice: why nothing was sent, where it was not the right call
        trouble: why the card could not be read in the end, or how the answer was lost
    """

    order: str
    state: State
    uuid: str | None = None
    cdek_number: str | None = None
    im_number: str | None = None
    status: str | None = None
    request_uuid: str | None = None
    code: str | None = None
    message: str | None = None
    return_uuid: str | None = None
    return_number: str | None = None
    sent: int = 0
    advice: Advice | None = None
    trouble: CdekError | None = None

    @property
    def verdict(self) -> str:
        """The state as a word: confirmed, rejected, advised, unknown, and accepted while it is pending."""
        return self.state.value

    @property
    def sentence(self) -> Text:
        """What happened, for a person."""
        if self.advice is not None:
            return self.advice.text
        if self.state is State.REJECTED:
            reason = ": ".join(filter(None, (self.code, self.message))) or "?"
            return Text(f"СДЭК не зарегистрировал отказ: {reason}", f"CDEK did not register the refusal: {reason}")
        said = _SENTENCES[self.state]
        if self.trouble is None:
            return said
        why = self.trouble.why
        return Text(f"{said.ru} ({why.ru})", f"{said.en} ({why.en})")

    @property
    def next_step(self) -> Text:
        """What to do now, for a person."""
        if self.advice is not None:
            return _insisting(self.advice.next_step) if self.advice.may_insist else self.advice.next_step
        if self.state is State.CONFIRMED and self.return_number is not None:
            return Text(f"Возвратный заказ: {self.return_number}", f"The return order: {self.return_number}")
        if self.state is State.REJECTED:
            return next_step_after(self.code)
        return _NEXT_STEPS[self.state]


_SENTENCES = {
    State.PLANNED: Text("Отказ не отправлен", "The refusal was not sent"),
    State.SENDING: Text("Отказ отправляется", "The refusal is being sent"),
    State.ACCEPTED: Text("СДЭК принял запрос, но ещё не решил", "CDEK has taken the request, but not decided yet"),
    State.UNKNOWN: Text(
        "Ответ потерян: неизвестно, есть ли отказ у СДЭК", "The answer was lost: CDEK may or may not have the refusal"
    ),
    State.CONFIRMED: Text(
        "СДЭК подтвердил отказ: посылка вернётся в магазин",
        "CDEK has confirmed the refusal: the parcel goes back to the shop",
    ),
}
_NEXT_STEPS = {
    State.PLANNED: Text("Повторите команду: это безопасно", "Repeat the command: it is safe"),
    State.SENDING: Text("Подождите", "Wait"),
    State.ACCEPTED: Text(
        "Повторите команду позже: второй отказ не уйдёт, пока первый в работе",
        "Repeat the command later: no second refusal is sent while the first is pending",
    ),
    State.UNKNOWN: Text(
        "Повторите команду позже: она сначала прочитает заказ и не отправит отказ дважды",
        "Repeat the command later: it reads the order first and does not send a refusal twice",
    ),
    State.CONFIRMED: Text(
        "Возвратный заказ СДЭК свяжет с этим заказом позже: повторите команду, чтобы увидеть его номер",
        "CDEK links the return order later: repeat the command to see its number",
    ),
}  # fmt: skip

_DELETE = Advice(
    "delete",
    Text(
        "Посылка ещё не принята: удалите заказ, плата за это не названа, а отказ оплачивается",
        "The parcel has not been handed over: delete the order, no charge for it is documented, while a refusal is billed",
    ),
    Text("Удалите заказ (УдалитьЗаказ)", "Delete the order (DeleteOrder)"),
    may_insist=True,
)
_CLIENT_RETURN = Advice(
    "client_return",
    Text("Заказ уже вручён: отказаться поздно", "The order has been delivered: it is too late to refuse it"),
    Text("Оформите клиентский возврат (ОформитьКлиентскийВозврат)", "Order a client return (CreateCustomerRefund)"),
)
_RETURNING = Advice(
    "nothing",
    Text(
        "Заказ уже закрыт как невручённый: отказ ничего не изменит",
        "The order is closed already as not delivered: a refusal changes nothing",
    ),
    Text(
        "Делать ничего не нужно; почему не вручён, показывает карточка (ПолучитьЗаказ)",
        "Nothing needs to be done; the card (GetOrder) tells why it was not delivered",
    ),
)
_GONE = Advice(
    "nothing",
    Text(
        "Заказ удалён или не был создан: отказываться не от чего",
        "The order was deleted or never created: there is nothing to refuse",
    ),
    Text("Проверьте, тот ли это заказ", "Check that it is the right order"),
)
_UNCLEAR = Advice(
    "unclear",
    Text(
        "СДЭК не показал статуса заказа: отказ может оказаться платным",
        "CDEK showed no status of the order: a refusal may be billed",
    ),
    Text("Посмотрите заказ (ПолучитьЗаказ)", "Look at the order (GetOrder)"),
    may_insist=True,
)
_ADVICE: dict[str, Advice] = {
    OrderStatus.ACCEPTED: _DELETE,
    OrderStatus.CREATED: _DELETE,
    OrderStatus.DELIVERED: _CLIENT_RETURN,
    OrderStatus.NOT_DELIVERED: _RETURNING,
    OrderStatus.REMOVED: _GONE,
    OrderStatus.INVALID: _GONE,
}


def _insisting(step: Text) -> Text:
    return Text(
        f"{step.ru} или подтвердите отказ словом --even-if-billed", f"{step.en}, or insist with --even-if-billed"
    )


def advise(answer: OrderAnswer) -> Advice | None:
    """The advice against refusing, by the order's status; None where refusing is the right call.

    A status that is not in CDEK's tables counts as on the way: those that are not are all known.
    """
    status = answer.card.status
    if status is None or status.code is None:
        return _UNCLEAR
    return _ADVICE.get(status.code)


def advice_named(code: str | None, status: str | None) -> Advice | None:
    """The advice that a ledger keeps as its code and the order's status; None where nothing was advised."""
    if code is None:
        return None
    return _ADVICE.get(status or "", _UNCLEAR)
