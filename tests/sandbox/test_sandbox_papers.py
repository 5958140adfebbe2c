"""Passports, receipts, registries, payouts, photos and customs hints."""

import io
import json
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest

from tests.support.paths import SAMPLES

recorded = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside the repository")
UNKNOWN = "00000000-0000-4000-8000-000000000000"
DEAR = {
    "packages": [
        {
            "number": "1",
            "weight": 1000,
            "items": [
                {"name": "Т", "ware_key": "1", "payment": {"value": 150}, "cost": 300, "weight": 700, "amount": 2}
            ],
        }
    ],
    "delivery_recipient_cost": {"value": 99.5},
}
PASSPORT = {
    "passport_series": "1234",
    "passport_number": "567890",
    "passport_date_of_issue": "2010-01-01",
    "passport_organization": "ОВД",
}
PHOTOGRAPHED = {"services": [{"code": "PHOTO_OF_DOCUMENTS", "parameter": "1"}]}


def _sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def _codes(answer):
    assert answer.status == 400, answer
    return [row["code"] for row in answer.body["errors"]]


def _today():
    return datetime.now(UTC).date().isoformat()


@recorded
def test_a_passport_has_the_recorded_shape(sandbox, api):
    uuid = sandbox.order()
    number = sandbox.truth(uuid)["cdek_number"]
    expected = _sample("GET_passport_2025-10-10")
    expected["orders"][0] |= {"order_uuid": uuid, "cdek_number": int(number)}
    assert api.call("GET", f"/passport?order_uuid={uuid}").body == expected
    assert api.call("GET", f"/passport?cdek_number={number}&client=all").body == expected


def test_a_passport_is_told_for_the_side_asked_for(sandbox, api):
    recipient = {"name": "Иванов Иван", "phones": [{"number": "+79134637228"}]} | PASSPORT
    uuid = sandbox.order(body={"recipient": recipient})
    sides = {
        client: api.call("GET", f"/passport?order_uuid={uuid}&client={client}").body["orders"][0]["passport"]
        for client in ("SENDER", "RECEIVER")
    }
    assert sides == {
        "SENDER": [{"client": "SENDER", "passport_requirements_satisfied": False}],
        "RECEIVER": [{"client": "RECEIVER", "passport_requirements_satisfied": True}],
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "v2_order_number_empty"),
        (f"?order_uuid={UNKNOWN}", "v2_entity_empty"),
        ("?cdek_number=1", "v2_entity_empty"),
        ("?order_uuid=x", "v2_invalid_format"),
        (f"?order_uuid={UNKNOWN}&client=NEIGHBOUR", "v2_invalid_format"),
    ],
)
def test_a_passport_of_no_order_is_refused(api, query, code):
    assert _codes(api.call("GET", f"/passport{query}")) == [code]


def test_a_passport_wants_an_order_that_was_made(sandbox, api):
    sandbox.settings(create={"mode": "never"})
    assert _codes(api.call("GET", f"/passport?order_uuid={api.create()}")) == ["v2_entity_not_ready"]


@recorded
def test_without_receipts_the_answer_is_the_recorded_empty_object(sandbox, api):
    answer = api.call("GET", f"/check?order_uuid={sandbox.order()}")
    assert (answer.status, answer.body) == (200, _sample("GET_check_empty_2025-12-06"))


def test_a_paid_order_has_a_receipt_of_what_was_paid(sandbox, api):
    uuid = sandbox.order(status="DELIVERED", body=DEAR)
    sandbox.order(status="DELIVERED")
    check = api.call("GET", f"/check?order_uuid={uuid}").body["check_info"][0]
    assert list(check) == [
        *("order_uuid", "cdek_number", "date", "fiscal_storage_number", "document_number", "fiscal_sign"),
        *("type", "payment_info", "shift_no"),
    ]
    assert (check["order_uuid"], check["type"]) == (uuid, "CASH_RECEIPT_IN")
    assert check["payment_info"] == [{"sum": 399.5, "type": "CARD"}]
    assert api.call("GET", f"/check?date={_today()}").body == {"check_info": [check]}
    assert api.call("GET", "/check?date=2001-01-01").body == {}


def test_a_client_return_brings_a_receipt_of_the_refund(sandbox, api):
    sandbox.settings(client_return={"mode": "at_once"})
    uuid = sandbox.order(status="DELIVERED", body=DEAR)
    api.call("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": 139})
    types = [row["type"] for row in api.call("GET", f"/check?order_uuid={uuid}").body["check_info"]]
    assert types == ["CASH_RECEIPT_IN", "CASH_RECEIPT_REFUND"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "v2_parameters_empty"),
        ("?date=yesterday", "v2_invalid_format"),
        (f"?order_uuid={UNKNOWN}", "v2_entity_not_found"),
        ("?cdek_number=1", "v2_order_not_found"),
    ],
)
def test_receipts_of_nothing_are_refused(api, query, code):
    assert _codes(api.call("GET", f"/check{query}")) == [code]


def test_papers_of_another_client_are_not_shown(sandbox, api):
    uuid = sandbox.order(owner="other", status="DELIVERED", body=DEAR | PHOTOGRAPHED)
    number = sandbox.truth(uuid)["cdek_number"]
    assert _codes(api.call("GET", f"/check?order_uuid={uuid}")) == ["v2_entity_forbidden"]
    assert _codes(api.call("GET", f"/check?cdek_number={number}")) == ["v2_order_forbidden"]
    assert _codes(api.call("GET", f"/passport?order_uuid={uuid}")) == ["v2_entity_empty"]
    assert api.call("GET", f"/check?date={_today()}").body == {}
    assert api.call("POST", "/photoDocument", {"orders": [{"order_uuid": uuid}]}).body == {"orders": []}
    assert api.call("GET", f"/photoDocument/{uuid}").status == 403


@recorded
def test_registries_are_empty_or_broken_as_recorded(sandbox, api):
    sandbox.order(status="DELIVERED", body=DEAR)
    assert api.call("GET", f"/registries?date={_today()}").body == _sample("GET_registries_empty")
    sandbox.settings(registries="broken")
    answer, expected = api.call("GET", "/registries"), _sample("GET_registries_internal_error_2026-04-25")
    assert answer.status == 500
    assert answer.body | {"timestamp": ""} == expected | {"timestamp": ""}


def test_registries_can_be_filled(sandbox, api):
    sandbox.settings(registries="filled")
    uuid = sandbox.order(status="DELIVERED", body=DEAR)
    registry = api.call("GET", f"/registries?date={_today()}").body["registries"][0]
    row = registry["orders"][0]
    assert row["cdek_number"] == sandbox.truth(uuid)["cdek_number"]
    assert row["payment_sum"] == 399.5
    assert row["transfer_sum"] + row["agent_commission_sum"] == pytest.approx(row["payment_sum"])
    assert registry["sum"] == row["transfer_sum"]
    assert api.call("GET", "/registries?date=2001-01-01").body == {}
    assert _codes(api.call("GET", "/registries")) == ["v2_field_is_empty"]


@recorded
def test_payouts_are_gone_for_everybody_as_recorded(api):
    answer, expected = api.raw("GET", "/v2/payment"), _sample("GET_payment_not_found_2026-03-22")
    assert answer.status == 404
    assert answer.body | {"timestamp": ""} == expected | {"timestamp": ""}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_removed_method_is_gone_whatever_the_http_method(sandbox, api, method):
    assert api.raw(method, "/v2/payment").status == 404
    sandbox.settings(payment_route="present")
    assert api.raw(method, "/v2/payment").status == 405


def test_payouts_can_be_brought_back(sandbox, api):
    sandbox.settings(payment_route="present")
    uuid = sandbox.order(status="DELIVERED", im_number="shop-7", body=DEAR)
    number = int(sandbox.truth(uuid)["cdek_number"])
    expected = {"orders": [{"order_uuid": uuid, "cdek_number": number, "number": "shop-7"}]}
    assert api.call("GET", f"/payment?date={_today()}").body == expected
    assert _codes(api.call("GET", "/payment")) == ["v2_field_is_empty"]
    assert api.raw("GET", f"/v2/payment?date={_today()}").status == 401


def _bytes(api, link):
    connection = HTTPConnection(api.netloc, timeout=30)
    connection.request("GET", urlsplit(link).path, headers={"Authorization": f"Bearer {api.token}"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def test_photos_of_an_order_are_a_zip_behind_its_link(sandbox, api):
    uuid = sandbox.order(status="DELIVERED", body=PHOTOGRAPHED)
    number = sandbox.truth(uuid)["cdek_number"]
    sandbox.order(status="DELIVERED")
    for orders in ([{"order_uuid": uuid}], {"cdek_number": number}):
        row = api.call("POST", "/photoDocument", {"orders": orders}).body["orders"]
        link = f"http://{api.netloc}/v2/photoDocument/{uuid}"
        assert row == [{"order_uuid": uuid, "cdek_number": number, "link": link}]
    response, body = _bytes(api, link)
    assert (response.status, response.getheader("content-type")) == (200, "application/zip")
    with ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert archive.read(f"{number}_1.png").startswith(b"\x89PNG")


def test_photos_are_found_by_period(sandbox, api):
    uuid = sandbox.order(status="DELIVERED", body=PHOTOGRAPHED)
    around = {"period_begin": "2001-01-01T00:00:00+0000", "period_end": "2100-01-01T00:00:00+0000"}
    assert [row["order_uuid"] for row in api.call("POST", "/photoDocument", around).body["orders"]] == [uuid]
    before = around | {"period_end": "2001-01-02T00:00:00+0000"}
    assert api.call("POST", "/photoDocument", before).body == {"orders": []}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "v2_wrong_interval"),
        ({"period_begin": "2026-01-02T00:00:00+0000", "period_end": "2026-01-01T00:00:00+0000"}, "v2_wrong_interval"),
        ({"period_begin": "once", "period_end": "2026-01-01"}, "v2_wrong_interval"),
        ({"orders": "all"}, "v2_invalid_value_type"),
        ([], "v2_bad_request"),
    ],
)
def test_photos_of_no_period_are_refused(api, body, code):
    assert _codes(api.call("POST", "/photoDocument", body)) == [code]


def test_photos_that_were_not_taken_are_not_found(sandbox, api):
    assert api.call("GET", f"/photoDocument/{UNKNOWN}").status == 404
    assert api.call("GET", f"/photoDocument/{sandbox.order(body=PHOTOGRAPHED)}").status == 404


def test_customs_hints_speak_of_each_good_and_the_worst_stands_for_the_package(api):
    items = [{"item_id": str(place), "feacn_code": code} for place, code in enumerate(["6109100000", "8517130000"])]
    package = api.call(
        "POST", "/international/package/restrictions", {"packages": [{"package_id": "p", "items": items}]}
    ).body["packages"][0]
    assert list(package) == ["package_id", "status", "description", "items"]
    assert [item["status"]["code"] for item in package["items"]] == ["ALLOWED", "LIMITED"]
    assert package["status"]["code"] == "LIMITED"
    assert package["status"]["reason"]["code"] == "FEACN_RESTRICTION"


def test_customs_hints_know_forbidden_goods_and_heavy_packages(api):
    packages = [{"items": [{"feacn_code": "9303"}]}, {"weight": 40_000, "items": [{"name": "x"}]}]
    told = api.call("POST", "/international/package/restrictions", {"packages": packages}).body["packages"]
    reasons = [(package["status"]["code"], package["status"]["reason"]["code"]) for package in told]
    assert reasons == [("FORBIDDEN", "FEACN_RESTRICTION"), ("LIMITED", "GENERAL_RESTRICTION")]


def test_customs_hints_want_packages(api):
    assert _codes(api.call("POST", "/international/package/restrictions", {})) == ["v2_field_is_empty"]
    wrong = {"packages": [{"weight": "heavy"}]}
    assert _codes(api.call("POST", "/international/package/restrictions", wrong)) == ["v2_invalid_value_type"]
