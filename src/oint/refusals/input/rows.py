"""What a source gives: rows that name an order, and what is wrong with those that do not."""

from __future__ import annotations

from typing import NamedTuple

from oint.i18n import Message


class RowError(NamedTuple):
    """Why a row is not sent.

    Args:
        code: a key of `ROW_ERRORS`
        detail: the column and the form of its value (`cdek_number: 99-xx`), never the value
    """

    code: str
    detail: str


class InputRow(NamedTuple):
    """One row of a source.

    Args:
        number: as a person sees it: the row of the table, or the line of a list, from 1
        uuid: of the order, in lower case
        cdek_number: digits
        im_number: the shop's number
        trouble: what is wrong with the row; None: it can be sent
    """

    number: int
    uuid: str | None
    cdek_number: str | None
    im_number: str | None
    error: RowError | None


_SEE_CELL = Message("Исправьте ячейку и повторите: другие строки не пострадают", "Mend the cell and run again")
_AS_TEXT = Message(
    "Задайте колонке текстовый формат и вставьте номер заново",
    "Give the column the format Text and enter the number again",
)

ROW_ERRORS: dict[str, tuple[Message, Message]] = {
    "bad_row_empty": (
        Message("В строке нет имени заказа", "The row names no order"),
        Message("Впишите UUID, номер СДЭК или номер заказа в магазине", "Enter a UUID, a CDEK number or a shop number"),
    ),
    "bad_row_uuid": (
        Message("Это не UUID", "This is not a UUID"),
        Message(
            "UUID выглядит так: 72753033-a2e0-43e3-95e5-57c4c2e9bf4a",
            "A UUID looks like 72753033-a2e0-43e3-95e5-57c4c2e9bf4a",
        ),
    ),
    "bad_row_number": (
        Message("Это не номер СДЭК", "This is not a CDEK number"),
        Message("Номер СДЭК состоит из одних цифр", "A CDEK number is digits only"),
    ),
    "bad_row_shop_number": (
        Message(
            "Это не номер заказа в магазине: он длиннее 40 знаков или содержит служебные",
            "This is not a shop number: it is longer than 40 characters or holds control characters",
        ),
        _SEE_CELL,
    ),
    "bad_row_rounded": (
        Message("Табличный редактор округлил номер", "The spreadsheet program has rounded the number"),
        _AS_TEXT,
    ),
    "bad_row_date": (
        Message("На месте номера стоит дата или время", "A date or time stands in place of a number"),
        _AS_TEXT,
    ),
    "bad_row_formula": (
        Message(
            "Вместо имени заказа в строке ошибка формулы", "A formula of the row has failed where an order is named"
        ),
        Message("Исправьте формулу или впишите номер вместо неё", "Mend the formula, or enter the number in its place"),
    ),
    "bad_row_value": (
        Message(
            "На месте номера стоит не текст и не число", "What stands in place of a number is neither text nor number"
        ),
        _SEE_CELL,
    ),
    "bad_row_columns": (
        Message(
            "В строке больше колонок, чем в заголовке: они могли сдвинуться",
            "The row has more columns than the header: they may have shifted",
        ),
        Message(
            "Возьмите в кавычки ячейку, в которой есть разделитель",
            "Put the cell that holds the delimiter into quotes",
        ),
    ),
    "bad_row_json": (
        Message("Строка - не объект, текст или число JSON", "The line is no JSON object, text or number"),
        Message("Один объект на строку, без запятых между строками", "One object per line, no commas between lines"),
    ),
}
"""Each trouble's sentence and next step, so that it is spoken in the language of whoever reads the ledger."""
