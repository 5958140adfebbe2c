"""What a template consists of, and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from oint.i18n import Message


class Field(NamedTuple):
    """One field of CDEK's.

    Args:
        name: CDEK's
        purpose: what it is
        required: whether CDEK wants it (or it and its likes: the purpose says so)
        shop: whether only orders of online shops have it
        fields: its own fields, where it is an object
        many: whether it is an array
    """

    name: str
    help: Message
    required: bool = False
    shop: bool = False
    fields: tuple[Field, ...] = ()
    many: bool = False


class TemplateOptions(NamedTuple):
    """Which fields are shown, and whether empty."""

    empty: bool = False
    required: bool = False
    ostore: bool = False


def build_template(fields: tuple[Field, ...], form: TemplateOptions) -> dict[str, Any]:
    """The fields that the form asks for, by name."""
    return {
        field.name: _value(field, form)
        for field in fields
        if (field.required or not form.required) and (form.ostore or not field.shop)
    }


def _value(field: Field, form: TemplateOptions) -> Any:
    value: Any = "" if form.empty else str(field.help)
    if field.fields:
        value = build_template(field.fields, form)
    return [value] if field.many else value
