"""Where examples are executed: a sandbox whose clock stands still and whose dice are seeded, and a folder of their own.

So each example comes to the same whenever the site is built, and the forms of one call can be held against each other.
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
MOMENT = "2026-03-02T10:00:00+03:00"
ACCOUNT, PASSWORD = "account", "password"
TOKEN = "eyJ…"
SHOWN_URL = "http://127.0.0.1:8080/v2"
_BINARIES = Path(sys.executable).parent
_TOKENS = re.compile(r"eyJ[\w.-]{20,}")
_OURS = ("OINT_", "LC_", "LANG", "PYTHON", "COVERAGE")


class Stage(NamedTuple):
    """A sandbox and a folder, in the state in which an example begins.

    Args:
        box: the sandbox
        folder: where its commands run
        language: that messages are in
        env: of its commands
    """

    box: Sandbox
    folder: Path
    language: Language
    env: dict[str, str]

    def begin(self) -> None:
        """Everything as it was at the beginning: no orders, an empty folder, the same dice, the same moment."""
        self.box.reset(SEED)
        self.box.stop_clock(MOMENT)
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def token(self) -> str:
        """A token of the sandbox's account."""
        with Client(None, url=self.box.url) as cdek:
            return cdek.oauth.token(ACCOUNT, PASSWORD).access_token or ""

    def shown(self, text: str) -> str:
        """What came out as it is shown: without tokens, this machine's port and folder."""
        text = _TOKENS.sub(TOKEN, text).replace(self.box.url, SHOWN_URL)
        text = text.replace(self.box.url.removesuffix("/v2"), SHOWN_URL.removesuffix("/v2"))
        return text.replace(f"{self.folder}{os.sep}", "")


@contextmanager
def staged(language: Language) -> Iterator[Stage]:
    """A stage for the examples of one language."""
    with running_sandbox(SEED, account=ACCOUNT, password=PASSWORD) as box, tempfile.TemporaryDirectory() as home:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        folder = Path(home) / "work"
        folder.mkdir()
        env = kept | {
            "PATH": f"{_BINARIES}{os.pathsep}{os.environ.get('PATH', '')}",
            "OINT_CDEK_URL": box.url,
            "OINT_LANG": language,
            "OINT_CONFIG_DIR": str(Path(home) / "config"),
            "OINT_CACHE_DIR": str(Path(home) / "cache"),
            "OINT_DATA_DIR": str(folder / "data"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONIOENCODING": "utf-8",
        }
        yield Stage(box, folder, language, env)
