"""Which columns of a file are read, as a person and a program see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.i18n import Message
from oint.refusals.input.headers import format_position
from oint.refusals.input.layout import COLUMN_LABELS, DROP_REASONS

if TYPE_CHECKING:
    from oint.refusals.input.layout import ColumnLayout


def format_columns(layout: ColumnLayout) -> Message:
    """Describe the columns that are read, a line each, and those that are not, with the reason."""
    lines = [
        (_COLUMN if choice.header else _NO_HEADER).format(
            label=Message(_capitalize(COLUMN_LABELS[choice.column].ru), _capitalize(COLUMN_LABELS[choice.column].en)),
            position=format_position(choice.position),
            header=choice.header,
            row=layout.header_row,
        )
        for choice in layout.choices
    ]
    if layout.dropped:
        reasons = [
            DROP_REASONS[one.reason].format(f"«{one.header}» ({format_position(one.position)})")
            for one in layout.dropped
        ]
        reasons_text = Message("; ".join(one.ru for one in reasons), "; ".join(one.en for one in reasons))
        lines.append(_DROPPED.format(reasons_text))
    return Message("\n".join(line.ru for line in lines), "\n".join(line.en for line in lines))


def columns_fields(layout: ColumnLayout) -> dict[str, Any]:
    """Describe the columns that are read, and those that are not, for --json."""
    return {
        "header_row": layout.header_row or None,
        "used": [
            {"column": one.column, "letter": format_position(one.position), "header": one.header or None}
            for one in layout.choices
        ],
        "not_used": [
            {"letter": format_position(one.position), "header": one.header, "reason": one.reason}
            for one in layout.dropped
        ],
    }


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


_COLUMN = Message(
    "{label.ru}: колонка {position} «{header}», строка заголовка {row}",
    '{label.en}: column {position} "{header}", header in row {row}',
)
_NO_HEADER = Message("{label.ru}: колонка {position}, без заголовка", "{label.en}: column {position}, no header")
_DROPPED = Message("Не учтены колонки: {0.ru}", "Columns not read: {0.en}")
