"""The example of each method: the state of the sandbox before the call, the values, and the call of the typed client."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cdek_sandbox import Sandbox
    from oint.i18n import Message

_MODULES = ("common", "orders", "print_forms", "courier", "calculator", "locations", "webhooks")


class MethodExample(NamedTuple):
    """An example of a method.

    Args:
        method: the English name of the method
        prepare: prepares the sandbox, and returns the values by option, without the token and the test host
        python: the expression of the typed client, with `{option}` in place of a value
        note: a remark for the reader, in addition to the catalog
        code: the exit code of the command
        lines: the maximum number of lines of the result that are shown
        offline: nothing is sent; the expression is one of `oint.templates`
        out: the file for a result that is not JSON; empty: none
    """

    method: str
    prepare: Callable[[Sandbox], dict[str, Any]]
    python: str
    note: Message | None = None
    code: int = 0
    lines: int = 60
    offline: bool = False
    out: str = ""


def load_examples() -> dict[str, MethodExample]:
    """Return all examples, by the English name of the method."""
    modules = [import_module(f"docs._ext.method_reference.examples.{name}") for name in _MODULES]
    return {example.method: example for module in modules for example in module.EXAMPLES}
