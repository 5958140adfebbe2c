"""Long lists item by item, on virtual time: what is asked, what comes out, and how it ends when it breaks off."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from oint.cdek import _streaming, auth
from oint.cdek._http import Timeouts
from oint.cdek._streaming import JsonArraySplitter
from oint.cdek.api import deliverypoints, location
from oint.cdek.auth import Account, TokenCache
from oint.cdek.errors import AuthenticationError, InvalidArgument, InvalidResponse, RequestRejected, ServiceUnavailable
from tests.support.fake_session import JSON_HEADERS, World, answer, lost, never_sent, refused

ROWS = [{"code": f"NSK{n}", "note": "},{" * 500} for n in range(100)]
TEXT = json.dumps(ROWS, ensure_ascii=False).encode()
CODES = [row["code"] for row in ROWS]


class Chunks:
    """A body that comes in these chunks, each after so many seconds."""

    def __init__(self, *chunks, status=200, seconds=0.0):
        self.chunks = iter(chunks)
        self.status = status
        self.headers = JSON_HEADERS
        self.seconds = seconds
        self.left = []
        self.closed = 0
        self.world = None

    def read(self, deadline):
        if self.world:
            self.left.append(deadline - self.world.now)
            self.world.now += self.seconds
        return next(self.chunks, b"")

    def close(self):
        self.closed += 1


def in_chunks(text, size=1000, **more):
    return Chunks(*(text[at : at + size] for at in range(0, len(text), size)), **more)


def codes(world, source=None):
    return [office.code for office in world.each(source or deliverypoints.stream())]


def gather(found, stream):
    """What came is kept, whatever comes of the rest."""
    for item in stream:
        found.append(item.code)


@pytest.mark.parametrize("size", [1, 777, 10**6])
def test_offices_come_one_by_one_from_one_request(size):
    body = in_chunks(TEXT, size)
    world = World([body])
    assert codes(world, deliverypoints.stream({"type": "PVZ"})) == CODES
    assert [request.url for request in world.sent] == ["https://cdek.test/v2/deliverypoints?type=PVZ"]
    assert body.closed == 1


def test_the_first_offices_are_out_before_the_last_have_come():
    body = in_chunks(TEXT)
    stream = World([body]).each(deliverypoints.stream())
    assert next(stream).code == "NSK0"
    assert next(body.chunks)
    stream.close()
    assert body.closed == 1


def test_no_offices_are_no_error():
    assert codes(World([Chunks(b"[", b"]")])) == []


def test_an_office_that_drifted_stops_nobody():
    rows = [{"code": 7, "phones": None}, "foreign", *ROWS]
    assert codes(World([in_chunks(json.dumps(rows).encode())])) == ["7", *CODES]


@pytest.mark.parametrize(
    "trouble", [never_sent(), lost(), Chunks(b"<html>", status=502), Chunks(lost("cut"), status=503)]
)
def test_what_fails_before_the_first_office_is_repeated(trouble):
    world = World([trouble, in_chunks(TEXT)])
    assert codes(world) == CODES
    assert len(world.sent) == 2
    assert not isinstance(trouble, Chunks) or trouble.closed == 1


def test_cut_stream_raises_after_the_offices_that_arrived():
    body = Chunks(TEXT[:100_000], lost("cut"), b"more")
    world = World([body])
    found = []
    with pytest.raises(ServiceUnavailable) as caught:
        gather(found, world.each(deliverypoints.stream()))
    assert caught.value.reason == "cut"
    assert found == CODES[: len(found)]
    assert len(found) > 50
    assert (body.closed, len(world.sent)) == (1, 1)


def test_stream_out_of_memory_raises_after_the_offices_that_arrived(monkeypatch):
    left = iter([False, True])
    feed = JsonArraySplitter.feed

    def fed(splitter, data):
        if next(left):
            raise MemoryError
        return feed(splitter, data)

    monkeypatch.setattr(JsonArraySplitter, "feed", fed)
    body = Chunks(TEXT[:100_000], TEXT[100_000:])
    found = []
    with pytest.raises(ServiceUnavailable) as caught:
        gather(found, World([body]).each(deliverypoints.stream()))
    assert caught.value.reason == "no_memory"
    assert found == CODES[: len(found)]
    assert len(found) > 50
    assert body.closed == 1


@pytest.mark.parametrize("text", [TEXT[:-1], TEXT[:70_000], TEXT + b"x", b"<html>", b"", b'{"foreign": 1}', b"[[1]"])
def test_what_is_no_whole_array_is_unreadable(text):
    body = in_chunks(text)
    with pytest.raises(InvalidResponse):
        codes(World([body]))
    assert body.closed == 1


@pytest.mark.parametrize("text", [b'[{"code": "x', b"<html>", b'[{"code": 1}, {"x": "'])
def test_office_without_end_raises_before_it_fills_the_memory(text, monkeypatch):
    monkeypatch.setattr(_streaming, "MAX_ITEM_BYTES", 300_000)
    taken = []

    def endless():
        yield text
        while True:
            taken.append(1)
            yield b"x" * 10_000

    body = Chunks()
    body.chunks = endless()
    with pytest.raises(InvalidResponse, match="300000"):
        codes(World([body]))
    assert (len(taken), body.closed) == (30, 1)


def test_an_error_of_cdeks_is_told_under_any_status():
    error = {"errors": [{"code": "v2_some", "message": "no"}]}
    for body in (Chunks(json.dumps(error).encode()), Chunks(json.dumps(error).encode(), status=400)):
        with pytest.raises(RequestRejected) as caught:
            codes(World([body]))
        assert caught.value.code == "v2_some"
        assert body.closed == 1


def test_a_token_that_is_not_taken_is_renewed_once():
    gate = TokenCache("key", Account("account", "pass-word"))
    fresh = [answer(200, {"access_token": f"tok-{n}", "expires_in": 3599}) for n in range(2)]
    assert codes(World([fresh[0], Chunks(b"", status=401), fresh[1], in_chunks(TEXT)], tokens=gate)) == CODES
    with pytest.raises(AuthenticationError):
        codes(World([Chunks(b"", status=401)], tokens=auth.StaticToken("tok")))


def test_only_waiting_counts_for_the_time_of_a_stream():
    body = in_chunks(TEXT, 50_000, seconds=2)
    world = body.world = World([body], timeouts=Timeouts(total=30))
    for _ in world.each(deliverypoints.stream()):
        world.now += 100
    assert body.left[:3] == [30, 28, 26]


def pages(rows, *, counted=True):
    """Rows as a server gives them out by `page` and `size`."""

    def give(request):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        start = int(asked["page"]) * int(asked["size"]) if counted else 0
        return answer(200, rows[start : start + int(asked["size"])])

    return give


@pytest.mark.parametrize(
    ("source", "query"),
    [
        (location.all_cities({"country_codes": ["RU"]}, size=3), "country_codes=RU&size=3&page=0"),
        (location.all_regions(["RU", "KZ"], "rus", size=3), "country_codes=RU%2CKZ&page=0&size=3&lang=rus"),
        (deliverypoints.all({"city_code": 44}, size=3), "city_code=44&size=3&page=0"),
    ],
)
@pytest.mark.parametrize("count", [0, 2, 3, 7])
def test_pages_follow_until_one_is_empty(source, query, count):
    world = World(pages([{"code": str(n), "region_code": n} for n in range(count)]))
    found = list(world.each(source))
    assert len(found) == count
    assert len(world.sent) == -(-count // 3) + 1
    assert world.sent[0].url.partition("?")[2] == query


def test_a_server_that_counts_no_pages_is_not_asked_for_ever():
    world = World(pages([{"code": n} for n in range(5)], counted=False))
    assert [city.code for city in world.each(location.all_cities(size=3))] == [0, 1, 2]
    assert len(world.sent) == 2


def test_a_page_that_fails_is_asked_for_again_and_a_refusal_ends_it():
    world = World([answer(200, [{"code": 1}]), lost(), answer(200, [{"code": 2}]), refused("v2_some")])
    found = []
    with pytest.raises(RequestRejected):
        gather(found, world.each(location.all_cities()))
    assert found == [1, 2]


def test_what_cannot_be_asked_is_told_before_anything_is_sent():
    world = World([])
    with pytest.raises(InvalidArgument):
        list(world.each(location.all_cities(size=0)))
    assert world.sent == []
