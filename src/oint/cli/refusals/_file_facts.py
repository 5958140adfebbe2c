"""What a file was taken for, as a person and a program see it: sheet, columns, encoding, rows that are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from oint.cli.refusals._formatting import format_left_out
from oint.i18n import Message
from oint.refusals.input.layout import COLUMN_LABELS, DROP_REASONS

if TYPE_CHECKING:
    from oint.refusals.input.file_facts import FileFacts, UnusedColumn, UsedColumn


def format_file_facts(facts: FileFacts) -> Message | None:
    """Describe what a file was taken for, a line each; None: there is nothing to say of a plain list."""
    lines: list[Message] = []
    if facts.sheet is not None:
        lines.append(_SHEET.format(facts.sheet))
    lines += [_format_used(column, facts.header_row) for column in facts.used]
    if facts.not_used:
        reasons = [_format_unused(column) for column in facts.not_used]
        text = Message("; ".join(one.ru for one in reasons), "; ".join(one.en for one in reasons))
        lines.append(_DROPPED.format(text))
    if facts.encoding not in {None, "utf-8", "utf-8-sig"}:
        lines.append(_ENCODING.format(facts.encoding))
    left_out = facts.left_out_rows
    if left_out:
        lines.append(format_left_out(left_out))
    if not lines:
        return None
    return Message("\n".join(line.ru for line in lines), "\n".join(line.en for line in lines))


def build_file_fields(facts: FileFacts) -> dict[str, Any]:
    """Describe what a file was taken for, for --json."""
    fields: dict[str, Any] = {"left_out": facts.left_out}
    if facts.used or facts.not_used:
        fields["columns"] = {
            "header_row": facts.header_row,
            "used": msgspec.to_builtins(facts.used),
            "not_used": msgspec.to_builtins(facts.not_used),
        }
    return fields | {"sheet": facts.sheet, "encoding": facts.encoding}


def _format_used(column: UsedColumn, header_row: int | None) -> Message:
    label = COLUMN_LABELS[column.column]
    text = _COLUMN if column.header else _NO_HEADER
    return text.format(
        label=Message(_capitalize(label.ru), _capitalize(label.en)),
        position=column.letter,
        header=column.header,
        row=header_row,
    )


def _format_unused(column: UnusedColumn) -> Message:
    reason = next((text for reason, text in DROP_REASONS.items() if reason == column.reason), Message("{}", "{}"))
    return reason.format(f"«{column.header}» ({column.letter})")


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


_COLUMN = Message(
    "{label.ru}: колонка {position} «{header}», строка заголовка {row}",
    '{label.en}: column {position} "{header}", header in row {row}',
)
_NO_HEADER = Message("{label.ru}: колонка {position}, без заголовка", "{label.en}: column {position}, no header")
_DROPPED = Message("Не учтены колонки: {0.ru}", "Columns not read: {0.en}")
_SHEET = Message("Лист: {}", "Sheet: {}")
_ENCODING = Message("Кодировка: {}", "Encoding: {}")
