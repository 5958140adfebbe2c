"""The sandbox sends webhooks to the real `oint refusals listen`. A run then reads the right cards at once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PARCEL = "ACCEPTED_AT_PICK_UP_POINT"


def free_port():
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        return occupied.getsockname()[1]


@pytest.fixture
def listener_url(oint):
    port = free_port()
    process = oint.start("refusals", "listen", "--port", str(port), "--path-secret", "word", stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(url).read()
            break
        except OSError:
            assert process.poll() is None
            time.sleep(0.05)
    yield url
    process.terminate()
    process.communicate(timeout=30)


def post(url, body):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")) as response:
            return response.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_listener_accepts_only_the_secret_path_and_limits_the_body(listener_url):
    assert post(f"{listener_url}/word", b"{}") == 200
    assert post(f"{listener_url}/other", b"{}") == 404
    assert post(f"{listener_url}/word", b"x" * (1024 * 1024 + 1)) == 413


def test_refusal_is_confirmed_by_one_read_when_its_webhook_arrives(listener_url, oint, sandbox, tmp_path):
    sandbox.settings(refusal={"mode": "never"})
    uuid = sandbox.order(status=PARCEL)
    token = json.loads(
        oint("cdek", "ПолучитьТокен", "--account", sandbox.account, "--pass", sandbox.password, "--testapi", "true").out
    )
    request = urllib.request.Request(
        f"{sandbox.url}/webhooks",
        data=json.dumps({"type": "ORDER_STATUS", "url": f"{listener_url}/word"}).encode(),
        headers={"authorization": f"Bearer {token['access_token']}", "content-type": "application/json"},
        method="POST",
    )
    urllib.request.urlopen(request).read()
    (tmp_path / "orders.txt").write_text(uuid)
    words = ("refusals", "run", "orders.txt", "--yes", "--poll", "1h", "--wait", "2h", "--quiet")
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not sandbox.truth(uuid)["refusals"]:
        assert process.poll() is None
        time.sleep(0.02)
    sandbox.finish(uuid)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.decode()) == (0, "confirmed: 1\n"), err
    paths = [(call["method"], call["path"].rpartition("/")[2]) for call in sandbox.calls() if uuid in call["path"]]
    assert paths == [("GET", uuid), ("POST", "refusal"), ("GET", uuid)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_unusable_listen_address_is_a_usage_error_with_a_hint(oint, language):
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]
        busy = oint("refusals", "listen", "--port", str(port), OINT_LANG=language)
        foreign = oint("refusals", "listen", "--host", "192.0.2.1", OINT_LANG=language)
        unknown = oint("refusals", "listen", "--host", "a" * 70, OINT_LANG=language)
    for result in (busy, foreign, unknown):
        assert (result.code, result.out) == (2, "")
        assert len(result.err.splitlines()) == 1
        assert "--port" in result.err
    assert f"127.0.0.1:{port}" in busy.err


@pytest.mark.skipif(os.name == "nt", reason="Windows does not distinguish these signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_listener_ends_with_0(oint, number):
    process = oint.start("refusals", "listen", "--port", "0", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first_line = process.stderr.readline().decode()
    assert urllib.request.urlopen(first_line.split()[-1]).status == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="a Windows shell cannot close a stream")
@pytest.mark.parametrize("command", ["ingest", "run", "plan"])
def test_closed_standard_input_is_reported(oint, command):
    executable = str(Path(sys.executable).with_name("oint"))
    words = ["sh", "-c", 'exec "$0" refusals "$1" - <&-', executable, command]
    result = subprocess.run(words, env=oint.env, cwd=oint.home, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Standard input" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_ingest_reads_events_from_a_file(oint, tmp_path):
    event = {"type": "ORDER_STATUS", "uuid": "72753033-a2e0-43e3-95e5-57c4c2e9bf4a", "attributes": {}}
    (tmp_path / "events.jsonl").write_text(f"{json.dumps(event)}\nnonsense\n\n")
    result = oint("refusals", "ingest", "events.jsonl")
    assert (result.code, result.out) == (0, "Events about orders: 1, other lines: 1\n"), result.err
    assert oint("refusals", "ingest", "-", stdin="nonsense\n").code == 6
    assert oint("refusals", "ingest", "no-such-file").code == 2
