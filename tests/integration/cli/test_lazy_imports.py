"""A command imports only the modules that it uses."""

import subprocess
import sys

import pytest

HEAVY = {"click", "msgspec", "http.client", "httptools", "platformdirs", "keyring", "tomllib", "difflib", "asyncio"}
CODE = """
import sys
from oint.cli.main import dispatch, run_command
run_command(dispatch, {words!r})
print(*sorted(sys.modules), file=sys.stderr)
"""


def list_loaded_modules(*words, env=None):
    code = CODE.format(words=words)
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    return set(process.stderr.splitlines()[-1].split())


@pytest.mark.parametrize("words", [(), ("--help",), ("cdek",), ("cdek", "CreateRefusal"), ("help", "exit-codes")])
def test_help_page_loads_no_heavy_module_and_no_client(words):
    modules = list_loaded_modules(*words)
    assert modules.isdisjoint(HEAVY)
    assert not {name for name in modules if name.startswith("oint.cdek")}


def test_call_with_a_token_loads_neither_click_nor_credential_stores(oint, order):
    env = oint.env | {"OINT_CDEK_TOKEN": "", "OINT_LANG": "en"}
    modules = list_loaded_modules("cdek", "CreateRefusal", "-t", "a-token", "-u", order, env=env)
    assert "oint.cdek.client" in modules
    assert modules.isdisjoint({"click", "httptools", "logging", "platformdirs", "keyring", "tomllib", "difflib"})
    assert modules.isdisjoint(
        {"oint.refusals", "oint.auth.profiles", "oint.auth.secure_files", "cdek_sandbox", "oint.cli.verbs"}
    )
