"""The root of all errors that `oint` raises on purpose.

    OintError
    ├── CdekError                  a call of CDEK's API; its own tree is in `oint.cdek.errors`
    │   └── InvalidArgument
    │       └── NotApprovedError   the batch is held; nothing was sent
    ├── LedgerError                the ledger cannot be used; what was committed is kept
    │   ├── InvalidLedgerUrl       the address names neither a file nor a supported database
    │   ├── LedgerUnavailable      the database cannot be reached
    │   └── InWorkError            another process is working on this order's refusal
    ├── InputFileError             no refusals can be planned from the file; nothing was sent
    ├── MissingDependency          an optional library is not installed
    └── UsageError                 the command line cannot be carried out

Every error has a `text`, a `hint` that says what to do next, both in Russian and English, and a stable `code`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from oint.i18n import Message


class OintError(Exception):
    """Report what went wrong and what to do next.

    Args:
        text: what went wrong
        hint: what to do next
        code: stable name of the error; by default the `kind` of its class
    """

    kind: ClassVar[str] = "error"

    def __init__(self, text: Message, hint: Message, *, code: str = "") -> None:
        super().__init__(text, hint)
        self.text = text
        self.hint = hint
        self.code = code or self.kind

    def __str__(self) -> str:
        return f"{self.text}. {self.hint}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle by attributes, because subclasses take other arguments."""
        return _create_empty, (type(self), self.args), vars(self)


def _create_empty(kind: type[OintError], args: tuple[Any, ...]) -> OintError:
    """Create an error without its attributes, which pickle sets afterwards."""
    return kind.__new__(kind, *args)
