"""Every operation is a method of a section of both kinds of client, and is loaded where it is first used."""

import inspect
import pkgutil

import pytest

from oint.cdek import AsyncClient, Client, api
from oint.cdek.resources import OperationMethod, Resource, StreamMethod

SECTIONS = {
    "orders": "orders",
    "reverse": "reverse",
    "intakes": "intakes",
    "delivery": "delivery",
    "print": "print_forms",
    "prealert": "prealerts",
    "photo_document": "photos",
    "passport": "passport",
    "calculator": "calculator",
    "deliverypoints": "deliverypoints",
    "location": "location",
    "check": "receipts",
    "registries": "registries",
    "payment": "payments",
    "international": "international",
    "webhooks": "webhooks",
    "oauth": "oauth",
}


def public_functions(module) -> set[str]:
    return {
        name
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }


def test_every_api_module_is_a_resource():
    names = [module.name for module in pkgutil.iter_modules(api.__path__) if not module.name.startswith("_")]
    assert sorted(SECTIONS.values()) == [name for name in sorted(names) if public_functions(getattr(api, name))]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(("section", "module"), SECTIONS.items())
def test_every_function_of_a_module_is_a_method_of_its_resource(kind, section, module):
    own = getattr(kind(None, url="http://127.0.0.1:9/v2"), section)
    assert isinstance(own, Resource)
    home = getattr(api, module)
    methods = {name for name, value in vars(type(own)).items() if isinstance(value, (OperationMethod, StreamMethod))}
    assert methods == public_functions(home)
    for name in methods:
        assert getattr(own, name).__doc__ == getattr(type(own), name).__doc__ == getattr(home, name).__doc__
        assert getattr(own, name).__name__ == name


def test_unknown_api_module_raises_attribute_error():
    with pytest.raises(AttributeError):
        api.teleport  # noqa: B018 - asking is the test


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_method_shows_its_parameters_and_docstring(kind):
    orders = kind(None, url="http://127.0.0.1:9/v2").orders
    assert list(inspect.signature(orders.refuse).parameters) == ["uuid"]
    assert list(inspect.signature(orders.find).parameters) == ["cdek_number", "im_number"]
    assert "POST orders/{uuid}/refusal" in orders.refuse.__doc__
