"""Both transports against a server that sends exactly these bytes, plain and over TLS."""

import asyncio
import gc
import gzip
import socket
import ssl
import sys
import threading
import time

import pytest
import trustme

from oint.cdek import StaticToken
from oint.cdek._http import Failure, HttpRequest, Timeouts
from oint.cdek.errors import ServiceUnavailable
from oint.cdek.transports import _sync_connection
from oint.cdek.transports.asyncio import AsyncioTransport
from oint.cdek.transports.sync import SocketTransport
from tests.support.raw_server import BODY, OK, Server, sized
from tests.support.transport_kinds import all_clients, all_transports, came, expect


def exchange(kind, url, times=1, timeouts=Timeouts(connect=5, read=5, total=10)):  # noqa: B008 - frozen
    """What came of sending the same request so many times through one transport."""

    async def main():
        transport = kind(url)
        got = []
        for _ in range(times):
            one = transport.send(
                HttpRequest("GET", f"{url}/v2/orders", {}), timeouts, time.monotonic() + timeouts.total
            )
            got.append(await one if asyncio.iscoroutine(one) else one)
            await asyncio.sleep(0.02)  # the end of a connection is seen between two calls, as in life
        closing = transport.close()
        if closing is not None:
            await closing
        return got

    return asyncio.run(main())


SIZED = sized(BODY, b"X-Keep: keep")
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
GZIP = gzip.compress(BODY)


def test_an_answer_leaves_nothing_to_a_finalizer_where_ctrl_c_would_be_lost(monkeypatch):
    left = []

    class Watched(_sync_connection.SocketResponse):
        def __del__(self):
            left.append(not self.closed)

    monkeypatch.setattr(_sync_connection, "SocketResponse", Watched)
    [got] = exchange(SocketTransport, Server(SIZED).url)
    assert (got.status, left) == (200, [False])


@all_transports
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(SIZED, id="with a length"),
        pytest.param(CHUNKED, id="in chunks"),
        pytest.param(OK + b"\r\n" + BODY, id="ended by the end of the connection"),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + SIZED, id="after an interim answer"),
        pytest.param(
            OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(GZIP) + GZIP, id="packed unasked"
        ),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY, id="by HTTP 1.0"),
    ],
)
def test_every_way_to_send_a_whole_answer_is_read(kind, answer):
    [got] = exchange(kind, Server(answer).url)
    assert (got.status, got.body) == (200, BODY)


@pytest.mark.parametrize(
    ("head", "value"),
    [
        (b"X-Note: one\r\nx-note: two\r\n", "one"),
        (b"X-NOTE:\t one \r\n", "one "),
        (b"X-Note: one\n", "one"),
        (b"X-Note: one\r\n\ttwo\r\n", "one\r\n\ttwo"),
        (b"X-Note: \xe9\r\n", "\xe9"),
    ],
    ids=["twice", "blanks", "bare line feed", "folded", "Latin-1"],
)
def test_headers_are_read_as_http_client_reads_them(head, value):
    length = b"Content-Length: %d\r\n\r\n" % len(BODY)
    [response] = exchange(SocketTransport, Server(OK + head + length + BODY).url)
    assert (response.headers.get("x-note"), response.body) == (value, BODY)


@all_transports
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(None, "reset", id="no word"),
        pytest.param(b"HTTP/1.1 2", "reset", id="cut in the first line"),
        pytest.param(SIZED[:-3], "timeout", id="never ending"),
        pytest.param(SIZED[:-3].replace(b"keep", b"end"), "cut", id="cut in the body"),
        pytest.param(CHUNKED[:-9], "cut", id="cut between chunks"),
        pytest.param(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "cut", id="a chunk without a size"),
        pytest.param(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "cut", id="packed wrongly"),
        pytest.param(OK + b"Content-Length: 1000000000000000\r\n\r\nabc", "too_large", id="a length beyond all memory"),
        pytest.param(
            OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffff\r\nabc", "cut", id="a chunk beyond all memory"
        ),
    ],
)
def test_every_way_to_break_off_is_a_failure_after_sending(kind, answer, reason):
    [got] = exchange(kind, Server(answer).url, timeouts=Timeouts(connect=5, read=0.5, total=2))
    assert got == Failure(reason, sent=True)


@all_transports
def test_a_kept_connection_keeps_no_longer_time_limit(kind):
    server = Server(SIZED, SIZED[:-3])

    async def main():
        transport = kind(server.url)
        request = HttpRequest("GET", f"{server.url}/v2/orders", {})
        deadline = time.monotonic() + 10_000
        await came(transport.send(request, Timeouts(read=10_000), deadline))
        got = await came(transport.send(request, Timeouts(read=0.2), deadline))
        await came(transport.close())
        return got

    assert asyncio.run(main()) == Failure("timeout", sent=True)


@all_transports
def test_what_is_no_http_is_a_failure_after_sending(kind):
    [got] = exchange(kind, Server(b"SSH-2.0-OpenSSH_9.6\r\n").url)
    assert isinstance(got, Failure)
    assert got.sent


@all_transports
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("connection", ["new", "kept"])
def test_a_change_that_is_not_answered_arrives_once(kind, method, connection):
    answers = [SIZED] * (connection == "kept")
    server = Server(*answers, None, SIZED, SIZED)

    async def main():
        transport = kind(server.url)
        for name in ["GET"] * len(answers) + [method]:
            body = None if name == "GET" else b'{"x": 1}'
            request = HttpRequest(name, f"{server.url}/v2/orders", {}, body)
            got = await came(transport.send(request, Timeouts(), time.monotonic() + 20))
        await came(transport.close())
        return got

    assert asyncio.run(main()) == Failure("reset", sent=True)
    assert (server.connections, server.requests) == (1, len(answers) + 1)


@all_transports
def test_a_connection_is_kept_and_used_again(kind):
    server = Server(SIZED, SIZED, SIZED)
    assert [got.body for got in exchange(kind, server.url, 3)] == [BODY] * 3
    assert server.connections == 1


@all_transports
def test_a_connection_with_bytes_that_nobody_asked_for_is_not_used_again(kind):
    server = Server(SIZED + b"HTTP/1.1 200 OK\r\n", SIZED)
    first, second = exchange(kind, server.url, 2)
    assert first.body == BODY
    assert (second if isinstance(second, Failure) else second.body) == expect(kind, "bytes behind an answer", BODY)
    assert isinstance(second, Failure) or server.connections == 2


@all_transports
def test_nothing_is_sent_after_the_deadline(kind):
    server = Server(SIZED)
    [got] = exchange(kind, server.url, timeouts=Timeouts(total=0))
    assert got == Failure("connect_timeout", sent=False)
    assert server.connections == 0


def test_those_who_wait_for_one_of_few_connections_get_it_or_are_told_that_nothing_was_sent():
    server = Server(*[SIZED] * 5)

    async def main():
        transport = AsyncioTransport(server.url, connections=1)
        send = [
            transport.send(HttpRequest("GET", f"{server.url}/x", {}), Timeouts(), time.monotonic() + left)
            for left in (10, 10, 10, 0.0001)
        ]
        got = await asyncio.gather(*send)
        await transport.close()
        return got

    *good, late = asyncio.run(main())
    assert [got.body for got in good] == [BODY] * 3
    assert late == Failure("connect_timeout", sent=False)
    assert server.connections == 1


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def context(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@all_transports
def test_tls_with_a_certificate_that_the_machine_trusts_works_and_is_kept(
    kind, context, authority, monkeypatch, tmp_path
):
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    server = Server(SIZED, SIZED, context=context)
    assert [got.body for got in exchange(kind, server.url, 2)] == [BODY] * 2
    assert server.connections == 1


@all_transports
def test_tls_with_a_certificate_of_nobodys_is_a_failure_before_sending(kind, context):
    [got] = exchange(kind, Server(SIZED, context=context).url)
    assert (got.reason, got.sent) == ("tls", False)


@all_transports
def test_tls_with_a_certificate_of_another_host_is_a_failure_before_sending(kind, authority, monkeypatch, tmp_path):
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    [got] = exchange(kind, Server(SIZED, context=context).url)
    assert (got.reason, got.sent) == ("tls", False)


@all_clients
def test_a_certificate_that_is_not_trusted_is_named_and_not_tried_again(make_client, context):
    traces = []

    async def main():
        client = make_client(StaticToken("t"), url=f"{Server(context=context).url}/v2", trace=traces.append)
        try:
            await came(client.orders.refuse("72753033-a2e0-43e3-95e5-57c4c2e9bf4a"))
        finally:
            await came(client.close())

    with pytest.raises(ServiceUnavailable, match="unable to get local issuer certificate") as caught:
        asyncio.run(main())
    assert [trace.failure for trace in traces] == ["tls (unable to get local issuer certificate)"]
    assert "SSL_CERT_FILE" in caught.value.hint.en


@all_transports
def test_a_handshake_that_fails_before_the_certificate_is_named(kind, context):
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")  # trustme's key is of another kind
    [got] = exchange(kind, Server(SIZED, context=context).url)
    assert got == Failure("tls", sent=False, detail=got.detail)
    assert "handshake failure" in got.detail


@all_transports
def test_a_server_that_never_finishes_the_handshake_is_a_failure_before_sending(kind):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://localhost:{silent.getsockname()[1]}"
        [got] = exchange(kind, url, timeouts=Timeouts(connect=0.3, total=5))
    assert got == Failure("connect_timeout", sent=False)


def awaited(transport, url):
    timeouts = Timeouts()
    return transport.send(HttpRequest("POST", f"{url}/v2/orders", {}), timeouts, time.monotonic() + timeouts.total)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # a connection that was never closed: the first loop's affair
def test_a_second_event_loop_gets_connections_and_places_of_its_own():
    server = Server(*[SIZED] * 8)
    transport = AsyncioTransport(server.url, connections=1)

    async def many():
        return [got.status for got in await asyncio.gather(*[awaited(transport, server.url) for _ in range(3)])]

    async def last():
        got = await many()
        await transport.close()
        return got

    assert (asyncio.run(many()), asyncio.run(last())) == ([200] * 3, [200] * 3)
    assert (server.connections, server.requests) == (2, 6)
    gc.collect()  # what the first loop left is told here, and in no other test


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the same
def test_a_second_event_loop_can_close_what_the_first_left():
    server = Server(SIZED)
    transport = AsyncioTransport(server.url)
    assert asyncio.run(awaited(transport, server.url)).status == 200
    asyncio.run(transport.close())
    del transport
    gc.collect()
    assert server.closed.acquire(timeout=20)


def test_a_transport_that_is_closed_during_a_call_keeps_no_connection():
    server = Server(SIZED)

    async def main():
        transport = AsyncioTransport(server.url)
        call = asyncio.ensure_future(awaited(transport, server.url))
        await asyncio.sleep(0)
        await transport.close()
        assert (await call).body == BODY
        return await asyncio.to_thread(server.closed.acquire, timeout=20)  # the server has seen the end

    assert asyncio.run(main())


@all_transports
def test_an_answer_that_changes_the_protocol_is_a_failure_after_sending(kind, caplog):
    answer = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00"
    [got] = exchange(kind, Server(answer).url)
    assert isinstance(got, Failure)
    assert got.sent
    assert caplog.records == []


@pytest.fixture
def black_hole():
    """An address that takes no connection and says nothing: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for sock in waiting:
            sock.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            sock.connect_ex(listener.getsockname())
        yield listener.getsockname()
        for sock in waiting:
            sock.close()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
def test_an_address_that_says_nothing_leaves_time_for_the_next_one(black_hole, monkeypatch):
    server = Server(SIZED)
    ways = [
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", address) for address in (black_hole, server.listener.getsockname())
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: ways)
    [got] = exchange(SocketTransport, server.url, timeouts=Timeouts(connect=1.0, total=20))
    assert got.status == 200


def test_a_look_up_that_hangs_ends_with_the_time_to_connect(monkeypatch):
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait(20) and [])
    [got] = exchange(SocketTransport, "http://cdek.test", timeouts=Timeouts(connect=0.2, total=20))
    is_over.set()
    assert got == Failure("connect_timeout", sent=False)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 101] Connect call failed"), "refused"),
        (OSError(101, "Network is unreachable"), "refused"),
        (ConnectionRefusedError(), "refused"),
        (ssl.SSLCertVerificationError(), "tls"),
        (ConnectionResetError(), "tls"),  # a connection that stands is broken off in the handshake
        (socket.gaierror(), "dns"),
    ],
)
def test_over_https_only_trouble_with_tls_is_told_as_such(error, reason, monkeypatch):
    async def fails(*_, **__):
        raise error

    async def main():
        transport = AsyncioTransport("https://localhost:1")
        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", fails)
        return await awaited(transport, "https://localhost:1")

    assert asyncio.run(main()) == Failure(reason, sent=False)
