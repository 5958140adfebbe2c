"""Compare the catalog with the facts about OInt and with the operations that it names."""

import json
import subprocess
import sys
from datetime import datetime

import msgspec
import pytest

from oint.catalog import CDEK
from oint.catalog.model import Parameter
from oint.cdek.api._response import FileResponse, ListResponse
from oint.cli.grammar import STANDARD
from oint.parsing.values import parse_date, parse_option
from tests.support.paths import SHARED

FACTS = SHARED / "oint" / "cdek-methods.json"
UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
SIGNATURES = {
    "GetToken": ("Account", "Password", "TestAPI"),
    "CreateOrder": ("Token", "OrderDescription", "OnlineStore", "TestAPI"),
    "DeleteOrder": ("Token", "UUID", "TestAPI"),
    "GetOrder": ("Token", "UUID", "TestAPI"),
    "GetOrderByNumber": ("Token", "OrderNumber", "Internal", "TestAPI"),
    "CreateCustomerRefund": ("Token", "UUID", "Tariff", "TestAPI"),
    "CreateRefusal": ("Token", "UUID", "TestAPI"),
}


def facts():
    if not FACTS.exists():
        pytest.skip("the facts about OInt are not beside this repository")
    return json.loads(FACTS.read_text("utf-8"))


def row(parameter: Parameter):
    option = {"option": f"--{parameter.option}", "short": f"-{parameter.short}", "type": parameter.type}
    return option | ({"required": True} if parameter.required else {"default": parameter.default})


def test_catalog_has_all_oint_methods_with_same_options():
    by_name = {method.name.ru: method for method in CDEK.methods}
    facts_of_methods = facts()["methods"]
    assert len(facts_of_methods) == 31
    for fact in facts_of_methods:
        method = by_name[fact["ru"]]
        assert (fact["en"], fact["region"]) == (method.name.en, method.group)
        assert (fact["http"] or "", fact["path"] or "") == (method.http, method.path)
        assert [{k: v for k, v in p.items() if k != "sends"} for p in fact["params"]] == [*map(row, method.parameters)]


def test_groups_are_named_as_in_oint():
    groups = facts()["regions"]
    assert {name: [*CDEK.groups[name]] for name in groups} == groups
    assert {method.group for method in CDEK.methods} == set(CDEK.groups)


def test_english_signatures_match_oint_pages():
    signatures = {
        method.name.en: tuple(parameter.name.en for parameter in method.parameters) for method in CDEK.methods
    }
    assert {name: signatures[name] for name in SIGNATURES} == SIGNATURES


PLACES = {"from_location": {"code": 44, "address": "x"}, "to_location": {"code": 270, "address": "y"}}
PACKAGES = [{"weight": 500, "number": "1"}]
PHONES = [{"number": "+79134637228"}]
OBJECTS = {
    "order": PLACES
    | {"tariff_code": 139, "packages": PACKAGES, "recipient": {"name": "x", "phones": PHONES}}
    | {"sender": {"name": "y", "phones": PHONES}},
    "parcel": PLACES | {"tariff_code": 139, "packages": PACKAGES},
    "intake": {"order_uuid": UUID, "intake_date": "2026-08-31", "intake_time_from": "10:00", "intake_time_to": "15:00"},
    "appt": {"order_uuid": UUID, "date": "2026-08-31"},
    "filter": {"city_code": 44, "postal_code": ""},
}
REQUESTS = {
    "FindDocumentPhotos": {"orders": [{"order_uuid": UUID}]},
    "GetCourierInvitationDays": {"from_location": {"code": 44}},
    "GetEstimatedDeliveryIntervals": PLACES | {"date_time": "2026-08-31T10:00:00+0300", "tariff_code": 139},
}


def values(method, **more):
    """Return a value for every parameter: its default or a suitable one."""
    arguments = {
        parameter.option: OBJECTS.get(parameter.option) or REQUESTS.get(method.name.en)
        if parameter.type == "object"
        else parse_option(parameter, parameter.example or "x")
        if parameter.required
        else parameter.default
        for parameter in method.parameters
    }
    return arguments | more


SENT = [method for method in CDEK.methods if not method.offline]


@pytest.mark.parametrize("method", SENT, ids=lambda method: method.name.en)
def test_method_builds_request_that_its_page_names(method):
    request = method.request(values(method))
    assert request.method == method.http
    assert request.path.partition("?")[0] == method.path.format(uuid=UUID)
    assert request.authorized is method.needs_token
    assert request.changes is (method.risk != "read")
    fields = {field.name: field for field in msgspec.structs.fields(request.response_type)}
    if method.list_field is None:
        assert not issubclass(request.response_type, ListResponse)
    else:
        assert (method.list_field or "items") in fields
        assert issubclass(request.response_type, ListResponse) is (method.list_field == "")


@pytest.mark.parametrize("name", ["GetReceipt", "GetBarcode"])
def test_getfile_requests_the_pdf(name):
    method = CDEK.find(name)
    request = method.request(values(method, getfile=True))
    assert request.path.endswith(f"/{UUID}.pdf")
    assert issubclass(request.response_type, FileResponse)


@pytest.mark.parametrize(
    ("argument", "sent"),
    [
        ("2026-08-31T10:00:00+03:00", "2026-08-31T10:00:00+0300"),
        ("2026-08-31T07:00:00Z", "2026-08-31T07:00:00+0000"),
    ],
)
def test_prealert_sends_its_time_with_zone(argument, sent):
    method = CDEK.find("CreatePrealert")
    body = json.loads(method.request(values(method, date=parse_date("--date", argument))).body)
    assert body["planned_date"] == sent
    assert body["orders"] == [{"order_uuid": UUID}]


@pytest.mark.parametrize("argument", ["2026-08-31", "2026-08-31T10:00:00"])
def test_prealert_without_zone_uses_local_time(argument):
    method = CDEK.find("CreatePrealert")
    body = json.loads(method.request(values(method, date=parse_date("--date", argument))).body)
    assert datetime.fromisoformat(body["planned_date"]) == datetime.fromisoformat(argument).astimezone()


def test_day_parameter_is_sent_without_time():
    method = CDEK.find("GetDeliveryCashRegistry")
    for argument in ("2026-08-31", "2026-08-31T10:00:00Z"):
        assert method.request(values(method, date=parse_date("--date", argument))).path == "/registries?date=2026-08-31"


def test_empty_filter_fields_are_not_sent():
    method = CDEK.find("GetOfficeList")
    assert method.request(values(method, filter={"city_code": 44, "type": "", "page": None})).path.endswith(
        "?city_code=44"
    )


def test_method_options_never_clash_with_standard_ones():
    for method in CDEK.methods:
        assert not {parameter.option for parameter in method.parameters} & set(STANDARD)


def test_ostore_sets_order_type():
    create = CDEK.find("CreateOrder")
    bodies = [json.loads(create.request(values(create, ostore=shop)).body) for shop in (True, False)]
    assert [body["type"] for body in bodies] == [1, 2]


def test_internal_selects_shop_or_cdek_number():
    find = CDEK.find("GetOrderByNumber")
    assert find.request({"number": "7", "internal": True}).path == "/orders?im_number=7"
    assert find.request({"number": "7", "internal": False}).path == "/orders?cdek_number=7"


@pytest.mark.parametrize(
    "name", ["СоздатьОтказ", "СОЗДАТЬОТКАЗ", "создатьотказ", "CreateRefusal", "createrefusal", "CREATEREFUSAL"]
)
def test_find_method_ignores_language_and_letter_case(name):
    assert CDEK.find(name).name.en == "CreateRefusal"


def test_find_method_normalizes_decomposed_unicode():
    decomposed = "ОформитьКлиентскии\N{COMBINING BREVE}Возврат"
    assert CDEK.find(decomposed).name.en == "CreateCustomerRefund"


def test_method_options_are_unique():
    for method in CDEK.methods:
        letters = [parameter.short for parameter in method.parameters]
        options = [parameter.option for parameter in method.parameters]
        assert len(set(letters)) == len(letters)
        assert len(set(options)) == len(options)


def test_catalog_texts_exist_in_both_languages():
    for method in CDEK.methods:
        texts = [method.name, method.summary, method.returns, *(p.help for p in method.parameters)]
        for text in texts:
            assert text.ru
            assert text.en
            assert text.ru != text.en


def test_importing_catalog_loads_no_client_module():
    code = "import sys, oint.catalog; oint.catalog.CDEK.methods; print([name for name in sys.modules if name.startswith('oint.cdek')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
