"""Types of the catalog: a library, its methods and their parameters. No I/O."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Type = Literal["string", "number", "boolean", "date", "object", "array of strings", "string or array of strings"]
Role = Literal["argument", "token", "account", "password", "test"]
Risk = Literal["read", "write", "billable", "irreversible"]

RISKS: dict[Risk, Message] = {
    "write": Message("меняет данные в СДЭК", "changes something at CDEK"),
    "billable": Message("может стоить денег", "may cost money"),
    "irreversible": Message("отменить нельзя", "cannot be undone"),
}
"""What a call with a risk may do; `read` has no entry."""


class Parameter(NamedTuple):
    """One parameter of a method: an argument in 1C and Python, an option on the command line.

    Args:
        name: as in the 1C signature
        option: the long option, without its dashes
        short: the one-letter option, without its dash
        type: what a value is parsed as
        help: what it is for
        required: whether a call needs it
        default: the value of an absent parameter, as in the 1C signature; None where it is required or not sent
        role: what oint itself uses it for; only an argument is sent as CDEK's data
        example: a value for the help pages
    """

    name: Message
    option: str
    short: str
    type: Type
    help: Message
    required: bool = True
    default: str | int | bool | None = None
    role: Role = "argument"
    example: str = ""

    @property
    def secret(self) -> bool:
        """Return whether its value must never be shown."""
        return self.role in {"token", "password"}

    @property
    def from_credentials(self) -> bool:
        """Return whether the stored credentials fill it where it is absent."""
        return self.role in {"token", "account", "password"}


class Method(NamedTuple):
    """One method: its names, its parameters, and how its request is built.

    Args:
        name: as in 1C
        group: a key of `Library.groups`
        summary: what it does
        returns: what it returns
        http: HTTP method; empty where nothing is sent
        path: below the base URL, as a template
        parameters: in the order of the 1C signature
        module: where its operation is defined
        build: the operation's module and the values by option -> the request; for an offline method, the result
        risk: the gravest effect that a call may have at CDEK
        list_field: name of the response's field that is a list, "" where the response is one itself, None: no list
    """

    name: Message
    group: str
    summary: Message
    returns: Message
    http: str
    path: str
    parameters: tuple[Parameter, ...]
    module: str
    build: Callable[[Any, Mapping[str, Any]], Any]
    risk: Risk = "read"
    list_field: str | None = None

    def request(self, values: Mapping[str, Any]) -> Any:
        """Build the `oint.cdek` Request of a call, or the result itself of an offline method.

        Args:
            values: by option, of all parameters
        Raises:
            InvalidArgument: a value is invalid
        """
        from importlib import import_module  # noqa: PLC0415 - help pages build no request

        return self.build(import_module(self.module), values)

    @property
    def offline(self) -> bool:
        """Return whether nothing is sent, as the result is made locally."""
        return not self.http

    @property
    def call(self) -> str:
        """Describe its HTTP call."""
        return str(_OFFLINE) if self.offline else f"{self.http} {self.path}"

    @property
    def needs_token(self) -> bool:
        """Return whether it is called with a token."""
        return any(parameter.role == "token" for parameter in self.parameters)


class Library(NamedTuple):
    """The methods of one API, loaded on first use: the start page does not need them.

    Args:
        name: on the command line; its letter case counts
        module: the name of the module in 1C
        title: what it is for
        groups: titles of the groups of its methods, in order
        modules: names of the modules with their `METHODS`, in order
    """

    name: str
    module: str
    title: Message
    groups: dict[str, Message]
    modules: tuple[str, ...]

    @property
    def methods(self) -> tuple[Method, ...]:
        """Load all methods, in order."""
        return _load_methods(self.modules)

    def find(self, name: str) -> Method | None:
        """Find a method by its Russian or English name, in any letter case; return None if there is none."""
        wanted = _fold_name(name)
        return next((method for method in self.methods if wanted in map(_fold_name, method.name)), None)

    def names(self) -> Iterator[str]:
        """Yield all names of all methods, in both languages."""
        for method in self.methods:
            yield from method.name


@cache
def _load_methods(modules: tuple[str, ...]) -> tuple[Method, ...]:
    from importlib import import_module  # noqa: PLC0415 - the start page loads no method

    return tuple(method for module in modules for method in import_module(module).METHODS)


_OFFLINE = Message("без обращения к СДЭК", "nothing is sent")


def _fold_name(name: str) -> str:
    """Return a name in the form for comparing: without case, and with Й and Ё composed, which macOS decomposes."""
    if not name.isascii():
        from unicodedata import normalize  # noqa: PLC0415 - English names need no tables

        name = normalize("NFC", name)
    return name.casefold()
