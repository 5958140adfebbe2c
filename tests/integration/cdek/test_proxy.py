"""Both transports by way of a real small proxy: which one is taken, what is said to it, how its no is told."""

import asyncio
import os
import socket
import ssl
import time
from base64 import b64encode

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from cdek_sandbox import running_sandbox
from oint.cdek import AsyncClient, Client, InvalidArgument, Retry, StaticToken
from oint.cdek._http import Failure, HttpRequest, Timeouts
from oint.cdek.errors import ServiceUnavailable
from oint.cdek.transports.proxy import MAX_CONNECT_BYTES, Proxy, parse_connect_response, resolve_proxy
from tests.support.raw_server import BODY, Server, sized
from tests.support.small_proxy import SmallProxy
from tests.support.transport_kinds import all_clients, all_transports, came, expect

PAIR = "shop:p%40ss w0rd"
"""As in an address; the password is `p@ss w0rd`."""
SIZED = sized(BODY, b"X-Keep: keep")
TIMEOUTS = Timeouts(connect=5, read=5, total=10)


def exchange(kind, url, times=1, proxy=None, method="GET"):
    async def main():
        transport = kind(url, proxy=proxy)
        got = []
        for _ in range(times):
            body = None if method == "GET" else b'{"x": 1}'
            request = HttpRequest(method, f"{url}/v2/orders?a=b", {"Authorization": "Bearer tok"}, body)
            one = transport.send(request, TIMEOUTS, time.monotonic() + TIMEOUTS.total)
            got.append(await one if asyncio.iscoroutine(one) else one)
            await asyncio.sleep(0.02)  # the end of a connection is seen between two calls, as in life
        closing = transport.close()
        if closing is not None:
            await closing
        return got

    return asyncio.run(main())


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def context(authority, monkeypatch, tmp_path):
    """TLS of a server called cdek.test, whose certificate this machine trusts."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("cdek.test").configure_cert(context)
    return context


def port_of(server):
    return int(server.url.rpartition(":")[2])


@all_transports
def test_http_goes_through_the_proxy_with_whole_addresses_on_a_kept_connection(kind, monkeypatch):
    with Server(SIZED, SIZED) as server, SmallProxy(port_of(server)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy.address}")
        got = exchange(kind, "http://cdek.test", 2)
    assert [(each.status, each.body) for each in got] == [(200, BODY)] * 2
    assert [head.split("\r\n")[:2] for head in proxy.heads] == [
        ["GET http://cdek.test/v2/orders?a=b HTTP/1.1", "Host: cdek.test"]
    ] * 2


@all_transports
def test_https_goes_through_a_tunnel_in_which_the_proxy_sees_nothing(kind, context, monkeypatch):
    with Server(SIZED, SIZED, context=context) as server, SmallProxy(port_of(server)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.address)
        got = exchange(kind, "https://cdek.test", 2)
    assert [(each.status, each.body) for each in got] == [(200, BODY)] * 2
    more = expect(kind, "the head of CONNECT", "")
    assert proxy.heads == [f"CONNECT cdek.test:443 HTTP/1.1\r\nHost: cdek.test:443\r\n{more}\r\n"]
    assert server.connections == 1


@all_transports
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_gets_the_credentials_of_its_address_and_the_server_does_not(kind, scheme, context):
    with (
        Server(SIZED, context=context if scheme == "https" else None) as server,
        SmallProxy(port_of(server), pair="shop:p@ss w0rd") as proxy,
    ):
        [got] = exchange(kind, f"{scheme}://cdek.test", proxy=f"http://{PAIR.replace(' ', '%20')}@{proxy.address}")
    assert got.status == 200
    assert "Bearer tok" not in "".join(head for head in proxy.heads if head.startswith("CONNECT"))


@all_transports
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_proxy_that_wants_other_credentials_is_a_failure_before_sending(kind, scheme, method, context):
    with (
        Server(SIZED, context=context if scheme == "https" else None) as server,
        SmallProxy(port_of(server), pair="shop:other") as proxy,
    ):
        [got] = exchange(kind, f"{scheme}://cdek.test", proxy=f"http://{proxy.address}", method=method)
    assert (got.reason, got.sent) == ("proxy", False)
    assert server.requests == 0


def streamed(kind, url, proxy):
    """A body read chunk by chunk, or the failure to get one."""

    async def main():
        transport = kind(url, proxy=proxy)
        until = time.monotonic() + TIMEOUTS.total
        body = await came(transport.open(HttpRequest("GET", f"{url}/v2/deliverypoints", {}), TIMEOUTS, until))
        read = b""
        while not isinstance(body, Failure) and (data := await came(body.read(until))):
            read += data
        if not isinstance(body, Failure):
            body.close()
        await came(transport.close())
        await asyncio.sleep(0)
        return body if isinstance(body, Failure) else read

    return asyncio.run(main())


@all_transports
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("pair", ["shop:s3cret", "shop:other"])
def test_a_stream_goes_through_the_proxy_too_or_fails_before_sending(kind, scheme, pair, context):
    with (
        Server(SIZED, context=context if scheme == "https" else None) as server,
        SmallProxy(port_of(server), pair=pair) as proxy,
    ):
        got = streamed(kind, f"{scheme}://cdek.test", f"http://shop:s3cret@{proxy.address}")
    if pair == "shop:s3cret":
        assert got == BODY
    else:
        assert (got.reason, got.sent) == ("proxy", False)


@all_transports
@pytest.mark.parametrize(
    "instead",
    [
        b"HTTP/1.1 403 Forbidden\r\n\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno",
        b"SSH-2.0-x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"x" * (MAX_CONNECT_BYTES + 2),
    ],
)
def test_a_proxy_that_opens_no_tunnel_is_a_failure_before_sending(kind, instead, context):
    with Server(SIZED, context=context) as server, SmallProxy(port_of(server), instead=instead) as proxy:
        [got] = exchange(kind, "https://cdek.test", proxy=proxy.address)
    assert (got.reason, got.sent) == ("proxy", False)
    assert server.connections == 0


@all_transports
def test_a_certificate_is_checked_within_the_tunnel(kind, context):
    with Server(SIZED, context=context) as server, SmallProxy(port_of(server)) as proxy:
        [got] = exchange(kind, "https://elsewhere.test", proxy=proxy.address)
    assert (got.reason, got.sent) == ("tls", False)
    assert server.requests == 0


@all_transports
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_a_failure_before_sending(kind, scheme):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        for address in (f"127.0.0.1:{silent.getsockname()[1]}", "nobody.invalid:3128"):
            [got] = exchange(kind, f"{scheme}://cdek.test", proxy=address)
            assert (got.reason, got.sent) == ("proxy", False)


@all_transports
def test_this_machine_and_the_names_of_no_proxy_are_reached_without_it(kind, monkeypatch):
    with Server(SIZED, SIZED, SIZED) as server, SmallProxy(1) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        for url in (server.url, server.url.replace("localhost", "127.0.0.1")):
            [got] = exchange(kind, url)
            assert got.status == 200
        monkeypatch.setenv("NO_PROXY", "other.test,.invalid")
        [got] = exchange(kind, "http://cdek.invalid")
        assert got == Failure("dns", sent=False)
        [got] = exchange(kind, "http://cdek.invalid", proxy="")
        assert got == Failure("dns", sent=False)
    assert proxy.heads == []


def test_a_whole_life_goes_through_a_proxy_that_a_client_was_given():
    with running_sandbox(seed=61) as box, SmallProxy(int(box.url.split(":")[2].split("/")[0])) as proxy:
        order = box.order()
        token = StaticToken(_token(box))
        with Client(token, url="http://localhost/v2", proxy=proxy.address) as client:
            assert client.orders.refuse(order).raw["requests"][0]["state"] == "ACCEPTED"

        async def read():
            async with AsyncClient(token, url="http://localhost/v2", proxy=proxy.address) as client:
                return (await client.orders.get(order)).raw["entity"]["uuid"]

        assert asyncio.run(read()) == order
    assert [head.split(" ")[0] for head in proxy.heads] == ["POST", "GET"]


def _token(box):
    with Client(url=box.url) as client:
        return client.oauth.token(box.account, box.password).raw["access_token"]


def test_the_error_of_a_call_says_that_it_was_the_proxy_and_shows_no_credentials():
    with SmallProxy(1, pair="shop:other") as proxy:
        address = f"http://shop:s3cret@{proxy.address}"
        traces = []
        with (
            Client(
                StaticToken("t"),
                url="https://cdek.test/v2",
                proxy=address,
                retry=Retry(attempts=1),
                trace=traces.append,
            ) as client,
            pytest.raises(ServiceUnavailable, match="proxy") as caught,
        ):
            client.orders.refuse("72753033-a2e0-43e3-95e5-57c4c2e9bf4a")
    assert (caught.value.reason, caught.value.safe_to_repeat) == ("proxy", True)
    assert "s3cret" not in f"{caught.value!r}{traces!r}{client!r}"


@all_clients
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_wrong_password_of_a_proxy_is_sent_once_and_named(make_client, scheme, monkeypatch):
    traces = []
    with SmallProxy(1, pair="shop:other") as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://shop:s3cret@{proxy.address}")

        async def main():
            client = make_client(StaticToken("t"), url=f"{scheme}://cdek.test/v2", trace=traces.append)
            try:
                await came(client.orders.refuse("72753033-a2e0-43e3-95e5-57c4c2e9bf4a"))
            finally:
                await came(client.close())

        with pytest.raises(ServiceUnavailable, match="HTTP 407") as caught:
            asyncio.run(main())
        heads = list(proxy.heads)
    assert len(heads) == 1
    assert [trace.failure for trace in traces] == ["proxy (HTTP 407)"]
    assert caught.value.safe_to_repeat
    assert "HTTPS_PROXY" in caught.value.hint.en


@all_transports
def test_a_proxy_that_is_out_of_order_may_be_asked_again(kind, context):
    instead = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 2\r\n\r\nno"
    with Server(SIZED, context=context) as server, SmallProxy(port_of(server), instead=instead) as proxy:
        [got] = exchange(kind, "https://cdek.test", proxy=proxy.address)
    assert got == Failure("proxy", sent=False, detail="HTTP 502")


@pytest.mark.parametrize(
    "address", ["socks5://h:1", "https://h:1", "http://h:x", "http://", "http://a:s3cret@h:x", "[::1"]
)
@pytest.mark.parametrize("way", ["given", "environment"])
def test_what_is_no_address_of_an_http_proxy_is_said_without_repeating_it(address, way, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", address)
    with pytest.raises(InvalidArgument, match="HTTPS_PROXY") as caught:
        resolve_proxy("https", "cdek.test", address if way == "given" else None)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("user", "sent"),
    [
        ("магазин", "магазин".encode()),
        ("%D0%BC", "м".encode()),
        ("%FF", b"\xff"),
        (os.fsdecode(b"\xec\xe0\xe3"), b"\xec\xe0\xe3"),  # bytes of the environment that are no UTF-8
    ],
)
def test_a_user_of_a_proxy_goes_out_in_the_bytes_that_were_given(user, sent):
    assert Proxy(f"http://{user}:pw@h:1").lines == [f"Proxy-Authorization: Basic {b64encode(sent + b':pw').decode()}"]


def test_a_user_of_a_proxy_that_no_bytes_are_for_is_said_without_repeating_it():
    with pytest.raises(InvalidArgument, match="HTTPS_PROXY") as caught:
        Proxy("http://s3cret\ud800:pw@h:1")
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize(
    ("settings", "scheme", "host"),
    [
        ({"HTTPS_PROXY": "p:1"}, "https", "p"),
        ({"HTTPS_PROXY": "p:1"}, "http", None),
        ({"https_proxy": "p:1", "HTTPS_PROXY": "q:1"}, "https", "p"),
        ({"ALL_PROXY": "p:1"}, "https", "p"),
        ({"ALL_PROXY": "p:1", "HTTPS_PROXY": "q:1"}, "https", "q"),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": "*"}, "https", None),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": ".test"}, "https", None),
        ({"HTTPS_PROXY": "p:1", "NO_PROXY": "a.cdek.test"}, "https", "p"),
        ({"HTTPS_PROXY": ""}, "https", None),
        ({}, "https", None),
    ],
)
def test_the_settings_of_the_machine_count_as_in_urllib(settings, scheme, host, monkeypatch):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = resolve_proxy(scheme, "cdek.test", None)
    assert (found and found.host) == host


def test_a_tunnel_to_an_address_of_ipv6_has_its_brackets():
    assert Proxy("p").connect("::2", 443).startswith(b"CONNECT [::2]:443 HTTP/1.1\r\nHost: [::2]:443\r\n")
    assert Proxy("http://p").port == 80


@given(st.binary(max_size=40).map(lambda value: value.translate(None, b"\r\n")))
def test_no_tunnel_opens_before_its_head_is_whole(head):
    whole = b"HTTP/1.1 200 OK\r\nX-Via: " + head + b"\r\n\r\n"
    assert parse_connect_response(whole) is True
    assert [parse_connect_response(whole[:end]) for end in range(len(whole))] == [None] * len(whole)
    assert parse_connect_response(whole + b"x") is False
    assert parse_connect_response(whole.replace(b"200", b"407", 1)) is False
