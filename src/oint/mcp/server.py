"""The tools over the Model Context Protocol: the official SDK's server on stdin and stdout."""

from __future__ import annotations

import os
import signal
import time
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
import msgspec
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
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

from oint import __version__, redact
from oint.cdek.operations.base import is_uuid
from oint.language import Text
from oint.mcp import tools
from oint.mcp.config import MARK, Config

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext
    from mcp_types import CallToolRequestParams, PaginatedRequestParams

    from oint.mcp.journal import Journal

INTERRUPTED = 130
"""Exit code, as a shell counts a Ctrl-C."""

_INSTRUCTIONS = Text(
    "Методы oint для СДЭК: get_services, get_service_methods, get_method_parameters, затем execute_method. "
    "Секреты передавайте именами из get_variables. Методы с риском выполняются, только если их разрешил человек.",
    "The methods of oint for CDEK: get_services, get_service_methods, get_method_parameters, then execute_method. "
    "Pass secrets by their names from get_variables. Methods with a risk run only where a person has allowed them.",
)


def serve(config: Config, journal: Journal) -> None:
    """Serve one client until it closes stdin, or a signal comes.

    Args:
        config: variables and permissions
        journal: the log
    """
    for name, value in config.vars.items():
        redact.remember(value, f"{MARK}{name}")
    journal.take_log_of("mcp")
    _end_on_signals(journal)
    journal.add("start", version=__version__, vars=len(config.vars), allow=sorted(config.allow))
    try:
        anyio.run(_serve, config, journal)
    except* BrokenPipeError:
        journal.add("gone")  # the client does not read any more, which ends the work as closing stdin does
    journal.add("end")


async def _serve(config: Config, journal: Journal) -> None:
    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[_shown(config, name, tool) for name, tool in tools.TOOLS.items()])

    async def call_tool(_: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        return await anyio.to_thread.run_sync(partial(_called, config, journal, params.name, params.arguments or {}))

    server = Server(
        "oint",
        version=__version__,
        instructions=str(_INSTRUCTIONS),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


def _called(config: Config, journal: Journal, name: str, arguments: tools.Arguments) -> CallToolResult:
    """Run a tool, and log that: whatever goes wrong is an answer, and the server lives on."""
    begun = time.monotonic()
    outcome, result = "done", {}
    try:
        result = tools.call(config, name, arguments)
    except tools.Failed as failed:
        outcome, result = failed.error["error"]["code"], failed.error
    except Exception as error:  # noqa: BLE001 - an agent gets no traceback, and the next call may do
        outcome = type(error).__name__
        result = {"error": {"kind": "defect", "code": outcome, "message": str(_DEFECT), "safe_to_repeat": False}}
    journal.add("call", tool=name, **_names(arguments), outcome=outcome, seconds=round(time.monotonic() - begun, 3))
    file = result.pop(tools.FILE, None)
    content: list[ContentBlock] = [TextContent(text=msgspec.json.encode(result).decode())]
    if file is not None:
        blob = BlobResourceContents(
            uri=f"oint:{name}", mime_type=file.MEDIA_TYPE, blob=b64encode(file.content).decode()
        )
        content.append(EmbeddedResource(resource=blob))
    return CallToolResult(content=content, is_error=outcome != "done")


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


def _end_on_signals(journal: Journal) -> None:
    """End at once: the SDK waits for a line on stdin, which may never come."""

    def end(number: int, _: object) -> None:
        journal.add("end", signal=signal.Signals(number).name)
        os._exit(INTERRUPTED)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


_DEFECT = Text("ошибка самой oint; сообщите о ней", "a defect of oint itself; please report it")
