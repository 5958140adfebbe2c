"""Lists, files and templates, through the real command against a real sandbox."""

import csv
import io
import os
import subprocess

import pytest

from oint.catalog import CDEK


@pytest.fixture
def waybill(oint, box, order):
    uuid = oint("cdek", "CreateReceipt", "-u", f"['{order}']").json["entity"]["uuid"]
    box.pass_time(60)
    return uuid


def test_json_with_fields_shows_these_alone(oint, order):
    done = oint("cdek", "GetOrder", "-u", order, "--json", "entity.uuid, requests.state,nothing.there")
    card = oint("cdek", "GetOrder", "-u", order).json
    assert done.json == {
        "entity.uuid": order,
        "requests.state": [entry["state"] for entry in card["requests"]],
        "nothing.there": None,
    }


def test_json_of_a_list_shows_the_fields_of_each_row(oint):
    whole = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}").json
    some = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}", "--json", "code,location.city").json
    assert some == [{"code": each["code"], "location.city": each["location"]["city"]} for each in whole]
    assert whole


def test_csv_has_a_row_an_item_and_the_fields_asked_for(oint):
    whole = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}").json
    done = oint("cdek", "GetOfficeList", "-f", "{'city_code': 44}", "--csv", "--json", "code,location.address")
    rows = list(csv.reader(io.StringIO(done.out)))
    assert rows == [["code", "location.address"], *([each["code"], each["location"]["address"]] for each in whole)]


def test_csv_may_go_to_a_file(oint):
    done = oint("cdek", "GetRegionsList", "-c", "['RU']", "--csv", "--out", "regions.csv")
    text = (oint.home / "regions.csv").read_text("utf-8")
    assert done.json["size"] == len(text.encode())
    assert "region_code" in text.splitlines()[0].split(",")


def test_a_table_has_a_line_an_item(oint):
    whole = oint("cdek", "GetRegionsList", "-c", "RU").json
    lines = oint("cdek", "GetRegionsList", "-c", "RU", "--table", "--json", "region_code,region").out.splitlines()
    assert lines[0].split() == ["region_code", "region"]
    assert [line.split()[0] for line in lines[1:]] == [str(each["region_code"]) for each in whole]


@pytest.mark.parametrize("words", [["--table"], ["--csv"], ["--json", " , "], ["--table", "--csv"]], ids=" ".join)
def test_a_form_that_does_not_fit_is_found_out_before_anything_is_sent(oint, box, order, words):
    done = oint("cdek", "GetOrder", "-u", order, *words)
    assert done.code == 2
    assert box.calls() == []


def test_a_pdf_goes_to_the_file_of_out(oint, waybill):
    done = oint("cdek", "ПолучитьКвитанцию", "-u", waybill, "--getfile", "Да", "--out", "waybill.pdf")
    data = (oint.home / "waybill.pdf").read_bytes()
    assert data.startswith(b"%PDF")
    assert done.json == {"file": str(oint.home / "waybill.pdf"), "size": len(data)}


@pytest.mark.skipif(os.name != "posix", reason="terminals are played by pty")
def test_a_pdf_does_not_run_over_a_terminal(oint, box, order):
    ours, theirs = os.openpty()
    with oint.start("cdek", "GetReceipt", "-u", order, "-g", "true", stdout=theirs, stderr=subprocess.PIPE) as process:
        err = process.stderr.read().decode()
    os.close(theirs)
    os.close(ours)
    assert process.returncode == 2
    assert "--out" in err
    assert [call for call in box.calls() if "print" in call["operation"]] == []


def test_without_a_terminal_a_pdf_goes_to_stdout_as_it_is(oint, waybill):
    with oint.start("cdek", "GetReceipt", "-u", waybill, "-g", "true", stdout=subprocess.PIPE) as process:
        assert process.stdout.read().startswith(b"%PDF")


def test_what_cdek_has_removed_is_an_error_that_says_so(oint):
    done = oint("cdek", "GetDeliveryCashTransfers", "-d", "2026-08-31")
    assert done.code == 3
    assert "404" in done.err + done.out


@pytest.mark.parametrize("method", [each for each in CDEK.methods if each.offline], ids=lambda each: each.name.en)
def test_a_template_needs_no_credentials_and_sends_nothing(stranger, box, method):
    assert stranger("cdek", method.name.ru, "--empty", "false").json
    assert stranger("cdek", method.name.en, "--empty", "true", "--test").code == 0
    assert box.calls() == []


def test_test_shows_the_call_of_every_kind_of_value(stranger, box, order):
    done = stranger("cdek", "CreatePrealert", "-u", order, "-d", "2026-08-31T07:00:00Z", "-p", "NSK1", "--test")
    assert done.json["body"] == {
        "planned_date": "2026-08-31T07:00:00+0000",
        "shipment_point": "NSK1",
        "orders": [{"order_uuid": order}],
    }
    assert box.calls() == []
