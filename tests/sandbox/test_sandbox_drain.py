"""The drain as raw sockets see it: what clients left behind is waited for, what living ones do is not."""

import os
import signal
import socket
import sys
from contextlib import contextmanager

import pytest

from cdek_sandbox import SandboxError, running_sandbox
from tests.support.sandbox_api import Api, Raw

HELD = {"type": "delay", "seconds": 0.5}
"""A call that is under way long after its client has gone, and long after a drain that does not wait has answered."""
posix = pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGSTOP")


@pytest.fixture
def sandbox(each_sandbox):
    each_sandbox.settings(refusal={"mode": "never"})
    return each_sandbox


@pytest.fixture
def api(sandbox):
    return Api(sandbox.url, sandbox.account, sandbox.password)


@contextmanager
def standing_still(sandbox):
    """The event loop does nothing, while the system goes on to take connections and bytes."""
    sandbox.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, sandbox.process.pid, os.WSTOPPED | os.WNOWAIT)
    try:
        yield
    finally:
        sandbox.process.send_signal(signal.SIGCONT)


def refuse(raw, uuid, **more):
    raw.send("POST", f"/orders/{uuid}/refusal", **more)


def close(raw):
    raw.socket.close()


def received(sandbox, uuid):
    return [refusal["state"] for refusal in sandbox.truth(uuid)["refusals"]]


@pytest.mark.parametrize("go", [close, Raw.reset])
@pytest.mark.parametrize("when", ["before", "after"])
def test_drain_waits_for_calls_of_disconnected_clients(sandbox, api, go, when):
    uuid = sandbox.order()
    sandbox.fault(HELD, operation="refusal", when=when)
    raw = Raw(api)
    refuse(raw, uuid)
    go(raw)
    sandbox.drain()
    assert received(sandbox, uuid) == ["ACCEPTED"]
    assert [(row["operation"], row["fault"]) for row in sandbox.calls("refusal")] == [("refusal", "delay")]


def test_idle_and_busy_connections_of_living_clients_are_not_waited_for(sandbox, api):
    uuid = sandbox.order()
    sandbox.fault("hang", operation="refusal")
    idle, busy = Raw(api), Raw(api)
    idle.send("GET", f"/orders/{uuid}")
    assert idle.answer().status == 200
    refuse(busy, uuid)
    sandbox.drain()
    busy.socket.setblocking(False)  # noqa: FBT003 - the standard library's signature
    with pytest.raises(BlockingIOError):
        busy.socket.recv(1)
    idle.send("GET", f"/orders/{uuid}")
    assert idle.answer().status == 200
    for raw in (idle, busy):
        raw.socket.close()


@posix
@pytest.mark.parametrize("go", [close, Raw.reset])
def test_a_connection_in_the_backlog_of_a_busy_sandbox_is_drained(sandbox, api, go):
    uuid = sandbox.order()
    sandbox.fault(HELD, operation="refusal")
    control = Raw(api)
    control.send("GET", "/clock", root="/_sandbox")
    assert control.answer().status == 200  # accepted before what comes into the backlog
    with standing_still(sandbox):
        raw = Raw(api)
        refuse(raw, uuid)
        go(raw)
        control.send("POST", "/drain", root="/_sandbox")
    assert control.answer().body == {"drained": True, "left": []}
    assert received(sandbox, uuid) == ["ACCEPTED"]
    control.socket.close()


def test_a_call_that_waits_behind_another_on_its_connection_is_drained(sandbox, api):
    """The sandbox stops reading while a call waits its turn, and does not see that the client is gone."""
    first, second = sandbox.order_batch(2)
    sandbox.fault(HELD, operation="refusal", uuid=first)
    raw = Raw(api)
    refuse(raw, first)
    sandbox.now()  # the first is in its handler: from the second on nothing is read
    refuse(raw, second)
    raw.socket.shutdown(socket.SHUT_WR)
    sandbox.drain()
    assert [received(sandbox, uuid) for uuid in (first, second)] == [["ACCEPTED"], ["ACCEPTED"]]
    raw.socket.close()


@pytest.mark.parametrize("go", [close, Raw.reset])
def test_drain_ignores_incomplete_calls_of_disconnected_clients(sandbox, api, go):
    uuid = sandbox.order()
    half_body, half_head = Raw(api), Raw(api)
    refuse(half_body, uuid, body=b"{", promised=100)
    half_head.socket.sendall(f"POST /v2/orders/{uuid}/refusal HTTP/1.1\r\nHost: ".encode())
    for raw in (half_body, half_head):
        go(raw)
    sandbox.drain()
    assert received(sandbox, uuid) == []


def test_a_drain_that_takes_too_long_shows_what_is_left():
    with running_sandbox(seed=1) as sandbox:
        uuid, api = sandbox.order(), Api(sandbox.url, sandbox.account, sandbox.password)
        sandbox.fault({"type": "delay", "seconds": 3600}, operation="refusal")
        raw = Raw(api)
        client = "{}:{}".format(*raw.socket.getsockname())
        refuse(raw, uuid)
        close(raw)
        call = f"POST /v2/orders/{uuid}/refusal"
        answer = sandbox.control("POST", "/drain", {"seconds": 0.2})
        assert answer == {"drained": False, "left": [{"client": client, "calls": [call]}]}
        with pytest.raises(SandboxError, match=f"{client} {call}"):
            sandbox.drain(0)


def test_a_client_that_closes_between_two_calls_leaves_nothing(sandbox, api):
    raw = Raw(api)
    raw.send("GET", f"/orders/{sandbox.order()}")
    assert raw.answer().status == 200
    raw.socket.close()
    sandbox.drain()
