"""What an import loads, and the public names. Which package may import which: `lint-imports`, see pyproject.toml."""

import subprocess
import sys

import pytest

import oint
import oint.cdek
import oint.refusals

HEAVY = [
    "asyncio",
    "click",
    "http.client",
    "httptools",
    "keyring",
    "mcp",
    "msgspec",
    "sqlite3",
    "ssl",
    "starlette",
    "uvicorn",
]


@pytest.mark.parametrize("module", ["oint", "oint.cdek", "cdek_sandbox"])
def test_import_loads_no_http_library_server_or_driver(module):
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    process = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"


@pytest.mark.parametrize(("kind", "other"), [("Client", "asyncio"), ("AsyncClient", "http.client")])
def test_client_does_not_load_parts_of_the_other_kind(kind, other):
    code = f"import sys; from oint.cdek import {kind}; {kind}(None)._get_transport(); print({other!r} in sys.modules)"
    process = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "False"


def test_public_names_are_frozen_and_exist():
    assert sorted(oint.__all__) == ["OPI_CDEK", "OintError", "__version__"]
    assert sorted(oint.cdek.__all__) == [
        "Account",
        "ApiError",
        "AsyncClient",
        "AuthenticationError",
        "CdekError",
        "Client",
        "HttpExchange",
        "InvalidArgument",
        "InvalidResponse",
        "OutcomeUnknown",
        "RateLimited",
        "RequestRejected",
        "Retry",
        "ServiceUnavailable",
        "StaticToken",
        "StillPending",
        "Timeouts",
    ]
    assert sorted(oint.refusals.__all__) == [
        "Advice",
        "By",
        "Outcome",
        "PollingPolicy",
        "State",
        "Transition",
        "register_refusal",
    ]
    for package in (oint, oint.cdek, oint.refusals):
        for name in package.__all__:
            assert getattr(package, name) is not None


@pytest.mark.parametrize("package", [oint, oint.cdek])
def test_unknown_name_raises_attribute_error(package):
    with pytest.raises(AttributeError):
        package.no_such_name  # noqa: B018 - the access is the test


def test_client_loads_an_api_module_when_a_method_is_used():
    code = (
        "import sys; from oint.cdek import Client; client = Client(None)\n"
        "loaded = lambda: [name for name in ('orders', 'calculator', 'print_forms')"
        " if f'oint.cdek.api.{name}' in sys.modules]\n"
        "print(loaded()); client.print.waybill; print(loaded())"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "['print_forms']"]
