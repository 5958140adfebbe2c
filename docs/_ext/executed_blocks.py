"""Execute the marked blocks of a page, and insert their output below them.

The blocks of a page share a folder, a sandbox and, those of Python, their global names. Marks behind the language:

    run       execute the block, and insert its output below it
    quiet     insert no output
    hidden    execute the block, and remove it from the page
    code=N    the expected exit code of bash; 0 without the mark

No library does this: sybil has no evaluator for bash, expects no exit codes and inserts nothing; markdown-exec has all of
it for Python-Markdown and MkDocs alone. With sybil only the two patterns of this module would be replaced.
"""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any, NamedTuple

from docs._ext import execution
from docs._ext.execution import ExampleFailed

if TYPE_CHECKING:
    from docs._ext.environment import ExampleEnvironment

_BLOCK = re.compile(r"^```(python|bash) (run|hidden)((?: quiet| code=\d+)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARKED = re.compile(r"^```(?:python|bash) .*$", re.MULTILINE)


class _Page(NamedTuple):
    """What the blocks of a page share."""

    environment: ExampleEnvironment
    name: str
    token: str
    names: dict[str, Any]


def execute_blocks(environment: ExampleEnvironment, text: str, name: str) -> str:
    """Return a page with the output of its blocks.

    Raises:
        ExampleFailed: a block ended with an exception or another exit code, or its mark is misspelt
    """
    if misspelt := _MARKED.findall(_BLOCK.sub("", text)):
        raise ExampleFailed(f"{name}: this mark is unknown, so the block would not be executed: {misspelt[0]}")
    environment.reset()
    page = _Page(environment, name, environment.issue_token(), {"box": environment.box})
    return _BLOCK.sub(lambda block: _execute_block(page, block), text)


def _execute_block(page: _Page, block: re.Match[str]) -> str:
    language, mark, marks, code = block.groups()
    options = dict(word.partition("=")[::2] for word in marks.split())
    expected_code = int(options.get("code", 0))
    output = _run_python(page, code) if language == "python" else _run_bash(page, code, expected_code)
    if mark == "hidden":
        return ""
    source = f"```{language}\n{code}```"
    if "quiet" in options or not output.strip():
        return source
    return f"{source}\n\n```{{code-block}} text\n:class: output\n\n{page.environment.normalize(output).rstrip()}\n```"


def _run_python(page: _Page, code: str) -> str:
    with redirect_stdout(io.StringIO()) as out:
        execution.run_python(page.environment, code, page.token, page.names)
    return out.getvalue()


def _run_bash(page: _Page, code: str, expected_code: int) -> str:
    completed = execution.run_bash(page.environment, code, page.token)
    if completed.code != expected_code:
        raise ExampleFailed(
            f"{page.name}: exit code {completed.code} instead of {expected_code}\n{code}\n{completed.out}{completed.err}"
        )
    return completed.out + completed.err
