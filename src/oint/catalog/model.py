"""What a description of a method consists of: the form that `oint.catalog` fills. No I/O."""

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
"""What a call may do, in words; a method that only reads has no entry."""


class Parameter(NamedTuple):
    """One parameter of a method: an argument in 1C and Python, an option on the command line.

    Args:
        name: as in the 1C signature
        option: the long option, without its dashes
        short: the one-letter option, without its dash
        type: what a value is read as
        purpose: what it is for
        required: whether a call cannot go without
        default: the value of an absent parameter, as in the 1C signature; None where it must be given, or is not sent
        role: what oint itself does with it; anything but an argument is not sent as CDEK's data
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
        """Whether its value must never be shown."""
        return self.role in {"token", "password"}

    @property
    def from_credentials(self) -> bool:
        """Whether the saved credentials fill it where it is not given."""
        return self.role in {"token", "account", "password"}


class Method(NamedTuple):
    """One method: what it is called, what it takes, and how its request is built.

    Args:
        name: as in 1C
        region: a key of the library's regions
        sentence: what it does
        returns: what comes back
        http: HTTP method; empty where nothing is sent
        path: below the base URL, as a template
        parameters: in the order of the 1C signature
        module: where its operation is defined
        build: the operation's module and the values by option -> the request; what is sent nowhere: -> the result
        risk: what a call may do at CDEK
        listed: the name of the answer's field that is a list, "" where the answer itself is one, None where none is
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
        """The `oint.cdek` Request of a call; the result itself where nothing is sent.

        Args:
            values: by option, every one of them
        Raises:
            BadArgument: a value cannot be right
        """
        from importlib import import_module  # noqa: PLC0415 - help pages build no request

        return self.build(import_module(self.module), values)

    @property
    def offline(self) -> bool:
        """Whether nothing is sent: its result is made here."""
        return not self.http

    @property
    def call(self) -> str:
        """The HTTP call behind it, in words."""
        return str(_OFFLINE) if self.offline else f"{self.http} {self.path}"

    @property
    def authorized(self) -> bool:
        """Whether it is called with a token."""
        return any(parameter.role == "token" for parameter in self.parameters)


class Library(NamedTuple):
    """The methods of one API, loaded where they are first asked for: the start page does without.

    Args:
        name: on the command line; its letter case counts
        module: the name of the module in 1C
        title: what it is for
        regions: the groups of its methods, in order
        sources: the modules whose `METHODS` they are, in order
    """

    name: str
    module: str
    title: Message
    groups: dict[str, Message]
    sources: tuple[str, ...]

    @property
    def methods(self) -> tuple[Method, ...]:
        """All of them, in order."""
        return _methods(self.sources)

    def find(self, name: str) -> Method | None:
        """The method of that Russian or English name, in any letter case; None where there is none."""
        wanted = _folded(name)
        return next((method for method in self.methods if wanted in map(_folded, method.name)), None)

    def names(self) -> Iterator[str]:
        """Every name of every method, both languages."""
        for method in self.methods:
            yield from method.name


@cache
def _methods(sources: tuple[str, ...]) -> tuple[Method, ...]:
    from importlib import import_module  # noqa: PLC0415 - the start page loads no method

    return tuple(method for source in sources for method in import_module(source).METHODS)


_OFFLINE = Message("без обращения к СДЭК", "nothing is sent")


def _folded(name: str) -> str:
    """A name for comparing: any letter case, and the two-character letters that macOS makes of Й and Ё."""
    if not name.isascii():
        from unicodedata import normalize  # noqa: PLC0415 - English names need no tables

        name = normalize("NFC", name)
    return name.casefold()
