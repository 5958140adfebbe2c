"""The fault drill: whatever breaks between us and CDEK, the right error or outcome, at most one refusal, and an end.

Each fault is met eight times: a bare `refuse` and a whole `register_refusal`, blocking and in asyncio, over the own
transports and over httpx2.
"""

import asyncio
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from oint.cdek import Account, Client, Retry, Timeouts, errors
from oint.refusals import Outcome, PollingPolicy, State, register_refusal
from tests.support.transport_kinds import all_clients, client_by_httpx2

HTML = {"type": "answer", "status": 502, "text": "<html><h1>502 Bad Gateway</h1></html>", "content_type": "text/html"}
SPRING = {"timestamp": "2026-03-22T11:23:28.776+03:00", "status": 404, "error": "Not Found", "path": "/v2/x"}
ACCEPTED = {"type": "CREATE_REFUSAL", "date_time": "2026-08-04T12:00:00+0000", "state": "ACCEPTED"}
TIMEOUTS = Timeouts(connect=2.0, read=0.6, total=2.5)
RETRY = Retry(attempts=4, first_delay=0.02, max_delay=0.1)
PACE = PollingPolicy(first=0.05, factor=1.5, longest=0.2, settle=0.3)
GIVE_UP = 40  # seconds in which everything must have ended, however it ended: a bound against hanging, not a speed

Unknown, ServiceUnavailable, RequestRejected = errors.OutcomeUnknown, errors.ServiceUnavailable, errors.RequestRejected
Auth, Limited = errors.AuthenticationError, errors.RateLimited
OK = None
Confirmed, Refused = State.CONFIRMED, State.REJECTED


class Fault(NamedTuple):
    name: str
    operation: str
    action: Any
    refuse: type[errors.CdekError] | None
    register: State | type[errors.CdekError]
    rule: Mapping[str, Any] = MappingProxyType({})


def answered(status: int, body: Any = None, text: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "answer", "status": status, **({"text": text} if body is None else {"body": body}), **more}


def envelope(code: str) -> dict[str, Any]:
    error = {"code": code, "message": "said so"}
    return {"requests": [{"type": "CREATE_REFUSAL", "state": "INVALID", "errors": [error]}], "related_entities": []}


def soon() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)


ONCE = {"times": 1}
DONE = {"times": 1, "when": "after"}
UUID_OF_ORDER = "00000000-0000-4000-8000-00000000cafe"  # put in place of the real one in an answer made up
FAULTS = [
    Fault("500 before the work", "refusal", answered(500, SPRING), Unknown, Confirmed, ONCE),
    Fault("500 after the work", "refusal", answered(500, SPRING), Unknown, Confirmed, DONE),
    Fault("500 with CDEK's own code", "refusal", answered(500, {"errors": [{"code": "v2_internal_error", "message": "x"}]}), Unknown, Confirmed, ONCE),
    Fault("502 HTML before the work", "refusal", HTML, Unknown, Confirmed, ONCE),
    Fault("502 HTML after the work", "refusal", HTML, Unknown, Confirmed, DONE),
    Fault("503 with Retry-After", "refusal", answered(503, text="busy", headers={"Retry-After": "1"}), Unknown, Confirmed, ONCE),
    Fault("429 with Retry-After in seconds", "refusal", answered(429, text="", headers={"Retry-After": "1"}), OK, Confirmed, ONCE),
    Fault("429 with Retry-After as a date", "refusal", answered(429, text="", headers={"Retry-After": soon}), OK, Confirmed, ONCE),
    Fault("429 with a Retry-After of an hour", "refusal", answered(429, text="", headers={"Retry-After": "3600"}), Limited, Limited),
    Fault("429 without Retry-After", "refusal", answered(429, text="slow"), OK, Confirmed, ONCE),
    Fault("429 without end", "refusal", answered(429, text="slow"), Limited, Limited),
    Fault("401 once", "refusal", answered(401, envelope("v2_token_expired")), OK, Confirmed, ONCE),
    Fault("401 always", "refusal", answered(401, envelope("v2_token_expired")), Auth, Auth),
    Fault("401 on everything", "*", answered(401, text=""), Auth, Auth),
    Fault("400 in the orders' envelope", "refusal", answered(400, envelope("v2_entity_forbidden")), RequestRejected, Refused, ONCE),
    Fault("400 in the plain envelope", "refusal", answered(400, {"errors": [{"code": "v2_bad_request", "message": "x"}]}), RequestRejected, Refused, ONCE),
    Fault("404 of Spring's", "refusal", answered(404, SPRING), RequestRejected, Refused, ONCE),
    Fault("400 with an empty body", "refusal", answered(400, text=""), Unknown, Confirmed, ONCE),
    Fault("403 HTML of a firewall", "refusal", answered(403, text="<html>", content_type="text/html"), Unknown, Confirmed, ONCE),
    Fault("a like request is processed", "refusal", answered(400, envelope("v2_similar_request_still_processed")), RequestRejected, Confirmed, DONE),
    Fault("a redirect", "refusal", answered(302, text="", headers={"Location": "http://127.0.0.1:1/"}), Unknown, Confirmed, ONCE),
    Fault("200 with HTML", "refusal", answered(200, text="<html>ok</html>", content_type="text/html"), Unknown, Confirmed, DONE),
    Fault("202 with an empty body", "refusal", answered(202, text=""), Unknown, Confirmed, DONE),
    Fault("202 with half a JSON", "refusal", answered(202, text='{"entity": {"uu', content_type="application/json"), Unknown, Confirmed, DONE),
    Fault("202 with somebody else's JSON", "refusal", answered(202, ["hello"]), Unknown, Confirmed, DONE),
    Fault("unknown state and type", "refusal", answered(202, {"entity": {"uuid": UUID_OF_ORDER}, "requests": [{**ACCEPTED, "type": "NEW", "state": "PONDERING"}]}), OK, Confirmed, DONE),
    Fault("JSON as text/plain", "refusal", answered(202, {"entity": {"uuid": UUID_OF_ORDER}, "requests": [ACCEPTED]}, content_type="text/plain"), OK, Confirmed, DONE),
    Fault("one entry instead of a list", "refusal", answered(202, {"entity": {"uuid": UUID_OF_ORDER}, "requests": ACCEPTED}), OK, Confirmed, DONE),
    Fault("reset before the work", "refusal", "reset", Unknown, Confirmed, ONCE),
    Fault("reset after the work", "refusal", "reset", Unknown, Confirmed, DONE),
    Fault("close before the work", "refusal", "close", Unknown, Confirmed, ONCE),
    Fault("close after the work", "refusal", "close", Unknown, Confirmed, DONE),
    Fault("close in mid-body", "refusal", {"type": "truncate", "bytes": 40}, Unknown, Confirmed, ONCE),
    Fault("close before the body", "refusal", {"type": "truncate", "bytes": 0}, Unknown, Confirmed, ONCE),
    Fault("no answer, work not done", "refusal", "hang", Unknown, Confirmed, ONCE),
    Fault("no answer, work done", "refusal", "hang", Unknown, Confirmed, DONE),
    Fault("a body dripped byte by byte", "refusal", {"type": "slow_body", "interval": 0.05, "bytes": 1}, Unknown, Confirmed, ONCE),
    Fault("reads: 500 twice", "order_get", answered(500, SPRING), OK, Confirmed, {"times": 2}),
    Fault("reads: 502 HTML for ever", "order_get", HTML, OK, ServiceUnavailable),
    Fault("reads: reset once", "order_get", "reset", OK, Confirmed, ONCE),
    Fault("reads: cut once", "order_get", {"type": "truncate", "bytes": 10}, OK, Confirmed, ONCE),
    Fault("reads: no answer once", "order_get", "hang", OK, Confirmed, ONCE),
    Fault("reads: 200 with HTML once", "order_get", answered(200, text="<html>"), OK, Confirmed, ONCE),
    Fault("reads: not found right after sending", "order_get", answered(400, envelope("v2_entity_not_found")), OK, Confirmed, {"times": 1, "skip": 1}),
    Fault("token: reset once", "token", "reset", OK, Confirmed, ONCE),
    Fault("token: 500 once", "token", answered(500, SPRING), OK, Confirmed, ONCE),
    Fault("token: HTML once", "token", answered(200, text="<html>"), OK, Confirmed, ONCE),
    Fault("token: empty once", "token", answered(200, text=""), OK, Confirmed, ONCE),
    Fault("token: 429 once", "token", answered(429, text="", headers={"Retry-After": "1"}), OK, Confirmed, ONCE),
    Fault("token: down", "token", "reset", ServiceUnavailable, ServiceUnavailable),
    Fault("token: never answers", "token", "hang", ServiceUnavailable, ServiceUnavailable),
    Fault("token: HTML for ever", "token", answered(200, text="<html>"), errors.InvalidResponse, errors.InvalidResponse),
    Fault("token: wrong credentials", "token", answered(401, {"error": "invalid_client", "error_description": "x"}), Auth, Auth),
]  # fmt: skip


def in_time(work):
    """Run it in a thread of its own; what has not ended after GIVE_UP seconds hangs."""
    got: list[Any] = []

    def run():
        try:
            got.append(work())
        except errors.CdekError as error:
            got.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(GIVE_UP)
    assert got, "it hangs, or it raised what is no CdekError"
    return got[0]


def blocking(make_client, box, uuid, work):
    with make_client(Account(box.account, box.password), url=box.url, timeouts=TIMEOUTS, retry=RETRY) as client:
        try:
            got = (
                client.orders.refuse(uuid)
                if work == "refuse"
                else register_refusal(client, uuid, wait=15, polling=PACE)
            )
        except errors.CdekError as error:
            got = error
        box.clear_faults()
        return got, client.orders.get(uuid).order.uuid


def with_asyncio(make_client, box, uuid, work):
    async def main():
        async with make_client(
            Account(box.account, box.password), url=box.url, timeouts=TIMEOUTS, retry=RETRY
        ) as client:
            try:
                got = await (
                    client.orders.refuse(uuid)
                    if work == "refuse"
                    else register_refusal(client, uuid, wait=15, polling=PACE)
                )
            except errors.CdekError as error:
                got = error
            await asyncio.to_thread(box.clear_faults)
            return got, (await client.orders.get(uuid)).order.uuid

    return asyncio.run(main())


def arm(box, fault, uuid):
    action = {"type": fault.action} if isinstance(fault.action, str) else dict(fault.action)
    if callable(action.get("headers", {}).get("Retry-After")):
        action["headers"] = {"Retry-After": action["headers"]["Retry-After"]()}
    if isinstance(action.get("body"), dict) and "entity" in action["body"]:
        action["body"] = {**action["body"], "entity": {"uuid": uuid}}
    box.fault(action, operation=fault.operation, **fault.rule)


@pytest.mark.parametrize("work", ["refuse", "register"])
@all_clients
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_ends_in_the_right_error_or_outcome_with_at_most_one_refusal(box, fault, make_client, work):
    uuid = box.order(status="ACCEPTED_AT_PICK_UP_POINT")
    arm(box, fault, uuid)
    expected = fault.refuse if work == "refuse" else fault.register
    drive = blocking if make_client in (Client, client_by_httpx2) else with_asyncio

    got, read_again = in_time(lambda: drive(make_client, box, uuid, work))

    if isinstance(got, errors.CdekError):
        assert type(got) is expected
        assert box.password not in str(got) + repr(got)
    elif isinstance(got, Outcome):
        assert got.state is expected
    else:
        assert expected is None
        assert got.uuid == uuid
    assert read_again == uuid, "the client does not work any more"
    assert len([receipt for receipt in box.truth(uuid)["refusals"] if receipt["request_uuid"]]) <= 1


NOWHERE = [
    ("http://nowhere.invalid/v2", "dns"),
    ("http://127.0.0.1:1/v2", "refused"),
]


@pytest.mark.parametrize("work", ["refuse", "register"])
@pytest.mark.parametrize(("url", "reason"), NOWHERE, ids=str)
@all_clients
def test_a_server_that_is_not_there_is_unavailable_and_nothing_was_done(url, reason, make_client, work):
    async def attempt(client):
        try:
            uuid = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
            got = client.orders.refuse(uuid) if work == "refuse" else register_refusal(client, uuid)
            await got
        finally:
            closing = client.close()
            if closing is not None:
                await closing

    client = make_client(Account("a", "b"), url=url, timeouts=TIMEOUTS, retry=RETRY)
    got = in_time(lambda: asyncio.run(attempt(client)))
    assert type(got) is errors.ServiceUnavailable
    assert got.reason == reason
    assert got.safe_to_repeat


@all_clients
def test_tls_that_fails_is_unavailable_and_nothing_was_done(box, make_client):
    async def attempt():
        client = make_client(Account("a", "b"), url=box.url.replace("http:", "https:"), timeouts=TIMEOUTS, retry=RETRY)
        try:
            await client.orders.refuse("72753033-a2e0-43e3-95e5-57c4c2e9bf4a")
        finally:
            closing = client.close()
            if closing is not None:
                await closing

    got = in_time(lambda: asyncio.run(attempt()))
    assert type(got) is errors.ServiceUnavailable
    assert got.reason == "tls"
