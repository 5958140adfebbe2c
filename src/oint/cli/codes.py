"""The exit codes of `oint`: one table, for what ends with them and for the page that explains them."""

from __future__ import annotations

from oint.i18n import Text

DONE = 0
UNKNOWN_LIBRARY = 1
BAD_USAGE = 2
REJECTED = 3
NO_CREDENTIALS = 4
UNKNOWN_OUTCOME = 5
BAD_ROWS = 6
PENDING = 8
PARTLY = 9
DEFECT = 99
INTERRUPTED = 130

MEANINGS = {
    DONE: Text("сделано", "done"),
    UNKNOWN_LIBRARY: Text("неизвестная библиотека или команда", "unknown library or command"),
    BAD_USAGE: Text("неизвестный метод, опция или неверное значение", "unknown method or option, or a wrong value"),
    REJECTED: Text("СДЭК отклонил запрос", "CDEK said no"),
    NO_CREDENTIALS: Text("нет учётных данных, или СДЭК их не принял", "no credentials, or CDEK did not take them"),
    UNKNOWN_OUTCOME: Text(
        "СДЭК недоступен, или запрос отправлен, а исход неизвестен",
        "CDEK is unreachable, or the request was sent and its outcome is unknown",
    ),
    BAD_ROWS: Text(
        "строки с ошибками или заказы, которым отказ не нужен: смотрите совет",
        "broken rows, or orders for which refusing is not the right call: see the advice",
    ),
    PENDING: Text("СДЭК ещё не решил", "CDEK has not decided yet"),
    PARTLY: Text("заказов несколько, и кончилось по-разному", "several orders, and they ended differently"),
    DEFECT: Text(
        "ошибка самой oint или неполадка на этой машине", "a defect of oint itself, or trouble on this machine"
    ),
    INTERRUPTED: Text("прервано", "interrupted"),
}

KINDS_OF_MISUSE = {BAD_ROWS: "bad_rows", DEFECT: "machine"}
"""The kind of what cannot be carried out, where not the command is to blame but the file of orders, or the machine."""

BY_KIND = {
    "bad_argument": BAD_USAGE,
    "rejected": REJECTED,
    "authentication_failed": NO_CREDENTIALS,
    "rate_limited": UNKNOWN_OUTCOME,
    "unavailable": UNKNOWN_OUTCOME,
    "outcome_unknown": UNKNOWN_OUTCOME,
    "unreadable_answer": UNKNOWN_OUTCOME,
    "still_pending": PENDING,
}
"""The code of each kind of `CdekError`; by its name, so that no error class is loaded for it."""
