"""Fields of a template, and how a template is built from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from oint.i18n import Message


class Field(NamedTuple):
    """One field of CDEK's API.

    Args:
        name: the name of the field at CDEK
        help: what the field is
        required: CDEK requires the field, or one of several; then the help names the others
        shop_only: only orders of online shops have the field
        fields: the inner fields of an object
        is_list: the field is an array
    """

    name: str
    help: Message
    required: bool = False
    shop_only: bool = False
    fields: tuple[Field, ...] = ()
    is_list: bool = False


class TemplateOptions(NamedTuple):
    """Which fields a template has, and whether they are empty; see `oint.templates.order`."""

    empty: bool = False
    required: bool = False
    ostore: bool = False


def build_template(fields: tuple[Field, ...], options: TemplateOptions) -> dict[str, Any]:
    """Build a template: a mapping of the chosen fields to their values."""
    return {
        field.name: _build_value(field, options)
        for field in fields
        if (field.required or not options.required) and (options.ostore or not field.shop_only)
    }


def _build_value(field: Field, options: TemplateOptions) -> Any:
    value: Any = "" if options.empty else str(field.help)
    if field.fields:
        value = build_template(field.fields, options)
    return [value] if field.is_list else value
