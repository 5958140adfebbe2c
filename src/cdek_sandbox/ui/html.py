"""HTML as nested calls: whatever is not markup made here is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_EMPTY = frozenset({"br", "input", "meta"})


class Html(str):
    """Markup; any other string is text."""

    __slots__ = ()


def tag(name: str, /, *children: object, **attributes: object) -> Html:
    """An element. `class_` and the like lose their underscore, True is a bare attribute, None and False are none."""
    head = name + "".join(_attribute(key.rstrip("_"), value) for key, value in attributes.items())
    if name in _EMPTY:
        return Html(f"<{head}>")
    return Html(f"<{head}>{joined(*children)}</{name}>")


def joined(*children: object) -> Html:
    """Elements and texts side by side."""
    return Html("".join(child if isinstance(child, Html) else escape(str(child)) for child in children))


def table(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> Html:
    """A table with a head."""
    lines = [tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    return tag("table", tag("thead", tag("tr", *(tag("th", cell) for cell in head))), tag("tbody", *lines))


def choice(name: str, options: list[tuple[str, str]]) -> Html:
    """A drop-down of values and what they are called."""
    return tag("select", *(tag("option", label, value=value) for value, label in options), name=name, aria_label=name)


def hidden(name: str, value: object) -> Html:
    """A field that the reader does not see."""
    return tag("input", type="hidden", name=name, value=value)


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
