"""Errors of an input file: those that stop it as a whole, and those of one row."""

from __future__ import annotations

from typing import NamedTuple

from oint.errors import OintError
from oint.i18n import Message


class ErrorMessage(NamedTuple):
    """What an error says to the user.

    Args:
        text: what is wrong
        hint: what to do about it
    """

    text: Message
    hint: Message


_NAME_COLUMNS = Message(
    'Укажите колонку сами, например --column cdek_number=B или --column "uuid=Моя колонка"',
    'Name the column yourself, for example --column cdek_number=B or --column "uuid=My column"',
)
_SAVE_AGAIN = Message(
    "Откройте файл в табличном редакторе и сохраните как CSV UTF-8 или XLSX",
    "Open the file in a spreadsheet program and save it as CSV UTF-8 or XLSX",
)
_USE_LIST = Message(
    "Подойдёт CSV, XLSX, JSON Lines или простой список: один заказ на строку",
    "Use CSV, XLSX, JSON Lines or a plain list: one order per line",
)
_CHECK_PATH = Message("Проверьте путь к файлу", "Check the path to the file")
_CHECK_CELL = Message(
    "Исправьте ячейку и повторите: другим строкам это не мешает", "Correct the cell and run again: other rows go ahead"
)
_FORMAT_AS_TEXT = Message(
    "Задайте колонке текстовый формат и введите номер заново",
    "Format the column as text and enter the number again",
)
_COPY_ROWS = Message(
    "Скопируйте только строки с заказами в новую книгу или сохраните их как CSV",
    "Copy only the rows with orders to a new workbook, or save them as CSV",
)

FILE_ERRORS: dict[str, ErrorMessage] = {
    "input_missing": ErrorMessage(Message("Файла {name} нет", "File {name} does not exist"), _CHECK_PATH),
    "input_folder": ErrorMessage(Message("{name} - папка, а не файл", "{name} is a folder, not a file"), _CHECK_PATH),
    "input_forbidden": ErrorMessage(
        Message("Нет прав на чтение {name}", "No permission to read {name}"),
        Message("Дайте себе право на чтение файла", "Grant yourself read access to the file"),
    ),
    "input_unreadable": ErrorMessage(
        Message("{name} не читается: {cause}", "{name} cannot be read: {cause}"),
        Message("Скопируйте файл на этот диск и повторите", "Copy the file to this disk and try again"),
    ),
    "input_closed": ErrorMessage(
        Message("Стандартный ввод закрыт", "Standard input is closed"),
        Message("Подайте строки на ввод или укажите файл", "Pipe the lines in, or name a file"),
    ),
    "input_empty": ErrorMessage(
        Message("В {name} нет ни одной строки с заказом", "{name} has no row with an order"), _USE_LIST
    ),
    "input_binary": ErrorMessage(
        Message("{name} - не текст и не таблица", "{name} is neither text nor a spreadsheet"), _USE_LIST
    ),
    "input_page": ErrorMessage(
        Message(
            "{name} - не таблица, а {kind.ru}: теги и числа страницы были бы прочитаны как заказы",
            "{name} is not a spreadsheet but {kind.en}: its tags and figures would be read as orders",
        ),
        Message(
            "Откройте файл в Excel или LibreOffice, проверьте таблицу и сохраните как XLSX; либо выберите при выгрузке XLSX или CSV",
            "Open the file in Excel or LibreOffice, check the table and save it as XLSX; or export XLSX or CSV instead",
        ),
    ),
    "input_other_table": ErrorMessage(
        Message("{name} - {kind.ru}, такие файлы не читаются", "{name} is {kind.en}; such files are not read"),
        Message(
            "Откройте файл в той программе, где он создан, или в LibreOffice, проверьте таблицу и сохраните как XLSX",
            "Open the file in the program that made it or in LibreOffice, check the table and save it as XLSX",
        ),
    ),
    "input_xml": ErrorMessage(
        Message("{name} - {kind.ru}, а не таблица", "{name} is {kind.en}, not a spreadsheet"),
        Message("Выберите при выгрузке XLSX или CSV", "Export XLSX or CSV instead"),
    ),
    "input_letter": ErrorMessage(
        Message("{name} - {kind.ru}, а не таблица", "{name} is {kind.en}, not a spreadsheet"),
        Message(
            "Сохраните вложение в файл или скопируйте номера в текстовый файл: один заказ на строку",
            "Save the attachment to a file, or copy the numbers to a text file: one order per line",
        ),
    ),
    "input_document": ErrorMessage(
        Message("{name} - {kind.ru}, а не таблица", "{name} is {kind.en}, not a spreadsheet"),
        Message(
            "Скопируйте номера заказов в таблицу XLSX или в текстовый файл: один заказ на строку",
            "Copy the order numbers to an XLSX spreadsheet or to a text file: one order per line",
        ),
    ),
    "input_archive": ErrorMessage(
        Message("{name} - {kind.ru}, а не таблица", "{name} is {kind.en}, not a spreadsheet"),
        Message("Распакуйте архив и укажите файл из него", "Unpack it and name the file inside"),
    ),
    "input_too_large": ErrorMessage(
        Message("{name} слишком велик: предел {limit} МБ", "{name} is too large: the limit is {limit} MB"),
        Message("Разделите файл на части или сохраните как CSV", "Split the file or save it as CSV"),
    ),
    "input_line_too_long": ErrorMessage(
        Message("В {name} есть строка длиннее 1 МБ", "{name} has a line longer than 1 MB"), _USE_LIST
    ),
    "input_encoding_unknown": ErrorMessage(
        Message("Кодировка {encoding!r} не поддерживается", "The encoding {encoding!r} is not supported"),
        Message("Выберите одну из этих: {encodings}", "Choose one of these: {encodings}"),
    ),
    "input_encoding_wrong": ErrorMessage(
        Message("{name} записан не в кодировке {encoding}", "{name} is not encoded in {encoding}"),
        Message(
            "Укажите верную кодировку или не указывайте её: она определится по файлу",
            "Name the right encoding, or leave it out: it is detected from the file",
        ),
    ),
    "input_utf16_broken": ErrorMessage(
        Message(
            "В {name} (UTF-16) потерян байт: текст за этим местом не читается",
            "A byte is lost from {name} (UTF-16): the text after that place cannot be read",
        ),
        _SAVE_AGAIN,
    ),
    "input_delimiter_unknown": ErrorMessage(
        Message("{delimiter!r} не может разделять колонки", "{delimiter!r} cannot separate columns"),
        Message("Укажите один знак: ; , | или tab", "Use one character: ; , | or tab"),
    ),
    "input_column_unknown": ErrorMessage(
        Message("Колонку {column!r} задать нельзя", "There is no column {column!r} to set"),
        Message(
            "Можно задать колонки uuid, cdek_number, im_number и order",
            "Columns to set are uuid, cdek_number, im_number and order",
        ),
    ),
    "input_header_missing": ErrorMessage(
        Message(
            "В {name} не найдена колонка с заказом. Заголовки: {headers}",
            "{name} has no column that is known to identify an order. Headers: {headers}",
        ),
        Message(
            "Укажите колонку сами, например {example.ru}",
            "Name the column yourself, for example {example.en}",
        ),
    ),
    "input_columns_ambiguous": ErrorMessage(
        Message(
            "В {name} непонятно, в какой колонке {column.ru}: {headers}",
            "{name} has several columns that may contain {column.en}: {headers}",
        ),
        Message("Укажите нужную: {options.ru}", "Name the right one: {options.en}"),
    ),
    "input_columns_unfit": ErrorMessage(
        Message(
            "В {name} не найдена колонка с заказом: {reasons.ru}", "{name} has no column with orders: {reasons.en}"
        ),
        Message(
            "Если заказы всё же в одной из этих колонок, укажите её: --column cdek_number={position} "
            "для номера СДЭК или --column im_number={position} для номера заказа в магазине",
            "If one of these columns has the orders all the same, name it: --column cdek_number={position} "
            "for the CDEK number, or --column im_number={position} for the shop number",
        ),
    ),
    "input_position_or_name": ErrorMessage(
        Message(
            "{value!r} в {name} - и позиция одной колонки, и заголовок другой",
            "In {name}, {value!r} is the position of one column and the header of another",
        ),
        Message(
            "Колонка на этой позиции: {column}={position}; колонка с этим заголовком: {column}={other}",
            "Use {column}={position} for the column at that position, {column}={other} for the one with that header",
        ),
    ),
    "input_sheet_unknown": ErrorMessage(
        Message("Листа {sheet!r} в {name} нет. Листы: {sheets}", "{name} has no sheet {sheet!r}. Sheets: {sheets}"),
        Message("Укажите один из этих листов", "Name one of these sheets"),
    ),
    "input_quotes": ErrorMessage(
        Message(
            "В {name} не закрыта кавычка в строке {line}: строки за ней были бы потеряны",
            "{name} has an unclosed quote in line {line}: the lines after it would be lost",
        ),
        Message("Исправьте кавычки в этой строке", "Correct the quotes in that line"),
    ),
    "input_json_document": ErrorMessage(
        Message(
            "{name} - один документ JSON, а нужен JSON Lines: один объект на строку",
            "{name} is a single JSON document; JSON Lines is needed: one object per line",
        ),
        Message(
            "Преобразуйте его, например: jq -c '.[]' файл > заказы.jsonl",
            "Convert it, for example: jq -c '.[]' file > orders.jsonl",
        ),
    ),
    "input_no_valid_row": ErrorMessage(
        Message(
            "В первых {rows} строках {name} нет ни одного заказа. Первая ошибка - строка {number}: {error}",
            "The first {rows} rows of {name} contain no order. First error, row {number}: {error}",
        ),
        _NAME_COLUMNS,
    ),
    "input_workbook_damaged": ErrorMessage(
        Message("{name} повреждён или это не таблица", "{name} is damaged or not a spreadsheet"), _SAVE_AGAIN
    ),
    "input_workbook_locked": ErrorMessage(
        Message("{name} защищён паролем", "{name} is protected with a password"),
        Message("Сохраните файл без пароля", "Save the file without a password"),
    ),
    "input_workbook_wide": ErrorMessage(
        Message(
            "На листе «{sheet}» заполнены колонки дальше {limit}-й: это не таблица заказов",
            "Sheet «{sheet}» has filled columns beyond number {limit}: this is not a table of orders",
        ),
        _COPY_ROWS,
    ),
    "input_workbook_oversized": ErrorMessage(
        Message("{name} слишком велик: предел - {limit.ru}", "{name} is too large: the limit is {limit.en}"), _COPY_ROWS
    ),
    "input_workbook_binary": ErrorMessage(
        Message(
            "{name} - двоичная книга Excel (.xlsb): по ней нельзя узнать, какие строки скрыты",
            "{name} is a binary Excel workbook (.xlsb), which does not show which rows are hidden",
        ),
        Message("Откройте файл в Excel и сохраните как XLSX", "Open the file in Excel and save it as XLSX"),
    ),
    "input_lock_file": ErrorMessage(
        Message(
            "{name} - не книга, а служебный файл: табличный редактор держит его рядом, пока книга открыта",
            "{name} is not a workbook: a spreadsheet program keeps this file beside a workbook that is open",
        ),
        Message(
            "Укажите саму книгу: то же имя без ~$ или .~lock. в начале",
            "Name the workbook itself: the same name without ~$ or .~lock. in front",
        ),
    ),
    "input_sheet_ambiguous": ErrorMessage(
        Message("В {name} заказы на нескольких листах: {sheets}", "{name} has orders on several sheets: {sheets}"),
        Message("Укажите нужный лист: --sheet ИМЯ", "Name the sheet that is meant: --sheet NAME"),
    ),
    "input_sheet_hidden": ErrorMessage(
        Message(
            "В {name} заказы есть только на скрытых листах: {sheets}",
            "{name} has orders on hidden sheets alone: {sheets}",
        ),
        Message(
            "Если нужен скрытый лист, укажите его: --sheet ИМЯ",
            "If a hidden sheet is meant, name it: --sheet NAME",
        ),
    ),
    "input_rows_hidden": ErrorMessage(
        Message(
            "В {name} все строки с заказами скрыты фильтром или вручную: лист «{sheet}», строк: {rows}",
            "All rows with orders in {name} are hidden by a filter or by hand: sheet «{sheet}», rows: {rows}",
        ),
        Message(
            "Снимите фильтр и сохраните файл; чтобы взять и скрытое: --hidden take",
            "Clear the filter and save the file; to take what is hidden, too: --hidden take",
        ),
    ),
    "input_header_hidden": ErrorMessage(
        Message(
            "В {name} на листе «{sheet}» скрыта строка {row} с заголовками колонок",
            "In {name}, row {row} with the headers of sheet «{sheet}» is hidden",
        ),
        Message(
            "Покажите строку и сохраните файл; чтобы взять и скрытое: --hidden take",
            "Show the row and save the file; to take what is hidden, too: --hidden take",
        ),
    ),
    "input_column_hidden": ErrorMessage(
        Message(
            "В {name} колонка с заказами ({column}) на листе «{sheet}» скрыта",
            "In {name}, the column with the orders ({column}) on sheet «{sheet}» is hidden",
        ),
        Message(
            "Покажите колонку и сохраните файл; чтобы взять и скрытое: --hidden take",
            "Show the column and save the file; to take what is hidden, too: --hidden take",
        ),
    ),
    "input_tables_missing": ErrorMessage(
        Message("В этой установке нет чтения таблиц Excel", "This installation cannot read spreadsheets"),
        Message(
            "Выполните: pip install 'oint[tables]' - или сохраните файл как CSV",
            "Run: pip install 'oint[tables]' - or save the file as CSV",
        ),
    ),
}
"""Why no refusals can be planned from a file; the names in braces are the keyword arguments of `InputFileError`."""

ROW_ERRORS: dict[str, ErrorMessage] = {
    "bad_row_empty": ErrorMessage(
        Message("В строке не указан заказ", "The row has no order"),
        Message("Впишите UUID, номер СДЭК или номер заказа в магазине", "Enter a UUID, a CDEK number or a shop number"),
    ),
    "bad_row_uuid": ErrorMessage(
        Message("Это не UUID", "This is not a UUID"),
        Message(
            "UUID выглядит так: 72753033-a2e0-43e3-95e5-57c4c2e9bf4a",
            "A UUID looks like 72753033-a2e0-43e3-95e5-57c4c2e9bf4a",
        ),
    ),
    "bad_row_number": ErrorMessage(
        Message("Это не номер СДЭК", "This is not a CDEK number"),
        Message("Номер СДЭК состоит из одних цифр", "A CDEK number has only digits"),
    ),
    "bad_row_shop_number": ErrorMessage(
        Message(
            "Это не номер заказа в магазине: он длиннее 40 знаков или содержит служебные символы",
            "This is not a shop number: it is longer than 40 characters or contains control characters",
        ),
        _CHECK_CELL,
    ),
    "bad_row_rounded": ErrorMessage(
        Message("Табличный редактор округлил номер", "The spreadsheet program rounded the number"),
        _FORMAT_AS_TEXT,
    ),
    "bad_row_fraction": ErrorMessage(
        Message("Вместо номера - дробное число", "The cell has a number with decimals instead of an order's number"),
        _CHECK_CELL,
    ),
    "bad_row_date": ErrorMessage(
        Message("Вместо номера - дата или время", "The cell has a date or time instead of a number"),
        _FORMAT_AS_TEXT,
    ),
    "bad_row_formula": ErrorMessage(
        Message("Вместо заказа в строке ошибка формулы", "A formula in the row failed, so the order is unknown"),
        Message("Исправьте формулу или впишите номер вместо неё", "Correct the formula, or replace it with the number"),
    ),
    "bad_row_not_calculated": ErrorMessage(
        Message(
            "Формула в строке не посчитана, поэтому заказ неизвестен",
            "A formula in the row has not been calculated, so the order is unknown",
        ),
        Message(
            "Откройте файл в табличном редакторе, сохраните и повторите",
            "Open the file in a spreadsheet program, save it and run again",
        ),
    ),
    "bad_row_format": ErrorMessage(
        Message(
            "Формат ячейки показывает не те цифры, что в ней записаны: какой это номер, неясно",
            "The number format shows something else than the cell holds, so the number is not clear",
        ),
        _FORMAT_AS_TEXT,
    ),
    "bad_row_merged": ErrorMessage(
        Message(
            "Ячейка с заказом объединена с другой: относится ли заказ и к этой строке, неясно",
            "The cell with the order is merged with another one, so it is not clear whether the order is this row's",
        ),
        Message(
            "Отмените объединение и впишите заказ в каждую строку, которую нужно отправить",
            "Unmerge the cells, and enter the order in each row that is to be sent",
        ),
    ),
    "bad_row_struck": ErrorMessage(
        Message("Заказ в строке зачёркнут", "The order in the row is struck through"),
        Message(
            "Если отказ нужен, снимите зачёркивание; если нет, удалите строку",
            "If the refusal is meant, remove the strike-through; if not, delete the row",
        ),
    ),
    "bad_row_value": ErrorMessage(
        Message("Вместо номера - не текст и не число", "The cell has neither text nor a number"), _CHECK_CELL
    ),
    "bad_row_differs": ErrorMessage(
        Message(
            "Две колонки одного и того же номера в этой строке различаются",
            "Two columns of the same number differ in this row",
        ),
        Message(
            "Исправьте строку или укажите нужную колонку, например --column cdek_number=B",
            "Correct the row, or name the right column, for example --column cdek_number=B",
        ),
    ),
    "bad_row_columns": ErrorMessage(
        Message(
            "В строке больше колонок, чем в заголовке: они могли сдвинуться",
            "The row has more columns than the header: they may have shifted",
        ),
        Message("Возьмите в кавычки ячейку, в которой есть разделитель", "Quote the cell that contains the delimiter"),
    ),
    "bad_row_encoding": ErrorMessage(
        Message(
            "В ячейке с заказом испорчены буквы: часть байтов не в кодировке файла",
            "Letters in the order's cell are damaged: some bytes are not in the file's encoding",
        ),
        Message(
            "Впишите номер заново; если так во многих строках, укажите кодировку: --encoding cp1251",
            "Enter the number again; if many rows are like this, name the encoding: --encoding cp1251",
        ),
    ),
    "bad_row_list": ErrorMessage(
        Message(
            "В строке несколько номеров или есть лишние слова: неясно, что из этого заказы",
            "The line has several numbers or other words: it is not clear which of them are orders",
        ),
        Message("Оставьте в строке один номер, без других слов", "Leave one number on the line, without other words"),
    ),
    "bad_row_sentence": ErrorMessage(
        Message(
            "Похоже на заголовок, итог или примечание, а не на заказ",
            "This looks like a header, a total or a note, not like an order",
        ),
        Message(
            'Если это номер заказа, подайте его отдельно: oint refusals register "номер"; иначе удалите строку',
            'If it is the number of an order, name it alone: oint refusals register "number"; if not, delete the row',
        ),
    ),
    "bad_row_second_table": ErrorMessage(
        Message(
            "Строка стоит под вторым заголовком или под примечанием: относится ли она к отказам, из файла не понять",
            "The row is below a second header or a note: the file does not say whether its order is to be refused",
        ),
        Message(
            "Если эти заказы нужно отказать, сохраните их строки отдельным файлом или удалите заголовок и примечание над ними",
            "If these orders are to be refused, save their rows to a file of their own, or delete the header and the note above them",
        ),
    ),
    "bad_row_json": ErrorMessage(
        Message("Строка - не объект, текст или число JSON", "The line is not a JSON object, text or number"),
        Message("Один объект на строку, без запятых между строками", "One object per line, no commas between lines"),
    ),
}
"""Why a row is not sent. The ledger keeps the code alone, so that each reader gets the text in their own language."""


class InputFileError(OintError):
    """Report a file, or an option about it, from which no refusals can be planned. Nothing was sent.

    Args:
        code: a key of `FILE_ERRORS`
        values: what its text and hint name; never the content of a row
    """

    def __init__(self, code: str, **values: object) -> None:
        message = FILE_ERRORS[code]
        super().__init__(message.text.format(**values), message.hint.format(**values), code=code)


class RowError(NamedTuple):
    """Why a row is not sent.

    Args:
        code: a key of `ROW_ERRORS`
        detail: the column and the form of its value (`cdek_number: 99-xx`), never the value
    """

    code: str
    detail: str
