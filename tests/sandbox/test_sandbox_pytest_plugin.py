"""The fixture `cdek_sandbox` as somebody else's suite meets it: pytest in a process and a folder of its own."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

SUITE = """
import json
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

seen = []


@pytest.mark.parametrize("turn", [1, 2])
def test_a_clients_call_reaches_a_fresh_sandbox(cdek_sandbox, turn):
    sandbox = cdek_sandbox
    assert sandbox.orders() == [] and sandbox.calls() == []
    seen.append((sandbox.process.pid, sandbox.order()))
    sandbox.fault("close", operation="refusal")
    pair = {"grant_type": "client_credentials", "client_id": sandbox.account, "client_secret": sandbox.password}
    connection = HTTPConnection(urlsplit(sandbox.url).netloc)
    connection.request("POST", "/v2/oauth/token", urlencode(pair))
    assert json.loads(connection.getresponse().read())["access_token"]


def test_each_test_met_the_same_process_and_the_same_uuids():
    assert len(seen) == 2 and len(set(seen)) == 1
"""


def _pytest(folder, *arguments):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "test_shop.py").write_text(SUITE, "utf-8")
    return tmp_path


def test_pytest_finds_the_plugin_by_itself():
    assert "cdek_sandbox.pytest_plugin" in {row.value for row in entry_points(group="pytest11")}


def test_a_suite_has_a_fresh_sandbox_in_each_test_and_one_process_in_all(suite):
    result = _pytest(suite)
    assert "3 passed" in result.stdout, result.stdout + result.stderr


def test_the_seed_of_the_sandbox_can_be_chosen(suite):
    seen = "def test_seed(cdek_sandbox):\n    print('SEED', cdek_sandbox.control('GET', '/')['seed'])\n"
    (suite / "test_shop.py").write_text(seen, "utf-8")
    assert "SEED 77" in _pytest(suite, "--cdek-sandbox-seed", "77", "-s").stdout


def test_a_suite_that_does_not_ask_for_it_loads_nothing_of_it(suite):
    names = ("msgspec", "starlette", "uvicorn", "cdek_sandbox.client", "oint.cdek")
    looked = f"import sys\n\ndef test_nothing():\n    assert not [name for name in {names!r} if name in sys.modules]\n"
    (suite / "test_shop.py").write_text(looked, "utf-8")
    result = _pytest(suite)
    assert "1 passed" in result.stdout, result.stdout + result.stderr
