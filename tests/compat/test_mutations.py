"""Ten thousand mutations of CDEK's recorded answers: each is read or is an error of ours, and the answer is never lost."""

import copy
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oint.cdek._protocol import parse_response
from oint.cdek.errors import CdekError
from tests.support.fake_session import answer
from tests.support.paths import SAMPLES
from tests.support.recorded_responses import STATUSES, find_request, list_responses

EXAMPLES, EACH = 500, 20
FILES = [*list_responses(successful=True), *list_responses(successful=False)] if SAMPLES.is_dir() else []
BODIES = {path.name: json.loads(path.read_bytes()) for path in FILES}

DEEP: Any = "x"
for _ in range(100):
    DEEP = [{"deep": DEEP}]
OTHERS = [None, True, 0, -1, 2.5, 10**30, "", "x", "5", "TELEPORTED", "2026-13-01T00:00:00", [], {}, [[]], [None], DEEP]
KINDS = ["missing", "null", "other", "extra", "twice", "wrapped"]


def places(value: Any, prefix: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [prefix, *(place for key, child in inner for place in places(child, (*prefix, key)))]


PLACES = {name: places(body)[1:] or [()] for name, body in BODIES.items()}
STATUSES_TOO = [None, None, None, 200, 400, 401, 404, 429, 500]
A_MUTATION = 12  # bytes: a file, a status, how many changes, and for each of three a place, a kind and a value


def decode(data: bytes) -> tuple[str, list[tuple[int, str, int]], int | None]:
    """A mutation out of bytes: ten thousand of them are drawn much faster so than piece by piece."""
    name = sorted(BODIES)[data[0] % len(BODIES)]
    rows = [data[3 + 3 * index : 6 + 3 * index] for index in range(1 + data[2] % 3)]
    changes = [(row[0] * 256 + row[1], KINDS[row[2] % len(KINDS)], row[2] // len(KINDS)) for row in rows]
    return name, changes, STATUSES_TOO[data[1] % len(STATUSES_TOO)]


def mutated(name: str, changes: list[tuple[int, str, int]]) -> Any:
    body = copy.deepcopy(BODIES[name])
    for where, kind, other in changes:
        place = PLACES[name][where % len(PLACES[name])]
        if not place:
            return OTHERS[other % len(OTHERS)]
        mutate(body, place, kind, copy.deepcopy(OTHERS[other % len(OTHERS)]))
    return body


def mutate(body: Any, place: tuple, kind: str, other: Any) -> None:
    """Change one place; where an earlier change took it away, nothing is left to be changed."""
    *way, last = place
    try:
        for key in way:
            body = body[key]
        if kind == "missing":
            del body[last]
        elif kind == "twice":
            body[last] = [body[last], body[last]]
        elif kind == "extra":
            body[last] = {**body[last], "brand_new": other} if isinstance(body[last], dict) else {"brand_new": other}
        elif kind == "wrapped":
            body[last] = {"value": body[last]}
        else:
            body[last] = None if kind == "null" else other
    except (KeyError, IndexError, TypeError):
        return


def use(got: Any) -> None:
    """Everything that an answer offers can be asked for."""
    for thing in (got, getattr(got, "entity", None)):
        for name in dir(type(thing)):
            if not name.startswith("_") and isinstance(getattr(type(thing), name), property):
                getattr(thing, name)
    assert repr(got)
    assert msgspec.json.encode(got)


def check(name: str, changes: list[tuple[int, str, int]], status: int | None) -> None:
    body = mutated(name, changes)
    encoded = json.dumps(body).encode()
    try:
        got = parse_response(find_request(name), answer(status or STATUSES[name] or 400, encoded))
    except CdekError as error:
        assert error.body == encoded
        assert str(error)
    else:
        assert got.raw == json.loads(encoded)
        use(got)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the folder of recorded CDEK answers is not beside the repository")
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(min_size=EACH * A_MUTATION, max_size=EACH * A_MUTATION))
def test_ten_thousand_mutated_answers_raise_nothing_but_our_error_and_lose_nothing(data):
    for start in range(0, len(data), A_MUTATION):
        check(*decode(data[start : start + A_MUTATION]))
