"""Examples are executed as they are shown; what is put in is the token alone."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import chdir, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from docs._ext import windows
from docs._ext.stage import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docs._ext.stage import Stage


class WentWrong(Exception):
    """An example did not come to what its page promises."""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def in_bash(stage: Stage, text: str, token: str) -> Ended:
    """A text for bash, by bash."""
    return _ended(stage, ["bash", "-c", text.replace(TOKEN, token)])


def in_cmd(stage: Stage, text: str, token: str) -> Ended:
    """A command for cmd, its words read as Windows does: by the same program on whatever system the site is built."""
    return _ended(stage, windows.words(text.replace(TOKEN, token)))


def _ended(stage: Stage, command: Sequence[str]) -> Ended:
    done = subprocess.run(
        command, cwd=stage.folder, env=stage.env, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def in_python(stage: Stage, text: str, token: str, names: dict[str, Any] | None = None) -> dict[str, Any]:
    """A text for Python, by this Python; the names that it leaves behind.

    Raises:
        WentWrong: it does not run to its end
    """
    known = {} if names is None else names
    with _surroundings(stage), chdir(stage.folder):
        try:
            exec(compile(text.replace(TOKEN, token), "example", "exec"), known)
        except Exception as error:
            raise WentWrong(f"{type(error).__name__}: {error}\n{text}") from error
    return known


@contextmanager
def _surroundings(stage: Stage) -> Iterator[None]:
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(stage.env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def value_of(out: str) -> Any:
    """What a command has printed: JSON, or nothing."""
    return json.loads(out) if out.strip() else None
