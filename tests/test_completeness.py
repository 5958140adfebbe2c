"""Every operation of CDEK's is a function, a method of both clients, a command, and a route of the sandbox."""

import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from manual.scenes import scenes

from oint.catalog import CDEK
from oint.cdek import AsyncClient, Client
from oint.cdek.sections import Section
from oint.sandbox.routes import OPERATIONS

DESCRIPTION = Path(__file__).resolve().parents[1] / ".." / "shared" / "cdek" / "openapi.json"
NOT_IN_THE_SANDBOX: frozenset[str] = frozenset()
"""What the sandbox does not answer, as METHOD /path."""


def plain(method, path):
    """METHOD /path, whatever the parameters in it are called."""
    return f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path.removeprefix('/v2'))}"


def described():
    if not DESCRIPTION.exists():
        pytest.skip("CDEK's description is not beside this repository")
    found = json.loads(DESCRIPTION.read_text("utf-8"))
    paths = {plain(method, path) for path, methods in found["paths"].items() for method in methods if method.isalpha()}
    delta = found["x-delta-2026-02"]
    return paths | added(delta["added_paths"])


def added(paths):
    return {plain(*re.match(r"(\w+) (\S+)", path).groups()) for path in paths}


def commands():
    files = {"GET /print/orders/{}.pdf", "GET /print/barcodes/{}.pdf"}  # --getfile true
    return {plain(method.http, method.path) for method in CDEK.methods if not method.offline} | files


def methods(kind):
    """What the methods of a client's sections call, as the documents of their operations say."""
    parts = vars(kind(None, url="http://127.0.0.1:9/v2")).values()
    calls = set()
    for part in parts:
        if isinstance(part, Section):
            for name in dir(type(part)):
                document = "" if name.startswith("_") else getattr(part, name).__doc__ or ""
                calls |= {plain(*found) for found in re.findall(r"\((GET|POST|PATCH|DELETE) ([^\s)]+)\)", document)}
    return {call.replace(" ", " /") if " /" not in call else call for call in calls}


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_every_operation_that_cdek_describes_is_a_method_of_both_clients(kind):
    assert described() - methods(kind) == set()


def test_every_operation_that_cdek_describes_has_a_command():
    assert described() - commands() == set()


def test_no_command_and_no_method_calls_what_cdek_does_not_describe():
    assert (commands() | methods(Client)) - described() == set()


def test_every_operation_that_cdek_describes_has_a_route_in_the_sandbox_or_is_listed_as_absent():
    routes = {plain(method, route.path) for route in OPERATIONS for method in route.methods}
    assert described() - routes == NOT_IN_THE_SANDBOX


def test_every_operation_that_cdek_describes_has_a_page_with_an_executed_example():
    with_pages = scenes()
    paths = {plain(method.http, method.path) for method in CDEK.methods if method.name.en in with_pages}
    files = {"GET /print/orders/{}.pdf", "GET /print/barcodes/{}.pdf"}  # on the pages of GetReceipt and GetBarcode
    assert described() - (paths | files) == set()


def test_what_a_method_calls_is_what_its_command_calls():
    assert methods(Client) == commands()


def test_cdek_describes_49_operations():
    assert len(described()) == 49
