"""Every recorded answer of CDEK's is read as its typed answer, and written back without losing a field."""

import json
from typing import Any

import msgspec
import pytest

from oint.cdek._protocol import parse_response
from oint.cdek.api import location, orders
from oint.cdek.errors import CdekError
from oint.cdek.events import parse
from tests.support.fake_session import UUID, answer
from tests.support.paths import SAMPLES
from tests.support.recorded_responses import FILES, STATUSES, find_request, list_responses

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the folder of recorded CDEK answers is not beside the repository"
)

REDACTED = {  # the recordings were made unreadable here, which reads as drift
    "GET_intakes_uuid_ready_2025-12-10": {
        "entity.width",
        "entity.packages[0].width",
        "entity.sender.passport_requirements_satisfied",
    }
}


def lost(raw: Any, kept: Any, path: str = "") -> set[str]:
    """Paths of what is in the JSON and not in the typed answer; what says nothing need not be kept."""
    raw = [row for row in raw if row is not None] if isinstance(raw, list) else raw
    if raw in (None, []):
        return set()
    if isinstance(raw, dict) and isinstance(kept, dict):
        return set().union(*(lost(value, kept.get(key), f"{path}.{key}".lstrip(".")) for key, value in raw.items()))
    if isinstance(raw, list) and isinstance(kept, list) and len(raw) == len(kept):
        pairs = enumerate(zip(raw, kept, strict=True))
        return set().union(*(lost(one, other, f"{path}[{index}]") for index, (one, other) in pairs))
    return set() if raw == kept or str(raw) == str(kept) else {path}


def written_back(typed: msgspec.Struct) -> Any:
    raw = json.loads(msgspec.json.encode(typed))
    return raw["items"] if hasattr(typed, "__iter__") and raw else raw


@pytest.mark.parametrize("path", list_responses(successful=True), ids=lambda path: path.stem)
def test_a_recorded_answer_is_read_typed_and_written_back_without_losing_a_field(path):
    body = path.read_bytes()
    got = parse_response(find_request(path.name), answer(STATUSES[path.name] or 200, body))
    redacted = REDACTED.get(path.stem, set())
    assert got.raw == json.loads(body)
    assert lost(got.raw, written_back(got)) == redacted
    assert set(got.drift) == redacted


@pytest.mark.parametrize("path", list_responses(successful=False), ids=lambda path: path.stem)
def test_a_recorded_no_is_an_error_with_cdeks_code_and_the_whole_body(path):
    raw = json.loads(path.read_bytes())
    with pytest.raises(CdekError) as caught:
        parse_response(find_request(path.name), answer(STATUSES[path.name] or 400, path.read_bytes()))
    assert json.loads(caught.value.body) == raw
    entry = (raw.get("requests") or [raw])[0]
    if "errors" in entry:
        assert (caught.value.code, caught.value.message) == (entry["errors"][0]["code"], entry["errors"][0]["message"])


@pytest.mark.parametrize("path", [path for path in FILES if ".request" in path.name], ids=lambda path: path.stem)
def test_a_recorded_body_is_sent_as_it_is(path):
    raw = json.loads(path.read_bytes())
    made = {
        "POST_orders_uuid_clientReturn": lambda: orders.client_return(UUID, **raw),
        "POST_orders_accepted": lambda: orders.create(raw),
        "PATCH_orders": lambda: orders.update(raw),
    }
    request = next(make() for start, make in made.items() if path.name.startswith(start))
    assert json.loads(request.body) == raw


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name.startswith("WEBHOOK")], ids=lambda path: path.stem
)
def test_a_recorded_event_is_read_typed_and_written_back_without_losing_a_field(path):
    raw = json.loads(path.read_bytes())
    event = parse(path.read_bytes())
    assert event.raw == raw
    assert lost(raw, json.loads(msgspec.json.encode(event))) == set()


def test_a_thousand_recorded_cities_are_read_without_losing_a_field():
    rows = json.loads((SAMPLES / "dataset_cities_1000_with_postal_codes.json").read_bytes())
    found = [row["city"] for row in rows]
    got = parse_response(location.cities(), answer(200, found))
    assert lost(found, written_back(got)) == set()
    for row in rows:
        body = {"code": row["city"]["code"], "postal_codes": row["postal_codes"]}
        codes = parse_response(location.postal_codes(5), answer(200, body))
        assert lost(body, written_back(codes)) == set()


def test_no_sample_is_left_out():
    prefixes = ("GET_", "POST_", "PATCH_", "DELETE_", "WEBHOOK_", "dataset_cities")
    assert [path.name for path in FILES if not path.name.startswith(prefixes)] == []
