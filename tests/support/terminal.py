"""`oint refusals` on a terminal, and what its tests read before and after."""

import os
import sys

import pytest

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"
FAST = ("--poll", "50ms", "--settle", "200ms")
TIMEOUT_SECONDS = 60
QUESTION = "type the number of refusals"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals and no such signals")


def write_orders(oint, orders, name="orders.txt"):
    path = oint.home / name
    path.write_text("\n".join(orders) + "\n", "utf-8")
    return name


def count_refusals(sandbox, orders):
    return [len([row for row in sandbox.truth(uuid)["refusals"] if row["http_status"] == 202]) for uuid in orders]


def read_counts(oint):
    return oint("refusals", "status", "--json").json["counts"]


class Terminal:
    """Run `oint` with a controlling terminal: read its output and type keys."""

    def __init__(self, oint, *words, stdin=None, stderr=None, **env):
        import pty  # noqa: PLC0415 - Windows has none

        self.master, slave = pty.openpty()
        self.process = oint.start(
            "refusals",
            *words,
            env=oint.env | env,
            stdin=slave if stdin is None else stdin,
            stdout=slave,
            stderr=slave if stderr is None else stderr,
            preexec_fn=lambda: _set_controlling_terminal(slave),
        )
        os.close(slave)
        self.output = ""

    def until(self, word):
        """Return whether a word is written before the command ends."""
        while word not in self.output:
            try:
                piece = os.read(self.master, 4096)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            self.output += piece.decode()
        return word in self.output

    def type(self, keys):
        os.write(self.master, keys.encode())

    def end(self):
        self.until("\0")
        code = self.process.wait(TIMEOUT_SECONDS)
        os.close(self.master)
        return code


def _set_controlling_terminal(slave):
    import fcntl  # noqa: PLC0415 - Windows has none
    import termios  # noqa: PLC0415 - the same

    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
