"""One try to hand an event over, byte by byte, and whom it may reach."""

import asyncio
import socket
import ssl
import threading
from contextlib import contextmanager

import pytest
import trustme

from cdek_sandbox.resources.webhooks import webhook_sender
from tests.support.sandbox_api import Api, sandbox_without, until
from tests.support.webhook_receiver import receiving

BODY = b'{"type":"ORDER_STATUS"}'


@contextmanager
def answering(*parts, context=None):
    """A server that answers one connection with these bytes; yields its port and what came in."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection = listener.accept()[0]
            try:
                with context.wrap_socket(connection, server_side=True) if context else connection as one:
                    came.append(one.recv(65536))
                    for part in parts:
                        one.sendall(part)
            except OSError:
                return  # the other side did not like the certificate

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], came
        thread.join(30)


def deliver(url, patience=30.0, *, anywhere=False):
    return asyncio.run(webhook_sender.post_event(url, BODY, patience, allow_any_host=anywhere))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", (200, None)),
        (b"HTTP/1.0 503 Busy\r\n\r\n", (503, None)),
        (b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", (200, None)),
        (b"", (None, "no_answer")),
        (b"HTTP/1.1\r\n\r\n", (None, "no_answer")),
        (b"HTTP/1.1 fine\r\n\r\n", (None, "no_answer")),
        (b"x" * 100_000, (None, "no_answer")),
    ],
)
def test_response_status_is_read_or_reported_missing(answer, outcome):
    with answering(answer) as (port, _):
        assert deliver(f"http://127.0.0.1:{port}/") == outcome


def test_the_request_is_whole_and_holds_no_password_of_the_url():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as (port, came):
        deliver(f"http://user:secret@127.0.0.1:{port}/путь?a=%20b")
    head, _, body = came[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /%D0%BF%D1%83%D1%82%D1%8C?a=%20b HTTP/1.1"
    assert b"Host: 127.0.0.1:%d" % port in lines
    assert b"Content-Length: %d" % len(BODY) in lines
    assert (body, b"secret" in head) == (BODY, False)


def test_a_name_of_this_machine_is_reached():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as (port, _):
        assert deliver(f"http://localhost:{port}") == (200, None)


def test_untrusted_certificate_gets_no_event():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with answering(b"HTTP/1.1 200 OK\r\n\r\n", context=context) as (port, came):
        assert deliver(f"https://127.0.0.1:{port}/") == (None, "unreachable")
    assert came in ([], [b""])


def _address_of_this_machine():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent: the system only chooses the way
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


@pytest.mark.parametrize("arguments", [(), ("--webhooks-anywhere",)])
def test_other_hosts_are_reached_only_with_the_option(arguments):
    address = _address_of_this_machine()
    if address.startswith("127."):
        pytest.skip("this machine has no address but loopback")
    with receiving("0.0.0.0") as receiver, sandbox_without("uvloop", "httptools", arguments=arguments) as sandbox:
        url = f"http://{address}:{receiver.server_port}/"
        uuid = sandbox.order()
        Api(sandbox.url, sandbox.account, sandbox.password).call(
            "POST", "/webhooks", {"type": "ORDER_STATUS", "url": url}
        )
        sandbox.move(uuid, "DELIVERED")
        until(lambda: sandbox.webhooks()["events"][0]["state"] != "waiting")
        assert sandbox.webhooks()["events"][0]["state"] == ("delivered" if arguments else "blocked")
        assert len(receiver.events) == len(arguments)
