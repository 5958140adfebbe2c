"""Intakes, agreements and changes of orders have the shape of the recorded answers."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "cdek" / "samples"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")
TIMES = {"time_from": "10:00", "time_to": "17:00", "comment": "Офис группы компаний"}


def _sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def _shape(value):
    """Keys in their order and kinds of values; what the recording hides with stars is of any kind."""
    if isinstance(value, dict):
        return [
            (key, _shape(inner))
            for key, inner in value.items()
            if key not in {"width", "passport_requirements_satisfied"}
        ]
    if isinstance(value, list):
        return [_shape(row) for row in value]
    return type(value).__name__


@pytest.fixture
def tomorrow(box):
    now = datetime.fromisoformat(box.control("GET", "/clock")["now"])
    box.pass_time((now.replace(hour=9, minute=0) - now).total_seconds())
    return (now + timedelta(days=1)).date()


def _intake(api, tomorrow):
    body = {
        "intake_date": tomorrow.isoformat(),
        "intake_time_from": "10:00",
        "intake_time_to": "17:00",
        "name": "Консолидированный груз",
        "weight": 1000,
        "length": 10,
        "width": 10,
        "height": 10,
        "comment": "Комментарий курьеру",
        "sender": {"company": "Компания", "name": "Компания", "phones": [{"number": "+79589441654"}]},
        "from_location": {"code": 44, "city": "Москва", "address": "ул. Блюхера, 32"},
        "need_call": False,
    }
    return api.call("POST", "/intakes", body)


def test_an_accepted_and_a_deleted_intake(box, api, tomorrow):
    accepted = _intake(api, tomorrow)
    assert _shape(accepted.body) == _shape(_sample("POST_intakes_accepted_2025-10-10"))
    box.pass_time(1)
    deleted = api.call("DELETE", f"/intakes/{accepted.uuid}")
    assert _shape(deleted.body) == _shape(_sample("DELETE_intakes_uuid_accepted_2025-08-19"))


def test_an_intake_ready_for_a_courier(box, api, tomorrow):
    uuid = _intake(api, tomorrow).uuid
    box.pass_time(1)
    card = api.call("GET", f"/intakes/{uuid}").body
    expected = _sample("GET_intakes_uuid_ready_2025-12-10")
    ends = [one["entity"].pop("to_location") for one in (card, expected)]
    assert set(ends[0]) <= set(ends[1])
    assert _shape(card) == _shape(expected)
    assert [row["name"] for row in card["entity"]["statuses"]] == [
        row["name"] for row in expected["entity"]["statuses"]
    ]


def test_an_accepted_and_an_invalid_agreement(box, api, tomorrow):
    expected = _sample("GET_delivery_uuid_invalid_2025-10-10")
    asked = {"order_uuid": box.order(destination="door"), "date": (tomorrow + timedelta(days=40)).isoformat()}
    answer = api.call("POST", "/delivery", asked | TIMES | {"to_location": expected["entity"]["to_location"]})
    assert _shape(answer.body) == _shape(_sample("POST_delivery_accepted_2026-04-27"))
    box.pass_time(1)
    card = api.call("GET", f"/delivery/{answer.uuid}").body
    assert _shape(card) == _shape(expected)
    assert card["entity"]["to_location"] == expected["entity"]["to_location"]


def test_intervals(box, api):
    body = api.call("GET", f"/delivery/intervals?order_uuid={box.order()}").body
    (expected,) = {
        json.dumps(row["time_intervals"]) for row in _sample("GET_delivery_intervals_2025-09")["date_intervals"]
    }
    assert {json.dumps(row["time_intervals"]) for row in body["date_intervals"]} == {expected}
    assert list(body["date_intervals"][0]) == ["date", "time_intervals"]


def test_an_accepted_change(box, api):
    request = _sample("PATCH_orders_accepted_2025-12-06.request") | {"uuid": box.order()}
    answer = api.call("PATCH", "/orders", request)
    assert _shape(answer.body) == _shape(_sample("PATCH_orders_accepted_2025-12-06"))
