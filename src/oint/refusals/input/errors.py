"""Why a file cannot be a source of refusals at all: one table of sentences and next steps."""

from __future__ import annotations

from oint.i18n import Message

_NAME_COLUMNS = Message(
    "Назовите колонки сами, например uuid=«Моя колонка» или cdek_number=B",
    'Name the columns yourself, for example uuid="My column" or cdek_number=B',
)
_SAVE_AGAIN = Message(
    "Откройте файл в табличном редакторе и сохраните как CSV UTF-8 или XLSX",
    "Open the file in a spreadsheet program and save it as CSV UTF-8 or XLSX",
)
_GIVE_A_LIST = Message(
    "Дайте CSV, XLSX, JSON Lines или простой список: один заказ на строку",
    "Give CSV, XLSX, JSON Lines or a plain list: one order per line",
)
_CHECK_PATH = Message("Проверьте путь к файлу", "Check the path to the file")

FILE_ERRORS: dict[str, tuple[Message, Message]] = {
    "source_missing": (Message("Файла {name} нет", "There is no file {name}"), _CHECK_PATH),
    "source_folder": (Message("{name} - папка, а не файл", "{name} is a folder, not a file"), _CHECK_PATH),
    "source_forbidden": (
        Message("Нет права читать {name}", "No permission to read {name}"),
        Message("Дайте себе право на чтение файла", "Give yourself the right to read the file"),
    ),
    "source_unreadable": (
        Message("{name} не читается: {why}", "{name} cannot be read: {why}"),
        Message("Скопируйте файл на этот диск и повторите", "Copy the file to this disk and try again"),
    ),
    "source_closed": (
        Message("Стандартный ввод закрыт", "There is no standard input"),
        Message("Подайте строки на ввод или назовите файл", "Pipe the lines in, or name a file"),
    ),
    "source_empty": (
        Message("В {name} нет ни одной строки с заказом", "{name} holds no row with an order"),
        _GIVE_A_LIST,
    ),
    "source_binary": (
        Message("{name} - не текст и не таблица", "{name} is neither text nor a spreadsheet"),
        _GIVE_A_LIST,
    ),
    "source_too_large": (
        Message("{name} слишком велик: предел {limit} МБ", "{name} is too large: the limit is {limit} MB"),
        Message("Разделите файл на части или сохраните как CSV", "Split the file or save it as CSV"),
    ),
    "source_line_too_long": (
        Message("В {name} строка длиннее 1 МБ", "{name} has a line longer than 1 MB"),
        _GIVE_A_LIST,
    ),
    "source_encoding_unknown": (
        Message("Кодировка {given!r} не поддерживается", "The encoding {given!r} is not supported"),
        Message("Возьмите одну из этих: {known}", "Take one of these: {known}"),
    ),
    "source_encoding_wrong": (
        Message("{name} написан не в кодировке {encoding}", "{name} is not written in {encoding}"),
        Message(
            "Уберите выбор кодировки (её узнают по файлу) или назовите верную",
            "Leave the choice of encoding out (it is told from the file) or name the right one",
        ),
    ),
    "source_delimiter_unknown": (
        Message("{given!r} не может разделять колонки", "{given!r} cannot separate columns"),
        Message("Возьмите один знак: ; , | или tab", "Take one character: ; , | or tab"),
    ),
    "source_column_unknown": (
        Message("Имени заказа {given!r} нет", "There is no order name {given!r}"),
        Message(
            "Колонки задают для uuid, cdek_number, im_number или order",
            "Columns are given for uuid, cdek_number, im_number or order",
        ),
    ),
    "source_header_missing": (
        Message(
            "В {name} не найдена колонка с заказом. Заголовки: {seen}",
            "{name} has no column that is known to name an order. Headers: {seen}",
        ),
        _NAME_COLUMNS,
    ),
    "source_columns_ambiguous": (
        Message(
            "В {name} две колонки для {column}: {seen}",
            "{name} has two columns for {column}: {seen}",
        ),
        _NAME_COLUMNS,
    ),
    "source_place_or_name": (
        Message(
            "В {name} {given!r} - и место колонки, и заголовок другой",
            "In {name} {given!r} is the place of a column, and the header of another",
        ),
        Message(
            "Колонку на этом месте задаёт {column}={place}, колонку с этим заголовком {column}={other}",
            "{column}={place} is the column at that place, {column}={other} the one with that header",
        ),
    ),
    "source_sheet_unknown": (
        Message("Листа {given!r} в {name} нет. Листы: {seen}", "{name} has no sheet {given!r}. Sheets: {seen}"),
        Message("Назовите один из этих листов", "Name one of these sheets"),
    ),
    "source_quotes": (
        Message(
            "В {name} кавычка в строке {line} не закрыта и скрыла бы строки за ней",
            "{name} has a quote in line {line} that is not closed and would hide the lines after it",
        ),
        Message("Исправьте кавычки в этой строке", "Mend the quotes in that line"),
    ),
    "source_json_whole": (
        Message(
            "{name} - один документ JSON, а нужен JSON Lines: один объект на строку",
            "{name} is one JSON document; JSON Lines is needed: one object per line",
        ),
        Message(
            "Переделайте его, например: jq -c '.[]' файл > заказы.jsonl", "Convert it: jq -c '.[]' file > orders.jsonl"
        ),
    ),
    "source_nothing_usable": (
        Message(
            "В первых {rows} строках {name} нет ни одного заказа. Первая беда, строка {number}: {trouble}",
            "The first {rows} rows of {name} hold no order. The first trouble, row {number}: {trouble}",
        ),
        _NAME_COLUMNS,
    ),
    "source_workbook_broken": (
        Message("{name} повреждён или это не таблица", "{name} is damaged or is no spreadsheet"),
        _SAVE_AGAIN,
    ),
    "source_workbook_locked": (
        Message("{name} закрыт паролем", "{name} is locked with a password"),
        Message("Сохраните файл без пароля", "Save the file without a password"),
    ),
    "source_workbook_wide": (
        Message(
            "На листе {sheet!r} слишком далёкая ячейка: {rows} строк на {columns} колонок",
            "The sheet {sheet!r} reaches too far: {rows} rows by {columns} columns",
        ),
        Message(
            "Скопируйте только строки с заказами на новый лист или сохраните как CSV",
            "Copy only the rows with orders to a new sheet, or save it as CSV",
        ),
    ),
    "source_tables_missing": (
        Message("Таблицы Excel этой установкой не читаются", "This installation does not read spreadsheets"),
        Message(
            "Выполните: pip install 'oint[tables]' - или сохраните файл как CSV",
            "Run: pip install 'oint[tables]' - or save the file as CSV",
        ),
    ),
}
"""Each fault's sentence and next step; the names in braces are the values that `InputFileError` is made with."""


class InputFileError(Exception):
    """A file, or a choice about it, from which no refusals can be planned. Nothing was sent.

    Args:
        code: which fault of `FILE_ERRORS`
        values: what its sentence and next step name; never the content of a row
    """

    def __init__(self, code: str, **values: object) -> None:
        sentence, next_step = FILE_ERRORS[code]
        self.code = code
        self.text = sentence.format(**values)
        self.hint = next_step.format(**values)
        super().__init__(code)

    def __str__(self) -> str:
        return f"{self.text}. {self.hint}"
