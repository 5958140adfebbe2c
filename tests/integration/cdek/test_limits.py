"""Answers without limits: both transports close the connection, hold little, and say that a change may have been done."""

import asyncio
import gzip
import json
import os
import subprocess
import sys
import time
import zlib
from itertools import islice

import pytest

from oint.cdek import AsyncClient, Client, Retry, StaticToken
from oint.cdek._http import Failure, HttpRequest, Timeouts
from oint.cdek.errors import OutcomeUnknown, ServiceUnavailable
from oint.cdek.transports import _http1
from tests.support.raw_server import OK, Server, endless, sized
from tests.support.transport_kinds import ADAPTERS, all_transports, came, expect

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
TIMEOUTS = Timeouts(connect=20, read=20, total=40)
MAX_BODY = 1_000_000
MUCH = 16_777_216
"""Bytes that a server may get rid of before it sees a closed connection: the limit, and what the kernel holds."""
TOO_LARGE = Failure("too_large", sent=True)
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n\r\n"

both_clients = pytest.mark.parametrize("kind", [Client, AsyncClient])
ways = pytest.mark.parametrize("way", ["whole", "stream"])


def packed(data: bytes, wbits: int = zlib.MAX_WBITS) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(data) + packer.flush()


def with_length(head: bytes, body: bytes) -> bytes:
    return head.removesuffix(b"\r\n") + b"Content-Length: %d\r\n\r\n" % len(body) + body


def in_chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)


HEADS = {
    "header lines without end": lambda: endless(OK, b"X-A: b\r\n"),
    "a header line without end": lambda: endless(OK + b"X-A: ", b"a"),
    "a header name without end": lambda: endless(OK, b"a"),
    "a status line without end": lambda: endless(b"HTTP/1.1 200 ", b"O"),
    "interim answers without end": lambda: endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "go on without end": lambda: endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "interim answers with headers without end": lambda: endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    "more headers than are read": lambda: iter([OK, *(b"X-%d: b\r\n" % n for n in range(5000)), b"\r\n"]),
}
BODIES = {
    "a body without length or end": lambda: endless(OK + b"\r\n", b"x"),
    "a length beyond the limit": lambda: endless(OK + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1), b"x"),
    "a length beyond all memory": lambda: iter([OK + b"Content-Length: 1000000000000000\r\n\r\nabc"]),
    "chunks without end": lambda: endless(CHUNKED, b"a\r\n0123456789\r\n"),
    "tiny chunks without end": lambda: endless(CHUNKED, b"1\r\nx\r\n"),
    "a chunk without end": lambda: endless(CHUNKED + b"ffffffffffffff\r\n", b"x"),
    "an extension of a chunk without end": lambda: endless(CHUNKED + b"5;x=", b"x"),
    "chunks with long extensions": lambda: endless(CHUNKED, b"1;x=" + b"x" * 50_000 + b"\r\ny\r\n"),
    "a trailer line without end": lambda: endless(CHUNKED + in_chunk(b"{}") + b"0\r\nX-A: ", b"a"),
    "trailer lines without end": lambda: endless(CHUNKED + in_chunk(b"{}") + b"0\r\n", b"X-A: b\r\n"),
    "trailer lines of many names": lambda: iter(
        [CHUNKED + in_chunk(b"{}") + b"0\r\n", *(b"X-%d: b\r\n" % n for n in range(400_000))]
    ),
    "packed small": lambda: iter([with_length(GZIP, gzip.compress(bytes(MAX_BODY + 1)))]),
    "packed by zlib": lambda: iter([with_length(GZIP.replace(b"gzip", b"deflate"), packed(bytes(MAX_BODY + 1)))]),
    "packed small in a chunk": lambda: iter(
        [CHUNKED[:-2] + b"Content-Encoding: gzip\r\n\r\n", in_chunk(gzip.compress(bytes(MAX_BODY + 1))), b"0\r\n\r\n"]
    ),
    "packed without end": lambda: endless(GZIP + gzip.compress(b"{}")[:10], b"\0\xff\xff\0\0" + b"x" * 65_535),
    "packed nothing without end": lambda: endless(GZIP + gzip.compress(b"{}")[:10], b"\0\0\0\xff\xff"),
    "rubbish without end behind what was packed": lambda: endless(GZIP + gzip.compress(b"{}"), b"x"),
}
ANSWERS = {**HEADS, **BODIES}
# an endless gzip header field is eaten by zlib without a byte coming out
ANSWERS["a header of gzip without end"] = lambda: endless(GZIP + b"\x1f\x8b\x08\x08" + bytes(6), b"x")
answers = pytest.mark.parametrize("answer", ANSWERS)


@pytest.fixture
def _small_body(monkeypatch):
    monkeypatch.setattr(_http1, "MAX_BODY_BYTES", MAX_BODY)


def exchange(kind, url, way):
    """What came: a whole answer, the bytes of a stream that had no fault, or the failure."""

    async def main():
        transport = kind(url)
        deadline = time.monotonic() + TIMEOUTS.total
        request = HttpRequest("GET", f"{url}/x", {})
        if way == "whole":
            got = await came(transport.send(request, TIMEOUTS, deadline))
        else:
            got = await streamed(await came(transport.open(request, TIMEOUTS, deadline)), deadline)
        await came(transport.close())
        return got

    return asyncio.run(main())


async def streamed(body, deadline):
    if isinstance(body, Failure):
        return body
    total = 0
    while (got := await came(body.read(deadline))) and isinstance(got, bytes):
        total += len(got)
        assert total <= _http1.MAX_BODY_BYTES
    body.close()
    await asyncio.sleep(0)
    return got if isinstance(got, Failure) else total


@all_transports
@ways
@answers
@pytest.mark.usefixtures("_small_body")
def test_an_answer_over_a_limit_is_given_up_and_its_connection_closed(kind, way, answer, monkeypatch):
    pieces, expected = ANSWERS[answer](), expect(kind, answer, TOO_LARGE)
    if expected != TOO_LARGE:
        pieces = islice(pieces, 10)
        monkeypatch.setattr(sys.modules[__name__], "TIMEOUTS", Timeouts(connect=20, read=1, total=40))
    if answer == "tiny chunks without end" and kind in ADAPTERS:
        monkeypatch.setattr(_http1, "MAX_BODY_BYTES", MAX_BODY // 20)  # httpx2 takes 40 µs a chunk
    server = Server(pieces)
    assert exchange(kind, server.url, way) == expected
    assert server.closed.acquire(timeout=20)
    assert server.sent < MUCH


@all_transports
@ways
@pytest.mark.usefixtures("_small_body")
@pytest.mark.parametrize("length", [b"-5", b"5x", b"", b"1" * 30, b"1" * 5000])
def test_a_length_that_is_no_length_is_a_lost_answer(kind, way, length):
    got = exchange(kind, Server(OK + b"Content-Length: %b\r\n\r\nhello" % length).url, way)
    assert got in (TOO_LARGE, Failure("cut", sent=True))


@all_transports
@ways
@pytest.mark.usefixtures("_small_body")
@pytest.mark.parametrize("size", [b"-5", b"", b" ", b"1" * 5000])
def test_a_chunk_whose_size_is_no_size_is_a_lost_answer(kind, way, size):
    got = exchange(kind, Server(CHUNKED + size + b"\r\nhello\r\n0\r\n\r\n").url, way)
    assert got in (TOO_LARGE, Failure("cut", sent=True))


@all_transports
@ways
def test_a_header_that_is_folded_without_end_is_given_up(kind, way):
    server = Server(endless(OK + b"X-A: b\r\n", b" c\r\n"))
    assert exchange(kind, server.url, way) in (TOO_LARGE, Failure("cut", sent=True))  # llhttp takes no folded header
    assert server.closed.acquire(timeout=20)
    assert server.sent < MUCH


@all_transports
@ways
def test_a_head_of_exactly_the_limit_is_read(kind, way):
    head = OK + b"Content-Length: 2\r\nX-A: "
    for room, expected in ((0, True), (1, False)):
        filler = b"a" * (_http1.MAX_HEAD_BYTES - len(head) - 4 + room)
        got = exchange(kind, Server(head + filler + b"\r\n\r\n{}").url, way)
        assert (got != TOO_LARGE) is (expected or expect(kind, "a head over the limit", None) is not None)


@all_transports
@ways
@pytest.mark.usefixtures("_small_body")
@pytest.mark.parametrize("form", ["sized", "without length", "in chunks", "packed"])
def test_a_body_of_exactly_the_limit_is_read(kind, way, form):
    for size, expected in ((MAX_BODY, True), (MAX_BODY + 1, False)):
        body = bytes(size)
        answer = {
            "sized": sized(body),
            "without length": OK + b"\r\n" + body,
            "in chunks": CHUNKED + in_chunk(body) + b"0\r\n\r\n",
            "packed": with_length(GZIP, gzip.compress(body)),
        }[form]
        got = exchange(kind, Server(answer).url, way)
        if expected:
            assert (len(got.body) if way == "whole" else got) == MAX_BODY
        else:
            assert got == TOO_LARGE


@all_transports
@ways
def test_a_trailer_changes_no_header(kind, way):
    answer = CHUNKED + in_chunk(b"{}") + b"0\r\nContent-Encoding: gzip\r\n\r\n"
    got = exchange(kind, Server(answer).url, way)
    assert (got.body if way == "whole" else got) == (b"{}" if way == "whole" else 2)


def called(kind, url, change, traces=None):
    """What a refusal or a read of an order raises."""

    async def main():
        trace = None if traces is None else traces.append
        client = kind(StaticToken("t"), url=url, timeouts=TIMEOUTS, retry=Retry(attempts=1), trace=trace)
        with pytest.raises(OutcomeUnknown if change else ServiceUnavailable) as caught:
            await came(client.orders.refuse(UUID) if change else client.orders.get(UUID))
        await came(client.close())
        return caught.value

    return asyncio.run(main())


@both_clients
@answers
@pytest.mark.usefixtures("_small_body")
def test_a_sent_change_whose_answer_is_over_a_limit_may_have_been_done(kind, answer):
    error = called(kind, Server(ANSWERS[answer]()).url, change=True)
    assert (error.reason, error.safe_to_repeat) == ("too_large", False)


@both_clients
@pytest.mark.usefixtures("_small_body")
def test_a_read_whose_answer_is_over_a_limit_may_be_repeated(kind):
    error = called(kind, Server(BODIES["a body without length or end"]()).url, change=False)
    assert (error.reason, error.safe_to_repeat) == ("too_large", True)
    assert "too large" in error.text.en


@all_transports
@ways
@pytest.mark.parametrize(
    ("row", "bytes_"),
    [
        ("header lines that drip", (OK, b"X: y\r\n")),
        ("a header that drips", (OK + b"X: ", b"y")),
        ("interim answers that drip", (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        ("go on that drips", (b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
        ("a body that drips", (OK + b"\r\n", b"x")),
        ("chunks that drip", (CHUNKED, b"1\r\nx\r\n")),
        ("an extension that drips", (CHUNKED + b"1;", b"x")),
        ("a trailer that drips", (CHUNKED + b"0\r\n", b"X: y\r\n")),
    ],
)
def test_the_whole_time_is_kept_although_bytes_drip(kind, way, row, bytes_, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "TIMEOUTS", Timeouts(connect=5, read=5, total=0.5))

    start, drop = bytes_

    def drip():
        yield start
        while True:
            time.sleep(0.02)
            yield drop

    expected = expect(kind, row, Failure("timeout", sent=True))
    assert exchange(kind, Server(drip()).url, way) == expected


SMALL_MEMORY = """
import asyncio, json, resource, sys
from oint.cdek import AsyncClient, Client, StaticToken, Retry, Timeouts
from oint.cdek.errors import CdekError

kind, url, change, room = sys.argv[1:]

async def came(value):
    return await value if hasattr(value, "__await__") else value

async def main():
    timeouts = Timeouts(connect=60, read=60, total=120)
    client = {"Client": Client, "AsyncClient": AsyncClient}[kind](
        StaticToken("t"), url=url, timeouts=timeouts, retry=Retry(attempts=1)
    )
    await came(client.orders.get("72753033-a2e0-43e3-95e5-57c4c2e9bf4a"))  # loads all that there is to load
    with open("/proc/self/statm") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + int(room), resource.RLIM_INFINITY))
    try:
        order = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
        got = await came(client.orders.refuse(order) if change == "change" else client.orders.get(order))
        print(len(got.http.body))
    except CdekError as error:
        print(type(error).__name__, error.reason)
    await came(client.close())

asyncio.run(main())
"""


def in_small_memory(kind, server, change, room):
    url = server.url.replace("localhost", "127.0.0.1")  # no thread for a look-up
    done = subprocess.run(
        [sys.executable, "-c", SMALL_MEMORY, kind, url, change, str(room)],
        capture_output=True,
        text=True,
        timeout=170,
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},
        check=False,
    )
    return done.stdout.strip(), done.stderr


FIRST = sized(json.dumps({"entity": {"uuid": UUID}}).encode(), b"X: keep")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux alone")


@linux
@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda: endless(OK + b"\r\n", b"x", 1_000_000_000), id="a body without end"),
        pytest.param(lambda: endless(CHUNKED, in_chunk(b"x" * 60_000), 1_000_000_000), id="chunks without end"),
        pytest.param(lambda: iter([with_length(GZIP, gzip.compress(bytes(535_000_000), 9))]), id="packed small"),
        pytest.param(lambda: iter([sized(b'{"x":[' + b"[]," * 8_000_000 + b"1]}")]), id="JSON that unfolds"),
    ],
)
@pytest.mark.parametrize("change", ["change", "read"])
def test_memory_that_runs_out_while_an_answer_is_read_is_a_lost_answer(kind, answer, change):
    with Server(FIRST, answer()) as server:
        said, noise = in_small_memory(kind, server, change, 96_000_000)
    assert (said, noise) == (f"{'OutcomeUnknown' if change == 'change' else 'ServiceUnavailable'} no_memory", "")


@linux
@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_many_small_chunks_take_no_more_memory_than_their_bytes(kind):
    body = json.dumps({"entity": {"uuid": UUID}, "note": "x" * 1_600_000}).encode()
    chunks = b"".join(b"2\r\n%b\r\n" % body[at : at + 2] for at in range(0, len(body) - 1, 2))
    answer = CHUNKED + chunks + (in_chunk(body[-1:]) if len(body) % 2 else b"") + b"0\r\n\r\n"
    with Server(FIRST, iter([answer])) as server:
        said, noise = in_small_memory(kind, server, "read", 24_000_000)
    assert (said, noise) == (str(len(body)), "")
