"""The catalog against the facts about OInt, and against the operations that it names."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from oint.catalog import CDEK
from oint.method import Parameter

FACTS = Path(__file__).resolve().parents[1] / ".." / "shared" / "oint" / "cdek-methods.json"
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
    known = {"option": f"--{parameter.option}", "short": f"-{parameter.short}", "type": parameter.type}
    return known | ({"required": True} if parameter.required else {"default": parameter.default})


def test_every_name_option_letter_type_and_default_is_that_of_oint():
    by_name = {method["ru"]: method for method in facts()["methods"]}
    for method in CDEK.methods:
        fact = by_name[method.name.ru]
        assert (fact["en"], fact["region"]) == (method.name.en, method.region)
        assert (fact["http"], fact["path"]) == (method.http, method.path)
        assert [{k: v for k, v in p.items() if k != "sends"} for p in fact["params"]] == [*map(row, method.parameters)]


def test_the_regions_are_named_as_in_oint():
    regions = facts()["regions"]
    assert {name: [*title] for name, title in CDEK.regions.items()} == {name: regions[name] for name in CDEK.regions}


def test_the_english_signatures_are_those_of_the_pages():
    found = {method.name.en: tuple(parameter.name.en for parameter in method.parameters) for method in CDEK.methods}
    assert found == SIGNATURES


@pytest.mark.parametrize("method", CDEK.methods, ids=lambda method: method.name.en)
def test_each_method_builds_the_very_request_that_its_page_names(method):
    values = {"account": "a", "pass": "p", "token": "", "order": {}, "uuid": UUID, "number": "1", "tariff": 139}
    values |= {"ostore": False, "internal": False, "testapi": False}
    request = method.request(values)
    assert request.method == method.http
    assert request.path.partition("?")[0] == method.path.format(uuid=UUID)
    assert request.authorized is method.authorized


def test_ostore_decides_the_type_of_an_order():
    create = CDEK.find("CreateOrder")
    bodies = [json.loads(create.request({"order": {"number": "1"}, "ostore": shop}).body) for shop in (True, False)]
    assert [body["type"] for body in bodies] == [1, 2]


def test_internal_decides_which_number_is_looked_for():
    find = CDEK.find("GetOrderByNumber")
    assert find.request({"number": "7", "internal": True}).path == "/orders?im_number=7"
    assert find.request({"number": "7", "internal": False}).path == "/orders?cdek_number=7"


@pytest.mark.parametrize(
    "name", ["СоздатьОтказ", "СОЗДАТЬОТКАЗ", "создатьотказ", "CreateRefusal", "createrefusal", "CREATEREFUSAL"]
)
def test_a_method_is_found_under_both_names_in_any_letter_case(name):
    assert CDEK.find(name).name.en == "CreateRefusal"


def test_a_name_decomposed_by_macos_is_found():
    decomposed = "ОформитьКлиентскии\N{COMBINING BREVE}Возврат"
    assert CDEK.find(decomposed).name.en == "CreateCustomerRefund"


def test_no_two_options_of_a_method_share_a_spelling():
    for method in CDEK.methods:
        letters = [parameter.short for parameter in method.parameters]
        options = [parameter.option for parameter in method.parameters]
        assert len(set(letters)) == len(letters)
        assert len(set(options)) == len(options)


def test_every_text_of_the_catalog_exists_in_both_languages():
    for method in CDEK.methods:
        texts = [method.name, method.sentence, method.returns, *(p.purpose for p in method.parameters)]
        for text in texts:
            assert text.ru
            assert text.en
            assert text.ru != text.en


def test_importing_the_catalog_loads_nothing_of_the_client():
    code = "import sys, oint.catalog; print([name for name in sys.modules if name.startswith('oint.cdek')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
