"""The state on disk: one SQLite file, one row an entity, written before the response is sent."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from cdek_sandbox.core.clock import Clock
from cdek_sandbox.core.entities import AnyEntity
from cdek_sandbox.core.settings import Settings  # noqa: TC001 - the same
from cdek_sandbox.faults.rules import FaultRule  # noqa: TC001 - msgspec reads the annotations at run time

if TYPE_CHECKING:
    from cdek_sandbox.core.state import SandboxState
    from cdek_sandbox.faults.rules import Faults

_SCHEMA = (
    "PRAGMA locking_mode=EXCLUSIVE",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "CREATE TABLE IF NOT EXISTS entities (place INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, body BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS sandbox_state (place INTEGER PRIMARY KEY CHECK (place = 1), body BLOB NOT NULL)",
)
_SAVE_ENTITY = "INSERT INTO entities (uuid, body) VALUES (?, ?) ON CONFLICT (uuid) DO UPDATE SET body = excluded.body"
_DROP_ENTITY = "DELETE FROM entities WHERE uuid = ?"
_SAVE_STATE = (
    "INSERT INTO sandbox_state (place, body) VALUES (1, ?) ON CONFLICT (place) DO UPDATE SET body = excluded.body"
)


class SavedState(Struct):
    """The part of the state that is not entities."""

    seed: int
    counts: dict[str, int]
    offset: float
    settings: Settings
    faults: list[FaultRule]
    stopped: float | None = None


class Store:
    """One sandbox's file; a second sandbox cannot open it.

    Raises:
        sqlite3.Error: the file cannot be opened, is in use, or is not a database.
    """

    def __init__(self, path: str) -> None:
        self._database = sqlite3.connect(path, timeout=0, isolation_level=None)
        for statement in _SCHEMA:
            self._database.execute(statement)
        self._written = b""

    def load(self, state: SandboxState, faults: Faults) -> None:
        """Load the content of the file into a fresh state."""
        row = self._database.execute("SELECT body FROM sandbox_state").fetchone()
        if row is None:
            return
        memory = msgspec.msgpack.decode(row[0], type=SavedState)
        state.restore(memory.seed, memory.counts, Clock(memory.offset, memory.stopped), memory.settings)
        faults.rules.extend(memory.faults)
        for (body,) in self._database.execute("SELECT body FROM entities ORDER BY place"):
            state.add(msgspec.msgpack.decode(body, type=AnyEntity))
        state.unsaved.clear()

    def save(self, state: SandboxState, faults: Faults) -> None:
        """Save the changed entities, and the rest if it changed, in one transaction."""
        memory = _encode_state(state, faults)
        if not state.unsaved and memory == self._written:
            return
        rows = [
            (uuid, msgspec.msgpack.encode(state.entities[uuid])) for uuid in state.unsaved if uuid in state.entities
        ]
        dropped = ((_DROP_ENTITY, (uuid,)) for uuid in state.unsaved if uuid not in state.entities)
        self._transact([*((_SAVE_ENTITY, row) for row in rows), *dropped, (_SAVE_STATE, (memory,))])
        self._written = memory

    def clear(self) -> None:
        """Delete everything."""
        self._transact([("DELETE FROM entities", ()), ("DELETE FROM sandbox_state", ())])
        self._written = b""

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _transact(self, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                self._database.execute(statement, values)


def _encode_state(state: SandboxState, faults: Faults) -> bytes:
    random_source, clock = state.random_source, state.clock
    memory = SavedState(
        random_source.seed, random_source.counts, clock.offset, state.settings, faults.rules, clock.stopped
    )
    return msgspec.msgpack.encode(memory)
