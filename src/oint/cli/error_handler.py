"""How every command ends: in an exit code and at most one line about an error, never in a traceback."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.cli import codes, output
from oint.cli.usage_error import UsageError
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


_MOMENT = 0.05
"""Seconds."""


class InterruptedBeforeSending(KeyboardInterrupt):
    """Ctrl-C in a command, or in a part of one, that changes nothing at CDEK: the command may be repeated."""


@contextmanager
def expect_no_sending() -> Iterator[None]:
    """Mark a part of a command, or a whole one, that changes nothing at CDEK.

    Raises:
        InterruptedBeforeSending: Ctrl-C was pressed in it
    """
    try:
        yield
    except KeyboardInterrupt:
        raise InterruptedBeforeSending from None


def run_command(command: Callable[[Sequence[str]], int], argv: Sequence[str]) -> int:
    """Run a command.

    Returns:
        the exit code
    """
    try:
        return command(argv)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - no traceback ever reaches a user
        report = _describe_error(error)
        if "--debug" in argv and not isinstance(error, (UsageError, KeyboardInterrupt)):
            output.traceback_of(error)
        output.print_error(report.sentence, report.next_step)
        if "--json" in argv:
            with suppress(OSError):  # the exit code holds where this cannot be written
                output.print_result(output.pretty({"error": report.fields()}))
        return report.code


def install_interrupt_hook() -> None:
    """Let a Ctrl-C strike again that Python dropped: raised within a finalizer or a callback, it ends nothing."""
    others = sys.unraisablehook

    def handle_unraisable(what: sys.UnraisableHookArgs) -> None:
        if issubclass(what.exc_type, KeyboardInterrupt):
            _resend_sigint()
        else:
            others(what)

    sys.unraisablehook = handle_unraisable


def _resend_sigint() -> None:
    """Send it from a thread, a moment later: at once would still be within the same finalizer."""
    import signal  # noqa: PLC0415 - needed once in thousands of runs
    import threading  # noqa: PLC0415

    def strike() -> None:
        if sys.platform == "win32":
            signal.raise_signal(signal.SIGINT)
        else:  # at the main thread: it may be asleep, and only a signal of its own wakes it
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    again = threading.Timer(_MOMENT, strike)
    again.daemon = True
    again.start()


class _ErrorReport(NamedTuple):
    """An error for the user: `code` is the exit code, `name` the error's own."""

    code: int
    kind: str
    name: str
    sentence: Message
    next_step: Message
    safe_to_repeat: bool = False

    def fields(self) -> dict[str, Any]:
        """Return the error for --json."""
        from oint.redaction import sanitize_line  # noqa: PLC0415 - few errors are written as JSON

        return {
            "kind": self.kind,
            "code": self.name,
            "message": sanitize_line(str(self.sentence)),
            "next_step": sanitize_line(str(self.next_step)),
            "safe_to_repeat": self.safe_to_repeat,
        }


def _describe_error(error: BaseException) -> _ErrorReport:
    """Classify an exception."""
    from oint.cdek.errors import CdekError  # noqa: PLC0415 - nothing to fail, nothing to load

    if isinstance(error, CdekError):
        code = codes.BY_KIND[error.kind]
        return _ErrorReport(code, error.kind, error.code, error.text, error.hint, error.safe_to_repeat)
    if isinstance(error, UsageError):
        return _ErrorReport(error.exit_code, error.code, error.code, error.text, error.hint)
    if isinstance(error, InterruptedBeforeSending):
        return _ErrorReport(codes.INTERRUPTED, "interrupted", "interrupted", _INTERRUPTED, _REPEAT, safe_to_repeat=True)
    if isinstance(error, KeyboardInterrupt):
        return _ErrorReport(codes.INTERRUPTED, "interrupted", "interrupted", _INTERRUPTED, _LOOK)
    name = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        return _ErrorReport(codes.INTERNAL_ERROR, "machine", name, _MACHINE.format(error.strerror), _LOOK)
    return _ErrorReport(codes.INTERNAL_ERROR, "defect", name, _DEFECT.format(name), _REPORT)


_INTERRUPTED = Message("прервано", "interrupted")
_MACHINE = Message("не удалось прочитать или записать: {}", "reading or writing failed: {}")
_LOOK = Message(
    "Если запрос уже ушёл, сначала прочитайте заказ", "If the request has gone out already, read the order first"
)
_REPEAT = Message(
    "Эта команда ничего не отправила: чтобы продолжить, повторите её",
    "This command has sent nothing: to continue, repeat it",
)
_DEFECT = Message("ошибка самой oint: {}", "a defect of oint itself: {}")
_REPORT = Message("Подробности покажет --debug; сообщите о ней", "--debug shows the details; please report it")
