"""The question before anything irreversible: read from the terminal itself, never from standard input."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from oint.cli import output
from oint.cli.usage_error import UsageError
from oint.i18n import Message

if TYPE_CHECKING:
    from typing import TextIO

MAX_REFUSALS = 5_000
"""The most refusals that `--yes` releases at once, unless `OINT_MAX_REFUSALS` says otherwise."""

MAX_ANSWER_LENGTH = 100

_TERMINAL = ("CONIN$", "CONOUT$") if os.name == "nt" else ("/dev/tty", "/dev/tty")


def read_max_refusals() -> int:
    """Read how many refusals `--yes` may release at once.

    Raises:
        UsageError: `OINT_MAX_REFUSALS` is not a number
    """
    text = os.environ.get("OINT_MAX_REFUSALS", "").strip()
    if not text:
        return MAX_REFUSALS
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - digits of a number that makes sense
        return int(text)
    raise UsageError(
        Message("OINT_MAX_REFUSALS: это не число", "OINT_MAX_REFUSALS: not a number"),
        Message("Задайте целое число или уберите переменную", "Set a whole number, or unset the variable"),
    )


def has_terminal() -> bool:
    """Tell whether a person sees the preview, which goes to standard error, and can be asked."""
    if sys.stderr is None or not sys.stderr.isatty():
        return False
    with suppress(OSError), open(_TERMINAL[0], encoding="utf-8"):  # noqa: PTH123 - a device, not a path
        return True
    return False


def ask(question: Message) -> str:
    """Ask on the terminal and read one line from it; an empty answer where there is nobody.

    What was typed before the question was shown is no answer to it.

    Raises:
        KeyboardInterrupt: the person pressed Ctrl-C
    """
    with ExitStack() as stack:
        try:
            terminal: TextIO = stack.enter_context(open(_TERMINAL[0], encoding="utf-8", errors="replace"))  # noqa: PTH123 - as above
            screen: TextIO = stack.enter_context(open(_TERMINAL[1], "w", encoding="utf-8", errors="replace"))  # noqa: PTH123 - the same
            _drop_typed_ahead(terminal)
            screen.write(f"{question} ")
            screen.flush()
            return terminal.readline(MAX_ANSWER_LENGTH).strip()
        except OSError:
            return ""


def _drop_typed_ahead(terminal: TextIO) -> None:
    """Drop what waits to be read from the terminal."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows alone has it

        while msvcrt.kbhit():
            msvcrt.getwch()
    else:
        import termios  # noqa: PLC0415 - Windows has none

        with suppress(termios.error):  # hung up: reading from it finds out
            termios.tcflush(terminal, termios.TCIFLUSH)


def confirm_count(question: Message, count: int) -> bool:
    """Ask a question that is answered with a number; any other answer is a no."""
    if ask(question) == str(count):
        return True
    output.print_status(_NO)
    return False


_NO = Message("Число не совпало: ничего не отправлено", "The number does not match: nothing was sent")
