"""What a command reports on its way: which credentials it uses and, with --debug, each HTTP exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oint import redaction
from oint.cli import output
from oint.i18n import Message

if TYPE_CHECKING:
    from oint.auth.credentials import ResolvedCredentials
    from oint.cdek._engine import HttpExchange


def report_credentials(resolved: ResolvedCredentials, *, debug: bool) -> ResolvedCredentials:
    """Mask the credentials from now on, and report what the user should know of them."""
    redaction.add_secret(resolved.secret)
    if resolved.warning is not None:
        output.print_status(f"oint: {resolved.warning}")
    if debug:
        output.print_status(f"{Message('учётные данные', 'credentials')}: {resolved.source}")
    return resolved


def report_exchange(exchange: HttpExchange) -> None:
    """Print an HTTP exchange, as --debug shows it."""
    end = exchange.status if exchange.status is not None else exchange.failure
    output.print_status(f"{exchange.method} {exchange.url} -> {end}, {exchange.seconds:.3f} s")
