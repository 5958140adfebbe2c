"""The MCP server: the tools over the protocol, by the official SDK, on stdin and stdout."""

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
from oint.cdek.api._request import is_uuid
from oint.i18n import Message
from oint.mcp import tools
from oint.mcp.arguments import OBJECT_ARGUMENT
from oint.mcp.config import VARIABLE_PREFIX, Config
from oint.mcp.stdio import StdioStreams

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams, PaginatedRequestParams

    from oint.mcp.arguments import Arguments
    from oint.mcp.audit_log import AuditLog

INTERRUPTED_EXIT_CODE = 130
"""The exit code of a shell after Ctrl-C."""

_INSTRUCTIONS = Message(
    "Методы oint для СДЭК: get_services, get_service_methods, get_method_parameters, затем execute_method. "
    "Секреты передавайте именами из get_variables. Методы с риском выполняются, только если их разрешил человек.",
    "The methods of oint for CDEK: get_services, get_service_methods, get_method_parameters, then execute_method. "
    "Pass secrets by their names from get_variables. Methods with a risk run only if a person has allowed them.",
)


class Calls:
    """The running calls. After `stop` no further call begins. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[object, dict[str, str]] = {}
        self._is_stopped = False

    @contextmanager
    def run(self, fields: dict[str, str]) -> Iterator[bool]:
        """Count a call as running.

        Args:
            fields: what the log may hold of the call
        Yields:
            whether the call may begin
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
        """Stop further calls from beginning.

        Returns:
            the fields of the running calls
        """
        with self._lock:
            self._is_stopped = True
            return list(self._running.values())


def serve(config: Config, audit_log: AuditLog) -> None:
    """Serve one client until it closes stdin or stdout, or until a signal. Requests taken before are answered.

    A signal ends the process with code 130.

    Args:
        config: variables and permissions
        audit_log: the log
    """
    for name, value in config.vars.items():
        redaction.add_secret(value, f"{VARIABLE_PREFIX}{name}")
    audit_log.capture_logger("mcp")
    audit_log.add("start", version=__version__, vars=len(config.vars), allow=sorted(config.allow))
    number = asyncio.run(_serve(config, audit_log))
    if number is None:
        audit_log.add("end")
        return
    _end_process(audit_log, number)


def _end_process(audit_log: AuditLog, number: signal.Signals) -> NoReturn:
    """End the process at once, because a client that does not read may block a thread."""
    audit_log.add("end", signal=number.name)
    os._exit(INTERRUPTED_EXIT_CODE)


async def _serve(config: Config, audit_log: AuditLog) -> signal.Signals | None:
    """Serve until the end, and return the signal that ended the server, if any."""
    calls, wire = Calls(), StdioStreams(audit_log)
    signals: list[signal.Signals] = []

    def stop(number: signal.Signals) -> None:
        """Stop at the first signal, end the process at the second."""
        signals.append(number)
        if len(signals) > 1:
            _end_process(audit_log, number)
        running = calls.stop()
        audit_log.add("signal", signal=number.name, running=len(running))
        for fields in running:
            audit_log.add("unfinished", **fields)
        wire.stop()
        if running and sys.stderr is not None:
            with suppress(OSError, ValueError):  # nobody may read it
                sys.stderr.write(f"oint: {_FINISHING.format(len(running))}\n")

    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_describe_tool(config, name, tool) for name, tool in tools.TOOLS.items()])

    async def call_tool(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        call = partial(_call_tool, config, audit_log, calls, params.name, params.arguments or {})
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
    """Run `stop` in the running loop at a signal: there the interrupted code holds no lock."""
    loop = asyncio.get_running_loop()

    def handle(number: int, _: object) -> None:
        with suppress(RuntimeError):  # the loop has ended, and the process ends
            loop.call_soon_threadsafe(stop, signal.Signals(number))

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def _call_tool(config: Config, audit_log: AuditLog, calls: Calls, name: str, arguments: Arguments) -> CallToolResult:
    """Run a tool and log the call."""
    begun = time.monotonic()
    fields = {"tool": name, **_select_log_fields(arguments)}
    with calls.run(fields) as may_begin:
        result = _run_tool(config, name, arguments) if may_begin else _build_ending_error()
        outcome = result["error"]["code"] if "error" in result else "done"
        audit_log.add("call", **fields, outcome=outcome, seconds=round(time.monotonic() - begun, 3))
    file = result.pop(tools.FILE, None)
    content: list[ContentBlock] = [TextContent(text=msgspec.json.encode(result).decode())]
    if file is not None:
        blob = BlobResourceContents(
            uri=f"oint:{name}", mime_type=file.MEDIA_TYPE, blob=b64encode(file.content).decode()
        )
        content.append(EmbeddedResource(resource=blob))
    return CallToolResult(content=content, is_error="error" in result)


def _run_tool(config: Config, name: str, arguments: Arguments) -> dict[str, Any]:
    """Run a tool and turn every error into a result, so that the server continues."""
    try:
        return tools.run_tool(config, name, arguments)
    except tools.ToolError as error:
        return error.error
    except Exception as error:  # noqa: BLE001 - an agent gets no traceback, and later calls must still run
        code = type(error).__name__
        return {"error": {"kind": "defect", "code": code, "message": str(_DEFECT), "safe_to_repeat": False}}


def _build_ending_error() -> dict[str, Any]:
    """Build the result of a call that had not begun before a signal."""
    return {
        "error": {
            "kind": "unavailable",
            "code": "server_ending",
            "message": str(_SERVER_ENDING),
            "next_step": str(_START_AGAIN),
            "safe_to_repeat": True,
        }
    }


def _select_log_fields(arguments: Arguments) -> dict[str, str]:
    """Select what the log may hold of the arguments of a call: the method and the UUID of the order."""
    fields = {name: arguments.get(name) for name in ("service", "method")}
    parameters = arguments.get(OBJECT_ARGUMENT)
    uuid = parameters.get("uuid") if isinstance(parameters, dict) else None
    if isinstance(uuid, str) and is_uuid(uuid):
        fields["uuid"] = uuid
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _describe_tool(config: Config, name: str, tool: tools.Tool) -> Tool:
    """Describe a tool for the protocol. The tool that executes methods is destructive if the config allows any."""
    is_destructive = name == tools.EXECUTE and bool(config.allow)
    return Tool(
        name=name,
        description=str(tool.summary),
        input_schema={
            "type": "object",
            "properties": {
                each: {"type": "object" if each == OBJECT_ARGUMENT else "string", "description": str(help_text)}
                for each, help_text in tool.arguments.items()
            },
            "required": list(tool.arguments),
            "additionalProperties": False,
        },
        annotations=ToolAnnotations(
            read_only_hint=not is_destructive,
            destructive_hint=is_destructive,
            idempotent_hint=not is_destructive,
            open_world_hint=name == tools.EXECUTE,
        ),
    )


_DEFECT = Message("внутренняя ошибка oint; сообщите о ней", "an internal error of oint; please report it")
_FINISHING = Message(
    "сервер завершает начатые вызовы: {}; второй сигнал остановит его сразу, начатые вызовы названы в логе",
    "finishing the running calls: {}; a second signal ends the server at once, the log names the unfinished calls",
)
_SERVER_ENDING = Message(
    "сервер завершает работу; вызов не начат, ничего не отправлено",
    "the server is shutting down; the call did not begin, nothing was sent",
)
_START_AGAIN = Message("Запустите сервер и повторите вызов", "Start the server again and repeat the call")
