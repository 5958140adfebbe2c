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
        """A row has taken a step, and it is on disk."""

    def on_duplicate(self, row: Row) -> None:
        """A row's order turned out to have a refusal in the ledger already."""

    def on_timeout(self, row: Row) -> None:
        """A row is left as it is: its time is over; `resume` goes on with it."""

    def on_lease_lost(self, row: Row) -> None:
        """Another worker has taken a row over."""

    def on_circuit_open(self, seconds: float, error: CdekError | None = None) -> None:
        """CDEK does not answer and is left alone for so many seconds; `error`: the last thing that went wrong."""

    def on_request_failed(self, error: CdekError) -> None:
        """CDEK's answer to a request failed after the one before it came; further ones are not reported until one comes."""

    def on_rate_limited(self, seconds: float) -> None:
        """CDEK asked for fewer requests: nobody sends for so long."""

    def on_ledger_unavailable(self, seconds: float) -> None:
        """The ledger's database cannot be reached; the next try is in so many seconds."""

    def on_checkpoint(self, name: str) -> None:
        """A moment at which a crash would matter: before and after each change of the ledger, before a send, after an answer.

        The changes are claim, take, resolve, commit (of rows), slots and hold (of the rate limit), beat, give back, release.
        """
