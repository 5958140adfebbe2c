"""The commands that OInt does not have: run by click, with their slips and their help in our own words."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from oint.cli import codes, output
from oint.cli.table import columns
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HELP = frozenset({"--help", "-h"})


def run_verb(name: str, argv: Sequence[str]) -> int:
    """Run `oint <name> …`.

    Returns:
        the exit code
    Raises:
        UsageError: the words do not fit the command
    """
    group: click.Group = import_module(f"oint.cli.{name}").group
    if not argv or argv[0] in HELP:
        output.print_result(_group_page(name, group))
        return codes.OK
    context = click.Context(group)
    command = group.get_command(context, argv[0])
    if command is None:
        listed = Message(f"Список: oint {name} --help", f"For a list: oint {name} --help")
        unknown = Message(f"в oint {name} нет такой команды", f"oint {name} has no such command")
        raise UsageError(unknown, did_you_mean(argv[0], group.list_commands(context), listed))
    if HELP.intersection(argv):
        output.print_result(_command_page(f"oint {name} {argv[0]}", command))
        return codes.OK
    return _run(f"oint {name} {argv[0]}", command, argv[1:])


def _run(path: str, command: click.Command, argv: Sequence[str]) -> int:
    """Let click read the words and call the command; a function that returns nothing has done its work."""
    try:
        code = command.main(list(argv), prog_name=path, standalone_mode=False)
    except click.Abort as error:  # click's own name of Ctrl-C
        cause = error.__cause__
        raise (cause if isinstance(cause, KeyboardInterrupt) else KeyboardInterrupt()) from None
    except click.UsageError as error:
        raise _misuse(path, command, error) from None
    return code if isinstance(code, int) else codes.OK


def _misuse(path: str, command: click.Command, error: click.UsageError) -> UsageError:
    """Translate click's error; a value is never repeated, it may be a secret."""
    see = Message(f"Опции: {path} --help", f"For the options: {path} --help")
    match error:
        case click.NoSuchOption():
            options = [spelled for param in command.params for spelled in param.opts if spelled.startswith("--")]
            name = error.option_name.partition("=")[0]
            return UsageError(
                Message(f"неизвестная опция {name}", f"unknown option {name}"), did_you_mean(name, options, see)
            )
        case click.BadOptionUsage():
            return UsageError(
                Message(
                    f"у опции {error.option_name} что-то не так со значением",
                    f"something is wrong with the value of {error.option_name}",
                ),
                see,
            )
        case click.BadParameter():
            name = _name(error.param) if error.param else ""
            return UsageError(
                Message(
                    f"значение не подходит или отсутствует: {name}", f"the value does not fit or is missing: {name}"
                ),
                see,
            )
        case _:
            return UsageError(Message("лишнее слово в команде", "the command has a word too many"), see)


def list_commands(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """Load the commands of a group, in the order in which help lists them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            yield name, command


def _group_page(name: str, group: click.Group) -> str:
    rows = [(each, command.get_short_help_str(200)) for each, command in list_commands(group)]
    return f"oint {name} · {group.help}\n\n{columns(rows)}\n\n" + str(
        Message(f"Дальше: oint {name} КОМАНДА --help", f"Next: oint {name} COMMAND --help")
    )


def _command_page(path: str, command: click.Command) -> str:
    """Write the page of a command from its options."""
    arguments = [
        param.make_metavar(click.Context(command)) for param in command.params if param.param_type_name == "argument"
    ]
    options = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
    rows = [(_usage(option), _purpose(option)) for option in options]
    usage = " ".join((path, *arguments, *((f"[{Message('опции', 'options')}]",) if options else ())))
    return f"{usage}\n\n{command.help}" + (f"\n\n{columns(rows)}" if rows else "")


def _usage(option: click.Option) -> str:
    value = "" if option.is_flag else f" {_value(option)}"
    return f"  {', '.join(option.opts)}{value}"


def _value(option: click.Option) -> str:
    """Return what stands for an option's value: its own word, its choices, or its type."""
    if option.metavar is None and not isinstance(option.type, click.Choice):
        is_number = isinstance(option.type, click.types.IntParamType | click.types.FloatParamType)
        return "NUMBER" if is_number else "TEXT"
    return option.make_metavar(click.Context(click.Command(None)))


def _purpose(option: click.Option) -> str:
    defaults = [f"${option.envvar}"] if isinstance(option.envvar, str) else []
    if not option.is_flag and isinstance(option.default, str | int | float):
        defaults.append(str(option.default))
    return f"{option.help or ''}{f' [{chr(44).join(defaults)}]' if defaults else ''}"


def _name(param: click.Parameter) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else str(param.name).upper()
