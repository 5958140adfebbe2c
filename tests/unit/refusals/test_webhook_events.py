"""A webhook gives the UUID of an order whose card is to be read, or nothing. No body raises an error."""

import json

from hypothesis import given
from hypothesis import strategies as st

from oint.refusals.webhooks import extract_order_uuid

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
EVENT = {
    "type": "ORDER_STATUS",
    "date_time": "2026-08-04T12:00:00+0000",
    "uuid": UUID,
    "attributes": {"code": "NOT_DELIVERED"},
}


def test_order_uuid_is_extracted_from_a_status_event():
    assert extract_order_uuid(json.dumps(EVENT).encode()) == UUID
    assert extract_order_uuid(json.dumps(EVENT | {"uuid": UUID.upper()}).encode()) == UUID


def test_other_events_and_garbage_give_no_uuid():
    for body in (
        EVENT | {"type": "PRINT_FORM"},
        EVENT | {"uuid": "x"},
        EVENT | {"uuid": None},
        {},
        [],
        None,
        7,
        "text",
    ):
        assert extract_order_uuid(json.dumps(body).encode()) is None
    for body in (b"", b"<html>", b"\xff\xfe", b"[" * 100_000):
        assert extract_order_uuid(body) is None


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(max_size=5), st.lists, max_leaves=5).map(lambda v: json.dumps(v).encode())
)
def test_any_body_raises_nothing(body):
    assert extract_order_uuid(body) is None or isinstance(extract_order_uuid(body), str)
