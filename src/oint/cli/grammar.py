"""The grammar of OInt: `oint <library> <method> --option "value" …`, read with the catalog. Pure.

The word after an option is its value, unless it is itself an option of this method; `--option=value` is unambiguous.
Only --help, --debug, --test, --table and --csv take no value; --config without a value asks for the list of settings.

This is not left to click: importing click alone takes three times as long as the bare interpreter, which is the whole
budget of a page of help, and click takes a value that begins with a dash for an option.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.catalog.model import Method, Parameter

HELP = frozenset({"--help", "-h"})
FLAGS = frozenset({"help", "debug", "test", "table", "csv"})
STANDARD = ("out", "help", "debug", "test", "config", "json", "table", "csv")


class Invocation(NamedTuple):
    """A parsed command line.

    Args:
        values: texts by the long name of their parameter
        flags: --help, --debug, --test, --table, --csv, and --config where it stands alone, without dashes
        out: the file of --out
        config: the JSON of --config
        json: the fields of --json
    """

    values: dict[str, str]
    flags: frozenset[str]
    out: str | None = None
    config: str | None = None
    json: str | None = None


def parse(method: Method, argv: Sequence[str]) -> Invocation:
    """Parse the words after the method's name.

    Raises:
        UsageError: an option is unknown, repeated or incomplete, or a word belongs to no option
    """
    options = _options(method)
    values: dict[str, str] = {}
    flags: set[str] = set()
    rest = list(enumerate(argv, 1))
    while rest:
        position, word = rest.pop(0)
        spelled, equals, value = _split(word)
        name = options.get(spelled)
        if name is None:
            raise _unknown(method, options, spelled, position)
        if name in FLAGS:
            flags.add(_flag(name, equals))
            continue
        if name in values:
            raise _repeated_option_error(spelled)
        if not equals:
            if not rest or _split(rest[0][1])[0] in options:
                if name == "config":
                    flags.add(name)
                    continue
                raise _no_value(spelled)
            value = rest.pop(0)[1]
        values[name] = _unicode(spelled, value)
    own = [values.pop(name, None) for name in ("out", "config", "json")]
    return Invocation(values, frozenset(flags), *own)


def _options(method: Method) -> dict[str, str]:
    """Map every spelling of every option to its long name without dashes."""
    options = {f"--{name}": name for name in STANDARD}
    for parameter in method.parameters:
        options |= _spellings(parameter)
    return {"-h": "help"} | options


def _spellings(parameter: Parameter) -> dict[str, str]:
    return {f"--{parameter.option}": parameter.option, f"-{parameter.short}": parameter.option}


def _split(word: str) -> tuple[str, str, str]:
    """Split `--option=value`; anything else is one word."""
    return word.partition("=") if word.startswith("-") else (word, "", "")


def _flag(name: str, equals: str) -> str:
    if not equals:
        return name
    raise UsageError(
        Message(f"--{name} пишется без значения", f"--{name} takes no value"),
        Message("Уберите знак =", "Leave the = away"),
    )


def _unknown(method: Method, options: dict[str, str], spelled: str, position: int) -> UsageError:
    """Make the error about a word that is not an option. It may be part of a secret: only a long option is repeated."""
    see = Message(
        f"Опции метода: oint cdek {method.name.ru} --help", f"The method's options: oint cdek {method.name.en} --help"
    )
    if spelled.startswith("--") and spelled[2:].replace("-", "").isalpha():
        return UsageError(
            Message(f"неизвестная опция {spelled}", f"unknown option {spelled}"),
            did_you_mean(spelled, (name for name in options if name.startswith("--")), see),
        )
    if spelled[:2] in options:
        return UsageError(
            Message(f"значение слито с опцией {spelled[:2]}", f"a value is glued to the option {spelled[:2]}"),
            Message("Поставьте между ними пробел", "Put a space between them"),
        )
    return UsageError(
        Message(
            f"слово {position} после имени метода не относится ни к одной опции",
            f"word {position} after the method's name belongs to no option",
        ),
        Message(
            "Значения с пробелами возьмите в кавычки; перед каждым значением должна стоять опция",
            "Put values with spaces in quotes; an option must stand before each value",
        ),
    )


def _repeated_option_error(spelled: str) -> UsageError:
    return UsageError(
        Message(f"опция {spelled} задана дважды", f"the option {spelled} is given twice"),
        Message("Оставьте одно значение", "Leave one value"),
    )


def _no_value(spelled: str) -> UsageError:
    return UsageError(
        Message(f"у опции {spelled} нет значения", f"the option {spelled} has no value"),
        Message(
            f"Напишите {spelled} ЗНАЧЕНИЕ; если само значение похоже на опцию, то {spelled}=ЗНАЧЕНИЕ",
            f"Write {spelled} VALUE; where the value itself looks like an option, {spelled}=VALUE",
        ),
    )


def _unicode(spelled: str, value: str) -> str:
    """Check that a value is text: a terminal may pass bytes that are not."""
    if value.isascii() or value.encode("utf-8", "replace").decode() == value:
        return value
    raise UsageError(
        Message(f"значение опции {spelled} не в UTF-8", f"the value of {spelled} is not UTF-8"),
        Message("Переключите терминал или сценарий на UTF-8", "Switch the terminal or the script to UTF-8"),
    )
