"""The way of one call: fault before, token, handler, disk, fault after, answer, log."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.sandbox import answers
from oint.sandbox.call import Call, read_call
from oint.sandbox.faults.actions import Answered, Delay
from oint.sandbox.faults.wire import Wire, answer_of
from oint.sandbox.handlers.tokens import check_token
from oint.sandbox.world.work import catch_up

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from starlette.types import Receive, Send

    from oint.sandbox.answers import Answer
    from oint.sandbox.faults.rules import FaultRule
    from oint.sandbox.runtime import Runtime
    from oint.sandbox.world.entities import Receipt
    from oint.sandbox.world.world import World


class Operation(NamedTuple):
    """An operation of the API: its route, its handler, and who notes that a call of it came in."""

    name: str
    methods: tuple[str, ...]
    path: str
    handler: Callable[[World, Call], Answer]
    needs_token: bool = True
    witness: Callable[[World, Call], Receipt | None] | None = None


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, runtime: Runtime, operation: Operation) -> None:
        self._runtime = runtime
        self._operation = operation

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        call = await read_call(scope, receive)
        if call is None:
            return
        runtime, operation, wire = self._runtime, self._operation, Wire(scope, receive, send)
        receipt = operation.witness(runtime.world, call) if operation.witness else None
        rule = runtime.faults.choose(operation.name, call.params.get("uuid"), runtime.world.dice)
        if rule is None:
            await self._finish(call, receipt, self._work(call), wire)
        else:
            await self._spoiled(call, receipt, rule, wire)

    def _work(self, call: Call) -> Answer:
        world = self._runtime.world
        catch_up(world)
        refused = check_token(world, call) if self._operation.needs_token else None
        return refused or self._operation.handler(world, call)

    async def _spoiled(self, call: Call, receipt: Receipt | None, rule: FaultRule, wire: Wire) -> None:
        action = rule.action
        if isinstance(action, Delay):
            await self._delayed(call, receipt, rule, wire)
            return
        answer = self._work(call) if rule.when == "after" else None
        if receipt is not None:
            receipt.answer_lost = True
        if isinstance(action, Answered):
            await self._finish(call, receipt, answer_of(action), wire, fault="answer", real=answer)
            return
        self._note(call, receipt, None, action.__struct_config__.tag, answer)
        self._runtime.save()
        if await wire.spoil(action, answer) and receipt is not None and answer is not None:
            receipt.answer_lost, receipt.http_status = False, answer.status

    async def _delayed(self, call: Call, receipt: Receipt | None, rule: FaultRule, wire: Wire) -> None:
        seconds = rule.action.seconds if isinstance(rule.action, Delay) else 0
        if rule.when == "before":
            await asyncio.sleep(seconds)
        answer = self._work(call)
        if rule.when == "after":
            self._runtime.save()
            await asyncio.sleep(seconds)
        await self._finish(call, receipt, answer, wire, fault="delay")

    async def _finish(
        self,
        call: Call,
        receipt: Receipt | None,
        answer: Answer,
        wire: Wire,
        fault: str | None = None,
        real: Answer | None = None,
    ) -> None:
        self._note(call, receipt, answer, fault, real or answer)
        self._runtime.save()
        await wire.answer(answer)

    def _note(
        self, call: Call, receipt: Receipt | None, sent: Answer | None, fault: object, real: Answer | None
    ) -> None:
        world = self._runtime.world
        status = None if sent is None else sent.status
        self._runtime.calls.append(
            {
                "time": world.stamp(world.clock.now()),
                "method": call.method,
                "path": call.path,
                "operation": self._operation.name,
                "status": status,
                "fault": fault,
            }
        )
        if receipt is not None:
            receipt.http_status = status
            if real is not None:
                receipt.request_uuid, receipt.code = real.request_uuid, real.code
            world.changed[call.params["uuid"].lower()] = None


class SpringError:
    """Routes that CDEK does not have, and methods that a route does not take."""

    def __init__(self, runtime: Runtime, status: int) -> None:
        self._runtime = runtime
        self._status = status

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        world = self._runtime.world
        now = world.stamp(world.clock.now())
        row = {"time": now, "method": scope["method"], "path": scope["path"], "operation": None}
        self._runtime.calls.append(row | {"status": self._status, "fault": None})
        answer = answers.spring(world, self._status, scope["path"])
        await Wire(scope, receive, send).answer(answer)
