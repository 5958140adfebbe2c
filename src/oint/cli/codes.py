"""The exit codes of `oint`: one table, for what ends with them and for the page that explains them."""

from __future__ import annotations

from oint.i18n import Message

OK = 0
UNKNOWN_LIBRARY = 1
BAD_USAGE = 2
REJECTED = 3
NO_CREDENTIALS = 4
OUTCOME_UNKNOWN = 5
NOT_APPLICABLE = 6
PENDING = 8
MIXED = 9
INTERNAL_ERROR = 99
INTERRUPTED = 130

MEANINGS = {
    OK: Message("сделано", "done"),
    UNKNOWN_LIBRARY: Message("неизвестная библиотека или команда", "unknown library or command"),
    BAD_USAGE: Message("неизвестный метод, опция или неверное значение", "unknown method or option, or a wrong value"),
    REJECTED: Message("СДЭК отклонил запрос", "CDEK said no"),
    NO_CREDENTIALS: Message("нет учётных данных, или СДЭК их не принял", "no credentials, or CDEK did not take them"),
    OUTCOME_UNKNOWN: Message(
        "СДЭК недоступен, или запрос отправлен, а исход неизвестен",
        "CDEK is unreachable, or the request was sent and its outcome is unknown",
    ),
    NOT_APPLICABLE: Message(
        "строки с ошибками или заказы, которым отказ не нужен: смотрите совет",
        "broken rows, or orders for which refusing is not the right call: see the advice",
    ),
    PENDING: Message("СДЭК ещё не решил", "CDEK has not decided yet"),
    MIXED: Message("заказов несколько, и кончилось по-разному", "several orders, and they ended differently"),
    INTERNAL_ERROR: Message(
        "ошибка самой oint или неполадка на этой машине", "a defect of oint itself, or trouble on this machine"
    ),
    INTERRUPTED: Message("прервано", "interrupted"),
}

KINDS_OF_MISUSE = {NOT_APPLICABLE: "bad_rows", INTERNAL_ERROR: "machine"}
"""The kind of what cannot be carried out, where not the command is to blame but the file of orders, or the machine."""

BY_KIND = {
    "bad_argument": BAD_USAGE,
    "rejected": REJECTED,
    "authentication_failed": NO_CREDENTIALS,
    "rate_limited": OUTCOME_UNKNOWN,
    "unavailable": OUTCOME_UNKNOWN,
    "outcome_unknown": OUTCOME_UNKNOWN,
    "unreadable_answer": OUTCOME_UNKNOWN,
    "still_pending": PENDING,
}
"""The code of each kind of `CdekError`; by its name, so that no error class is loaded for it."""
