"""No file descriptor left: both transports name it, do nothing, leave nothing open, and work again once there are some.

No server of these tests is a thread of this process: it would need descriptors too.
"""

import asyncio
import gc
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import trustme

from oint.cdek import AsyncClient, Client, Retry, StaticToken
from oint.cdek._http import PROXY_ERROR, Failure, HttpRequest, Timeouts
from oint.cdek.errors import ServiceUnavailable
from oint.cdek.transports.asyncio import AsyncioTransport
from tests.support.transport_kinds import all_transports, came, expect

resource = pytest.importorskip("resource", reason="Windows limits no descriptors")

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
TIMEOUTS = Timeouts(connect=20, read=20, total=40)
NONE_LEFT = Failure("no_descriptors", sent=False)

both_clients = pytest.mark.parametrize("kind", [Client, AsyncClient])
ways = pytest.mark.parametrize("way", ["send", "open"])


class Descriptors:
    """The limit of this process: what is open stays, and so many more can be opened."""

    def __init__(self):
        self.before = resource.getrlimit(resource.RLIMIT_NOFILE)

    def leave(self, count):
        gc.collect()  # what earlier tests have left is closed now, and not while descriptors are few
        free = [os.open(os.devnull, os.O_RDONLY) for _ in range(count + 1)]
        for number in free:
            os.close(number)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free[-1], self.before[1]))

    def give_back(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, self.before)


@pytest.fixture
def descriptors():
    found = Descriptors()
    yield found
    found.give_back()


def count_open():
    return sum(1 for _ in Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd").iterdir())


async def ask(transport, url, way="send"):
    request = HttpRequest("POST", f"{url}/x", {})
    return await came(getattr(transport, way)(request, TIMEOUTS, time.monotonic() + TIMEOUTS.total))


async def close(transport, *bodies):
    for body in bodies:
        body.close()
    await came(transport.close())
    await asyncio.sleep(0.02)  # the end of a connection is seen before the loop ends


@pytest.fixture
def listener():
    """A server that nobody serves."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        yield listener


@all_transports
@ways
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "nobody.invalid"])
def test_a_connection_without_a_descriptor_is_named_and_costs_nothing(kind, way, host, listener, descriptors):
    url = f"http://{host}:{listener.getsockname()[1]}"

    async def main():
        transport = kind(url)
        await asyncio.get_running_loop().run_in_executor(None, int)  # the thread for look-ups stands
        before = count_open()
        descriptors.leave(0)
        got = [await ask(transport, url, way) for _ in range(3)]
        descriptors.give_back()
        after = count_open()
        await close(transport)
        return got, after - before

    got, left_open = asyncio.run(main())
    assert got == [NONE_LEFT] * 3
    assert left_open <= 0
    with pytest.raises(BlockingIOError):
        listener.accept()


APART = """
import ssl, sys
from tests.support.raw_server import BODY, Server, sized

context = None
if len(sys.argv) > 1:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
server = Server(*[sized(BODY, b"X: keep")] * 50, context=context)
print(server.url, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def serve_apart():
    """Starts a server in a process of its own, with the certificate of a file; gives its address."""
    started = []

    def serve(*certificate):
        process = subprocess.Popen(
            [sys.executable, "-c", APART, *certificate],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        started.append(process)
        return process.stdout.readline().strip()

    yield serve
    for process in started:
        process.communicate()


@all_transports
def test_a_transport_works_again_once_there_are_descriptors(kind, descriptors, serve_apart):
    url = serve_apart()

    async def main():
        transport = kind(url)
        descriptors.leave(0)
        got = [await ask(transport, url)]
        descriptors.give_back()
        got.append(await ask(transport, url))
        descriptors.leave(0)
        got.append(await ask(transport, url))  # on the connection that was kept
        descriptors.give_back()
        await close(transport)
        return got

    none_left, *answers = asyncio.run(main())
    assert none_left == NONE_LEFT
    assert [got.status for got in answers] == [200, 200]


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def certificate(authority, monkeypatch, tmp_path):
    """The file of a server's certificate that this machine trusts."""
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "server.pem"))
    return str(tmp_path / "server.pem")


@all_transports
@ways
def test_certificates_that_could_not_be_opened_are_read_again(kind, way, certificate, descriptors, serve_apart):
    url = serve_apart(certificate)

    async def main():
        descriptors.leave(0)
        transport = kind(url)
        none_left = await ask(transport, url, way)
        descriptors.give_back()
        got = await ask(transport, url, way)
        await close(transport, *[got] * (way == "open"))
        return none_left, got.status

    assert asyncio.run(main()) == (NONE_LEFT, 200)


@all_transports
@ways
def test_the_last_descriptor_still_opens_a_connection(kind, way, descriptors, serve_apart):
    url = serve_apart().replace("localhost", "127.0.0.1")  # a look-up needs another one

    async def main():
        transport = kind(url)
        descriptors.leave(1)
        first, second = await ask(transport, url, way), await ask(transport, url, "open")
        descriptors.give_back()
        await close(transport, *[each for each in (first, second) if hasattr(each, "read")])
        return first.status, getattr(second, "status", second)

    expected = NONE_LEFT if way == "open" else expect(kind, "a stream after a call", NONE_LEFT)
    assert asyncio.run(main()) == (200, expected)


@all_transports
@ways
@pytest.mark.parametrize("url", ["http://cdek.test", "https://cdek.test"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_proxy_is_not_blamed_for_want_of_a_descriptor(kind, way, url, host, descriptors):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        proxy = f"http://{host}:{nobody.getsockname()[1]}"

    async def main():
        transport = kind(url, proxy=proxy)
        blamed = await ask(transport, url, way)  # reads the certificates
        descriptors.leave(0)
        got = await ask(transport, url, way)
        descriptors.give_back()
        await close(transport)
        return blamed, got

    assert asyncio.run(main()) == (PROXY_ERROR, NONE_LEFT)


@both_clients
def test_a_refusal_without_a_descriptor_was_not_sent_and_says_what_to_do(kind, listener, descriptors):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    url = f"http://localhost:{listener.getsockname()[1]}"
    seen = []

    async def refuse(url):
        retry = Retry(attempts=3, first_delay=0.0)
        client = kind(StaticToken("t"), url=url, timeouts=TIMEOUTS, retry=retry, trace=seen.append)
        with pytest.raises(ServiceUnavailable) as caught:
            await came(client.orders.refuse(UUID))
        await came(client.close())
        return caught.value

    async def main():
        await refuse(closed)  # loads what is loaded at first use
        seen.clear()
        descriptors.leave(0)
        error = await refuse(url)
        descriptors.give_back()
        return error

    error = asyncio.run(main())
    assert (error.reason, error.safe_to_repeat) == ("no_descriptors", True)
    for words in ("ulimit -n", "--in-flight"):
        assert words in error.text.ru
        assert words in error.text.en
    assert [trace.failure for trace in seen] == ["no_descriptors"] * 3
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_each_of_many_tasks_with_few_descriptors_ends_with_an_answer_or_the_cause(descriptors, serve_apart):
    url = serve_apart().replace("localhost", "127.0.0.1")

    async def main():
        transport = AsyncioTransport(url)
        before = count_open()
        descriptors.leave(5)
        got = await asyncio.gather(*[ask(transport, url) for _ in range(50)])
        descriptors.give_back()
        await close(transport)
        return got, count_open() - before

    got, left_open = asyncio.run(main())
    answers = [each for each in got if not isinstance(each, Failure)]
    assert {each.status for each in answers} == {200}
    assert len(answers) >= 5
    assert {each for each in got if isinstance(each, Failure)} == {NONE_LEFT}
    assert left_open <= 0
