"""Execute examples exactly as they are shown. Only the token is inserted."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import chdir, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from docs._ext import windows_commands
from docs._ext.environment import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docs._ext.environment import ExampleEnvironment


class ExampleFailed(Exception):
    """An example does not have the result that its page shows or promises."""


class CompletedExample(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str


def run_bash(environment: ExampleEnvironment, text: str, token: str) -> CompletedExample:
    """Run a script in bash."""
    return _run_command(environment, ["bash", "-c", text.replace(TOKEN, token)])


def run_cmd(environment: ExampleEnvironment, text: str, token: str) -> CompletedExample:
    """Run a command of Windows' cmd. Its arguments are split as Windows does, on any system."""
    return _run_command(environment, windows_commands.split(text.replace(TOKEN, token)))


def _run_command(environment: ExampleEnvironment, command: Sequence[str]) -> CompletedExample:
    process = subprocess.run(
        command,
        cwd=environment.folder,
        env=environment.env,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return CompletedExample(process.returncode, process.stdout.decode(), process.stderr.decode())


def run_python(
    environment: ExampleEnvironment, text: str, token: str, names: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Run Python code in this process and return its global names.

    Raises:
        ExampleFailed: the code raised an exception
    """
    namespace = {} if names is None else names
    with _replaced_environment(environment), chdir(environment.folder):
        try:
            exec(compile(text.replace(TOKEN, token), "example", "exec"), namespace)
        except Exception as error:
            raise ExampleFailed(f"{type(error).__name__}: {error}\n{text}") from error
    return namespace


@contextmanager
def _replaced_environment(environment: ExampleEnvironment) -> Iterator[None]:
    saved = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment.env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(saved)


def parse_output(out: str) -> Any:
    """Return the JSON that a command has printed, or None if it printed nothing."""
    return json.loads(out) if out.strip() else None
