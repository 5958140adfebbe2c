"""What the commands about batches share: the ledger, how trouble with it is told, and how a run ends."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from oint.cli import codes
from oint.cli.misuse import Misuse
from oint.cli.rows import VERDICTS
from oint.language import Text
from oint.refusals.ledger import LedgerError, default_address
from oint.refusals.life import State
from oint.refusals.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

_LEDGER = Text(
    "журнал: файл или postgresql://…; иначе OINT_LEDGER или файл в папке данных",
    "the ledger: a file or postgresql://…; else OINT_LEDGER, or a file in the data folder",
)
_NO_ROWS = frozenset({"source_empty", "source_nothing_usable"})

ledger_option: Callable[[Any], Any] = click.option("--ledger", metavar="LEDGER", help=str(_LEDGER))


def address_of(ledger: str | None) -> str:
    """The ledger's address: the one given, else the default one."""
    return ledger or default_address()


@contextmanager
def spoken() -> Iterator[None]:
    """Tell trouble with a source or a ledger in its own words, with its exit code.

    Raises:
        Misuse: instead of them
    """
    try:
        yield
    except SourceError as error:
        raise Misuse(
            error.sentence, error.next_step, codes.BAD_ROWS if error.code in _NO_ROWS else codes.BAD_USAGE
        ) from None
    except LedgerError as error:
        raise Misuse(error.sentence, error.next_step, codes.DEFECT) from None


def batch_exit_code(counts: Mapping[str, int]) -> int:
    """The exit code of a batch: that of its rows where all ended alike, else 9."""
    ends = {VERDICTS[State(state)][0] for state, count in counts.items() if count}
    if not ends:
        return codes.DONE
    return ends.pop() if len(ends) == 1 else codes.PARTLY


def summary(counts: Mapping[str, int]) -> Text:
    """How many rows came to which verdict, in one line."""
    known = [(VERDICTS[State(state)][1], count) for state, count in sorted(counts.items()) if count]
    return Text(
        ", ".join(f"{word.ru}: {count}" for word, count in known) or "строк нет",
        ", ".join(f"{word.en}: {count}" for word, count in known) or "no rows",
    )


def batch_words(given: Mapping[str, Any]) -> str:
    """The options that another command on a batch needs, written out."""
    words = " --testapi" if given["testapi"] else ""
    words += f" --profile {shlex.quote(given['profile'])}" if given["profile"] else ""
    return words + same_ledger(given["ledger"])


def same_ledger(ledger: str | None) -> str:
    """`--ledger` for a command to type; an address of a database may hold a password and is left out."""
    if ledger is None:
        return ""
    return f" --ledger {'…' if '://' in ledger else shlex.quote(ledger)}"
