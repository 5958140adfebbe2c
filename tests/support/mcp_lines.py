"""The lines of a client that speaks the protocol by hand."""

import json

_WHO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
_ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": _WHO["clientInfo"],
    "io.modelcontextprotocol/clientCapabilities": {},
}


def lines_of(*messages):
    return "".join(json.dumps(message) + "\n" for message in messages).encode()


def requests(*calls):
    """A client's lines: the handshake, which is request 0, then these from 1 on."""
    return lines_of(
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": _WHO},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        *({"jsonrpc": "2.0", "id": number, **call} for number, call in enumerate(calls, 1)),
    )


def modern(*calls):
    """The same without a handshake: each request says who asks."""
    return lines_of(
        *(
            {"jsonrpc": "2.0", "id": number, **call, "params": call["params"] | {"_meta": _ENVELOPE}}
            for number, call in enumerate(calls, 1)
        )
    )


def calling(tool, **arguments):
    return {"method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def executing(method, **parameters):
    return calling("execute_method", service="cdek", method=method, parameters=parameters)
