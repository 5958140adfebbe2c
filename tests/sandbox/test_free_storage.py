"""Show the end of free storage on the cards of orders that lie at a pick-up point or a locker."""

from datetime import datetime, timedelta

import pytest

DAY = 86_400


def read_entity(api, uuid):
    return api.card(uuid).body["entity"]


def find_arrival(entity, code):
    return next(datetime.fromisoformat(row["date_time"]) for row in entity["statuses"] if row["code"] == code)


@pytest.mark.parametrize(
    ("destination", "status"), [("office", "ACCEPTED_AT_PICK_UP_POINT"), ("locker", "POSTOMAT_POSTED")]
)
def test_free_storage_ends_a_week_after_the_arrival(sandbox, api, destination, status):
    entity = read_entity(api, sandbox.order(destination=destination, status=status))
    end = datetime.fromisoformat(entity["keep_free_until"])
    assert end - find_arrival(entity, status) == timedelta(days=7)


@pytest.mark.parametrize("status", ["CREATED", "TAKEN_BY_COURIER", "DELIVERED", "NOT_DELIVERED"])
def test_order_that_is_not_at_an_office_has_no_free_storage(sandbox, api, status):
    assert "keep_free_until" not in read_entity(api, sandbox.order(status=status))


def test_field_is_absent_without_free_days(sandbox, api):
    sandbox.settings(free_storage_days=0)
    assert "keep_free_until" not in read_entity(api, sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT"))


def test_free_storage_counts_from_the_first_status_at_the_office(sandbox, api):
    sandbox.settings(free_storage_days=3)
    uuid = sandbox.order(status="ENTERED_TO_PICK_UP_POINT")
    before = read_entity(api, uuid)["keep_free_until"]
    sandbox.pass_time(2 * DAY)
    api.login()
    sandbox.move(uuid, "ACCEPTED_AT_PICK_UP_POINT")
    entity = read_entity(api, uuid)
    assert entity["keep_free_until"] == before
    assert find_arrival(entity, "ENTERED_TO_PICK_UP_POINT") + timedelta(days=3) == datetime.fromisoformat(before)
