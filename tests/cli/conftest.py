"""The real `oint` in a process of its own, against one real sandbox; homes of their own for each test."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from oint.sandbox import running_sandbox

OINT = str(Path(sys.executable).with_name("oint"))
TESTS = str(Path(__file__).resolve().parents[1])
OURS = ("OINT_", "LC_", "LANG", "PYTHONWARNINGS")


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Oint:
    """`oint`, with an environment of its own."""

    def __init__(self, home, url):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.home = home
        self.env = (
            kept
            | {
                "OINT_CONFIG_DIR": str(home / "config"),
                "OINT_CACHE_DIR": str(home / "cache"),
                "OINT_DATA_DIR": str(home / "data"),
                "OINT_LANG": "en",
                "PYTHONPATH": TESTS,
                "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
                "FAKE_KEYRING": str(home / "keyring.json"),
                "PYTHONWARNINGS": "error",
            }
            | ({"OINT_CDEK_URL": url} if url else {})
        )

    def start(self, *words, **kinds):
        how = {"env": self.env, "cwd": self.home, "stdin": subprocess.PIPE} | kinds
        return subprocess.Popen([OINT, *words], **how)

    def __call__(self, *words, stdin="", **env):
        done = subprocess.run(
            [OINT, *words], env=self.env | env, cwd=self.home, input=stdin.encode(), capture_output=True, check=False
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def running():
    with running_sandbox(seed=31) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def oint(box, tmp_path):
    """`oint` against the sandbox, with the sandbox's account in the environment."""
    command = Oint(tmp_path, box.url)
    command.env |= {"OINT_CDEK_ACCOUNT": box.account, "OINT_CDEK_PASSWORD": box.password}
    return command


@pytest.fixture
def stranger(box, tmp_path):
    """`oint` against the sandbox, with no credentials at all."""
    return Oint(tmp_path, box.url)


@pytest.fixture
def order(box):
    return box.order(status="ACCEPTED_AT_PICK_UP_POINT")
