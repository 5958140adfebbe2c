"""What an agent may do: methods that only read run freely, all others where the config names them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.catalog import LIBRARIES
from oint.cdek.errors import BadArgument, CdekError
from oint.language import Text
from oint.nearest import nearest

if TYPE_CHECKING:
    from oint.method import Method

RISK = Text("стоит денег или необратим", "costs money or cannot be taken back")


class NotAllowed(CdekError):
    """A method that the config does not let an agent call; nothing was sent."""

    kind = "not_allowed"


def risky(method: Method) -> bool:
    """Whether a call may cost money, or do what cannot be taken back."""
    return method.authorized and method.http != "GET"


def check_allowed(method: Method, allow: frozenset[str]) -> None:
    """Let a call through.

    Raises:
        NotAllowed: it carries a risk, and the config does not name it
    """
    if may_run(method, allow):
        return
    name = method.name
    raise NotAllowed(
        Text(f"метод {name.ru} {RISK.ru} и не разрешён", f"{name.en} {RISK.en}, and is not allowed"),
        Text(
            f'Попросите человека: если он согласен, он добавит "allow": ["{name.ru}"] в файл --config и перезапустит сервер',
            f'Ask a person: who agrees puts "allow": ["{name.en}"] into the file of --config and restarts the server',
        ),
    )


def may_run(method: Method, allow: frozenset[str]) -> bool:
    """Whether a call would be let through."""
    return not risky(method) or method.name.en in allow


def read_allowed(field: str, found: Any) -> frozenset[str]:
    """The English names of the methods that a config allows.

    Raises:
        BadArgument: it is no list of names of methods
    """
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise BadArgument(
            field,
            Text(f"{field}: allow: нужен список имён методов", f"{field}: allow: a list of methods' names is needed"),
            Text('Например: "allow": ["СоздатьОтказ"]', 'For example: "allow": ["CreateRefusal"]'),
        )
    return frozenset(_method(field, name).name.en for name in found)


def _method(field: str, name: str) -> Method:
    for library in LIBRARIES.values():
        method = library.find(name)
        if method is not None:
            return method
    known = [each for library in LIBRARIES.values() for each in library.names()]
    raise BadArgument(
        field,
        Text(f"{field}: allow: нет метода {name!r}", f"{field}: allow: there is no method {name!r}"),
        nearest(name, known, Text("Список методов: oint cdek", "For the methods: oint cdek")),
    )
