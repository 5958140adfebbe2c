"""`oint`: chooses the part of the command line that runs, and returns its exit code.

Methods of OInt are parsed by `oint.cli.grammar` with the catalog; click is loaded for the other commands alone.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from oint.catalog import LIBRARIES
from oint.cli import codes, output
from oint.cli.error_handler import install_interrupt_hook, run_command
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oint.catalog.model import Library

HELP = frozenset({"--help", "-h"})
VERSION = frozenset({"--version", "-v"})
VERBS = frozenset({"refusals", "sandbox", "mcp", "completion", "credentials"})
_SHORT_LIVED = frozenset({*LIBRARIES, "completion", "help", "--config"})
"""First words after which a process sends one request at most, prints and ends."""
SHOWN = 40
"""Characters of an unknown word that an error repeats."""


def run() -> int:
    """Run the command `oint`: its entry point.

    The process of a method or a page ends without tearing the interpreter down, and collects no garbage before: nothing
    is left to write or to close by then, and it takes a fifth of such a call's time.
    """
    output.use_utf8()
    install_interrupt_hook()
    argv = [_utf8(word) for word in sys.argv[1:]]
    if not argv or argv[0] in _SHORT_LIVED or not HELP.isdisjoint(argv):
        gc.disable()
        os._exit(run_command(dispatch, argv))
    return run_command(dispatch, argv)


def _utf8(word: str) -> str:
    """Decode a word of the command line as UTF-8, which scripts are written in, whatever the locale of a cron job says."""
    try:
        return word if word.isascii() else os.fsencode(word).decode()
    except UnicodeError:
        return word


def dispatch(argv: Sequence[str]) -> int:
    """Go to the library, the verb or the page of help that the words begin with."""
    if not argv or argv[0] in HELP:
        return _page("start_page")
    first, rest = argv[0], argv[1:]
    if first in VERSION:
        from oint import __version__  # noqa: PLC0415 - one command needs it

        output.print_result(f"oint {__version__}")
        return codes.OK
    if first == "--config":
        return _page("settings_page")
    if first == "help":
        return _help(rest)
    if first in VERBS:
        from oint.cli.verbs import run_verb  # noqa: PLC0415 - loads click

        return run_verb(first, rest)
    return _library(_known_library(first), rest)


def _library(library: Library, argv: Sequence[str]) -> int:
    """Show a library's page, or run one of its methods."""
    if not argv or argv[0] in HELP:
        return _page("library_page", library)
    if argv[0] == "--config":
        return _page("settings_page")
    method = library.find(argv[0])
    if method is None:
        raise _unknown_method(library, argv[0])
    if not argv[1:]:
        return _page("method_page", library, method)
    from oint.cli.grammar import parse  # noqa: PLC0415 - pages of help parse nothing

    invocation = parse(method, argv[1:])
    if "help" in invocation.flags:
        return _page("method_page", library, method)
    if "config" in invocation.flags:
        return _page("settings_page")
    from oint.cli.cdek import run  # noqa: PLC0415 - loads the client

    return run(method, invocation)


def _help(argv: Sequence[str]) -> int:
    """Run `oint help …`: show a topic, or the page of a library or a method."""
    topics = {"exit-codes": "exit_codes_page", "environment": "environment_page"}
    if not argv or argv[0] in HELP:
        return _page("start_page")
    if argv[0] in topics:
        return _page(topics[argv[0]])
    if argv[0] in VERBS:
        return dispatch([argv[0], "--help"])
    return _library(_known_library(argv[0]), [*argv[1:2], "--help"])


def _page(name: str, *about: object) -> int:
    from oint.cli import help as pages  # noqa: PLC0415 - calls show no page

    output.print_result(getattr(pages, name)(*about))
    return codes.OK


def _known_library(name: str) -> Library:
    library = LIBRARIES.get(name)
    if library is not None:
        return library
    raise UsageError(
        Message(f"нет библиотеки или команды {name[:SHOWN]!r}", f"there is no library or command {name[:SHOWN]!r}"),
        did_you_mean(
            name, [*LIBRARIES, *sorted(VERBS), "help"], Message("Список: oint --help", "For a list: oint --help")
        ),
        codes.UNKNOWN_LIBRARY,
    )


def _unknown_method(library: Library, name: str) -> UsageError:
    listed = Message(f"Список методов: oint {library.name}", f"For the methods: oint {library.name}")
    return UsageError(
        Message(
            f"в библиотеке {library.name} нет метода {name[:SHOWN]!r}",
            f"the library {library.name} has no method {name[:SHOWN]!r}",
        ),
        did_you_mean(name, library.names(), listed),
    )
