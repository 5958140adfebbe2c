"""How a result is shown: whole, as some fields of it, as a table or as CSV."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cli import output
from oint.cli.usage_error import UsageError
from oint.i18n import Message

if TYPE_CHECKING:
    from oint.catalog.model import Method
    from oint.cdek.api._request import Request
    from oint.cli.grammar import Invocation

MAX_COLUMN_WIDTH = 40
"""Characters of a cell of a table; the rest is cut off."""


class View(NamedTuple):
    """How a result is shown.

    Args:
        form: json, table or csv
        fields: paths of the fields wanted; all of them where there is none
        listed: the field of the answer that is a list; "" where the answer itself is one
    """

    form: str = "json"
    fields: tuple[str, ...] = ()
    listed: str | None = None

    def text(self, value: Any) -> str:
        """Format the result as text."""
        if self.form == "json":
            return output.pretty(_select_fields(value, self.fields) if self.fields else value)
        items = value.get(self.listed, []) if self.listed and isinstance(value, dict) else value
        items = items if isinstance(items, list) else []
        rows = [_flat(item) for item in items]
        names = self.fields or tuple(dict.fromkeys(name for row in rows for name in row))
        cells = [
            [_cell(row.get(name, _get_path(item, name))) for name in names]
            for row, item in zip(rows, items, strict=True)
        ]
        return _csv(names, cells) if self.form == "csv" else _table(names, cells)


def read_view(method: Method, invocation: Invocation) -> View:
    """Read what --json, --table and --csv ask for.

    Raises:
        UsageError: the method's answer is no list, both forms are asked for, or no field is named
    """
    forms = [form for form in ("table", "csv") if form in invocation.flags]
    fields = tuple(name.strip() for name in (invocation.json or "").split(",") if name.strip())
    if invocation.json is not None and not fields:
        raise UsageError(
            Message("--json: поля не названы", "--json: no field is named"),
            Message(
                "Перечислите их через запятую: entity.uuid,requests.state", "List them: entity.uuid,requests.state"
            ),
        )
    if len(forms) > 1:
        raise UsageError(
            Message("--table и --csv вместе не бывают", "--table and --csv do not go together"),
            Message("Оставьте одну из них", "Leave one of them"),
        )
    if forms and method.list_field is None:
        raise UsageError(
            Message(f"--{forms[0]}: ответ этого метода не список", f"--{forms[0]}: this method's answer is no list"),
            Message("Нужные поля выбирает --json", "--json chooses fields"),
        )
    return View(forms[0] if forms else "json", fields, method.list_field)


def check_output_path(request: Request[Any], out: str | None) -> None:
    """Let no file run over a terminal.

    Raises:
        UsageError: it would; nothing was sent
    """
    from oint.cdek.api._response import FileResponse  # noqa: PLC0415 - calls only

    if (
        out is None
        and issubclass(request.response_type, FileResponse)
        and sys.stdout is not None
        and sys.stdout.isatty()
    ):
        raise UsageError(
            Message("результат этого вызова - файл", "the result of this call is a file"),
            Message("Укажите, куда его записать: --out FILE", "Say where to write it: --out FILE"),
        )


def _select_fields(value: Any, fields: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_select_fields(item, fields) for item in value]
    return {path: _get_path(value, path) for path in fields}


def _get_path(value: Any, path: str) -> Any:
    """Get the value at a path; of a list, the value in each of its items."""
    if not path:
        return value
    if isinstance(value, list):
        return [_get_path(item, path) for item in value]
    name, _, rest = path.partition(".")
    return _get_path(value.get(name), rest) if isinstance(value, dict) else None


def _flat(item: Any, before: str = "") -> dict[str, Any]:
    """Flatten an item to fields by their paths; a list stays one field."""
    if not isinstance(item, dict):
        return {before.removesuffix(".") or "value": item}
    found: dict[str, Any] = {}
    for name, each in item.items():
        found |= _flat(each, f"{before}{name}.")
    return found


def _cell(value: Any) -> str:
    import msgspec  # noqa: PLC0415 - calls only

    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()


def _csv(names: tuple[str, ...], cells: list[list[str]]) -> str:
    """CSV with commas; what would be a formula gets an apostrophe before it."""
    import csv  # noqa: PLC0415 - few results are CSV
    import io  # noqa: PLC0415 - the same

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_escape_formula(cell) for cell in row] for row in cells])
    return text.getvalue().removesuffix("\n")


def _escape_formula(cell: str) -> str:
    from oint.csv_escaping import escape_formulas  # noqa: PLC0415 - few results are CSV

    number = cell.removeprefix("-").replace(".", "", 1).isdigit()
    return cell if number else escape_formulas(cell)


def _table(names: tuple[str, ...], cells: list[list[str]]) -> str:
    from oint.cli.table import columns  # noqa: PLC0415 - few results are tables

    if not names:
        return str(Message("строк нет", "no rows"))
    return columns([names, *(tuple(_plain(cell) for cell in row) for row in cells)])


def _plain(cell: str) -> str:
    from oint.redaction import sanitize_line  # noqa: PLC0415 - few results are tables

    text = sanitize_line(cell)
    return text if len(text) <= MAX_COLUMN_WIDTH else f"{text[: MAX_COLUMN_WIDTH - 1]}…"
