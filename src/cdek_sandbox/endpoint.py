"""The processing of one request: fault before, token, handler, fault after, disk, response."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from cdek_sandbox.core import responses
from cdek_sandbox.core.background_jobs import run_due_jobs
from cdek_sandbox.core.request import Request, build_request, read_request
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
    from cdek_sandbox.core.responses import Response
    from cdek_sandbox.faults.rules import FaultRule
    from cdek_sandbox.runtime import Runtime


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, runtime: Runtime, operation: Operation) -> None:
        self._runtime = runtime
        self._operation = operation

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Handle one request over ASGI."""
        request = await read_request(scope, receive)
        if request is None:
            return
        await _RequestProcessor(self._runtime, self._operation, request, CallConnection(scope, receive, send)).process()


class _RequestProcessor:
    """The processing of one request."""

    def __init__(self, runtime: Runtime, operation: Operation, request: Request, connection: CallConnection) -> None:
        self._runtime = runtime
        self._operation = operation
        self._request = request
        self._connection = connection
        self._attempt = operation.record_attempt(runtime.state, request) if operation.record_attempt else None

    async def process(self) -> None:
        runtime, request = self._runtime, self._request
        limit = runtime.state.settings.rate_limit
        if limit.rate is not None and not runtime.rate_limit_bucket.try_acquire(limit):
            await self._send(build_too_many(runtime.state, request.path), None, "rate_limit")
            return
        rule = runtime.faults.choose(
            self._operation.name, request.path_parameters.get("uuid", "").lower(), runtime.state
        )
        if rule is None:
            response = self._handle()
            await self._send(response, response)
        elif isinstance(rule.action, Delay):
            await self._send_late(sample_delay(rule.action, runtime.state.random_source), before=rule.when == "before")
        elif isinstance(rule.action, SchemaDrift):
            response = self._handle()
            await self._send(apply_drift(response, rule.action, runtime.state.random_source), response, "schema_drift")
        else:
            await self._inject_fault(rule)

    def _handle(self) -> Response:
        state, request = self._runtime.state, self._request
        run_due_jobs(state)
        if self._operation.is_removed(state):
            return responses.build_spring_error(state, 404, request.path)
        refused = authorize(state, request) if self._operation.needs_token else None
        return refused or self._operation.handler(state, request)

    async def _send(self, sent: Response, real: Response | None, fault: str | None = None) -> None:
        left = self._connection.is_closed
        if left and self._attempt is not None:
            self._attempt.response_lost = True
        self._log(real, None if left else sent.status, fault)
        self._runtime.record(self._request, sent, fault)
        self._runtime.save()
        await self._connection.send(sent)

    async def _send_late(self, seconds: float, *, before: bool) -> None:
        if before:
            await asyncio.sleep(seconds)
        response = self._handle()
        if not before:
            self._runtime.save()
            await asyncio.sleep(seconds)
        await self._send(response, response, "delay")

    async def _inject_fault(self, rule: FaultRule) -> None:
        action, real = rule.action, self._handle() if rule.when == "after" else None
        if self._attempt is not None:
            self._attempt.response_lost = True
        if isinstance(action, CannedResponse):
            await self._send(build_canned_response(action), real, "answer")
            return
        name = str(action.__struct_config__.tag)
        self._log(real, None, name)
        self._runtime.record(self._request, None, name)
        self._runtime.save()
        if await self._connection.inject(action, real) and self._attempt is not None and real is not None:
            self._attempt.response_lost, self._attempt.http_status = False, real.status
            self._runtime.state.unsaved[self._request.path_parameters["uuid"].lower()] = None
            self._runtime.save()

    def _log(self, real: Response | None, status: int | None, fault: str | None) -> None:
        """Log the request, and complete its attempt: the response sent, and what was done."""
        request, state = self._request, self._runtime.state
        self._runtime.log(request.method, request.path, self._operation.name, status, fault)
        if self._attempt is not None:
            self._attempt.http_status = status
            if real is not None:
                self._attempt.request_uuid, self._attempt.code = real.request_uuid, real.code
            state.unsaved[request.path_parameters["uuid"].lower()] = None


class WrongMethod:
    """A route with a wrong method: 405, or 404 if CDEK has removed the operation."""

    def __init__(self, runtime: Runtime, operation: Operation) -> None:
        self._runtime = runtime
        self._operation = operation

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Handle one request over ASGI."""
        status = 404 if self._operation.is_removed(self._runtime.state) else 405
        await SpringError(self._runtime, status)(scope, receive, send)


class SpringError:
    """Spring's error body: unknown routes, wrong methods and crashes."""

    def __init__(self, runtime: Runtime, status: int) -> None:
        self._runtime = runtime
        self._status = status

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Handle one request over ASGI."""
        self._runtime.log(scope["method"], scope["path"], None, self._status, None)
        response = responses.build_spring_error(self._runtime.state, self._status, scope["path"])
        self._runtime.record(build_request(scope), response, None)
        await CallConnection(scope, receive, send).send(response)
