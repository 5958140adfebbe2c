"""Run the real `oint` in a subprocess against one real sandbox. Each test has its own home folder."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.paths import ROOT

OINT = str(Path(sys.executable).with_name("oint"))
OWN_VARIABLES = ("OINT_", "LC_", "LANG", "PYTHONWARNINGS")


class Result(NamedTuple):
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Oint:
    """The command `oint` with its own environment."""

    def __init__(self, home, url):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OWN_VARIABLES)}
        self.home = home
        self.env = (
            inherited
            | {
                "OINT_CONFIG_DIR": str(home / "config"),
                "OINT_CACHE_DIR": str(home / "cache"),
                "OINT_DATA_DIR": str(home / "data"),
                "OINT_LANG": "en",
                "PYTHONPATH": str(ROOT),
                "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
                "FAKE_KEYRING": str(home / "keyring.json"),
                "PYTHONWARNINGS": "error",
            }
            | ({"OINT_CDEK_URL": url} if url else {})
        )

    def start(self, *words, **kinds):
        options = {"env": self.env, "cwd": self.home, "stdin": subprocess.PIPE} | kinds
        return subprocess.Popen([OINT, *words], **options)

    def __call__(self, *words, stdin="", **env):
        process = subprocess.run(
            [OINT, *words], env=self.env | env, cwd=self.home, input=stdin.encode(), capture_output=True, check=False
        )
        return Result(process.returncode, process.stdout.decode(), process.stderr.decode())


@pytest.fixture
def sandbox(session_sandbox):
    session_sandbox.reset()
    return session_sandbox


@pytest.fixture
def oint(sandbox, tmp_path):
    """Return `oint` for the sandbox, with the sandbox's account in the environment."""
    command = Oint(tmp_path, sandbox.url)
    command.env |= {"OINT_CDEK_ACCOUNT": sandbox.account, "OINT_CDEK_PASSWORD": sandbox.password}
    return command


@pytest.fixture
def anonymous_oint(sandbox, tmp_path):
    """Return `oint` for the sandbox, without any credentials."""
    return Oint(tmp_path, sandbox.url)


@pytest.fixture
def order(sandbox):
    return sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
