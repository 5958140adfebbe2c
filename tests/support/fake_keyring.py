"""Keyrings for `PYTHON_KEYRING_BACKEND`: one that keeps secrets in a file, one that hangs, one that breaks."""

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend


class InFile(KeyringBackend):
    """Keeps secrets in the file named by FAKE_KEYRING."""

    priority = 1

    def _all(self):
        path = Path(os.environ["FAKE_KEYRING"])
        return json.loads(path.read_text()) if path.exists() else {}

    def _keep(self, secrets):
        Path(os.environ["FAKE_KEYRING"]).write_text(json.dumps(secrets))

    def get_password(self, service, username):
        return self._all().get(f"{service} {username}")

    def set_password(self, service, username, password):
        self._keep(self._all() | {f"{service} {username}": password})

    def delete_password(self, service, username):
        secrets = self._all()
        del secrets[f"{service} {username}"]
        self._keep(secrets)


class Hanging(InFile):
    """Never answers, as some do on a machine without a desktop."""

    def get_password(self, *_):
        threading.Event().wait()

    set_password = get_password


class Broken(InFile):
    """Fails in its own way."""

    def get_password(self, *_):
        raise SystemError("no D-Bus here")

    set_password = get_password
