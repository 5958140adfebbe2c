"""What the control API refuses: it says why, and nothing has changed."""

import json

import pytest

from cdek_sandbox import SandboxError

UNKNOWN = "00000000-0000-4000-8000-000000000000"
HUGE = 10**30
CONTROLS = [  # method, path, and the body's numeric fields with values that are refused
    ("POST", "/clock", {"advance": [1e12, -1e12, 1e308, -1e308, "60", None, True, [], {}]}),
    ("POST", "/drain", {"seconds": [-1, 1e9, "1", None]}),
    ("POST", "/reset", {"seed": [HUGE, -HUGE, 1.5, "1", True]}),
    ("POST", "/orders/batch", {"count": [0, -1, 10**9, HUGE, 1.5, "1", None]}),
    ("POST", "/orders/{uuid}/advance", {"steps": [0, -1, 10**6, HUGE, 1.5, "1", True, None]}),
    ("POST", "/orders/{uuid}/call", {"reason_code": [0, -1, HUGE, 1.5, "1", None]}),
    ("POST", "/orders/{uuid}/problem", {"code": [1, "", "x", "٣", "1" * 50, None]}),
    ("POST", "/orders/{uuid}/obstacles", {"claimed": [1, "yes"]}),
    ("PATCH", "/settings", {"token_life": [-1, HUGE, "long", None], "hidden_reads": [-1, HUGE, 1.5]}),
    ("POST", "/events", {"type": ["ORDER_LOST", 1]}),
]
CASES = [
    (method, path, name, value) for method, path, fields in CONTROLS for name, row in fields.items() for value in row
]
TRANSITIONS = [{"value": -1}, {"value": 1e300}, {"slow_from": -1}, {"slow_to": 1e300}, {"stuck": 2}, {"value": None}]
WEBHOOKS = [
    {"delay": 1e300},
    {"delay": -1},
    {"tries": 0},
    {"tries": HUGE},
    {"window": 1e300},
    {"held": 1e300},
    {"timeout": 1e300},
]
FAULTS = [
    {"times": 0},
    {"times": HUGE},
    {"skip": -1},
    {"share": -0.1},
    {"share": 1e300},
    {"starts_in": 1e300},
    {"lasts": -1},
    {"every": 0},
]
ACTIONS = [
    {"type": "delay", "seconds": 1e300},
    {"type": "delay", "seconds": -1},
    {"type": "delay", "sigma": 1e300},
    {"type": "truncate", "bytes": HUGE},
    {"type": "slow_body", "interval": 1e300},
    {"type": "answer", "status": HUGE},
]


@pytest.fixture
def unchanged(sandbox, api):
    """Compare everything that a control call can change with what it was."""
    uuid = sandbox.order(im_number="shop-1")

    def facts():
        clock = sandbox.control("GET", "/clock")
        return (
            sandbox.orders(),
            sandbox.settings(),
            sandbox.faults(),
            clock["offset"],
            clock["stopped"],
            sandbox.webhooks(),
            sandbox.control("GET", "/")["seed"],
        )

    before = facts()
    yield uuid
    assert facts() == before
    assert api.card(uuid).status == 200


@pytest.mark.parametrize("case", CASES)
def test_value_out_of_range_is_refused_and_changes_nothing(sandbox, unchanged, case):
    method, path, name, value = case
    with pytest.raises(SandboxError, match=f"{name}|time is outside|no events"):
        sandbox.control(method, path.format(uuid=unchanged), {name: value})


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("fields", TRANSITIONS)
def test_wrong_time_of_background_work_is_refused(sandbox, fields):
    with pytest.raises(SandboxError, match=next(iter(fields))):
        sandbox.settings(create=fields)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("fields", WEBHOOKS)
def test_wrong_setting_of_webhooks_is_refused(sandbox, fields):
    with pytest.raises(SandboxError, match=next(iter(fields))):
        sandbox.settings(webhooks=fields)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("fields", FAULTS)
def test_wrong_number_of_a_fault_is_refused(sandbox, fields):
    with pytest.raises(SandboxError, match=next(iter(fields))):
        sandbox.fault("close", **fields)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("action", ACTIONS, ids=json.dumps)
def test_wrong_number_of_an_action_is_refused(sandbox, action):
    with pytest.raises(SandboxError, match="action"):
        sandbox.fault(action)


@pytest.mark.parametrize(
    "date_time", [1e18, -1e18, HUGE, "9999-12-31T23:59:59+00:00", "0001-01-01", "yesterday", [], True]
)
def test_wrong_time_of_a_status_is_refused(sandbox, unchanged, date_time):
    with pytest.raises(SandboxError):
        sandbox.move(unchanged, "DELIVERED", date_time=date_time)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "body",
    [
        b'{"advance": NaN}',
        b'{"advance": Infinity}',
        b'{"advance": 1e400}',
        b"{",
        b"[" * 100_000,
        b"\xff",
        b'{"advance": "\xff"}',
    ],
)
def test_body_that_is_not_json_is_refused(api, body):
    assert api.raw("POST", "/_sandbox/clock", body).status == 400


def test_every_control_refuses_unknown_fields_and_other_types(sandbox, api):
    rows = sandbox.control("GET", "/")["routes"]
    for row in (row for row in rows if row["method"] not in {"GET", "DELETE"}):
        path = row["path"].format(uuid=UNKNOWN, name="happy", code="NSK1")
        answer = api.raw(row["method"], path, b'{"no_such_field": 1}')
        assert (answer.status, "no_such_field" in answer.body["error"]) == (400, True), path
        for body in (b"[]", b"1", b'"text"', b"null", b"true"):
            assert api.raw(row["method"], path, body).status == 400, (path, body)


def test_a_clock_moved_too_far_names_the_limit(sandbox):
    with pytest.raises(SandboxError, match=r"1970-01-02 to 2999-12-31"):
        sandbox.pass_time(1e12)
    sandbox.stop_clock("2999-12-30T00:00:00")
    with pytest.raises(SandboxError, match="2999-12-31"):
        sandbox.pass_time(3 * 86_400)
    assert sandbox.now().isoformat() == "2999-12-30T00:00:00+00:00"


def test_misspelled_status_is_refused_with_the_nearest_and_the_list(sandbox, unchanged):
    for call in (
        lambda: sandbox.move(unchanged, "DELIVERD"),
        lambda: sandbox.order(status="DELIVERD"),
        lambda: sandbox.order_batch(2, status="DELIVERD"),
    ):
        with pytest.raises(SandboxError, match=r"DELIVERD.*DELIVERED\?.*CREATED, .*allow_unknown"):
            call()


def test_unknown_status_is_set_where_it_is_asked_for(sandbox):
    assert sandbox.order(status="SOMETHING_NEW", allow_unknown=True) == sandbox.orders()[0]["uuid"]
    assert sandbox.orders()[0]["status"] == "SOMETHING_NEW"


def test_refused_advance_of_an_order_moves_nothing(sandbox, unchanged):
    with pytest.raises(SandboxError, match="DELIVERED"):
        sandbox.advance(unchanged, 50)


def test_refused_advance_of_an_intake_moves_nothing(sandbox, api):
    uuid = new_intake(sandbox, api)
    before = sandbox.control("GET", f"/intakes/{uuid}")
    with pytest.raises(SandboxError, match="DONE"):
        sandbox.control("POST", f"/intakes/{uuid}/advance", {"steps": 9})
    assert sandbox.control("GET", f"/intakes/{uuid}") == before
    assert sandbox.control("POST", f"/intakes/{uuid}/advance", {"steps": 3})["status"] == "DONE"


def new_intake(sandbox, api):
    sandbox.settings(intake_create={"mode": "never"})
    sandbox.stop_clock("2026-02-02T10:00:00")
    sender = {"company": "Магазин", "name": "Отправитель", "phones": [{"number": "+79589441654"}]}
    hours = {"intake_time_from": "10:00", "intake_time_to": "17:00"}
    place = {"code": 44, "address": "ул. Блюхера, 32"}
    return api.call(
        "POST",
        "/intakes",
        {
            "intake_date": "2026-02-04",
            **hours,
            "name": "Груз",
            "weight": 1000,
            "sender": sender,
            "from_location": place,
        },
    ).uuid


@pytest.mark.usefixtures("unchanged")
def test_refused_batch_creates_no_order(sandbox):
    with pytest.raises(SandboxError, match="number"):
        sandbox.order_batch(10, im_number="x" * 38)  # the tenth number is too long


@pytest.mark.usefixtures("unchanged")
def test_scenario_refuses_a_status_of_its_own(sandbox):
    with pytest.raises(SandboxError, match="status"):
        sandbox.scenario("happy", status="DELIVERED")


@pytest.mark.usefixtures("unchanged")
def test_partial_delivery_without_goods_is_refused(sandbox):
    sender = {"company": "Магазин", "name": "Отправитель", "phones": [{"number": "+79589441654"}]}
    body = {"type": 2, "tariff_code": 480, "sender": sender, "packages": [{"number": "1", "weight": 100}]}
    with pytest.raises(SandboxError, match="items"):
        sandbox.scenario("partial_delivery", body=body)


def test_unknown_status_in_a_form_is_refused(unchanged, api):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    path = f"/_sandbox/ui/orders/{unchanged}/status"
    status, body, _ = api.exchange("POST", path, b"status=DELIVERD", form)
    assert (status, b"DELIVERED" in body) == (400, True)
