"""Permissions of agents: methods that only read may run; others need their name or risk in the config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oint.catalog import LIBRARIES
from oint.catalog.model import RISKS
from oint.cdek.errors import CdekError, InvalidArgument
from oint.i18n import Message
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from oint.catalog.model import Method, Risk

UNRESTRICTED_RISK: Risk = "read"


class NotAllowed(CdekError):
    """A method that the config does not let an agent call; nothing was sent."""

    kind = "not_allowed"


def check_allowed(method: Method, allow: frozenset[str]) -> None:
    """Check that a call is allowed.

    Raises:
        NotAllowed: the method has a risk, and the config names neither the method nor the risk
    """
    if may_run(method, allow):
        return
    name, risk = method.name, RISKS[method.risk]
    raise NotAllowed(
        Message(f"метод {name.ru} {risk.ru} и не разрешён", f"{name.en} {risk.en}, and is not allowed"),
        Message(
            f'Попросите человека: если он согласен, он добавит "allow": ["{name.ru}"] в файл --config и перезапустит сервер',
            f'Ask a person: to agree, add "allow": ["{name.en}"] to the file of --config and restart the server',
        ),
    )


def may_run(method: Method, allow: frozenset[str]) -> bool:
    """Return whether a call is allowed."""
    return method.risk == UNRESTRICTED_RISK or not allow.isdisjoint((method.risk, method.name.en))


def read_allowed(field: str, value: Any) -> frozenset[str]:
    """Return what a config allows: English names of methods, and risks.

    Raises:
        InvalidArgument: the value is not a list of names of methods and risks
    """
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise InvalidArgument(
            field,
            Message(
                f"{field}: allow: нужен список имён методов", f"{field}: allow: expected a list of names of methods"
            ),
            Message('Например: "allow": ["СоздатьОтказ"]', 'For example: "allow": ["CreateRefusal"]'),
        )
    return frozenset(name if name in RISKS else _find_method(field, name).name.en for name in value)


def _find_method(field: str, name: str) -> Method:
    for library in LIBRARIES.values():
        method = library.find(name)
        if method is not None:
            return method
    risks = ", ".join(RISKS)
    known = [*RISKS, *(each for library in LIBRARIES.values() for each in library.names())]
    raise InvalidArgument(
        field,
        Message(f"{field}: allow: нет метода {name!r}", f"{field}: allow: there is no method {name!r}"),
        did_you_mean(name, known, Message(f"Риски: {risks}; методы: oint cdek", f"Risks: {risks}; methods: oint cdek")),
    )
