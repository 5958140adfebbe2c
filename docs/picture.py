"""`python docs/picture.py`: draw docs/ru/refusals-run.svg and docs/en/refusals-run.svg for the README and the guides.

A real `oint refusals run` on a pseudo-terminal against the sandbox: the preview, the question, the answer, the result.
"""

from __future__ import annotations

import io
import os
import pty
import re
import sys
import tempfile
import termios
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from cdek_sandbox import Sandbox, running_sandbox

FOLDER = Path(__file__).resolve().parent
COLUMNS = 104
COMMAND = ["oint", "refusals", "run", "not-collected.csv"]
ORDERS = {
    "shop-1": "ACCEPTED_AT_PICK_UP_POINT",
    "shop-2": "POSTOMAT_POSTED",
    "shop-3": "CREATED",
    "shop-4": "DELIVERED",
    "shop-5": "ACCEPTED_AT_PICK_UP_POINT",
}
QUESTION = re.compile(r"\((\d+)\): \Z")
"""The end of the question, with the number that approves."""
SHOWN_URL = "http://127.0.0.1:8080/v2"
FONT_FACE = re.compile(r"@font-face \{\{.*?\}\}", re.DOTALL)
"""The fonts of rich, which a reader's browser would load from another server."""


def main() -> None:
    for language in ("ru", "en"):
        with running_sandbox(seed=7) as sandbox, tempfile.TemporaryDirectory() as folder:
            _create_orders(sandbox)
            header = "Номер отправления ИМ" if language == "ru" else "Order number"
            (Path(folder) / COMMAND[-1]).write_text("\n".join([header, *ORDERS, "shop-404", ""]), "utf-8")
            output = _run(COMMAND, _build_environment(sandbox, folder, language), folder)
        path = FOLDER / language / "refusals-run.svg"
        path.write_text(_draw(output.replace(sandbox.url, SHOWN_URL)), "utf-8")
        print(path.relative_to(FOLDER.parent), path.stat().st_size, "bytes")


def _create_orders(sandbox: Sandbox) -> None:
    """Create orders that have had their status for five days."""
    sandbox.settings(refusal={"mode": "at_once"})
    sandbox.stop_clock(datetime.now(UTC) - timedelta(days=5))
    for number, status in ORDERS.items():
        sandbox.order(im_number=number, status=status)
    sandbox.pass_time(timedelta(days=5).total_seconds())


def _build_environment(sandbox: Sandbox, folder: str, language: str) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LOGNAME": "anna",
        "TERM": "xterm-256color",
        "COLUMNS": str(COLUMNS),
        "OINT_LANG": language,
        "OINT_CDEK_URL": sandbox.url,
        "OINT_CDEK_ACCOUNT": sandbox.account,
        "OINT_CDEK_PASSWORD": sandbox.password,
        **{f"OINT_{name}_DIR": f"{folder}/{name.lower()}" for name in ("CONFIG", "CACHE", "DATA")},
    }


def _run(command: list[str], environment: dict[str, str], folder: str) -> str:
    """Run a command on a pseudo-terminal, answer its question with the number that it names, and return its output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], command, environment)
    termios.tcsetwinsize(terminal, (50, COLUMNS))
    output = b""
    is_answered = False
    while data := _read(terminal):
        output += data
        if not is_answered and (question := QUESTION.search(output.decode("utf-8", "replace"))):
            os.write(terminal, question[1].encode() + b"\n")
            is_answered = True
    os.waitpid(pid, 0)
    return output.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux reports the end of a pseudo-terminal
        return b""


def _draw(output: str) -> str:
    """Draw a terminal with this output; of a line that was rewritten, its last state."""
    lines = [
        line.rpartition("\r")[2].removeprefix("\x1b[K") for line in output.rstrip().replace("\r\n", "\n").split("\n")
    ]
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ {' '.join(COMMAND)}", style="bold"))
    console.print(Text.from_ansi("\n".join(lines)), overflow="fold")
    template = FONT_FACE.sub("", CONSOLE_SVG_FORMAT)
    svg = console.export_svg(title="oint", theme=SVG_EXPORT_THEME, code_format=template, unique_id="oint")
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


if __name__ == "__main__":
    main()
