"""What happens while a batch runs: the events that a handler receives, and a handler that counts progress."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from oint.refusals.states import State, read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from oint.cdek.errors import CdekError
    from oint.refusals.ledger.rows import Row

_DONE = (State.CONFIRMED, State.REJECTED, State.ADVISED, State.HELD, State.WITHDRAWN)


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


class WaitReason(StrEnum):
    """Why nothing is sent for a while."""

    PAUSE = "pause"
    """CDEK asked for a pause."""
    NO_ANSWER = "no_answer"
    """CDEK does not answer; the next try is a probe."""
    LEDGER = "ledger"
    """The ledger's database cannot be reached."""


class Wait(NamedTuple):
    """A wait of some seconds from now."""

    reason: WaitReason
    seconds: float


class WaitTracker(EventHandler):
    """Keeps why nothing is sent, and for how long.

    Args:
        clock: seconds that never jump
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[WaitReason, float] = {}

    def on_circuit_open(self, seconds: float, error: CdekError | None = None) -> None:  # noqa: ARG002 - see `EventHandler`
        """Note that CDEK does not answer."""
        self._until[WaitReason.NO_ANSWER] = self._clock() + seconds

    def on_rate_limited(self, seconds: float) -> None:
        """Note that CDEK asked for fewer requests."""
        self._until[WaitReason.PAUSE] = self._clock() + seconds

    def on_ledger_unavailable(self, seconds: float) -> None:
        """Note that the ledger's database cannot be reached."""
        self._until[WaitReason.LEDGER] = self._clock() + seconds

    def find_wait(self) -> Wait | None:
        """Return the wait that ends last; None: nothing is waited for."""
        now = self._clock()
        reason = max(self._until, key=lambda reason: self._until[reason], default=None)
        if reason is None or self._until[reason] <= now:
            return None
        return Wait(reason, self._until[reason] - now)


class ProgressSnapshot(msgspec.Struct, frozen=True):
    """A moment of a run. `rate`: rows that ended a second; `left`: seconds to the end at that rate, None: not known.

    `waiting`: seconds for which CDEK (or the ledger's database) is left alone, None where it is not; `waiting_for`: why,
    see `WaitReason`; `verdicts_within`: seconds in which CDEK decides on what is pending, or the run ends without, None
    where nothing is pending.
    """

    total: int
    done: int
    confirmed: int
    rejected: int
    advised: int
    held: int
    pending: int
    rate: float
    left: float | None
    waiting: float | None
    waiting_for: str | None = None
    verdicts_within: float | None = None


class Progress(WaitTracker):
    """Counts a run.

    Args:
        total: rows of the batch
        counts: rows by state when the run begins
        clock: seconds that never jump
        wait: seconds that a refusal is followed after it was sent, see `RunOptions`
    """

    def __init__(
        self, total: int, counts: Mapping[str, int], clock: Callable[[], float], wait: float | None = None
    ) -> None:
        super().__init__(clock)
        self._total = total
        self._counts = Counter({read_state(name): count for name, count in counts.items()})
        self._began = clock()
        self._done_before = self._done_count
        self._wait = wait
        self._sent_at = self._began

    @property
    def _done_count(self) -> int:
        return sum(self._counts[state] for state in _DONE)

    def on_transition(self, row: Row, before: State) -> None:
        """Count a row's transition."""
        self._counts[before] -= 1
        self._counts[row.state] += 1
        if before is State.SENDING:
            self._sent_at = self._clock()

    def snapshot(self) -> ProgressSnapshot:
        """Take a snapshot of the progress."""
        now, done_count = self._clock(), self._done_count
        rate = (done_count - self._done_before) / max(now - self._began, 0.001)
        wait = self.find_wait()
        pending = self._counts[State.ACCEPTED] + self._counts[State.UNKNOWN] + self._counts[State.SENDING]
        follows = pending > 0 and self._wait is not None
        return ProgressSnapshot(
            total=self._total,
            done=done_count,
            confirmed=self._counts[State.CONFIRMED],
            rejected=self._counts[State.REJECTED],
            advised=self._counts[State.ADVISED],
            held=self._counts[State.HELD],
            pending=pending,
            rate=round(rate, 1),
            left=round((self._total - done_count) / rate) if rate > 0 else None,
            waiting=None if wait is None else round(wait.seconds, 1),
            waiting_for=None if wait is None else wait.reason.value,
            verdicts_within=round(max(0.0, self._sent_at + (self._wait or 0) - now), 1) if follows else None,
        )
