"""The processing of one request: fault before, token, handler, fault after, disk, response."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.background_jobs import catch_up
from cdek_sandbox.core.request import Call, bare_call, read_call
from cdek_sandbox.faults.actions import CannedResponse, Delay, SchemaDrift
from cdek_sandbox.faults.connection_faults import CallConnection, build_canned_response
from cdek_sandbox.faults.latency import sample_delay
from cdek_sandbox.faults.rate_limit import build_too_many
from cdek_sandbox.faults.schema_drift import apply_drift
from cdek_sandbox.resources.oauth import authorize

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from starlette.types import Receive, Send

    from cdek_sandbox.core.operation import Operation
    from cdek_sandbox.core.responses import Answer
    from cdek_sandbox.faults.rules import FaultRule
    from cdek_sandbox.runtime import Runtime


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, runtime: Runtime, operation: Operation) -> None:
        self._runtime = runtime
        self._operation = operation

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI wants it."""
        call = await read_call(scope, receive)
        if call is None:
            return
        await _Passage(self._runtime, self._operation, call, CallConnection(scope, receive, send)).go()


class _Passage:
    """One call on its way."""

    def __init__(self, runtime: Runtime, operation: Operation, call: Call, wire: CallConnection) -> None:
        self._runtime = runtime
        self._operation = operation
        self._call = call
        self._wire = wire
        self._receipt = operation.witness(runtime.world, call) if operation.witness else None

    async def go(self) -> None:
        runtime, call = self._runtime, self._call
        limit = runtime.world.settings.rate_limit
        if limit.rate is not None and not runtime.rate_limit_bucket.try_acquire(limit):
            await self._send(build_too_many(runtime.world, call.path), None, "rate_limit")
            return
        rule = runtime.faults.choose(self._operation.name, call.params.get("uuid", "").lower(), runtime.world)
        if rule is None:
            answer = self._work()
            await self._send(answer, answer)
        elif isinstance(rule.action, Delay):
            await self._send_late(sample_delay(rule.action, runtime.world.dice), before=rule.when == "before")
        elif isinstance(rule.action, SchemaDrift):
            answer = self._work()
            await self._send(apply_drift(answer, rule.action, runtime.world.dice), answer, "schema_drift")
        else:
            await self._spoil(rule)

    def _work(self) -> Answer:
        world, call = self._runtime.world, self._call
        catch_up(world)
        if self._operation.removed(world):
            return responses.spring(world, 404, call.path)
        refused = authorize(world, call) if self._operation.needs_token else None
        return refused or self._operation.handler(world, call)

    async def _send(self, sent: Answer, real: Answer | None, fault: str | None = None) -> None:
        left = self._wire.is_closed
        if left and self._receipt is not None:
            self._receipt.answer_lost = True
        self._note(real, None if left else sent.status, fault)
        self._runtime.record(self._call, sent, fault)
        self._runtime.save()
        await self._wire.send(sent)

    async def _send_late(self, seconds: float, *, before: bool) -> None:
        if before:
            await asyncio.sleep(seconds)
        answer = self._work()
        if not before:
            self._runtime.save()
            await asyncio.sleep(seconds)
        await self._send(answer, answer, "delay")

    async def _spoil(self, rule: FaultRule) -> None:
        action, real = rule.action, self._work() if rule.when == "after" else None
        if self._receipt is not None:
            self._receipt.answer_lost = True
        if isinstance(action, CannedResponse):
            await self._send(build_canned_response(action), real, "answer")
            return
        name = str(action.__struct_config__.tag)
        self._note(real, None, name)
        self._runtime.record(self._call, None, name)
        self._runtime.save()
        if await self._wire.inject(action, real) and self._receipt is not None and real is not None:
            self._receipt.answer_lost, self._receipt.http_status = False, real.status
            self._runtime.world.changed[self._call.params["uuid"].lower()] = None
            self._runtime.save()

    def _note(self, real: Answer | None, status: int | None, fault: str | None) -> None:
        """Log the call, and complete its receipt: what was answered, and what was really done."""
        call, world = self._call, self._runtime.world
        self._runtime.log(call.method, call.path, self._operation.name, status, fault)
        if self._receipt is not None:
            self._receipt.http_status = status
            if real is not None:
                self._receipt.request_uuid, self._receipt.code = real.request_uuid, real.code
            world.changed[call.params["uuid"].lower()] = None


class WrongMethod:
    """A route that does not take the method; where CDEK has removed the operation there is no such route."""

    def __init__(self, runtime: Runtime, operation: Operation) -> None:
        self._runtime = runtime
        self._operation = operation

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI wants it."""
        status = 404 if self._operation.removed(self._runtime.world) else 405
        await SpringError(self._runtime, status)(scope, receive, send)


class SpringError:
    """Routes that CDEK does not have, methods that a route does not take, and crashes."""

    def __init__(self, runtime: Runtime, status: int) -> None:
        self._runtime = runtime
        self._status = status

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call, as ASGI wants it."""
        self._runtime.log(scope["method"], scope["path"], None, self._status, None)
        answer = responses.spring(self._runtime.world, self._status, scope["path"])
        self._runtime.record(bare_call(scope), answer, None)
        await CallConnection(scope, receive, send).send(answer)
