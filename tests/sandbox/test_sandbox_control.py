import pytest

from cdek_sandbox import SandboxError
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
DOOR = ["ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", "TAKEN_BY_COURIER", "DELIVERED"]
OFFICE = ["ACCEPTED_AT_PICK_UP_POINT", "DELIVERED"]
LOCKER = ["POSTOMAT_POSTED", "POSTOMAT_RECEIVED", "DELIVERED"]


def test_inspected_order_has_all_fields(sandbox):
    uuid = sandbox.order(im_number="shop-7", status="ACCEPTED_AT_PICK_UP_POINT")
    truth = sandbox.truth(uuid)
    assert list(truth) == [
        "uuid",
        "cdek_number",
        "im_number",
        "owner",
        "status",
        "reason_code",
        "delivery_mode",
        "is_return",
        "is_client_return",
        "is_reverse",
        "in_warehouse",
        "claimed",
        "statuses",
        "requests",
        "refusals",
        "related",
    ]
    assert (truth["im_number"], truth["owner"], truth["status"]) == ("shop-7", "main", "ACCEPTED_AT_PICK_UP_POINT")
    assert [row["code"] for row in truth["statuses"]] == ["ACCEPTED_AT_PICK_UP_POINT", "CREATED", "ACCEPTED"]
    assert sandbox.orders() == [truth]


def test_order_body_overrides_defaults(sandbox, api):
    uuid = sandbox.order(body={"comment": "свой", "tariff_code": 136})
    entity = api.card(uuid).body["entity"]
    assert (entity["comment"], entity["tariff_code"], entity["delivery_mode"]) == ("свой", 136, "4")


def test_batch_counts_shop_numbers_up(sandbox):
    uuids = sandbox.order_batch(3, im_number="row", status="TAKEN_BY_COURIER", destination="door")
    orders = sandbox.orders()
    assert [row["uuid"] for row in orders] == uuids
    assert [row["im_number"] for row in orders] == ["row-1", "row-2", "row-3"]
    assert {row["status"] for row in orders} == {"TAKEN_BY_COURIER"}


def test_accepted_order_stays_accepted_until_moved(sandbox):
    uuid = sandbox.order(status="ACCEPTED")
    sandbox.pass_time(1000)
    assert (sandbox.truth(uuid)["status"], sandbox.truth(uuid)["cdek_number"]) == ("ACCEPTED", None)
    moved = sandbox.move(uuid, "TAKEN_BY_COURIER")
    assert [row["code"] for row in moved["statuses"]] == ["TAKEN_BY_COURIER", "CREATED", "ACCEPTED"]
    assert moved["cdek_number"]
    assert moved["requests"][0]["state"] == "SUCCESSFUL"


@pytest.mark.parametrize(("destination", "end"), [("door", DOOR), ("office", OFFICE), ("locker", LOCKER)])
def test_an_order_advances_along_the_route_of_its_destination(sandbox, destination, end):
    uuid = sandbox.order(destination=destination, status="ACCEPTED_IN_RECIPIENT_CITY")
    assert [sandbox.advance(uuid)["status"] for _ in end] == end
    with pytest.raises(SandboxError, match="DELIVERED"):
        sandbox.advance(uuid)


def test_order_advances_several_steps(sandbox):
    uuid = sandbox.order(status="ACCEPTED", destination="door")
    assert sandbox.advance(uuid, 2)["status"] == "RECEIVED_AT_SHIPMENT_WAREHOUSE"
    assert sandbox.advance(uuid, 12)["status"] == "DELIVERED"


def test_parcel_returned_to_a_warehouse_leaves_it_again(sandbox):
    uuid = sandbox.order(status="RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", destination="door")
    assert sandbox.advance(uuid)["status"] == "TAKEN_BY_COURIER"


def test_unknown_status_is_shown_on_the_card(sandbox, api):
    uuid = sandbox.order()
    sandbox.move(uuid, "SOMETHING_NEW", reason_code="99", city="Тверь", allow_unknown=True)
    top = api.card(uuid).body["entity"]["statuses"][0]
    assert (top["code"], top["name"], top["reason_code"], top["city"]) == (
        "SOMETHING_NEW",
        "SOMETHING_NEW",
        "99",
        "Тверь",
    )


def test_a_seed_makes_uuids_and_numbers_the_same_again(sandbox, api):
    def story(seed):
        sandbox.reset(seed=seed)
        api.token = None
        uuid = api.create()
        sandbox.finish(uuid)
        api.refuse(uuid)
        sandbox.finish(uuid)
        truth = sandbox.truth(uuid)
        return truth["cdek_number"], truth["related"], [row["request_uuid"] for row in truth["requests"]]

    first = story(5)
    assert story(6) != first
    assert story(5) == first


def test_reset_restores_defaults(sandbox, api):
    fresh = sandbox.settings()
    sandbox.order()
    sandbox.fault("close", operation="order_delete")
    sandbox.settings(token_life=7)
    sandbox.pass_time(1000)
    api.call("GET", "/orders")
    sandbox.reset()
    assert sandbox.orders() == sandbox.calls() == sandbox.control("GET", "/faults") == []
    assert sandbox.settings() == fresh
    assert sandbox.control("GET", "/clock")["offset"] == 0


def test_stopped_clock_keeps_its_time_until_moved_or_started(sandbox, api):
    sandbox.stop_clock("2024-10-12T17:43:55+03:00")
    sandbox.settings(refusal={"mode": "after_seconds", "value": 10})
    assert sandbox.now().isoformat() == "2024-10-12T14:43:55+00:00"
    uuid = sandbox.order()
    entry = api.refuse(uuid).entry
    assert entry["date_time"] == "2024-10-12T14:43:55+0000"
    assert sandbox.control("GET", "/clock")["stopped"] is True
    sandbox.pass_time(11)
    assert sandbox.truth(uuid)["status"] == "NOT_DELIVERED"
    assert sandbox.now().isoformat() == "2024-10-12T14:44:06+00:00"
    sandbox.start_clock()
    stands = sandbox.control("GET", "/clock")
    assert stands["stopped"] is False
    assert stands["offset"] < 0
    sandbox.reset()
    assert sandbox.control("GET", "/clock")["offset"] == 0


def test_clock_reads_utc_without_offset_and_refuses_invalid_times(sandbox):
    sandbox.stop_clock("2024-10-12T14:43:55")
    assert sandbox.now().isoformat() == "2024-10-12T14:43:55+00:00"
    for body in (
        {"stop_at": "yesterday"},
        {"stop_at": "0001-01-01T00:00:00Z"},
        {"go_on": False},
        {"go_on": True, "advance": 1},
    ):
        with pytest.raises(SandboxError):
            sandbox.control("POST", "/clock", body)


def test_log_of_calls_has_no_secrets(sandbox, api):
    api.raw("POST", "/v2/oauth/token?client_id=x&client_secret=hidden")
    api.login()
    api.call("GET", "/orders?im_number=1")
    api.call("GET", "/nowhere")
    rows = [(row["method"], row["path"], row["operation"], row["status"], row["fault"]) for row in sandbox.calls()]
    assert rows == [
        ("POST", "/v2/oauth/token", "token", 400, None),
        ("POST", "/v2/oauth/token", "token", 200, None),
        ("GET", "/v2/orders", "order_find", 400, None),
        ("GET", "/v2/nowhere", None, 404, None),
    ]
    sandbox.control("DELETE", "/calls")
    assert sandbox.calls() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("PATCH", "/settings", {"no_such": 1}, "no_such"),
        ("PATCH", "/settings", {"refusal": {"mode": "soon"}}, "soon"),
        ("PATCH", "/settings", {"token_life": "long"}, "token_life"),
        ("PATCH", "/settings", [], "object"),
        ("POST", "/faults", {}, "action"),
        ("POST", "/faults", {"action": {"type": "explode"}}, "explode"),
        ("POST", "/faults", {"action": {"type": "close"}, "operation": "orders"}, "order_create"),
        ("POST", "/faults", {"action": {"type": "close"}, "share": 2}, "share"),
        ("POST", "/faults", {"action": {"type": "truncate", "bytes": -1}}, "bytes"),
        ("POST", "/faults", {"action": {"type": "slow_body", "bytes": 0}}, "bytes"),
        ("POST", "/faults", {"action": {"type": "answer", "status": 42}}, "status"),
        ("POST", "/faults", {"action": {"type": "answer", "headers": {"a b": "x\ny"}}}, "headers"),
        ("POST", "/orders", {"owner": "nobody"}, "owner"),
        ("POST", "/orders", {"body": {"recipient": 1}}, "v2_invalid_value_type"),
        ("POST", f"/orders/{UNKNOWN}/status", {"code": "CREATED"}, UNKNOWN),
        ("POST", "/clock", {}, "advance"),
        ("POST", "/drain", {"seconds": -1}, "seconds"),
        ("POST", "/nothing", {}, "no such route"),
    ],
)
def test_invalid_control_call_names_the_error(sandbox, method, path, body, words):
    with pytest.raises(SandboxError, match=words):
        sandbox.control(method, path, body)


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("status", {}, "code"),
        ("status", {"code": "CREATED", "date_time": "yesterday"}, "yesterday"),
    ],
)
def test_invalid_status_change_names_the_error(sandbox, path, body, words):
    with pytest.raises(SandboxError, match=words):
        sandbox.control("POST", f"/orders/{sandbox.order()}/{path}", body)


def test_invalid_json_is_refused_in_both_languages(api):
    answer = api.raw("POST", "/_sandbox/orders", b"{")
    assert answer.status == 400
    assert answer.body == {
        "error": "The body is not JSON: correct it.",
        "error_ru": "Тело запроса - не JSON: исправьте его.",
    }


def test_docs_name_every_route_of_the_index(sandbox):
    index = sandbox.control("GET", "/")
    assert index["seed"] == 1
    assert index["other"] == {"account": sandbox.other_account, "password": sandbox.other_password}
    for name in ("en/sandbox.md", "ru/sandbox.md"):
        text = (DOCS / name).read_text("utf-8")
        missing = [row for row in index["routes"] if f"`{row['method']} {row['path']}`" not in text]
        assert missing == []
