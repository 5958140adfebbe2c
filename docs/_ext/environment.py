"""Where examples are executed: a sandbox with a stopped clock and a seed, and a folder of their own.

An example has the same result in every build, so the results of the forms of one call can be compared.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from cdek_sandbox import Sandbox, running_sandbox
from oint.cdek import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

Language = Literal["ru", "en"]

SEED = 7
NOW = "2026-03-02T10:00:00+03:00"
ACCOUNT, PASSWORD = "account", "password"
TOKEN = "eyJ…"
SHOWN_URL = "http://127.0.0.1:8080/v2"
_BINARIES = Path(sys.executable).parent
_TOKENS = re.compile(r"eyJ[\w.-]{20,}")
_REMOVED_VARIABLES = ("OINT_", "LC_", "LANG", "PYTHON", "COVERAGE")


class ExampleEnvironment(NamedTuple):
    """A sandbox, a folder and the environment variables of examples.

    Args:
        box: the sandbox
        folder: the working directory of commands
        language: the language of messages
        env: the environment variables of commands
    """

    box: Sandbox
    folder: Path
    language: Language
    env: dict[str, str]

    def reset(self) -> None:
        """Remove all orders and files, and set the seed and the clock to their initial values."""
        self.box.reset(SEED)
        self.box.stop_clock(NOW)
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def issue_token(self) -> str:
        """Return a new token of the sandbox's account."""
        with Client(None, url=self.box.url) as cdek:
            return cdek.oauth.token(ACCOUNT, PASSWORD).access_token or ""

    def normalize(self, text: str) -> str:
        """Return an output without tokens, the port of this sandbox and the folder of this build."""
        text = _TOKENS.sub(TOKEN, text).replace(self.box.url, SHOWN_URL)
        text = text.replace(self.box.url.removesuffix("/v2"), SHOWN_URL.removesuffix("/v2"))
        return text.replace(f"{self.folder}{os.sep}", "")


@contextmanager
def example_environment(language: Language) -> Iterator[ExampleEnvironment]:
    """Start the environment for the examples of one language."""
    with running_sandbox(SEED, account=ACCOUNT, password=PASSWORD) as box, tempfile.TemporaryDirectory() as home:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(_REMOVED_VARIABLES)}
        folder = Path(home) / "work"
        folder.mkdir()
        env = inherited | {
            "PATH": f"{_BINARIES}{os.pathsep}{os.environ.get('PATH', '')}",
            "OINT_CDEK_URL": box.url,
            "OINT_LANG": language,
            "OINT_CONFIG_DIR": str(Path(home) / "config"),
            "OINT_CACHE_DIR": str(Path(home) / "cache"),
            "OINT_DATA_DIR": str(folder / "data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONIOENCODING": "utf-8",
        }
        yield ExampleEnvironment(box, folder, language, env)
