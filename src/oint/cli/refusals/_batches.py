"""Parts that the commands on batches share: opening the ledger, finding a batch, exit codes, next commands."""

from __future__ import annotations

import shlex
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Literal, overload

from oint.cli import codes
from oint.cli.refusals._outcomes import VERDICTS
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.input import InputFileError
from oint.refusals.input.files import get_shown_name
from oint.refusals.ledger import (
    InvalidLedgerUrl,
    LedgerError,
    default_address,
    normalize_scheme,
    open_ledger,
    parse_file_path,
)
from oint.refusals.states import State, read_state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oint.cli.refusals._commands import BatchOptions
    from oint.refusals.ledger import Batch, Ledger
    from oint.refusals.ledger.queries import BatchStats

_NO_ROWS = frozenset({"input_empty", "input_no_valid_row"})


def resolve_address(ledger: str | None) -> str:
    """Return the ledger's address from the options, otherwise the default one."""
    return normalize_scheme(ledger or default_address())


@contextmanager
def translate_errors() -> Iterator[None]:
    """Convert errors of input files and ledgers to usage errors with their exit codes.

    Raises:
        UsageError: instead of them
    """
    try:
        yield
    except InputFileError as error:
        raise UsageError(
            error.text, error.hint, codes.NOT_APPLICABLE if error.code in _NO_ROWS else codes.BAD_USAGE
        ) from None
    except LedgerError as error:
        code = codes.BAD_USAGE if isinstance(error, InvalidLedgerUrl) else codes.INTERNAL_ERROR
        raise UsageError(error.text, error.hint, code) from None


@contextmanager
def open_ledger_for_user(address: str | None) -> Iterator[Ledger]:
    """Open a ledger that exists already: a command that only reads creates none.

    Raises:
        UsageError: it is not there, or cannot be used
    """
    url = resolve_address(address)
    with translate_errors():
        file = parse_file_path(url)
        if file is not None and not file.is_file():
            raise UsageError(
                Message(f"реестра нет: {url}", f"there is no ledger: {url}"),
                Message(
                    "Начните с oint refusals run FILE или укажите реестр через --ledger",
                    "Begin with oint refusals run FILE, or name the ledger with --ledger",
                ),
            )
        with closing(open_ledger(url)) as ledger:
            yield ledger


@overload
def find_batch(ledger: Ledger, name: str | None, *, required: Literal[True]) -> Batch: ...
@overload
def find_batch(ledger: Ledger, name: str | None, *, required: bool = False) -> Batch | None: ...
def find_batch(ledger: Ledger, name: str | None, *, required: bool = False) -> Batch | None:
    """Find the batch that is meant: by its number, otherwise by the name or path of its file; None: the newest.

    Args:
        ledger: where to look
        name: as the user wrote it
        required: there must be one
    Raises:
        UsageError: there is none, and one is required
    """
    batches = ledger.list_batches()
    matches = [batch for batch in batches if name in {None, str(batch.id)}]
    if not matches and name is not None:
        matches = [batch for batch in batches if get_shown_name(name) == batch.name]
    if matches:
        return matches[0]
    if not required:
        return None
    raise UsageError(
        Message("в реестре нет такого пакета", "the ledger has no such batch"),
        Message("Список: oint refusals list", "For a list: oint refusals list"),
    )


def batch_exit_code(stats: BatchStats) -> int:
    """Return the exit code of a batch: that of its rows where all ended alike, otherwise 9.

    Rows that a person left held or withdrew say nothing: only those held back because their order has changed do. A batch
    that awaits its approval is pending.
    """
    counts = stats.counts
    ends = {VERDICTS[read_state(state)][0] for state, count in counts.items() if count and state not in _BY_CHOICE}
    if stats.held_back:
        ends.add(codes.NOT_APPLICABLE)
    if not ends:
        return codes.PENDING if counts.get(State.HELD) else codes.OK
    return ends.pop() if len(ends) == 1 else codes.MIXED


_BY_CHOICE = frozenset({State.HELD, State.WITHDRAWN})


def format_counts(counts: Mapping[str, int]) -> Message:
    """Format the number of rows of each verdict, in one line."""
    parts = [(VERDICTS[read_state(state)][1], count) for state, count in sorted(counts.items()) if count]
    return Message(
        ", ".join(f"{word.ru}: {count}" for word, count in parts) or "строк нет",
        ", ".join(f"{word.en}: {count}" for word, count in parts) or "no rows",
    )


def format_batch_options(options: BatchOptions) -> str:
    """Format the options that another command on the batch needs."""
    flags = " --testapi" if options.testapi else ""
    flags += f" --profile {shlex.quote(options.profile)}" if options.profile else ""
    return flags + format_ledger_option(options.ledger)


def format_command(verb: str, batch: Batch, options: BatchOptions) -> str:
    """Write another command on a batch, with the options that it needs to mean the same batch."""
    flags = format_ledger_option(options.ledger) if verb == "cancel" else format_batch_options(options)
    return f"oint refusals {verb} {batch.id}{flags}"


def format_ledger_option(ledger: str | None) -> str:
    """Format `--ledger` for a command to type; the URL of a database is left out, it may contain a password."""
    if ledger is None:
        return ""
    return f" --ledger {'…' if '://' in ledger else shlex.quote(ledger)}"
