"""Name order statuses and their reasons in both languages."""

import json

import pytest

from oint.refusals.card_facts import PHASES
from oint.refusals.order_statuses import ORDER_STATUSES, REASONS, describe_status
from oint.refusals.verdicts import REASONS as REASONS_WITH_ADVICE
from oint.refusals.verdicts import STATUSES
from tests.support.paths import CDEK_FACTS

DICTIONARIES = CDEK_FACTS / "dictionaries.json"


def read_dictionary(name):
    if not DICTIONARIES.exists():
        pytest.skip("CDEK's dictionaries are not beside this clone")
    return json.loads(DICTIONARIES.read_text("utf-8"))[name]


def test_every_code_that_decides_has_a_name():
    assert set(PHASES) | {str(code) for code in STATUSES} <= set(ORDER_STATUSES)
    assert {reason for _, reason in REASONS_WITH_ADVICE} <= set(REASONS)


@pytest.mark.parametrize("name", ["order_statuses", "order_statuses_get_2026_01", "order_statuses_webhook_2026_01"])
def test_every_documented_status_has_a_name(name):
    codes = {code for row in read_dictionary(name) for code in row["code"].split(" или ")}
    assert not {code for code in codes if describe_status(code).ru == code}


def test_names_are_of_documented_codes_alone():
    assert set(ORDER_STATUSES) == {row["code"] for row in read_dictionary("order_statuses")}
    assert set(REASONS) == {str(row["code"]) for row in read_dictionary("reason_codes")}


def test_unknown_codes_are_shown_as_they_are():
    assert describe_status("NEW_ONE", "77").en == "NEW_ONE: reason 77"


def test_earlier_name_of_a_status_means_the_same():
    assert describe_status("MET_AT_RECIPIENT_OFFICE") == describe_status("ACCEPTED_IN_RECIPIENT_CITY")


def test_reason_is_added_to_the_status():
    assert describe_status("NOT_DELIVERED", "26").ru == "не вручён: утерян"
    assert describe_status("DELIVERED", "20").ru == "вручён: частично"
    assert describe_status(None).ru == "статус неизвестен"
