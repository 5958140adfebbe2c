"""Bodies read chunk by chunk, by both transports, from a server that sends exactly these bytes."""

import asyncio
import contextlib
import gzip
import socket
import threading
import time

import pytest

from oint.cdek._http import Failure, HttpRequest, Timeouts
from oint.cdek.transports._asyncio_connection import MAX_UNREAD_BYTES
from oint.cdek.transports._http1 import MAX_PIECE_BYTES
from oint.cdek.transports.asyncio import AsyncioTransport
from tests.support.raw_server import OK, Server, sized
from tests.support.transport_kinds import all_transports, came

BODY = b"0123456789" * 30_000
SIZED = sized(BODY)
CHUNKED = (
    OK
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"".join(b"a\r\n%b\r\n" % BODY[:10] for _ in range(30_000))
    + b"0\r\n\r\n"
)
GZIP = gzip.compress(BODY)
PACKED = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(GZIP) + GZIP
SOON = Timeouts(connect=5, read=0.3, total=5)


async def opened(kind, url, timeouts=Timeouts(connect=5, read=5, total=10)):  # noqa: B008 - frozen
    return await came(kind(url).open(HttpRequest("GET", f"{url}/x", {}), timeouts, time.monotonic() + timeouts.total))


def whole(kind, url, timeouts=Timeouts(connect=5, read=5, total=10)):  # noqa: B008 - frozen
    """The status, the bytes that came, and the failure or the empty bytes that ended them."""

    async def main():
        transport = kind(url)
        got = await read_all(transport)
        await came(transport.close())
        await asyncio.sleep(0)  # lets the connection see its end before the loop does
        return got

    async def read_all(transport):
        request = HttpRequest("GET", f"{url}/x", {})
        body = await came(transport.open(request, timeouts, time.monotonic() + timeouts.total))
        if isinstance(body, Failure):
            return None, b"", body
        chunks = []
        while (got := await came(body.read(time.monotonic() + timeouts.total))) and isinstance(got, bytes):
            chunks.append(got)
        body.close()
        return body.status, b"".join(chunks), got

    return asyncio.run(main())


@all_transports
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(SIZED, id="with a length"),
        pytest.param(SIZED.replace(b"200 OK", b"503 X"), id="with an error"),
        pytest.param(CHUNKED, id="in chunks"),
        pytest.param(OK + b"\r\n" + BODY, id="ended by the end of the connection"),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + SIZED, id="after an interim answer"),
        pytest.param(PACKED, id="packed unasked"),
        pytest.param(SIZED + b"HTTP/1.1 200 OK\r\n\r\n", id="with bytes that nobody asked for behind it"),
    ],
)
def test_every_way_to_send_a_whole_answer_is_read_to_its_end(kind, answer):
    assert whole(kind, Server(answer).url) == (503 if b"503" in answer else 200, BODY, b"")


@all_transports
def test_an_empty_body_ends_at_once(kind):
    assert whole(kind, Server(sized(b"")).url) == (200, b"", b"")


@all_transports
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        pytest.param(SIZED[:-3], "cut", id="cut before the length is reached"),
        pytest.param(CHUNKED[:-9], "cut", id="cut between chunks"),
        pytest.param(CHUNKED[:-5] + b"zz\r\n", "cut", id="a chunk without a size"),
        pytest.param(
            PACKED.replace(b"%d" % len(GZIP), b"%d" % (len(GZIP) - 9))[:-9], "cut", id="packed, not to the end"
        ),
        pytest.param(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "cut", id="packed wrongly"),
        pytest.param(SIZED[:-3] + b"", "timeout", id="never ending"),
    ],
)
def test_every_way_to_break_off_is_a_failure_behind_what_had_come(kind, answer, reason):
    if reason == "timeout":
        answer = answer.replace(b"200 OK\r\n", b"200 OK\r\nX: keep\r\n")
    status, came_, end = whole(kind, Server(answer).url, SOON)
    assert (status, end) == (200, Failure(reason, sent=True))
    assert BODY.startswith(came_)


@all_transports
@pytest.mark.parametrize(
    ("answer", "reason"), [(None, "reset"), (b"HTTP/1.1 2", "reset"), (b"HTTP/1.1 200 OK\r\nX: keep\r\n", "timeout")]
)
def test_an_answer_without_a_head_is_a_failure_after_sending(kind, answer, reason):
    assert whole(kind, Server(answer).url, SOON)[2] == Failure(reason, sent=True)


@all_transports
def test_what_is_no_http_is_a_failure_after_sending(kind):
    *_, failure = whole(kind, Server(b"SSH-2.0-OpenSSH_9.6\r\n").url)
    assert isinstance(failure, Failure)
    assert failure.sent


@all_transports
def test_what_cannot_be_reached_or_has_no_time_left_was_never_sent(kind):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    assert whole(kind, url)[2] == Failure("refused", sent=False)
    server = Server(SIZED)
    assert whole(kind, server.url, Timeouts(total=0))[2] == Failure("connect_timeout", sent=False)
    assert server.connections == 0


@all_transports
def test_the_deadline_of_a_read_is_kept_although_bytes_drip(kind):
    def drip(listener):
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65536)
            connection.sendall(OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP[:10])
            while not over.wait(0.05):
                connection.sendall(b"\0\0\0\xff\xff")  # a block that unpacks to nothing

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        timeouts = Timeouts(connect=5, read=5, total=0.5)
        _, _, end = whole(kind, f"http://127.0.0.1:{listener.getsockname()[1]}", timeouts)
        over.set()
        thread.join()
    assert end == Failure("timeout", sent=True)


@all_transports
def test_closing_in_the_middle_closes_the_connection(kind):
    server = Server(SIZED[:-1].replace(b"200 OK\r\n", b"200 OK\r\nX: keep\r\n"))

    async def main():
        body = await opened(kind, server.url)
        assert BODY.startswith(await came(body.read(time.monotonic() + 5)))
        body.close()
        await asyncio.sleep(0)
        assert await asyncio.to_thread(server.closed.acquire, timeout=10)

    asyncio.run(main())


def test_a_slow_reader_of_a_fast_server_holds_little_in_memory():
    size = 40 * MAX_UNREAD_BYTES

    async def main():
        body = await opened(AsyncioTransport, Server(sized(bytes(size))).url)
        longest = total = 0
        while got := await body.read(time.monotonic() + 5):
            for _ in range(5):
                await asyncio.sleep(0)  # the loop may take in what it wants
            longest, total = max(longest, len(got)), total + len(got)
        body.close()
        return longest, total

    longest, total = asyncio.run(main())
    assert total == size
    assert longest < 4 * MAX_UNREAD_BYTES


@all_transports
def test_what_was_packed_small_comes_out_in_pieces_that_are_no_larger_than_any(kind):
    size = 64 * MAX_PIECE_BYTES
    packed = gzip.compress(bytes(size))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)

    async def main():
        transport = kind(url := Server(head + packed).url)
        body = await came(transport.open(HttpRequest("GET", f"{url}/x", {}), Timeouts(), time.monotonic() + 10))
        lengths = []
        while got := await came(body.read(time.monotonic() + 5)):
            lengths.append(len(got))
        body.close()
        await came(transport.close())
        await asyncio.sleep(0)
        return lengths

    lengths = asyncio.run(main())
    assert sum(lengths) == size
    assert max(lengths) <= MAX_PIECE_BYTES


def test_a_task_that_is_cancelled_before_the_head_has_come_leaves_no_connection():
    server = Server(OK + b"X: keep\r\n")

    async def main():
        task = asyncio.create_task(opened(AsyncioTransport, server.url))
        while not server.requests:  # noqa: ASYNC110 - the server is a thread
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)
        assert await asyncio.to_thread(server.closed.acquire, timeout=10)

    asyncio.run(main())
