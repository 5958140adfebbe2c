"""The templates of OInt, offline."""

import re

import pytest

from oint import templates

ALL = pytest.mark.parametrize("template", [templates.order, templates.intake, templates.agreement, templates.offices])
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
FILTER = (
    "postal_code city_code type country_code region_code have_cashless have_cash allowed_cod is_dressing_room "
    "weight_max weight_min lang take_only is_handout is_reception fias_guid code is_ltl fulfillment size page"
)


def leaves(value):
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    return [leaf for each in value for leaf in leaves(each)] if isinstance(value, list) else [value]


@ALL
@pytest.mark.parametrize("language", ["ru", "en"])
def test_template_describes_fields_in_current_language(monkeypatch, template, language):
    monkeypatch.setenv("OINT_LANG", language)
    texts = leaves(template())
    assert all(texts)
    assert any(CYRILLIC.search(text) for text in texts) is (language == "ru")


@ALL
def test_empty_template_keeps_fields_without_values(template):
    assert set(leaves(template(empty=True))) == {""}
    assert template(empty=True).keys() == template().keys()


@pytest.mark.parametrize("template", [templates.order, templates.intake, templates.agreement])
def test_required_template_has_fewer_fields(template):
    assert template(required=True).keys() < template().keys()


def test_order_template_requires_what_cdek_requires():
    template = templates.order(required=True)
    assert list(template) == ["tariff_code", "recipient", "packages"]
    assert list(template["packages"][0]) == ["number", "weight"]


def test_ostore_template_adds_shop_fields():
    assert "items" not in templates.order()["packages"][0]
    assert "delivery_recipient_cost" not in templates.order()
    shop = templates.order(ostore=True)
    assert shop["packages"][0]["items"][0]["payment"]["value"]
    assert shop["delivery_recipient_cost_adv"][0]["threshold"]


def test_office_filter_template_has_oint_fields():
    assert list(templates.offices(empty=True)) == FILTER.split()
