"""How every command ends: in a code and at most one line of trouble, never in a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint.cli import codes, output
from oint.cli.misuse import Misuse
from oint.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def guarded(command: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """Run a command.

    Returns:
        the exit code
    """
    try:
        return command(words)
    except KeyboardInterrupt:
        output.tell(Text("oint: прервано", "oint: interrupted"))
        return codes.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - no traceback ever reaches a user
        if "--debug" in words and not isinstance(error, Misuse):
            output.traceback_of(error)
        return _failed(error, as_json="--json" in words)


def _failed(error: Exception, *, as_json: bool) -> int:
    """One line about an error, with --json an object too; and its code."""
    from oint.cdek.errors import CdekError  # noqa: PLC0415 - nothing to fail, nothing to load

    sentence, next_step, safe = _DEFECT, _REPORT, False
    code, kind, name = codes.DEFECT, "defect", type(error).__name__
    if isinstance(error, CdekError):
        sentence, next_step, safe = error.sentence, error.next_step, error.safe_to_repeat
        code, kind, name = codes.BY_KIND[error.kind], error.kind, error.code
    elif isinstance(error, Misuse):
        sentence, next_step, safe = error.sentence, error.next_step, True
        code, kind, name = error.code, "bad_usage", "bad_usage"
    output.problem(f"{sentence} ({name})" if kind == "defect" else sentence, next_step)
    if as_json:
        from oint.cli.redact import one_line  # noqa: PLC0415 - as above

        fields = {"kind": kind, "code": name, "message": one_line(str(sentence)), "next_step": str(next_step)}
        output.say(output.pretty({"error": fields | {"safe_to_repeat": safe}}))
    return code


_DEFECT = Text("ошибка самой oint", "a defect of oint itself")
_REPORT = Text("Подробности покажет --debug; сообщите о ней", "--debug shows the details; please report it")
