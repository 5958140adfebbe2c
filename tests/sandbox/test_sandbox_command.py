import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from cdek_sandbox import running_sandbox
from tests.support.sandbox_api import Api, until

START = [sys.executable, "-m", "oint", "sandbox", "start"]


def _run(*arguments, language="en", code=None):
    command = [*START, *arguments] if code is None else [sys.executable, "-c", code]
    environment = os.environ | {"OINT_LANG": language, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, capture_output=True, timeout=60, check=False, env=environment, encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_json_line_is_printed_and_a_signal_ends_it_with_code_0(number):
    with subprocess.Popen([*START, "--seed", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        line = process.stdout.readline()
        ready = json.loads(line)
        assert list(ready) == ["url", "account", "password"]
        assert ready["url"].startswith("http://127.0.0.1:")
        assert Api(**ready).login().status == 200
        process.send_signal(number)
        rest, words = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, b"")
    assert b"127.0.0.1" in words
    assert b"Traceback" not in words


def test_sandbox_ends_with_its_standard_input():
    command = [*START, "--until-stdin-ends"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_it_ends_though_a_client_still_hangs():
    with running_sandbox() as sandbox:
        api = Api(sandbox.url, sandbox.account, sandbox.password)
        uuid = sandbox.order()
        api.login()
        sandbox.fault("hang", operation="order_get")
        host, port = api.netloc.split(":")
        hanging = socket.create_connection((host, int(port)), 30)
        hanging.sendall(f"GET /v2/orders/{uuid} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until(lambda: any(row["fault"] == "hang" for row in sandbox.calls()))
    hanging.close()
    assert sandbox.process.returncode == 0


@pytest.mark.parametrize(("language", "words"), [("en", "port"), ("ru", "порт")])
def test_busy_port_ends_with_code_2_in_both_languages(language, words):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = _run("--port", str(taken.getsockname()[1]), language=language)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("language", ["en", "ru"])
def test_foreign_host_address_ends_with_code_2(language):
    result = _run("--host", "192.0.2.1", language=language)
    assert (result.returncode, result.stdout) == (2, "")
    assert "192.0.2.1" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_without_the_extra_packages_it_says_what_to_install_with_code_2(package, language):
    code = f"import sys; sys.modules[{package!r}] = None; from oint.cli.sandbox import group; group(['start'])"
    result = _run(language=language, code=code)
    assert result.returncode == 2
    assert "oint[sandbox]" in result.stderr
    assert ("Установите" in result.stderr) == (language == "ru")


def test_a_host_open_to_others_is_warned_about():
    with subprocess.Popen(
        [*START, "--host", "0.0.0.0", "--until-stdin-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"OINT_LANG": "en"},
    ) as process:
        ready = json.loads(process.stdout.readline())
        _, words = process.communicate(timeout=30)
    assert ready["url"].startswith("http://127.0.0.1:")
    assert b"Warning" in words


@pytest.mark.parametrize(("language", "words"), [("en", "sandbox"), ("ru", "есочниц")])
def test_help_is_in_both_languages(language, words):
    result = _run("--help", language=language)
    assert result.returncode == 0
    assert words in result.stdout
    assert "--until-stdin-ends" not in result.stdout


def test_importing_the_package_loads_no_server():
    code = "import sys, cdek_sandbox; print(*(m for m in ('starlette', 'uvicorn', 'uvloop', 'msgspec', 'click') if m in sys.modules))"
    assert _run(code=code).stdout.strip() == ""


def test_a_block_that_fails_leaves_no_sandbox_behind():
    class StopHereError(Exception):
        pass

    with pytest.raises(StopHereError), running_sandbox() as sandbox:
        raise StopHereError
    assert sandbox.process.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        sandbox.orders()
