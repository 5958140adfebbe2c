"""The page of the typed client: every method of its sections, what it takes, and what CDEK is asked."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from docs._ext.words import CLIENT, MORE_OF_CLIENT, say
from oint.catalog import CDEK
from oint.cdek import Client
from oint.cdek.resources import Section

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from docs._ext.stage import Language
    from oint.catalog.model import Method

_CALL = re.compile(r"\((GET|POST|PATCH|DELETE) ([^\s)]+)\)")


def page(language: Language) -> str:
    """The page in a language."""
    return f"# {say(CLIENT['title'], language)}\n\n{say(CLIENT['about'], language)}\n\n" + "\n".join(_parts(language))


def sections() -> dict[str, dict[str, Callable[..., Any]]]:
    """The methods of each section, by their names."""
    parts = vars(Client(None, url="http://127.0.0.1:9/v2"))
    return {
        name: {method: getattr(part, method) for method in dir(type(part)) if not method.startswith("_")}
        for name, part in parts.items()
        if isinstance(part, Section)
    }


def _parts(language: Language) -> Iterator[str]:
    heads = " | ".join(say(CLIENT[name], language) for name in ("call", "does", "http"))
    for name, methods in sections().items():
        yield f"## cdek.{name}\n\n{{.calls}}\n| {heads} |\n|--|--|--|"
        for method, function in methods.items():
            http, path = _CALL.findall(function.__doc__ or "")[0]
            does = MORE_OF_CLIENT.get(f"{name}.{method}")
            told = say(does, language) if does else "; ".join(_told(one, language) for one in _methods(http, path))
            yield f"| `{method}({_takes(function)})` | {told} | `{http} /v2/{path}` |"
        yield ""


def _takes(function: Callable[..., Any]) -> str:
    """What a method takes, without types: those are in its docstring."""
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(function).parameters.values()
    ]
    return str(inspect.Signature(plain))[1:-1].replace("|", "\\|")


def _methods(http: str, path: str) -> list[Method]:
    """The methods of the catalog that ask CDEK the same."""
    return [method for method in CDEK.methods if method.http == http and _plain(method.path) == _plain(f"/{path}")]


def _plain(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def _told(method: Method, language: Language) -> str:
    return f"[{say(method.summary, language)}](methods/{method.name.en}.md)"
