"""`oint` in forks of one process that has loaded it, killed or without a disk at a chosen step of its own. POSIX only."""

import multiprocessing
import os
import signal
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from oint.cdek.api import orders
from oint.cli.error_handler import run_command
from oint.cli.main import dispatch
from oint.refusals.ledger.sqlite import SqliteDatabase
from oint.refusals.state_machine import RefusalStateMachine

PATIENCE = 60
LOADED = [
    "oint.cli.refusals._register",
    "oint.cli.main",
    "oint.cli.verbs",
    "oint.refusals.ledger.sqlite",
    "oint.cdek.transports",
]


class Point(NamedTuple):
    """What happens to a command at one step of its own.

    Args:
        kind: before write (of the ledger), before send, after answer
        number: which one of them, from 1
        is_kill: SIGKILL; otherwise every write from that one on fails, as on a full disk
    """

    kind: str
    number: int
    is_kill: bool = True


NOWHERE = Point("none", 1)


class Steps:
    """Counts the steps of a command in its process, and lets happen what is to happen at one of them."""

    def __init__(self, point):
        self.point, self.met = point, 0

    def pass_by(self, kind):
        self.met += kind == self.point.kind
        if self.met < self.point.number or kind != self.point.kind:
            return
        Path("reached").touch()
        if self.point.is_kill:
            os.kill(os.getpid(), signal.SIGKILL)
        raise sqlite3.OperationalError("database or disk is full")

    def watch(self):
        write, refuse, taken = SqliteDatabase.write_transaction, orders.refuse, RefusalStateMachine.on_accepted

        @contextmanager
        def writing(database):
            with write(database) as cursor:
                self.pass_by("before write")  # what it raises is reported as SQLite's own
                yield cursor

        def refused(uuid):
            self.pass_by("before send")
            return refuse(uuid)

        def answered(case, accepted):
            self.pass_by("after answer")
            taken(case, accepted)

        SqliteDatabase.write_transaction, orders.refuse, RefusalStateMachine.on_accepted = writing, refused, answered


def run_in_fork(folder, env, words, point):
    """Be `oint` with these words, in a child of the fork server."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    output = os.open("output", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    Steps(point).watch()
    os._exit(run_command(dispatch, words))


class Forks:
    """Runs `oint` in forks of one process that has loaded it."""

    def __init__(self, folder, env):
        self.folder, self.env = folder, env
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(LOADED)

    def __call__(self, *words, point=NOWHERE):
        """Run it: exit code, output, and whether the point was reached."""
        (self.folder / "reached").unlink(missing_ok=True)
        process = self.context.Process(target=run_in_fork, args=(self.folder, self.env, words, point))
        process.start()
        process.join(PATIENCE)
        return process.exitcode, (self.folder / "output").read_text(), (self.folder / "reached").exists()
