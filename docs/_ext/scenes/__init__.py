"""What the example of each method needs at CDEK before it is called, its values, and its call by the typed client."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox import Sandbox
    from oint.i18n import Message

_MODULES = ("common", "orders", "papers", "delivery", "prices", "places", "webhooks")


class Scene(NamedTuple):
    """An example of a method.

    Args:
        method: its English name
        prepare: makes the sandbox ready; gives the values by option, without the token and the test host
        python: the expression of the typed client; `{option}` stands for a value
        note: what a reader should know of this method beside what the catalog says
        code: exit code of the command
        lines: of the result that are shown, at the most
        offline: nothing is sent: the expression is one of `oint.templates`
        out: the file that takes the result, where that is no JSON
    """

    method: str
    prepare: Callable[[Sandbox], dict[str, Any]]
    python: str
    note: Message | None = None
    code: int = 0
    lines: int = 60
    offline: bool = False
    out: str = ""


def scenes() -> dict[str, Scene]:
    """All of them, by the method's English name."""
    return {scene.method: scene for name in _MODULES for scene in import_module(f"docs._ext.scenes.{name}").SCENES}
