"""`oint completion`: scripts that complete libraries, methods and options, made from the catalog once and for all."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from oint.catalog import LIBRARIES
from oint.cli import output
from oint.cli.grammar import STANDARD
from oint.cli.main import VERBS
from oint.cli.verbs import list_commands
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

group = click.Group(
    "completion", help=str(Message("автодополнение команд в оболочках", "completion of commands in shells"))
)

BASH = """\
_oint() {{
  local words= current="${{COMP_WORDS[COMP_CWORD]}}"
  case "${{COMP_WORDS[1]}} ${{COMP_WORDS[2]}}" in
{methods}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="{first}"; fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "${{COMP_WORDS[1]}}" in
{second}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ ${{#COMPREPLY[@]}} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}}
complete -F _oint oint"""


@group.command(
    help=str(Message('для bash: eval "$(oint completion bash)"', 'for bash: eval "$(oint completion bash)"'))
)
def bash() -> None:
    """Print the script for bash."""
    output.print_result(_bash())


@group.command(help=str(Message('для zsh: eval "$(oint completion zsh)"', 'for zsh: eval "$(oint completion zsh)"')))
def zsh() -> None:
    """Print the script for zsh, which understands that of bash."""
    output.print_result(f"autoload -Uz compinit bashcompinit && compinit -u && bashcompinit\n{_bash()}")


@group.command(help=str(Message("для fish: oint completion fish | source", "for fish: oint completion fish | source")))
def fish() -> None:
    """Print the script for fish."""
    lines = ["complete -c oint -e"]
    first = " ".join(_first())
    lines.append(f"complete -c oint -f -n __fish_use_subcommand -a '{first}'")
    for word, commands in _second():
        lines.append(
            f"complete -c oint -f -n '__fish_seen_subcommand_from {word}; and test (count (commandline -opc)) -eq 2' "
            f"-a '{' '.join(commands)}'"
        )
    for first_word, names, options in _commands():
        seen = (
            f"complete -c oint -n '__fish_seen_subcommand_from {first_word}; and __fish_seen_subcommand_from {names}'"
        )
        lines += [f"{seen} -l {option.removeprefix('--')}" for option in options]
    output.print_result("\n".join(lines))


def _bash() -> str:
    methods = "\n".join(
        f'    {"|".join(f"{chr(34)}{library} {name}{chr(34)}" for name in names.split())}) words="{" ".join(options)}" ;;'
        for library, names, options in _commands()
    )
    second = "\n".join(f'      {word}) words="{" ".join(commands)}" ;;' for word, commands in _second())
    return BASH.format(methods=methods, second=second, first=" ".join(_first()))


def _first() -> list[str]:
    return [*LIBRARIES, *sorted(VERBS), "help"]


def _second() -> Iterator[tuple[str, list[str]]]:
    """List what may follow each first word."""
    for name, library in LIBRARIES.items():
        yield name, list(library.names())
    for verb in sorted(VERBS):
        yield verb, [name for name, _ in list_commands(import_module(f"oint.cli.{verb}").group)]
    yield "help", ["exit-codes", "environment", *LIBRARIES, *sorted(VERBS)]


def _commands() -> Iterator[tuple[str, str, list[str]]]:
    """List every method and every command of a verb: first word, names that may follow it, long options."""
    standard = [f"--{name}" for name in STANDARD]
    for library in LIBRARIES.values():
        for method in library.methods:
            own = [f"--{parameter.option}" for parameter in method.parameters]
            yield library.name, " ".join(method.name), [*own, *standard]
    for verb in sorted(VERBS):
        for name, command in list_commands(import_module(f"oint.cli.{verb}").group):
            visible = [param for param in command.params if not getattr(param, "hidden", False)]
            long = [option for param in visible for option in param.opts if option.startswith("--")]
            yield verb, name, [*long, "--help"]
