"""Webhook events: the eleven types, a made-up twelfth, and whatever else anybody may send."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint.cdek import events
from oint.cdek.errors import InvalidArgument
from oint.cdek.events import Event, parse
from tests.support.paths import SAMPLES

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
ATTRIBUTES = {
    "ORDER_STATUS": (events.OrderStatusEvent, {"code": "NOT_DELIVERED", "status_reason_code": "11", "deleted": False}),
    "ORDER_MODIFIED": (events.OrderModifiedEvent, {"new_value": {"type": "FLOAT", "value": "12.5"}}),
    "PRINT_FORM": (events.PrintFormEvent, {"type": "WAYBILL", "url": "http://api.cdek.ru/v2/print/orders/x.pdf"}),
    "RECEIPT": (Event, {"whatever": ["CDEK", {"sends": 1}]}),
    "DOWNLOAD_PHOTO": (events.DownloadPhotoEvent, {"link": "https://api.cdek.ru/v2/photoDocument/x"}),
    "PREALERT_CLOSED": (events.PrealertClosedEvent, {"prealert_number": "PA/1"}),
    "ACCOMPANYING_WAYBILL": (events.AccompanyingWaybillEvent, {"vehicle_numbers": ["a", "b"]}),
    "OFFICE_AVAILABILITY": (events.OfficeAvailabilityEvent, {"type": "UNAVAILABLE_OFFICE", "code": "NSK1"}),
    "DELIV_PROBLEM": (events.DeliveryProblemEvent, {"code": "13", "cdek_number": "1"}),
    "DELIV_AGREEMENT": (events.DeliveryAgreementEvent, {"type": "DOOR", "time_from": "11:00:00"}),
    "COURIER_INFO": (events.CourierInfoEvent, {"task_type": "DEMAND", "courier": {"name": "Ivan", "phone": "+7"}}),
    "SOMETHING_NEW": (Event, {"a": 1}),
}


def event(**more):
    return {"type": "ORDER_STATUS", "date_time": "2026-08-04T12:00:00+0300", "uuid": UUID, **more}


@pytest.mark.parametrize("type_", ATTRIBUTES)
def test_each_type_is_an_event_of_its_class_and_holds_what_came(type_):
    kind, attributes = ATTRIBUTES[type_]
    sent = event(type=type_, attributes=attributes)
    found = parse(json.dumps(sent).encode())
    assert type(found) is kind
    assert (found.type, found.uuid, found.raw, found.drift) == (type_, UUID, sent, ())
    assert found.at.isoformat() == "2026-08-04T12:00:00+03:00"
    assert json.loads(_encoded(found.attributes)) == attributes


def _encoded(attributes):
    return msgspec.json.encode(attributes)


def test_attributes_are_read_by_name():
    found = parse(event(attributes={"code": "NOT_DELIVERED", "related_entities": [{"type": "direct_order"}]}))
    assert isinstance(found, events.OrderStatusEvent)
    assert found.attributes.code == "NOT_DELIVERED"
    assert found.attributes.related_entities[0].type == "direct_order"


def test_what_drifted_is_coerced_or_left_out_and_named():
    found = parse(
        event(uuid=None, date_time=5, attributes={"cdek_number": 1100285492, "city_code": [], "deleted": "true"})
    )
    assert (found.uuid, found.date_time, found.at) == (None, "5", None)
    assert (found.attributes.cdek_number, found.attributes.city_code, found.attributes.deleted) == (
        "1100285492",
        None,
        True,
    )
    assert set(found.drift) == {"date_time", "attributes.cdek_number", "attributes.city_code"}


@pytest.mark.parametrize("attributes", [None, [], "text", 7])
def test_attributes_that_are_none_leave_empty_ones_behind(attributes):
    found = parse(event(attributes=attributes))
    assert found.attributes == events.OrderStatusAttributes()
    assert found.raw["attributes"] == attributes


def test_undocumented_attributes_are_unchanged_in_a_drifted_event():
    found = parse({"type": "RECEIPT", "uuid": 5, "attributes": {"code": [1, None]}})
    assert (found.uuid, found.attributes, found.drift) == ("5", {"code": [1, None]}, ("uuid",))


def test_a_type_that_is_no_text_makes_a_plain_event():
    assert type(parse(event(type=["ORDER_STATUS"]))) is Event


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", "7", b"\xff\xfe", b"[" * 100_000, ["type"]])
def test_what_is_no_json_object_is_our_own_error(body):
    with pytest.raises(InvalidArgument) as caught:
        parse(body)
    assert caught.value.field == "body"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["type", "value", "code", "x"]), inner),
    max_leaves=8,
)


@given(st.sampled_from(list(ATTRIBUTES)), st.dictionaries(st.sampled_from(["uuid", "date_time", "attributes"]), JSON))
def test_no_object_whatever_raises_and_none_is_lost(type_, fields):
    sent = {"type": type_, **fields}
    assert parse(sent).raw == sent


@pytest.mark.parametrize("number", [2**64, -(2**80), 10**400, 10**5000], ids=["2^64", "-2^80", "10^400", "10^5000"])
def test_huge_number_becomes_text_or_is_dropped_and_is_in_drift(number):
    sent = {
        "type": "ORDER_STATUS",
        "uuid": number,
        "attributes": {"code": number, "is_return": number, "deleted": True},
    }
    event = parse(sent)
    assert event.raw == sent
    assert (event.attributes.deleted, event.attributes.is_return) == (True, None)
    assert {"uuid", "attributes.code", "attributes.is_return"} <= set(event.drift)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded answers are not beside this repository")
def test_the_recorded_events_are_read_without_drift_and_without_loss():
    files = sorted(SAMPLES.glob("WEBHOOK_*.json"))
    assert files
    for file in files:
        sent = json.loads(file.read_bytes())
        found = parse(file.read_bytes())
        assert (type(found) is not Event, found.drift, found.raw) == (True, (), sent), file.name
        assert json.loads(_encoded(found.attributes)).items() <= sent["attributes"].items(), file.name
        absent = {name for name, value in sent["attributes"].items() if value != []}
        assert absent <= set(json.loads(_encoded(found.attributes))), file.name
