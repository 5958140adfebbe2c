"""Pages written by hand: their blocks marked `run` are executed, and what came out is put below them.

A page is one story: its blocks share a folder, a sandbox and, those of Python, their names. Words behind the language:

    run       execute it; below comes what it printed
    quiet     show no output
    hidden    execute it, and do not show it
    code=N    the exit code that is expected, of bash; 0 where nothing is said
"""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from docs._ext import execution
from docs._ext.execution import WentWrong

if TYPE_CHECKING:
    from pathlib import Path

    from docs._ext.stage import Stage

_BLOCK = re.compile(r"^```(python|bash) (run|hidden)((?: quiet| code=\d+)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARKED = re.compile(r"^```(?:python|bash) .*$", re.MULTILINE)


def write_all(stage: Stage, source: Path, target: Path, only: str | None = None) -> None:
    """Execute the pages of a folder into another one.

    Raises:
        WentWrong: a block did not end as its page says
    """
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.suffix != ".md":
            place.write_bytes(path.read_bytes())
        elif only in {None, path.stem}:
            place.write_text(executed(stage, path.read_text("utf-8"), path.name), "utf-8")


def executed(stage: Stage, text: str, name: str) -> str:
    """A page with what its blocks print.

    Raises:
        WentWrong: a block did not end as its page says, or its mark is misspelt
    """
    if left := _MARKED.findall(_BLOCK.sub("", text)):
        raise WentWrong(f"{name}: what is marked so is not executed: {left[0]}")
    stage.begin()
    token = stage.token()
    names: dict[str, Any] = {"box": stage.box}

    def put(found: re.Match[str]) -> str:
        language, how, words, code = found.groups()
        options = dict(word.partition("=")[::2] for word in words.split())
        printed = _printed(stage, language, code, token, names, int(options.get("code", 0)), name)
        if how == "hidden":
            return ""
        shown = f"```{language}\n{code}```"
        if "quiet" in options or not printed.strip():
            return shown
        return f"{shown}\n\n```{{code-block}} text\n:class: output\n\n{stage.shown(printed).rstrip()}\n```"

    return _BLOCK.sub(put, text)


def _printed(  # noqa: PLR0917 - one place calls it
    stage: Stage, language: str, code: str, token: str, names: dict[str, Any], expected: int, name: str
) -> str:
    if language == "python":
        with redirect_stdout(io.StringIO()) as out:
            execution.in_python(stage, code, token, names)
        return out.getvalue()
    ended = execution.in_bash(stage, code, token)
    if ended.code != expected:
        raise WentWrong(f"{name}: {ended.code} instead of {expected}\n{code}\n{ended.out}{ended.err}")
    return ended.out + ended.err
