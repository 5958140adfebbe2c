"""No body, however odd, breaks the sandbox: it is refused with a code, or becomes an order that can be read."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cdek_sandbox.core.request import MAX_BODY_BYTES
from tests.support.sandbox_api import SHOP_ORDER, Api

GONE = object()
ODD = [GONE, None, True, 0, -1, 1.5, 10**30, "", "x", " 7 ", "nan", "1e400", [], [7], [None], {}, {"code": "x"}]
FULL = SHOP_ORDER | {
    "number": None,
    "services": [{"code": "INSURANCE", "parameter": "1"}, {"code": "SECURE_PACKAGE_A2", "parameter": "10"}],
    "sender": {"name": "П", "phones": [{"number": "+7"}]},
    "delivery_recipient_cost": {"value": 50},
    "delivery_recipient_cost_adv": [{"threshold": 200, "sum": 3000}],
}


def _places(value, path=()):
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from _places(child, (*path, key))


PLACES = list(_places(FULL))


def _changed(*changes):
    body = copy.deepcopy(FULL)
    for path, value in changes:
        target = body
        try:
            for key in path[:-1]:
                target = target[key]
            if value is GONE:
                del target[path[-1]]
            else:
                target[path[-1]] = copy.deepcopy(value)  # a later change may go inside it
        except (TypeError, KeyError, IndexError):
            continue  # an earlier change has taken this place away
    return body


def _fresh_api(sandbox):
    sandbox.reset(seed=4)
    sandbox.settings(create={"mode": "at_once"})
    return Api(sandbox.url, sandbox.account, sandbox.password)


def _holds(api, body):
    answer = api.call("POST", "/orders", body)
    if answer.status == 400:
        assert answer.code.startswith("v2_")
        return 0
    assert answer.status == 202, body
    assert api.card(answer.uuid).status == 200, body
    return 1


def test_an_odd_value_in_any_one_place_is_refused_with_a_code_or_understood(session_sandbox):
    api = _fresh_api(session_sandbox)
    taken = sum(_holds(api, _changed((place, value))) for place in PLACES for value in ODD)
    assert 0 < taken < len(PLACES) * len(ODD)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(ODD)), min_size=2, max_size=4))
def test_odd_values_together_are_refused_with_a_code_or_understood(session_sandbox, changes):
    _holds(_fresh_api(session_sandbox), _changed(*changes))


@pytest.mark.parametrize("path", ["/_sandbox/orders", "/_sandbox/ui/clock", "/v2/orders"])
def test_a_body_over_the_limit_is_refused_and_changes_nothing(sandbox, api, path):
    sandbox.reset()
    assert api.raw("POST", path, bytes(MAX_BODY_BYTES + 1)).status == 413
    assert api.raw("GET", "/_sandbox/orders").body == []
