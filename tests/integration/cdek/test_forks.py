"""A process that forks: what parent and child must not share."""

import os
import ssl
import subprocess
import sys

import pytest
import trustme

from tests.support.raw_server import BODY, Server, sized

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")

SIZED = sized(BODY, b"X-Keep: keep")


def in_a_process_of_its_own(code, *words, **env):
    """Run a script that forks: this process has threads, which a child would not get."""
    script = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", f"{BEGINNING}\n{code}", *words]
    done = subprocess.run(script, capture_output=True, text=True, check=False, env={**os.environ, **env}, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


BEGINNING = """
import os, signal, sys, threading, time


def child(work):
    \"\"\"What a forked child makes of it: its exit code; one that hangs is ended.\"\"\"
    pid = os.fork()
    if not pid:
        signal.alarm(20)
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""

EXCHANGE = """
from oint.cdek.transports.httpx2 import Httpx2Transport
from oint.cdek.transports.sync import SocketTransport
from oint.cdek._http import HttpRequest, Timeouts

transport = SocketTransport(sys.argv[1]) if sys.argv[2] == "sockets" else Httpx2Transport()


def send():
    return transport.send(HttpRequest("GET", sys.argv[1] + "/v2/orders", {}), Timeouts(), time.monotonic() + 20)


print(send().status)
print(child(lambda: send().status - 200))
print(send().status)
"""


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("kind", ["sockets", "httpx2"])
def test_child_opens_its_own_connections_and_keeps_the_parents_intact(kind, secure, tmp_path):
    authority, context = trustme.CA(), None
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Server(*[SIZED] * 3, context=context) as server:
        said = in_a_process_of_its_own(EXCHANGE, server.url, kind, SSL_CERT_FILE=str(tmp_path / "ca.pem"))
    assert said == ["200", "0", "200"]
    assert (server.connections, server.requests) == (2, 3)


STREAM = """
from oint.cdek.transports.sync import SocketTransport
from oint.cdek._http import Failure, HttpRequest, Timeouts

request = HttpRequest("GET", sys.argv[1] + "/v2/orders", {})
body = SocketTransport(sys.argv[1]).open(request, Timeouts(), time.monotonic() + 20)


def all_of_it():
    size = 0
    while got := body.read(time.monotonic() + 20):
        if isinstance(got, Failure):
            return got
        size += len(got)
    return size


print(child(lambda: not isinstance(all_of_it(), Failure)))
print(all_of_it())
"""


def test_a_child_takes_nothing_out_of_a_body_that_its_parent_reads():
    with Server(sized(b"x" * 1_000_000)) as server:
        assert in_a_process_of_its_own(STREAM, server.url) == ["0", "1000000"]


TOKENS = """
from oint.cdek.auth import Account, shared_token_cache

loading, forked = threading.Event(), threading.Event()


class Store:
    def load(self, key):
        loading.set()
        forked.wait()


kept, coming = Account("kept", "pass-word", Store()), Account("coming", "pass-word")
assert shared_token_cache("https://a/v2", coming).look_up(0.0).pending is None
assert shared_token_cache("https://a/v2", coming).look_up(0.0).pending is not None
thread = threading.Thread(target=shared_token_cache("https://a/v2", kept).look_up, args=(0.0,))
thread.start()
loading.wait()
for account in (coming, kept):
    print(child(lambda: shared_token_cache("https://a/v2", account).look_up(0.0).pending is not None))
assert shared_token_cache("https://a/v2", coming).look_up(0.0).pending is not None
forked.set()
thread.join()
"""


def test_child_fetches_the_token_that_a_parent_thread_was_fetching():
    assert in_a_process_of_its_own(TOKENS) == ["0", "0"]


LOCKS = """
from oint import dispatch
from oint.cdek import auth
from oint.cdek.client import Client
from oint.cdek.api import _response

locks = [auth._shared_lock, Client._transport_lock, dispatch._clients_lock, _response.decoder_lock]
over = threading.Event()


def hold(lock):
    is_over = False
    while not is_over:
        with lock:
            is_over = over.is_set()


threads = [threading.Thread(target=hold, args=(lock,)) for lock in locks]
for thread in threads:
    thread.start()
print(sum(child(lambda: not all(lock.acquire(blocking=False) for lock in locks)) for _ in range(30)))
over.set()
for thread in threads:
    thread.join()
"""


def test_no_lock_is_held_in_a_child_by_a_thread_that_it_does_not_have():
    assert in_a_process_of_its_own(LOCKS) == ["0"]
