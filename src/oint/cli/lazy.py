"""A group of commands that loads the module of the command that is asked for, and no other."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence


class LazyGroup(click.Group):
    """A click group of a package with one module a command.

    Args:
        name: the word of the command line
        help: the sentence about the group
        package: dotted name of the package
        names: of the commands, in the order in which help lists them; each is `command` of the module of that name
    """

    def __init__(self, name: str, *, help: str, package: str, names: Sequence[str]) -> None:  # noqa: A002 - click's word
        super().__init__(name, help=help)
        self._package = package
        self._names = names

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return list(self._names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load a command; None: there is none of that name."""
        if cmd_name not in self._names:
            return None
        command: click.Command = import_module(f"{self._package}.{cmd_name}").command
        return command
