"""Waybills and labels: asked for, made, downloaded, gone after an hour."""

import re
import shutil
import subprocess
from http.client import HTTPConnection

import pytest

from tests.support.samples import sample, shape

ORDERS, BARCODES = "/print/orders", "/print/barcodes"
HOUR = 3600
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def ask(api, uuid, path=ORDERS, **wishes):
    answer = api.call("POST", path, {"orders": [{"order_uuid": uuid}], **wishes})
    assert answer.status == 202, answer
    return answer.uuid


def made(sandbox, api, path=ORDERS, **wishes):
    sandbox.settings(print={"mode": "at_once"})
    return ask(api, sandbox.order(), path, **wishes)


def download(api, path, *, token=True):
    if api.token is None:
        api.login()
    connection = HTTPConnection(api.netloc, timeout=30)
    connection.request("GET", path, headers={"Authorization": f"Bearer {api.token}"} if token else {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.getheader("content-type"), body


def codes(api, path, uuid):
    return [row["code"] for row in api.call("GET", f"{path}/{uuid}").body["entity"]["statuses"]]


@pytest.mark.parametrize(
    ("path", "samples", "wishes"),
    [
        (ORDERS, ("POST_print_orders_accepted_2025-12-14", "GET_print_orders_uuid_ready_2025-12-06"), {}),
        (
            BARCODES,
            ("POST_print_barcodes_accepted_2026-02-15", "GET_print_barcodes_uuid_ready_2024-10-21"),
            {"format": "A5"},
        ),
    ],
)
def test_a_form_is_asked_for_and_answered_as_recorded(sandbox, api, path, samples, wishes):
    accepted, ready = samples
    body = {"orders": [{"order_uuid": sandbox.order()}], "copy_count": 1, **wishes}
    asked = api.call("POST", path, body)
    assert asked.status == 202
    assert shape(asked.body) == shape(sample(accepted))
    sandbox.pass_time(1)
    card, expected = api.call("GET", f"{path}/{asked.uuid}").body, sample(ready)
    assert shape(card) == shape(expected)
    for mine in (card, expected):
        for volatile in ("uuid", "url", "orders", "statuses"):
            mine["entity"].pop(volatile)
    assert card["entity"] == expected["entity"]


def test_a_form_is_accepted_then_processed_then_ready_oldest_first(sandbox, api):
    sandbox.settings(print={"mode": "after_reads", "value": 4})
    uuid = ask(api, sandbox.order())
    seen = [codes(api, ORDERS, uuid) for _ in range(6)]
    assert seen[0] == ["ACCEPTED"]
    assert seen[3] == ["ACCEPTED", "PROCESSING"]
    assert seen[5] == ["ACCEPTED", "PROCESSING", "READY"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (ORDERS, {"copy_count": 2, "type": "tpl_russia"}),
        (BARCODES, {"copy_count": 1, "format": "A4", "lang": "RUS"}),
    ],
)
def test_a_form_asked_for_without_wishes_gets_the_documented_ones(sandbox, api, path, expected):
    entity = api.call("GET", f"{path}/{made(sandbox, api, path)}").body["entity"]
    assert {name: entity[name] for name in expected} == expected


def test_pdf_has_a_page_a_copy_and_no_recipient(sandbox, api):
    orders = [sandbox.order(), sandbox.order()]
    sandbox.settings(print={"mode": "at_once"})
    rows = [{"order_uuid": uuid} for uuid in orders]
    uuid = api.call("POST", ORDERS, {"orders": rows, "copy_count": 3}).uuid
    url = api.call("GET", f"{ORDERS}/{uuid}").body["entity"]["url"]
    assert url == f"http://{api.netloc}/v2/print/orders/{uuid}.pdf"
    status, content_type, body = download(api, f"/v2/print/orders/{uuid}.pdf")
    assert (status, content_type, body[:5]) == (200, "application/pdf", b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", body)) == 6
    for order in orders:
        assert body.count(f"Order {sandbox.truth(order)['cdek_number']}".encode()) == 3
    assert b"Recipient: hidden" in body


def test_pdf_cross_references_point_at_objects(sandbox, api):
    uuid = made(sandbox, api, BARCODES, format="A7")
    body = download(api, f"/v2/print/barcodes/{uuid}.pdf")[2]
    start = int(body.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    rows = re.findall(rb"^(\d{10}) 00000 n $", body[start:], re.MULTILINE)
    assert [body[int(place) :].split(b" ")[0] for place in rows] == [b"%d" % number for number in range(1, 6)]
    lengths = [(int(size), stream) for size, stream in re.findall(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", body)]
    assert all(len(stream) == size for size, stream in lengths)


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler is not installed")
def test_strict_reader_accepts_the_pdf(sandbox, api, tmp_path):
    uuid = made(sandbox, api, BARCODES, format="A6", copy_count=2)
    file = tmp_path / "label.pdf"
    file.write_bytes(download(api, f"/v2/print/barcodes/{uuid}.pdf")[2])
    done = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True)
    assert re.search(r"^Pages: +2$", done.stdout, re.MULTILINE)
    assert "298 x 420" in done.stdout
    assert done.stderr == ""


def test_pdf_escapes_brackets_in_a_shop_number(sandbox, api):
    sandbox.settings(print={"mode": "at_once"})
    uuid = ask(api, sandbox.order(im_number="a(b)\\"))
    assert rb"Shop number a\(b\)\\)" in download(api, f"/v2/print/orders/{uuid}.pdf")[2]


def test_the_download_wants_the_token(sandbox, api):
    uuid = made(sandbox, api)
    assert download(api, f"/v2/print/orders/{uuid}.pdf", token=False)[0] == 401


def test_the_link_dies_after_an_hour_of_the_sandboxs_clock(sandbox, api):
    uuid = made(sandbox, api)
    sandbox.pass_time(HOUR - 60)
    assert download(api, f"/v2/print/orders/{uuid}.pdf")[0] == 200
    sandbox.pass_time(60)
    api.login()
    card = api.call("GET", f"{ORDERS}/{uuid}").body["entity"]
    assert ("url" in card, card["statuses"][-1]["code"]) == (False, "REMOVED")
    assert api.call("GET", f"{ORDERS}/{uuid}.pdf").code == "v2_entity_not_found"


def test_the_file_before_it_is_ready_is_a_choice(sandbox, api):
    sandbox.settings(print={"mode": "never"})
    uuid = ask(api, sandbox.order())
    assert api.call("GET", f"{ORDERS}/{uuid}.pdf").code == "v2_entity_not_ready"
    sandbox.settings(print_file_early="not_found")
    assert api.call("GET", f"{ORDERS}/{uuid}.pdf").code == "v2_entity_not_found"


def test_a_form_of_an_order_without_a_number_ends_invalid(sandbox, api):
    uuid = ask(api, sandbox.order(status="ACCEPTED"))
    sandbox.pass_time(1)
    card = api.call("GET", f"{ORDERS}/{uuid}")
    assert (card.entry["state"], card.code) == ("INVALID", "v2_entity_not_ready")
    assert [row["code"] for row in card.body["entity"]["statuses"]] == ["ACCEPTED", "INVALID"]
    assert api.call("GET", f"{ORDERS}/{uuid}.pdf").code == "v2_entity_not_found"


def test_a_form_of_an_order_that_could_not_be_made_ends_invalid(sandbox, api):
    uuid = ask(api, sandbox.order(status="INVALID"))
    sandbox.pass_time(1)
    assert api.call("GET", f"{ORDERS}/{uuid}").code == "v2_entity_invalid"


def test_an_order_may_be_named_by_its_number_and_alone_without_an_array(sandbox, api):
    number = sandbox.truth(sandbox.order())["cdek_number"]
    uuid = api.call("POST", BARCODES, {"orders": {"cdek_number": number}}).uuid
    assert api.call("GET", f"{BARCODES}/{uuid}").body["entity"]["orders"] == [{"cdek_number": int(number)}]


def test_orders_that_cannot_be_used_are_left_out_as_long_as_one_is_left(sandbox, api):
    good, foreign, gone = sandbox.order(), sandbox.order(owner="other"), sandbox.order(status="REMOVED")
    rows = [{"order_uuid": uuid} for uuid in (foreign, gone, UNKNOWN, good)]
    uuid = api.call("POST", ORDERS, {"orders": [*rows, {}]}).uuid
    assert api.call("GET", f"{ORDERS}/{uuid}").body["entity"]["orders"] == [{"order_uuid": good}]
    refused = api.call("POST", ORDERS, {"orders": rows[:3]})
    assert (refused.status, refused.code) == (400, "orders_number_is_empty")
    assert api.call("POST", ORDERS, {"orders": []}).code == "orders_number_is_empty"


def test_a_hundred_orders_at_most_are_printed_at_once(sandbox, api):
    rows = [{"order_uuid": uuid} for uuid in sandbox.order_batch(101)]
    assert api.call("POST", ORDERS, {"orders": rows[:100]}).status == 202
    refused = api.call("POST", ORDERS, {"orders": rows})
    assert refused.code == "jv_the_number_of_orders_at_the_request_of_more_than_1000"


@pytest.mark.parametrize(
    ("path", "wish", "value"),
    [
        (ORDERS, "type", "tpl_mars"),
        (ORDERS, "copy_count", 0),
        (ORDERS, "copy_count", 101),
        (BARCODES, "format", "A3"),
        (BARCODES, "lang", "DEU"),
    ],
)
def test_a_wish_that_cannot_be_met_is_named(sandbox, api, path, wish, value):
    refused = api.call("POST", path, {"orders": {"order_uuid": sandbox.order()}, wish: value})
    assert (refused.status, refused.code) == (400, "v2_invalid_format")
    assert refused.entry["errors"][0]["message"] == f"Invalid value [{value}] in [{wish}] parameter"


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_a_body_that_is_no_object_is_a_bad_request(api, body):
    assert api.call("POST", ORDERS, body).code == "v2_bad_request"


def test_forms_are_found_by_their_owner_under_their_own_path_only(sandbox, api, other_api):
    uuid = made(sandbox, api)
    assert api.call("GET", f"{BARCODES}/{uuid}").code == "v2_entity_not_found"
    assert api.call("GET", f"{BARCODES}/{uuid}.pdf").code == "v2_entity_not_found"
    assert api.call("GET", f"/orders/{uuid}").code == "v2_entity_not_found"
    assert other_api.call("GET", f"{ORDERS}/{uuid}").code == "v2_entity_forbidden"
    assert other_api.call("GET", f"{ORDERS}/{uuid}.pdf").code == "v2_entity_forbidden"
    assert api.call("GET", f"{ORDERS}/{UNKNOWN}").code == "v2_entity_not_found"
    assert api.call("GET", f"{ORDERS}/nonsense").code == "v2_invalid_format"


@pytest.mark.parametrize(("wish", "path", "kind"), [("WAYBILL", ORDERS, "waybill"), ("BARCODE", BARCODES, "barcode")])
def test_an_order_may_bring_its_form_along(sandbox, api, wish, path, kind):
    order = api.create(print=wish)
    sandbox.pass_time(1)
    sandbox.pass_time(1)
    related = api.card(order).body["related_entities"]
    assert [(row["type"], row["url"].startswith("http://127.0.0.1")) for row in related] == [(kind, True)]
    card = api.call("GET", f"{path}/{related[0]['uuid']}").body["entity"]
    assert (card["orders"], card["statuses"][-1]["code"]) == ([{"order_uuid": order}], "READY")
    assert download(api, related[0]["url"].split(api.netloc)[1])[0] == 200


@pytest.mark.parametrize("row", [{"order_uuid": {}}, {"order_uuid": [1]}, {"cdek_number": []}, "text", [[]]])
def test_an_order_named_by_nonsense_is_of_a_wrong_type(api, row):
    assert api.call("POST", ORDERS, {"orders": [row]}).code == "v2_invalid_value_type"
