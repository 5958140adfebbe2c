"""Typed answers survive CDEK's drift, and CDEK's own recorded answers are read without loss."""

import json
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek._protocol import parse_response
from oint.cdek.api import oauth, orders
from oint.cdek.api._common import RequestEntry, find_newest, parse_datetime, sort_statuses
from oint.cdek.api.orders import Status
from oint.cdek.errors import CdekError
from tests.support.fake_session import UUID, answer, entry
from tests.support.paths import SAMPLES

GET, REFUSE = orders.get(UUID), orders.refuse(UUID)

needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the folder of recorded CDEK answers is not beside the repository"
)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@needs_samples
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("POST_orders_uuid_refusal_*.json")), ids=lambda path: path.stem)
def test_every_recorded_refusal_is_read_as_accepted(path):
    got = parse_response(REFUSE, answer(202, path.read_bytes()))
    raw = json.loads(path.read_bytes())
    assert got.state == "ACCEPTED"
    assert got.requests[0].type == "CREATE_REFUSAL"
    assert got.uuid == raw["entity"]["uuid"]
    assert got.raw == raw
    assert got.drift == ()


@needs_samples
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("GET_orders_*.json")), ids=lambda path: path.stem)
def test_every_recorded_card_is_read_or_is_cdeks_own_no(path):
    raw = json.loads(path.read_bytes())
    if "requests" in raw and "entity" not in raw:
        with pytest.raises(CdekError) as caught:
            parse_response(GET, answer(400, path.read_bytes()))
        assert caught.value.code == raw["requests"][0]["errors"][0]["code"]
        return
    got = parse_response(GET, answer(200, path.read_bytes()))
    assert got.raw == raw
    assert got.order.uuid == raw["entity"]["uuid"]
    assert [status.code for status in got.order.statuses] == [status["code"] for status in raw["entity"]["statuses"]]
    assert got.drift == ()


@needs_samples
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("GET_orders_im_number_successful_2025-10-10.json", "CREATED"),
        ("GET_orders_uuid_pending_2026-02-15.json", "ACCEPTED"),
        ("GET_orders_uuid_create_invalid_2026-08-04.json", "INVALID"),
        ("GET_orders_uuid_removed_2020-03-27.json", "REMOVED"),
        ("GET_orders_uuid_transit_chain_2020.json", "CREATED"),
    ],
)
def test_current_status_is_found_in_either_order_of_statuses(name, status):
    # the chain of 2020 has no dates at all: then today's direction counts
    assert parse_response(GET, answer(200, sample(name))).order.status.code == status


@needs_samples
def test_a_token_is_read_and_does_not_show_in_its_text():
    got = parse_response(oauth.token("a", "p"), answer(200, sample("POST_oauth_token_ok.json")))
    assert got.expires_in == 3599
    assert "REDACTED" not in repr(got)


def test_numbers_texts_and_single_objects_are_coerced():
    entity = {
        "uuid": UUID,
        "cdek_number": 1106625424,
        "tariff_code": "136",
        "is_return": "true",
        "delivery_mode": 4,
        "statuses": {"code": "CREATED", "date_time": "2026-08-04T12:42:08+0000", "reason_code": 11},
        "packages": [{"number": 1, "weight": "4000", "items": None}, "not a package"],
        "sender": "not a contact",
        "recipient": None,
    }
    got = parse_response(GET, answer(200, {"entity": entity, "requests": entry("SUCCESSFUL", at=7, errors=None)}))
    card = got.order
    assert (card.cdek_number, card.tariff_code, card.is_return, card.delivery_mode) == ("1106625424", 136, True, "4")
    assert (card.status.code, card.status.reason_code) == ("CREATED", "11")
    assert [(package.number, package.weight, package.items) for package in card.packages] == [("1", 4000, [])]
    assert card.sender is None
    assert got.requests[0].state == "SUCCESSFUL"
    assert {"entity.cdek_number", "entity.statuses", "entity.sender", "entity.packages[1]", "requests"} <= set(
        got.drift
    )


def test_unknown_states_types_and_statuses_are_kept_as_they_came():
    entity = {"uuid": UUID, "statuses": [{"code": "TELEPORTED", "date_time": "2027-01-01T00:00:00Z"}]}
    got = parse_response(GET, answer(200, {"entity": entity, "requests": [entry("PONDERING", "CREATE_MIRACLE")]}))
    assert got.order.status.code == "TELEPORTED"
    assert got.find_entry("CREATE_MIRACLE").state == "PONDERING"
    assert got.drift == ()


junk = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.just([])
    | st.just({})
    | st.just([[{}]])
)
FULL = {
    "entity": {
        "uuid": UUID,
        "type": 1,
        "cdek_number": "1",
        "statuses": [{"code": "CREATED", "date_time": "2026-08-04T12:42:08+0000", "deleted": False}],
        "packages": [{"number": "1", "weight": 1, "items": [{"name": "x", "payment": {"value": 1.5}}]}],
        "sender": {"phones": [{"number": "1"}]},
    },
    "requests": [entry("INVALID", errors=[{"code": "x", "message": "y"}], warnings=[])],
    "related_entities": [{"type": "return_order", "uuid": UUID, "cdek_number": "2"}],
}


def paths(value, prefix=()):
    yield prefix
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from paths(child, (*prefix, key))


@given(st.sampled_from([path for path in paths(FULL) if path]), junk)
def test_invalid_field_of_an_order_is_skipped_and_raw_is_complete(path, value):
    body = json.loads(json.dumps(FULL))
    place = body
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    try:
        got = parse_response(GET, answer(200, body))
    except CdekError as error:
        assert path[0] == "entity"  # without an entity and its uuid there is no card
        assert len(path) == 1 or path == ("entity", "uuid")
        assert json.loads(error.body) == body
    else:
        assert got.raw == body
        assert got.order.uuid


@pytest.mark.parametrize(
    "text",
    ["2026-08-04T12:42:08+0000", "2026-08-04T12:42:08+00:00", "2026-08-04T12:42:08Z", "2026-08-04T15:42:08+03:00",
     "2026-08-04T19:42:08.000000+0700", "2026-08-04T12:42:08"],
)  # fmt: skip
def test_every_date_form_of_cdeks_is_the_same_moment(text):
    assert parse_datetime(text).timestamp() == 1785847328


@pytest.mark.parametrize("text", [None, "", "soon", "2026-13-01T00:00:00Z", "2026"])
def test_what_is_no_date_is_no_moment_and_no_error(text):
    assert parse_datetime(text) is None


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.booleans())
def test_statuses_are_sorted_by_time_from_either_order(seconds, newest_first):
    times = sorted(seconds)
    true_order = [Status(code=str(i), date_time=f"2026-08-04T12:00:0{at}+0000") for i, at in enumerate(times)]
    written = true_order[::-1] if newest_first else true_order
    if len(set(times)) == 1 and not newest_first:
        return  # nothing shows the direction: today's is assumed
    assert sort_statuses(written) == true_order


def test_a_withdrawn_status_does_not_count():
    statuses = [
        {"code": "DELIVERED", "date_time": "2026-08-04T13:00:00Z", "deleted": True},
        {"code": "CREATED", "date_time": "2026-08-04T12:00:00Z"},
    ]
    assert (
        parse_response(GET, answer(200, {"entity": {"uuid": UUID, "statuses": statuses}})).order.status.code
        == "CREATED"
    )


@given(st.permutations([RequestEntry(request_uuid=str(i), date_time=f"2026-08-04T12:00:0{i}+0000") for i in range(5)]))
def test_the_newest_entry_is_found_wherever_it_stands(entries):
    assert find_newest(entries).request_uuid == "4"


def test_a_token_never_shows_itself():
    got = parse_response(
        oauth.token("a", "p"),
        answer(200, b'{"access_token": "eyJ.secret.x", "expires_in": 3599, "scope": "order:all"}'),
    )
    assert (got.access_token, got.is_complete) == ("eyJ.secret.x", True)
    assert repr(got) == "Token(access_token='***', expires_in=3599.0, scope='order:all')"


@pytest.mark.parametrize(
    ("moments", "newest_first", "ordered"),
    [
        (["2026-01-03", "2026-01-02", "2026-01-01"], True, [2, 1, 0]),
        (["2026-01-01", "2026-01-02", "2026-01-03"], True, [0, 1, 2]),
        (["2026-01-01", "2026-01-01"], True, [1, 0]),
        (["2026-01-01", "2026-01-01"], False, [0, 1]),
        (["soon", "2026-01-02"], True, [1, 0]),
        ([], True, []),
    ],
)
def test_statuses_are_sorted_from_oldest_to_newest(moments, newest_first, ordered):
    came = [SimpleNamespace(at=parse_datetime(text), number=number) for number, text in enumerate(moments)]
    assert [status.number for status in sort_statuses(came, newest_first=newest_first)] == ordered
