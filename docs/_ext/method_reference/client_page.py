"""The page of the typed client: the methods of its sections, their parameters and operations of CDEK."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from docs._ext.method_reference.texts import CLIENT, MORE_OF_CLIENT, localize
from oint.catalog import CDEK
from oint.cdek import Client
from oint.cdek.resources import Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from docs._ext.environment import Language
    from oint.catalog.model import Method

_CALL = re.compile(r"\((GET|POST|PATCH|DELETE) ([^\s)]+)\)")


def write_page(language: Language) -> str:
    """Return the page in a language."""
    return f"# {localize(CLIENT['title'], language)}\n\n{localize(CLIENT['about'], language)}\n\n" + "\n".join(
        _write_sections(language)
    )


def list_sections() -> dict[str, dict[str, Callable[..., Any]]]:
    """Return the methods of each section, by name."""
    parts = vars(Client(None, url="http://127.0.0.1:9/v2"))
    return {
        name: {method: getattr(part, method) for method in dir(type(part)) if not method.startswith("_")}
        for name, part in parts.items()
        if isinstance(part, Resource)
    }


def _write_sections(language: Language) -> Iterator[str]:
    heads = " | ".join(localize(CLIENT[name], language) for name in ("call", "does", "http"))
    for name, methods in list_sections().items():
        yield f"## cdek.{name}\n\n{{.calls}}\n| {heads} |\n|--|--|--|"
        for method, function in methods.items():
            http, path = _CALL.findall(function.__doc__ or "")[0]
            does = MORE_OF_CLIENT.get(f"{name}.{method}")
            description = (
                localize(does, language)
                if does
                else "; ".join(_link_method(match, language) for match in _find_methods(http, path))
            )
            yield f"| `{method}({_write_parameters(function)})` | {description} | `{http} /v2/{path}` |"
        yield ""


def _write_parameters(function: Callable[..., Any]) -> str:
    """Return the parameters of a method without types, which its docstring describes."""
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(function).parameters.values()
    ]
    return str(inspect.Signature(plain))[1:-1].replace("|", "\\|")


def _find_methods(http: str, path: str) -> list[Method]:
    """Return the methods of the catalog for the same operation of CDEK."""
    return [
        method
        for method in CDEK.methods
        if method.http == http and _remove_names(method.path) == _remove_names(f"/{path}")
    ]


def _remove_names(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def _link_method(method: Method, language: Language) -> str:
    return f"[{localize(method.summary, language)}](methods/{method.name.en}.md)"
