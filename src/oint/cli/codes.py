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
    BAD_USAGE: Message(
        "неизвестный метод, опция или неверное значение; или некому подтвердить: ничего не отправлено",
        "unknown method or option, or an invalid value; or nobody could confirm: nothing was sent",
    ),
    REJECTED: Message("СДЭК отклонил запрос", "CDEK rejected the request"),
    NO_CREDENTIALS: Message("нет учётных данных, или СДЭК их не принял", "no credentials, or CDEK did not accept them"),
    OUTCOME_UNKNOWN: Message(
        "СДЭК недоступен, или запрос отправлен, а исход неизвестен",
        "CDEK is unreachable, or the request was sent and its outcome is unknown",
    ),
    NOT_APPLICABLE: Message(
        "строки с ошибками или заказы, которым отказ не нужен: смотрите совет",
        "invalid rows, or orders for which refusing is not the right call: see the advice",
    ),
    PENDING: Message("СДЭК ещё не решил", "CDEK has not decided yet"),
    MIXED: Message("заказов несколько, итоги разные", "several orders with different outcomes"),
    INTERNAL_ERROR: Message(
        "ошибка в самой oint или сбой на этой машине", "a defect in oint, or an error on this machine"
    ),
    INTERRUPTED: Message("прервано", "interrupted"),
}

KINDS_OF_MISUSE = {NOT_APPLICABLE: "bad_rows", INTERNAL_ERROR: "machine"}
"""Kinds of usage errors that are caused by the file of orders or by the machine, not by the command line."""

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
"""The exit code of each kind of `CdekError`, by name: no error class is loaded."""
