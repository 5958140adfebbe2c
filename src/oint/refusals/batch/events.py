"""What a run tells while it runs: derive from `EventHandler` and overrule what you want to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oint.cdek.errors import CdekError
    from oint.refusals.ledger.rows import Row
    from oint.refusals.states import State


class EventHandler:
    """Called from the run's own thread, between two steps; what they raise ends the run."""

    def on_transition(self, row: Row, before: State) -> None:
        """Handle a transition of a row that is on disk."""

    def on_duplicate(self, row: Row) -> None:
        """Handle a row whose order has a refusal in the ledger already."""

    def on_timeout(self, row: Row) -> None:
        """Handle a row whose time is over; `resume` continues it."""

    def on_lease_lost(self, row: Row) -> None:
        """Handle a row that another worker has taken over."""

    def on_circuit_open(self, seconds: float, error: CdekError | None = None) -> None:
        """Handle an open circuit: CDEK does not respond, and nothing is sent for `seconds`; `error` is the last failure."""

    def on_request_failed(self, error: CdekError) -> None:
        """Handle the first failed request after a successful one."""

    def on_rate_limited(self, seconds: float) -> None:
        """Handle a pause of `seconds` that CDEK asked for."""

    def on_ledger_unavailable(self, seconds: float) -> None:
        """Handle an unreachable database of the ledger; the next try is in `seconds`."""

    def on_checkpoint(self, name: str) -> None:
        """Handle a point where a crash would matter: around each change of the ledger, before a send, after a response.

        The changes are claim, take, resolve, commit (of rows), slots and hold (of the rate limit), beat, give back, release.
        """
