"""The tools over the Model Context Protocol: the official SDK's server on stdin and stdout."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from base64 import b64encode
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import anyio
import msgspec
from mcp.server.lowlevel import Server
from mcp_types import (
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

from oint import __version__, redaction
from oint.cdek.operations.base import is_uuid
from oint.i18n import Message
from oint.mcp import tools
from oint.mcp.config import MARK, Config
from oint.mcp.stdio import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams, PaginatedRequestParams

    from oint.mcp.journal import Journal

INTERRUPTED = 130
"""Exit code, as a shell counts a Ctrl-C."""

_INSTRUCTIONS = Message(
    "Методы oint для СДЭК: get_services, get_service_methods, get_method_parameters, затем execute_method. "
    "Секреты передавайте именами из get_variables. Методы с риском выполняются, только если их разрешил человек.",
    "The methods of oint for CDEK: get_services, get_service_methods, get_method_parameters, then execute_method. "
    "Pass secrets by their names from get_variables. Methods with a risk run only where a person has allowed them.",
)


class Calls:
    """The calls that run. Once they are stopped, no other begins. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[object, dict[str, str]] = {}
        self._is_stopped = False

    @contextmanager
    def run(self, fields: dict[str, str]) -> Iterator[bool]:
        """Count a call as running.

        Args:
            fields: what the log may hold of it
        Yields:
            whether it may begin
        """
        key = object()
        with self._lock:
            may_begin = not self._is_stopped
            if may_begin:
                self._running[key] = fields
        try:
            yield may_begin
        finally:
            with self._lock:
                self._running.pop(key, None)

    def stop(self) -> list[dict[str, str]]:
        """Let no other call begin.

        Returns:
            the fields of those that run
        """
        with self._lock:
            self._is_stopped = True
            return list(self._running.values())


def serve(config: Config, journal: Journal) -> None:
    """Serve one client until it closes stdin or stdout, or a signal comes; answer what was taken before.

    A signal ends the process with code 130.

    Args:
        config: variables and permissions
        journal: the log
    """
    for name, value in config.vars.items():
        redaction.add_secret(value, f"{MARK}{name}")
    journal.take_log_of("mcp")
    journal.add("start", version=__version__, vars=len(config.vars), allow=sorted(config.allow))
    number = asyncio.run(_serve(config, journal))
    if number is None:
        journal.add("end")
        return
    _exit(journal, number)


def _exit(journal: Journal, number: signal.Signals) -> NoReturn:
    """End the process at once: a client that does not read may block a thread."""
    journal.add("end", signal=number.name)
    os._exit(INTERRUPTED)


async def _serve(config: Config, journal: Journal) -> signal.Signals | None:
    """Serve until the end; the signal that brought it, where one did."""
    calls, wire = Calls(), Wire(journal)
    signals: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        """Stop at the first signal, end the process at the second."""
        signals.append(number)
        if len(signals) > 1:
            _exit(journal, number)
        running = calls.stop()
        journal.add("signal", signal=number.name, running=len(running))
        for fields in running:
            journal.add("unfinished", **fields)
        wire.stop()
        if running and sys.stderr is not None:
            with suppress(OSError, ValueError):  # nobody may read it
                sys.stderr.write(f"oint: {_FINISHING.format(len(running))}\n")

    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_shown(config, name, tool) for name, tool in tools.TOOLS.items()])

    async def call_tool(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        call = partial(_called, config, journal, calls, params.name, params.arguments or {})
        return await anyio.to_thread.run_sync(call)

    server = Server(
        "oint",
        version=__version__,
        instructions=str(_INSTRUCTIONS),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    _handle_signals(stop)
    await server.run(wire, wire, server.create_initialization_options())
    return signals[0] if signals else None


def _handle_signals(stop: Callable[[signal.Signals], None]) -> None:
    """Let signals call this in the running loop: there it meets no lock that the interrupted code holds."""
    loop = asyncio.get_running_loop()

    def handle(number: int, _: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, and the process ends
            loop.call_soon_threadsafe(stop, signal.Signals(number))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def _called(config: Config, journal: Journal, calls: Calls, name: str, arguments: tools.Arguments) -> CallToolResult:
    """Run a tool, and log that."""
    begun = time.monotonic()
    fields = {"tool": name, **_names(arguments)}
    with calls.run(fields) as may_begin:
        result = _result(config, name, arguments) if may_begin else _not_begun()
        outcome = result["error"]["code"] if "error" in result else "done"
        journal.add("call", **fields, outcome=outcome, seconds=round(time.monotonic() - begun, 3))
    file = result.pop(tools.FILE, None)
    content: list[ContentBlock] = [TextContent(text=msgspec.json.encode(result).decode())]
    if file is not None:
        blob = BlobResourceContents(
            uri=f"oint:{name}", mime_type=file.MEDIA_TYPE, blob=b64encode(file.content).decode()
        )
        content.append(EmbeddedResource(resource=blob))
    return CallToolResult(content=content, is_error="error" in result)


def _result(config: Config, name: str, arguments: tools.Arguments) -> dict[str, Any]:
    """Run a tool: whatever goes wrong is an answer, and the server lives on."""
    try:
        return tools.call(config, name, arguments)
    except tools.Failed as failed:
        return failed.error
    except Exception as error:  # noqa: BLE001 - an agent gets no traceback, and the next call may do
        code = type(error).__name__
        return {"error": {"kind": "defect", "code": code, "message": str(_DEFECT), "safe_to_repeat": False}}


def _not_begun() -> dict[str, Any]:
    """Answer a call that was still waiting for its turn when a signal came."""
    return {
        "error": {
            "kind": "unavailable",
            "code": "server_ending",
            "message": str(_SERVER_ENDING),
            "next_step": str(_START_AGAIN),
            "safe_to_repeat": True,
        }
    }


def _names(arguments: tools.Arguments) -> dict[str, str]:
    """What the log may hold of a call's arguments: what was called, and on which order."""
    named = {name: arguments.get(name) for name in ("service", "method")}
    parameters = arguments.get(tools.OBJECT)
    uuid = parameters.get("uuid") if isinstance(parameters, dict) else None
    if isinstance(uuid, str) and is_uuid(uuid):
        named["uuid"] = uuid
    return {name: value for name, value in named.items() if isinstance(value, str)}


def _shown(config: Config, name: str, tool: tools.Tool) -> Tool:
    """A tool as the protocol describes it; the one that executes is as dangerous as what the config allows."""
    dangerous = name == tools.EXECUTE and bool(config.allow)
    return Tool(
        name=name,
        description=str(tool.purpose),
        input_schema={
            "type": "object",
            "properties": {
                each: {"type": "object" if each == tools.OBJECT else "string", "description": str(purpose)}
                for each, purpose in tool.takes.items()
            },
            "required": list(tool.takes),
            "additionalProperties": False,
        },
        annotations=ToolAnnotations(
            read_only_hint=not dangerous,
            destructive_hint=dangerous,
            idempotent_hint=not dangerous,
            open_world_hint=name == tools.EXECUTE,
        ),
    )


_DEFECT = Message("ошибка самой oint; сообщите о ней", "a defect of oint itself; please report it")
_FINISHING = Message(
    "заканчиваем начатые вызовы: {}; второй сигнал завершит сервер сразу, начатое названо в журнале",
    "finishing the calls that run: {}; a second signal ends the server at once, the log names what was begun",
)
_SERVER_ENDING = Message(
    "сервер завершается, вызов не начат, ничего не отправлено",
    "the server is ending, the call was not begun, nothing was sent",
)
_START_AGAIN = Message("Запустите сервер и повторите вызов", "Start the server again and repeat the call")
