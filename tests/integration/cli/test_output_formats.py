"""Print lists, files and templates with the real command against a real sandbox."""

import csv
import io
import os
import subprocess

import pytest

from oint.catalog import CDEK


@pytest.fixture
def waybill(oint, sandbox, order):
    uuid = oint("cdek", "CreateReceipt", "-u", f"['{order}']").json["entity"]["uuid"]
    sandbox.pass_time(60)
    return uuid


def test_json_with_fields_prints_only_these(oint, order):
    result = oint("cdek", "GetOrder", "-u", order, "--json", "entity.uuid, requests.state,nothing.there")
    card = oint("cdek", "GetOrder", "-u", order).json
    assert result.json == {
        "entity.uuid": order,
        "requests.state": [entry["state"] for entry in card["requests"]],
        "nothing.there": None,
    }


def test_json_with_fields_of_a_list_prints_them_per_row(oint):
    offices = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}").json
    selected = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}", "--json", "code,location.city").json
    assert selected == [{"code": office["code"], "location.city": office["location"]["city"]} for office in offices]
    assert offices


def test_csv_has_a_row_per_item_and_the_requested_fields(oint):
    offices = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}").json
    result = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}", "--csv", "--json", "code,location.address")
    rows = list(csv.reader(io.StringIO(result.out)))
    assert rows == [
        ["code", "location.address"],
        *([office["code"], office["location"]["address"]] for office in offices),
    ]


def test_csv_may_be_written_to_a_file(oint):
    result = oint("cdek", "GetRegionsList", "-c", "['RU']", "--csv", "--out", "regions.csv")
    text = (oint.home / "regions.csv").read_text("utf-8")
    assert result.json["size"] == len(text.encode())
    assert "region_code" in text.splitlines()[0].split(",")


def test_table_has_a_line_per_item(oint):
    regions = oint("cdek", "GetRegionsList", "-c", "RU").json
    lines = oint("cdek", "GetRegionsList", "-c", "RU", "--table", "--json", "region_code,region").out.splitlines()
    assert lines[0].split() == ["region_code", "region"]
    assert [line.split()[0] for line in lines[1:]] == [str(region["region_code"]) for region in regions]


@pytest.mark.parametrize("words", [["--table"], ["--csv"], ["--json", " , "], ["--table", "--csv"]], ids=" ".join)
def test_unsuitable_output_format_is_reported_before_sending(oint, sandbox, order, words):
    result = oint("cdek", "GetOrder", "-u", order, *words)
    assert result.code == 2
    assert sandbox.calls() == []


def test_pdf_is_written_to_the_out_file(oint, waybill):
    result = oint("cdek", "ПолучитьКвитанцию", "-u", waybill, "--getfile", "Да", "--out", "waybill.pdf")
    data = (oint.home / "waybill.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert result.json == {"file": str(oint.home / "waybill.pdf"), "size": len(data)}


@pytest.mark.skipif(os.name != "posix", reason="a terminal is simulated by pty")
def test_pdf_is_not_written_to_a_terminal(oint, sandbox, order):
    master, slave = os.openpty()
    with oint.start("cdek", "GetReceipt", "-u", order, "-g", "true", stdout=slave, stderr=subprocess.PIPE) as process:
        err = process.stderr.read().decode()
    os.close(slave)
    os.close(master)
    assert process.returncode == 2
    assert "--out" in err
    assert [call for call in sandbox.calls() if "print" in call["operation"]] == []


def test_pdf_is_written_to_a_redirected_stdout(oint, waybill):
    with oint.start("cdek", "GetReceipt", "-u", waybill, "-g", "true", stdout=subprocess.PIPE) as process:
        assert process.stdout.read().startswith(b"%PDF")


def test_operation_removed_by_cdek_is_an_error_with_404(oint):
    result = oint("cdek", "GetDeliveryCashTransfers", "-d", "2026-08-31")
    assert result.code == 3
    assert "404" in result.err + result.out


@pytest.mark.parametrize(
    "method", [office for office in CDEK.methods if office.offline], ids=lambda office: office.name.en
)
def test_template_needs_no_credentials_and_sends_nothing(anonymous_oint, sandbox, method):
    assert anonymous_oint("cdek", method.name.ru, "--empty", "false").json
    assert anonymous_oint("cdek", method.name.en, "--empty", "true", "--test").code == 0
    assert sandbox.calls() == []


def test_option_test_prints_the_call_of_every_value_type(anonymous_oint, sandbox, order):
    result = anonymous_oint("cdek", "CreatePrealert", "-u", order, "-d", "2026-08-31T07:00:00Z", "-p", "NSK1", "--test")
    assert result.json["body"] == {
        "planned_date": "2026-08-31T07:00:00+0000",
        "shipment_point": "NSK1",
        "orders": [{"order_uuid": order}],
    }
    assert sandbox.calls() == []
