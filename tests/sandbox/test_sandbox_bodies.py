"""No body, however odd, breaks the sandbox: it is refused with a code, or becomes an order that can be read."""

import copy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox_api import SHOP_ORDER, Api

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.sampled_from(["1e400", "nan", "-1", " 7 ", "9" * 400]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["code", "number", "weight", "value"]), st.integers(), max_size=2),
)


def _places(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield from _places(child, (*path, key))


FULL = SHOP_ORDER | {
    "services": [{"code": "INSURANCE", "parameter": "1"}],
    "sender": {"name": "П", "phones": [{"number": "+7"}]},
    "delivery_recipient_cost": {"value": 50},
    "delivery_recipient_cost_adv": [{"threshold": 200, "sum": 3000}],
}
CHANGES = st.lists(st.tuples(st.sampled_from(list(_places(FULL))[1:]), ODD), min_size=1, max_size=3)


def _changed(changes):
    body = copy.deepcopy(FULL)
    for path, value in changes:
        target = body
        try:
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue  # an earlier change has taken this place away
    return body


def test_any_body_is_refused_with_a_code_or_becomes_an_order_that_can_be_read(session_box):
    session_box.reset(seed=4)
    session_box.settings(create={"mode": "never"})
    api = Api(session_box.url, session_box.account, session_box.password)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(CHANGES)
    def holds(changes):
        answer = api.call("POST", "/orders", _changed(changes))
        if answer.status == 400:
            assert answer.code.startswith("v2_")
            return
        assert answer.status == 202
        assert api.card(answer.uuid).status == 200
        session_box.finish(answer.uuid)
        assert api.card(answer.uuid).status == 200

    holds()
