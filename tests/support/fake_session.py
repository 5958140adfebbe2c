"""A driver for flows with a clock of its own: what a flow asks for is written down, nothing is really done."""

from __future__ import annotations

import itertools
import json
from typing import Any

from oint.cdek._engine import AwaitToken, CallContext, Items, ReadChunk, Send, SendStreaming, Sleep
from oint.cdek._http import Failure, HttpRequest, HttpResponse, Timeouts
from oint.cdek._retry import Retry
from oint.cdek._streaming import read_items
from oint.cdek.auth import StaticToken

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
ORDER: dict[str, Any] = {
    "tariff_code": 136,
    "recipient": {"name": "Ann", "phones": [{"number": "+79130000000"}]},
    "packages": [{"number": "1", "weight": 500}],
}
FIXED = StaticToken("tok")
TIMEOUTS = Timeouts()
JSON_HEADERS = {"content-type": "application/json"}


class World:
    """A session on virtual time, and the answers that it will get: a list, or a function of the request."""

    def __init__(self, answers: Any = (), *, tokens: Any = FIXED, timeouts: Timeouts = TIMEOUTS, **retry: Any):
        self.now = 1000.0
        self.sent: list[HttpRequest] = []
        self.slept: list[float] = []
        self.answers = answers if callable(answers) else iter(answers)
        self.context = CallContext(
            "https://cdek.test/v2",
            tokens,
            timeouts=timeouts,
            retry=Retry(**retry),
            clock=lambda: self.now,
            wall_clock=lambda: self.now,
            rng=lambda: 0.5,
        )

    def run(self, flow: Any) -> Any:
        try:
            step = next(flow)
            while True:
                step = flow.send(self._perform(step))
        except StopIteration as end:
            return end.value

    def each(self, source: Any) -> Any:
        """The items of a stream, one by one."""
        stream = read_items(source, self.context)
        try:
            step = next(stream)
            while True:
                if isinstance(step, Items):
                    yield from step.items
                    step = next(stream)
                else:
                    step = stream.send(self._perform(step))
        except StopIteration:
            return
        finally:
            stream.close()

    def _perform(self, step: Any) -> Any:
        match step:
            case Send(request, _) | SendStreaming(request, _):
                self.sent.append(request)
                return self.answers(request) if callable(self.answers) else next(self.answers)
            case ReadChunk(body, deadline):
                return body.read(deadline)
            case Sleep(seconds):
                self.slept.append(seconds)
                self.now += seconds
                return None
            case AwaitToken(coming, seconds):
                self.now += 0 if coming.done() else seconds
                return coming if coming.done() else None
        raise AssertionError(step)

    def methods(self) -> list[str]:
        return [f"{request.method} {request.url.rpartition('/')[2]}" for request in self.sent]


def answer(status: int = 200, body: Any = None, **headers: str) -> HttpResponse:
    encoded = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return HttpResponse(status, {**JSON_HEADERS, **{k.replace("_", "-"): v for k, v in headers.items()}}, encoded)


def lost(reason: str = "reset") -> Failure:
    return Failure(reason, sent=True)  # type: ignore[arg-type]


def never_sent(reason: str = "refused") -> Failure:
    return Failure(reason, sent=False)  # type: ignore[arg-type]


def entry(
    state: str, type_: str = "CREATE_REFUSAL", uuid: str | None = "r-1", at: int = 0, **more: Any
) -> dict[str, Any]:
    row = {"request_uuid": uuid, "type": type_, "date_time": f"2026-08-04T12:00:{at:02}+0000", "state": state, **more}
    return {key: value for key, value in row.items() if value is not None}


def accepted(type_: str = "CREATE_REFUSAL", uuid: str = "r-1", state: str = "ACCEPTED") -> HttpResponse:
    return answer(202, {"entity": {"uuid": UUID}, "requests": [entry(state, type_, uuid)], "related_entities": []})


def refused(code: str, message: str = "no", status: int = 400) -> HttpResponse:
    error = {"code": code, "message": message}
    return answer(
        status, {"requests": [{"type": "GET", "state": "INVALID", "errors": [error]}], "related_entities": []}
    )


def card(
    status: str = "ACCEPTED_AT_PICK_UP_POINT",
    *entries: dict[str, Any],
    reason: str | None = None,
    number: str | None = "shop-1",
    uuid: str = UUID,
    cdek_number: str | None = "1106625424",
    **more: Any,
) -> HttpResponse:
    codes = [status] if status in {"ACCEPTED", "INVALID"} else [status, "CREATED", "ACCEPTED"]
    seconds = itertools.count(50, -10)
    statuses = [
        {"code": code, "date_time": f"2026-08-04T11:00:{next(seconds):02}+0000", "deleted": False} for code in codes
    ]
    if reason is not None:
        statuses[0]["reason_code"] = reason
    entity = {"uuid": uuid, "cdek_number": cdek_number, "number": number, "statuses": statuses}
    create = entry("SUCCESSFUL", "CREATE", "c-1")
    return answer(200, {"entity": entity, "requests": [*entries, create], "related_entities": [], **more})
