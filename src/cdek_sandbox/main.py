"""Start a sandbox from its options."""

from __future__ import annotations

import secrets
import sqlite3
import sys
from contextlib import closing
from importlib.util import find_spec
from typing import TYPE_CHECKING

from cdek_sandbox import gc_tuning
from cdek_sandbox.core.accounts import Accounts
from cdek_sandbox.errors import StartupError
from cdek_sandbox.options import LOOPBACK
from oint.i18n import Message

if TYPE_CHECKING:
    import socket

    from cdek_sandbox.options import Options
    from cdek_sandbox.recording import Recorder
    from cdek_sandbox.runtime import Runtime

_MISSING_PACKAGES = Message(
    "Песочнице нужны дополнительные пакеты. Установите их: pip install 'oint[sandbox]'",
    "The sandbox needs extra packages. Install them: pip install 'oint[sandbox]'",
)
_BUSY = Message(
    "Адрес {0}:{1} занять не удалось: {2}. Укажите другой порт или --port 0: тогда порт найдётся сам.",
    "The address {0}:{1} cannot be used: {2}. Give another port, or --port 0 to have a free one found.",
)
_INVALID_DB = Message(
    "Файл {0} не годится для состояния песочницы: {1}. Укажите другой файл или остановите песочницу, которая его держит.",
    "The file {0} cannot keep the sandbox's state: {1}. Give another file, or stop the sandbox that holds it.",
)
_INVALID_RECORD = Message(
    "Файл {0} для записи обращений не открылся: {1}. Укажите другой.",
    "The file {0} cannot take the record of calls: {1}. Give another.",
)
_LISTENS = Message(
    "Песочница слушает {0}:{1}. Ctrl-C - остановить.", "The sandbox listens on {0}:{1}. Ctrl-C stops it."
)
_OPEN_TO_NETWORK = Message(
    "Внимание: адрес {0} виден не только этой машине. У управления песочницей нет пароля: доступ получит каждый.",
    "Warning: {0} can be reached from other machines. The control API has no password: anybody can use it.",
)


def start(options: Options) -> None:
    """Run a sandbox until a signal.

    Raises:
        StartupError: packages are missing, the port is busy, the file is unusable.
    """
    if not all(find_spec(name) for name in ("starlette", "uvicorn", "jinja2")):
        raise StartupError(_MISSING_PACKAGES)
    from cdek_sandbox.app import App  # noqa: PLC0415 - heavy, and perhaps not installed
    from cdek_sandbox.bootstrap import initialize  # noqa: PLC0415 - heavy, and perhaps not installed
    from cdek_sandbox.request_origin import AllowedHosts  # noqa: PLC0415 - loaded with the rest of the server
    from cdek_sandbox.server import serve  # noqa: PLC0415 - heavy, and perhaps not installed

    with closing(_build_runtime(options)) as runtime, _open_listener(options) as listener:
        port = listener.getsockname()[1]
        _announce(options.host, port)
        runtime.state.address = f"{_format_host(options.host)}:{port}"
        url = f"http://{runtime.state.address}/v2"
        ready = {"url": url, "account": options.account, "password": options.password}
        app = App(runtime, AllowedHosts(options.host, options.allowed_host), initialize(runtime, options))
        runtime.webhooks.allow_any_host = options.webhooks_anywhere
        gc_tuning.freeze_survivors()
        serve(
            app, listener, ready, runtime.webhooks.run, runtime.connections, until_stdin_ends=options.until_stdin_ends
        )


def _open_listener(options: Options) -> socket.socket:
    from cdek_sandbox.server import open_listener  # noqa: PLC0415 - heavy, and perhaps not installed

    try:
        return open_listener(options.host, options.port)
    except OSError as error:
        raise StartupError(_BUSY.format(options.host, options.port, error.strerror or error)) from None


def _build_runtime(options: Options) -> Runtime:
    import msgspec  # noqa: PLC0415 - loaded with the rest of the server

    from cdek_sandbox.core.state import SandboxState  # noqa: PLC0415 - the same
    from cdek_sandbox.resources.registry import JOB_HANDLERS  # noqa: PLC0415 - the same
    from cdek_sandbox.runtime import Runtime  # noqa: PLC0415 - loaded with the rest of the server
    from cdek_sandbox.store import Store  # noqa: PLC0415 - the same

    seed = secrets.randbits(32) if options.seed is None else options.seed
    state = SandboxState(JOB_HANDLERS, seed, Accounts(options.account, options.password))
    recorder = _open_recorder(options)
    try:
        return Runtime(state, None if options.db is None else Store(options.db), recorder)
    except (sqlite3.Error, msgspec.MsgspecError) as error:
        raise StartupError(_INVALID_DB.format(options.db, error)) from None


def _open_recorder(options: Options) -> Recorder | None:
    from cdek_sandbox.recording import Recorder  # noqa: PLC0415 - loaded with the rest of the server

    try:
        return None if options.record is None else Recorder(options.record)
    except OSError as error:
        raise StartupError(_INVALID_RECORD.format(options.record, error.strerror or error)) from None


def _announce(host: str, port: int) -> None:
    lines = [_LISTENS.format(host, port)]
    if host not in {LOOPBACK, "::1", "localhost"}:
        lines.append(_OPEN_TO_NETWORK.format(host))
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.stderr.flush()


def _format_host(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - read, not bound: a client needs an address that answers
        return LOOPBACK
    return f"[{host}]" if ":" in host else host
