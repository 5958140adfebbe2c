"""The real `oint mcp start` in a process of its own, and the SDK's own client before it."""

import base64
import json
import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from anyio.from_thread import start_blocking_portal
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

OINT = str(Path(sys.executable).with_name("oint"))
ACCOUNT, PASSWORD = "the-account", "pa55-w0rd'\"\\secret"


class Told(NamedTuple):
    """What a tool answered."""

    failed: bool
    text: str
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def result(self):
        assert not self.failed, self.text
        return self.json["execution_result"]

    @property
    def error(self):
        assert self.failed, self.text
        return self.json["error"]


class Agent:
    """The SDK's client at one server, used from blocking code."""

    def __init__(self, portal, client):
        self._portal, self._client = portal, client
        self.instructions = client.instructions

    def tools(self):
        return {tool.name: tool for tool in self._portal.call(self._client.list_tools).tools}

    def __call__(self, name, **arguments):
        done = self._portal.call(self._client.call_tool, name, arguments)
        text, *files = done.content
        return Told(
            done.is_error,
            text.text,
            tuple((each.resource.mime_type, base64.b64decode(each.resource.blob)) for each in files),
        )

    def execute(self, method, **parameters):
        return self("execute_method", service="cdek", method=method, parameters=parameters)


class Home:
    """A machine's settings, and `oint mcp` on it."""

    def __init__(self, folder, box):
        self.folder = folder
        self.env = {
            "OINT_CDEK_URL": box.url,
            "OINT_CDEK_ACCOUNT": ACCOUNT,
            "OINT_CDEK_PASSWORD": PASSWORD,
            "OINT_CONFIG_DIR": str(folder / "config"),
            "OINT_CACHE_DIR": str(folder / "cache"),
            "OINT_LANG": "en",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "PYTHONWARNINGS": "error",
        }
        self.log = folder / "mcp.log"
        self.errors = folder / "stderr"

    def config(self, text, name="mcp.json"):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        path.chmod(0o600)
        return str(path)

    @contextmanager
    def agent(self, config=None, **env):
        words = ["mcp", "start", *([] if config is None else ["--config", self.config(config)]), "--log", str(self.log)]
        server = StdioServerParameters(command=OINT, args=words, env=self.env | env, cwd=self.folder)
        with ExitStack() as stack:
            errors = stack.enter_context(self.errors.open("a"))
            portal = stack.enter_context(start_blocking_portal())
            yield Agent(
                portal, stack.enter_context(portal.wrap_async_context_manager(Client(stdio_client(server, errors))))
            )

    def start(self, *words, **env):
        return subprocess.Popen(
            [OINT, "mcp", *words],
            env=self._whole(env),
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words, stdin=b"", **env):
        with self.start(*words, **env) as process:
            out, err = process.communicate(stdin)
        return process.returncode, out.decode(), err.decode()

    def _whole(self, env):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OINT_", "LC_", "LANG"))}
        return kept | self.env | env
