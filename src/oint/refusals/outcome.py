"""What became of a refusal, in facts and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from oint.i18n import Message
from oint.refusals.states import State
from oint.refusals.verdicts import Advice, explain_rejection

if TYPE_CHECKING:
    from oint.cdek.errors import CdekError

CARD_CHANGED = "card_changed"
"""The code of a row whose card is no longer what the person saw in the preview."""

BY_ANOTHER = "by_another_request"
"""The code of a confirmed refusal that another request brought about, while our own entry is INVALID."""

UNREAD = "unread"
"""The code of a held row whose card could not be read for the preview."""

EXCEPTED = "excepted"
"""The code of a row that was withdrawn because `--except` names its order."""

DAMAGED = "row_damaged"
"""The code of a row of the ledger that no longer names an order."""


class Outcome(msgspec.Struct, kw_only=True):
    """What became of one refusal.

    Args:
        order: the order as it was asked for
        state: where its life has come to: `accepted` is still pending, `unknown` is unsettled
        uuid, cdek_number, im_number: the order's names
        status, reason: code of the order's status when last read, and of its additional status
        request_uuid: CDEK's uuid of the refusal, where known
        code, message: CDEK's reason, where it was rejected
        return_uuid, return_number: the order that brings the parcel back, once CDEK has linked it
        sent: how many times a refusal was sent
        advice: why nothing was sent, where it was not the right call
        other_cdek_number: of another order that the row's number names, or named before
        error: why the card could not be read in the end, or how the answer was lost
    """

    order: str
    state: State
    uuid: str | None = None
    cdek_number: str | None = None
    im_number: str | None = None
    status: str | None = None
    reason: str | None = None
    request_uuid: str | None = None
    code: str | None = None
    message: str | None = None
    return_uuid: str | None = None
    return_number: str | None = None
    send_count: int = 0
    advice: Advice | None = None
    other_cdek_number: str | None = None
    error: CdekError | None = None

    @property
    def verdict(self) -> str:
        """Return the state as a word; `accepted` while it is pending."""
        return self.state.value

    @property
    def text(self) -> Message:
        """Describe for a person what happened."""
        if self.advice is not None:
            return self.advice.text
        if self.code in _BY_CODE and self.state in _BY_CODE[self.code]:
            return _BY_CODE[self.code][self.state]
        if self.state is State.REJECTED:
            reason = ": ".join(filter(None, (self.code, self.message))) or "?"
            return Message(f"СДЭК не зарегистрировал отказ: {reason}", f"CDEK did not register the refusal: {reason}")
        text = _SENTENCES[self.state]
        if self.error is None:
            return text
        why = self.error.cause
        return Message(f"{text.ru} ({why.ru})", f"{text.en} ({why.en})")

    @property
    def hint(self) -> Message:
        """Describe for a person what to do now."""
        if self.advice is not None:
            return _with_override_hint(self.advice) if self.advice.code == "delete" else self.advice.hint
        if self.state is State.CONFIRMED and self.return_number is not None:
            return Message(f"Возвратный заказ: {self.return_number}", f"The return order: {self.return_number}")
        if self.state is State.REJECTED:
            return explain_rejection(self.code).hint
        return _NEXT_STEPS[self.state]


_BY_CODE = {
    CARD_CHANGED: {
        State.HELD: Message(
            "Отказ не отправлен: заказ изменился после предпросмотра",
            "The refusal was not sent: the order has changed since the preview",
        )
    },
    UNREAD: {
        State.HELD: Message(
            "Отказ не отправлен: карточку заказа не удалось прочитать",
            "The refusal was not sent: the order's card could not be read",
        )
    },
    BY_ANOTHER: {
        State.CONFIRMED: Message(
            "Заказ возвращается: отказ зарегистрирован другим запросом",
            "The order goes back: another request registered the refusal",
        )
    },
    EXCEPTED: {
        State.WITHDRAWN: Message(
            "Отказ не отправлен: заказ назван в --except", "The refusal was not sent: --except names it"
        )
    },
    DAMAGED: {
        State.ADVISED: Message(
            "Строка реестра повреждена: в ней нет имени заказа", "The row of the ledger is damaged: it names no order"
        )
    },
}
_SENTENCES = {
    State.HELD: Message("Отказ не отправлен: ждёт подтверждения", "The refusal was not sent: it awaits approval"),
    State.WITHDRAWN: Message("Отказ не отправлен: пакет отменён", "The refusal was not sent: the batch was cancelled"),
    State.ADVISED: Message("Отказ не отправлен", "The refusal was not sent"),
    State.PLANNED: Message("Отказ не отправлен", "The refusal was not sent"),
    State.SENDING: Message("Отказ отправляется", "The refusal is being sent"),
    State.ACCEPTED: Message("СДЭК принял запрос, но ещё не решил", "CDEK has taken the request, but not decided yet"),
    State.UNKNOWN: Message(
        "Ответ потерян: неизвестно, есть ли отказ у СДЭК", "The answer was lost: CDEK may or may not have the refusal"
    ),
    State.CONFIRMED: Message(
        "СДЭК подтвердил отказ: посылка вернётся в магазин",
        "CDEK has confirmed the refusal: the parcel goes back to the shop",
    ),
}
_NEXT_STEPS = {
    State.HELD: Message("Посмотрите пакет и подтвердите его", "Preview the batch and approve it"),
    State.WITHDRAWN: Message("Делать ничего не нужно", "Nothing needs to be done"),
    State.ADVISED: Message("Посмотрите строку", "Look at the row"),
    State.PLANNED: Message("Повторите команду: это безопасно", "Repeat the command: it is safe"),
    State.SENDING: Message("Подождите", "Wait"),
    State.ACCEPTED: Message(
        "Повторите команду позже: второй отказ не уйдёт, пока первый в работе",
        "Repeat the command later: no second refusal is sent while the first is pending",
    ),
    State.UNKNOWN: Message(
        "Повторите команду позже: она сначала прочитает заказ и не отправит отказ дважды",
        "Repeat the command later: it reads the order first and does not send a refusal twice",
    ),
    State.CONFIRMED: Message(
        "СДЭК ещё не связал возвратный заказ; его номер появится, когда заказ прочитают снова",
        "CDEK has not linked the return order yet; its number appears when the order is read again",
    ),
}  # fmt: skip


def _with_override_hint(advice: Advice) -> Message:
    step = advice.hint
    return Message(
        f"{step.ru} или подтвердите отказ словом --even-if-billed", f"{step.en}, or insist with --even-if-billed"
    )
