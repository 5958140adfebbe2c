"""Why a file cannot be a source of refusals at all: one table of sentences and next steps."""

from __future__ import annotations

from oint.i18n import Text

_NAME_COLUMNS = Text(
    "Назовите колонки сами, например uuid=«Моя колонка» или cdek_number=B",
    'Name the columns yourself, for example uuid="My column" or cdek_number=B',
)
_SAVE_AGAIN = Text(
    "Откройте файл в табличном редакторе и сохраните как CSV UTF-8 или XLSX",
    "Open the file in a spreadsheet program and save it as CSV UTF-8 or XLSX",
)
_GIVE_A_LIST = Text(
    "Дайте CSV, XLSX, JSON Lines или простой список: один заказ на строку",
    "Give CSV, XLSX, JSON Lines or a plain list: one order per line",
)
_CHECK_PATH = Text("Проверьте путь к файлу", "Check the path to the file")

FAULTS: dict[str, tuple[Text, Text]] = {
    "source_missing": (Text("Файла {name} нет", "There is no file {name}"), _CHECK_PATH),
    "source_folder": (Text("{name} - папка, а не файл", "{name} is a folder, not a file"), _CHECK_PATH),
    "source_forbidden": (
        Text("Нет права читать {name}", "No permission to read {name}"),
        Text("Дайте себе право на чтение файла", "Give yourself the right to read the file"),
    ),
    "source_unreadable": (
        Text("{name} не читается: {why}", "{name} cannot be read: {why}"),
        Text("Скопируйте файл на этот диск и повторите", "Copy the file to this disk and try again"),
    ),
    "source_closed": (
        Text("Стандартный ввод закрыт", "There is no standard input"),
        Text("Подайте строки на ввод или назовите файл", "Pipe the lines in, or name a file"),
    ),
    "source_empty": (
        Text("В {name} нет ни одной строки с заказом", "{name} holds no row with an order"),
        _GIVE_A_LIST,
    ),
    "source_binary": (
        Text("{name} - не текст и не таблица", "{name} is neither text nor a spreadsheet"),
        _GIVE_A_LIST,
    ),
    "source_too_large": (
        Text("{name} слишком велик: предел {limit} МБ", "{name} is too large: the limit is {limit} MB"),
        Text("Разделите файл на части или сохраните как CSV", "Split the file or save it as CSV"),
    ),
    "source_line_too_long": (
        Text("В {name} строка длиннее 1 МБ", "{name} has a line longer than 1 MB"),
        _GIVE_A_LIST,
    ),
    "source_encoding_unknown": (
        Text("Кодировка {given!r} не поддерживается", "The encoding {given!r} is not supported"),
        Text("Возьмите одну из этих: {known}", "Take one of these: {known}"),
    ),
    "source_encoding_wrong": (
        Text("{name} написан не в кодировке {encoding}", "{name} is not written in {encoding}"),
        Text(
            "Уберите выбор кодировки (её узнают по файлу) или назовите верную",
            "Leave the choice of encoding out (it is told from the file) or name the right one",
        ),
    ),
    "source_delimiter_unknown": (
        Text("{given!r} не может разделять колонки", "{given!r} cannot separate columns"),
        Text("Возьмите один знак: ; , | или tab", "Take one character: ; , | or tab"),
    ),
    "source_column_unknown": (
        Text("Имени заказа {given!r} нет", "There is no order name {given!r}"),
        Text(
            "Колонки задают для uuid, cdek_number, im_number или order",
            "Columns are given for uuid, cdek_number, im_number or order",
        ),
    ),
    "source_header_missing": (
        Text(
            "В {name} не найдена колонка с заказом. Заголовки: {seen}",
            "{name} has no column that is known to name an order. Headers: {seen}",
        ),
        _NAME_COLUMNS,
    ),
    "source_columns_ambiguous": (
        Text(
            "В {name} две колонки для {column}: {seen}",
            "{name} has two columns for {column}: {seen}",
        ),
        _NAME_COLUMNS,
    ),
    "source_place_or_name": (
        Text(
            "В {name} {given!r} - и место колонки, и заголовок другой",
            "In {name} {given!r} is the place of a column, and the header of another",
        ),
        Text(
            "Колонку на этом месте задаёт {column}={place}, колонку с этим заголовком {column}={other}",
            "{column}={place} is the column at that place, {column}={other} the one with that header",
        ),
    ),
    "source_sheet_unknown": (
        Text("Листа {given!r} в {name} нет. Листы: {seen}", "{name} has no sheet {given!r}. Sheets: {seen}"),
        Text("Назовите один из этих листов", "Name one of these sheets"),
    ),
    "source_quotes": (
        Text(
            "В {name} кавычка в строке {line} не закрыта и скрыла бы строки за ней",
            "{name} has a quote in line {line} that is not closed and would hide the lines after it",
        ),
        Text("Исправьте кавычки в этой строке", "Mend the quotes in that line"),
    ),
    "source_json_whole": (
        Text(
            "{name} - один документ JSON, а нужен JSON Lines: один объект на строку",
            "{name} is one JSON document; JSON Lines is needed: one object per line",
        ),
        Text(
            "Переделайте его, например: jq -c '.[]' файл > заказы.jsonl", "Convert it: jq -c '.[]' file > orders.jsonl"
        ),
    ),
    "source_nothing_usable": (
        Text(
            "В первых {rows} строках {name} нет ни одного заказа. Первая беда, строка {number}: {trouble}",
            "The first {rows} rows of {name} hold no order. The first trouble, row {number}: {trouble}",
        ),
        _NAME_COLUMNS,
    ),
    "source_workbook_broken": (
        Text("{name} повреждён или это не таблица", "{name} is damaged or is no spreadsheet"),
        _SAVE_AGAIN,
    ),
    "source_workbook_locked": (
        Text("{name} закрыт паролем", "{name} is locked with a password"),
        Text("Сохраните файл без пароля", "Save the file without a password"),
    ),
    "source_workbook_wide": (
        Text(
            "На листе {sheet!r} слишком далёкая ячейка: {rows} строк на {columns} колонок",
            "The sheet {sheet!r} reaches too far: {rows} rows by {columns} columns",
        ),
        Text(
            "Скопируйте только строки с заказами на новый лист или сохраните как CSV",
            "Copy only the rows with orders to a new sheet, or save it as CSV",
        ),
    ),
    "source_tables_missing": (
        Text("Таблицы Excel этой установкой не читаются", "This installation does not read spreadsheets"),
        Text(
            "Выполните: pip install 'oint[tables]' - или сохраните файл как CSV",
            "Run: pip install 'oint[tables]' - or save the file as CSV",
        ),
    ),
}
"""Each fault's sentence and next step; the names in braces are the values that `SourceError` is made with."""


class SourceError(Exception):
    """A file, or a choice about it, from which no refusals can be planned. Nothing was sent.

    Args:
        code: which fault of `FAULTS`
        values: what its sentence and next step name; never the content of a row
    """

    def __init__(self, code: str, **values: object) -> None:
        sentence, next_step = FAULTS[code]
        self.code = code
        self.sentence = sentence.format(**values)
        self.next_step = next_step.format(**values)
        super().__init__(code)

    def __str__(self) -> str:
        return f"{self.sentence}. {self.next_step}"
