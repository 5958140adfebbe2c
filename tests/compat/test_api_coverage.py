"""Every operation of CDEK has a method in both clients, a command, a page and a route of the sandbox."""

import json
import re

import pytest

from cdek_sandbox.resources.registry import OPERATIONS
from oint.catalog import CDEK
from oint.cdek import AsyncClient, Client
from oint.cdek.resources import Resource
from tests.support.paths import CDEK_FACTS

DESCRIPTION = CDEK_FACTS / "openapi.json"
NOT_IN_THE_SANDBOX: frozenset[str] = frozenset()
"""Operations that the sandbox does not have, as METHOD /path."""


def normalize(method, path):
    """Return METHOD /path without the names of its parameters."""
    return f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path.removeprefix('/v2'))}"


def read_described_operations():
    if not DESCRIPTION.exists():
        pytest.skip("CDEK's description is not beside this repository")
    description = json.loads(DESCRIPTION.read_text("utf-8"))
    paths = {
        normalize(method, path)
        for path, methods in description["paths"].items()
        for method in methods
        if method.isalpha()
    }
    delta = description["x-delta-2026-02"]
    return paths | normalize_added(delta["added_paths"])


def normalize_added(paths):
    return {normalize(*re.match(r"(\w+) (\S+)", path).groups()) for path in paths}


def list_command_operations():
    files = {"GET /print/orders/{}.pdf", "GET /print/barcodes/{}.pdf"}  # --getfile true
    return {normalize(method.http, method.path) for method in CDEK.methods if not method.offline} | files


def list_client_operations(kind):
    """Return the operations that the docstrings of a client's methods name."""
    parts = vars(kind(None, url="http://127.0.0.1:9/v2")).values()
    calls = set()
    for part in parts:
        if isinstance(part, Resource):
            for name in dir(type(part)):
                document = "" if name.startswith("_") else getattr(part, name).__doc__ or ""
                calls |= {
                    normalize(*operation)
                    for operation in re.findall(r"\((GET|POST|PATCH|DELETE) ([^\s)]+)\)", document)
                }
    return {call.replace(" ", " /") if " /" not in call else call for call in calls}


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_both_clients_have_every_described_operation(kind):
    assert read_described_operations() - list_client_operations(kind) == set()


def test_every_described_operation_has_a_command():
    assert read_described_operations() - list_command_operations() == set()


def test_commands_and_clients_call_only_described_operations():
    assert (list_command_operations() | list_client_operations(Client)) - read_described_operations() == set()


def test_sandbox_has_a_route_for_every_described_operation():
    routes = {normalize(method, route.path) for route in OPERATIONS for method in route.methods}
    assert read_described_operations() - routes == NOT_IN_THE_SANDBOX


def test_client_methods_and_commands_call_the_same_operations():
    assert list_client_operations(Client) == list_command_operations()


def test_cdek_describes_49_operations():
    assert len(read_described_operations()) == 49
