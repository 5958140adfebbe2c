"""What the adapter for httpx2 adds: SOCKS, TLS settings of one's own, help where a package is missing; and what it stops."""

import asyncio
import gc
import ssl
import subprocess
import sys
import time
from types import SimpleNamespace

import httpx2
import pytest
import trustme

from oint.cdek import InvalidArgument
from oint.cdek._http import Failure, HttpRequest, Timeouts
from oint.cdek.transports import httpx2 as adapter
from oint.cdek.transports._httpx2_exchange import Exchange
from oint.cdek.transports.httpx2 import AsyncHttpx2Transport, Httpx2Transport
from tests.support.raw_server import BODY, OK, Server, sized
from tests.support.small_socks import SmallSocks
from tests.support.transport_kinds import came

SIZED = sized(BODY, b"X-Keep: keep")
both = pytest.mark.parametrize("kind", [Httpx2Transport, AsyncHttpx2Transport])


def exchange(transport, url, method="POST"):
    async def main():
        request = HttpRequest(method, f"{url}/v2/orders", {}, b"{}")
        got = await came(transport.send(request, Timeouts(), time.monotonic() + 20))
        await came(transport.close())
        return got

    return asyncio.run(main())


def port_of(server):
    return int(server.url.rpartition(":")[2])


@both
def test_a_socks_proxy_gets_its_credentials_and_looks_the_name_up(kind):
    with Server(SIZED) as server, SmallSocks(port_of(server), "shop:s3cret") as proxy:
        got = exchange(kind(proxy=f"socks5h://shop:s3cret@{proxy.address}"), "http://cdek.test")
    assert (got.status, got.body, proxy.hosts) == (200, BODY, ["cdek.test"])


@both
def test_the_credentials_of_a_socks_proxy_are_in_no_log(kind, caplog):
    caplog.set_level("DEBUG")
    with Server(SIZED) as server, SmallSocks(port_of(server), "shop:s3cret") as proxy:
        got = exchange(kind(proxy=f"socks5h://shop:s3cret@{proxy.address}"), "http://cdek.test")
    assert got.status == 200
    assert "setup_socks5_connection" in caplog.text
    assert "s3cret" not in caplog.text


@both
@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # httpcore2 leaves such a connection open
@pytest.mark.parametrize(("pair", "reply"), [("shop:other", 0), ("shop:s3cret", 5)])
def test_a_socks_proxy_that_refuses_is_a_failure_before_sending(kind, pair, reply):
    with Server(SIZED) as server, SmallSocks(port_of(server), pair, reply) as proxy:
        got = exchange(kind(proxy=f"socks5h://shop:s3cret@{proxy.address}"), "http://cdek.test")
    assert (got.reason, got.sent) == ("proxy", False)
    assert server.connections == 0
    gc.collect()  # what it left open is collected here, and in no other test


@both
def test_the_socks_proxy_of_the_environment_is_used(kind, monkeypatch):
    with Server(SIZED) as server, SmallSocks(port_of(server)) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5h://{proxy.address}")
        assert exchange(kind(), "http://cdek.test").status == 200
    assert proxy.hosts == ["cdek.test"]


@both
def test_a_client_certificate_of_the_given_settings_is_shown(kind):
    authority = trustme.CA()
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server_side)
    authority.configure_trust(server_side)
    server_side.verify_mode = ssl.CERT_REQUIRED
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    authority.issue_cert("shop@example.org").configure_cert(ours)
    with Server(SIZED, context=server_side) as server:
        assert exchange(kind(verify=ours), server.url).body == BODY


@both
@pytest.mark.parametrize("proxy", ["ftp://shop:s3cret@h:1", "http://shop:s3cret@h:x", "socks5h://shop:s3cret@[::1"])
def test_what_is_no_address_of_a_proxy_is_said_without_repeating_it(kind, proxy):
    with pytest.raises(InvalidArgument, match="socks5h") as caught:
        exchange(kind(proxy=proxy), "http://cdek.test")
    assert "s3cret" not in str(caught.value)


@both
def test_a_missing_package_for_http2_is_named(kind, monkeypatch):
    monkeypatch.setattr(adapter, "find_spec", lambda _: None)
    with pytest.raises(InvalidArgument, match=r"httpx2\[http2\]"):
        kind(http2=True)


def test_a_missing_httpx2_is_named_with_what_installs_it():
    code = "import sys; sys.modules['httpx2'] = None; import oint.cdek.transports.httpx2"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install 'oint[httpx2]'" in done.stderr.splitlines()[-1]


def test_a_request_that_httpx2_would_send_again_is_stopped():
    sending = Exchange(HttpRequest("POST", "https://cdek.test/x", {}))
    info = {"request": SimpleNamespace(method=b"POST")}
    sending.watch("http2.send_request_headers.started", info)
    with pytest.raises(httpx2.RemoteProtocolError) as caught:
        sending.watch("http2.send_request_headers.started", info)
    assert sending.classify(caught.value) == Failure("reset", sent=True)


def test_the_tunnel_of_a_proxy_does_not_count_as_sending():
    sending = Exchange(HttpRequest("POST", "https://cdek.test/x", {}))
    sending.watch("http11.send_request_headers.started", {"request": SimpleNamespace(method=b"CONNECT")})
    assert not sending.classify(httpx2.ReadError("reset")).sent


def test_a_cancelled_call_over_httpx2_leaves_no_connection():
    server = Server(OK + b"X: keep\r\n")

    async def main():
        transport = AsyncHttpx2Transport()
        request = HttpRequest("GET", f"{server.url}/x", {})
        task = asyncio.create_task(transport.send(request, Timeouts(), time.monotonic() + 20))
        while not server.requests:  # noqa: ASYNC110 - the server is a thread
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        assert await asyncio.to_thread(server.closed.acquire, timeout=10)
        await transport.close()

    asyncio.run(main())
