"""Webhooks: the sandbox sends them to the real `oint refusals listen`, and a run reads the right cards at once."""

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
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def listening(oint):
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
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def test_only_the_secret_path_is_taken_and_too_much_is_refused(listening):
    assert post(f"{listening}/word", b"{}") == 200
    assert post(f"{listening}/other", b"{}") == 404
    assert post(f"{listening}/word", b"x" * (1024 * 1024 + 1)) == 413


def test_a_refusal_is_confirmed_by_one_reading_as_soon_as_its_webhook_came(listening, oint, box, tmp_path):
    box.settings(refusal={"mode": "never"})
    uuid = box.order(status=PARCEL)
    token = json.loads(
        oint("cdek", "ПолучитьТокен", "--account", box.account, "--pass", box.password, "--testapi", "true").out
    )
    request = urllib.request.Request(
        f"{box.url}/webhooks",
        data=json.dumps({"type": "ORDER_STATUS", "url": f"{listening}/word"}).encode(),
        headers={"authorization": f"Bearer {token['access_token']}", "content-type": "application/json"},
        method="POST",
    )
    urllib.request.urlopen(request).read()
    (tmp_path / "orders.txt").write_text(uuid)
    words = ("refusals", "run", "orders.txt", "--yes", "--poll", "1h", "--wait", "2h", "--quiet")
    process = oint.start(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not box.truth(uuid)["refusals"]:
        assert process.poll() is None
        time.sleep(0.02)
    box.finish(uuid)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.decode()) == (0, "confirmed: 1\n"), err
    paths = [(call["method"], call["path"].rpartition("/")[2]) for call in box.calls() if uuid in call["path"]]
    assert paths == [("GET", uuid), ("POST", "refusal"), ("GET", uuid)]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_address_that_cannot_be_listened_on_is_a_slip_with_a_next_step(oint, language):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        busy = oint("refusals", "listen", "--port", str(port), OINT_LANG=language)
        foreign = oint("refusals", "listen", "--host", "192.0.2.1", OINT_LANG=language)
        unknown = oint("refusals", "listen", "--host", "a" * 70, OINT_LANG=language)
    for ended in (busy, foreign, unknown):
        assert (ended.code, ended.out) == (2, "")
        assert len(ended.err.splitlines()) == 1
        assert "--port" in ended.err
    assert f"127.0.0.1:{port}" in busy.err


@pytest.mark.skipif(os.name == "nt", reason="signals are told apart elsewhere only")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_receiver_that_is_told_to_end_has_done_its_work(oint, number):
    process = oint.start("refusals", "listen", "--port", "0", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    told = process.stderr.readline().decode()
    assert urllib.request.urlopen(told.split()[-1]).status == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="a shell closes no stream there")
@pytest.mark.parametrize("command", ["ingest", "run", "plan"])
def test_a_closed_standard_input_is_told(oint, command):
    itself = str(Path(sys.executable).with_name("oint"))
    words = ["sh", "-c", 'exec "$0" refusals "$1" - <&-', itself, command]
    ended = subprocess.run(words, env=oint.env, cwd=oint.home, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Standard input" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_events_received_elsewhere_are_taken_in_from_a_file(oint, tmp_path):
    event = {"type": "ORDER_STATUS", "uuid": "72753033-a2e0-43e3-95e5-57c4c2e9bf4a", "attributes": {}}
    (tmp_path / "events.jsonl").write_text(f"{json.dumps(event)}\nnonsense\n\n")
    ended = oint("refusals", "ingest", "events.jsonl")
    assert (ended.code, ended.out) == (0, "Events about orders: 1, other lines: 1\n"), ended.err
    assert oint("refusals", "ingest", "-", stdin="nonsense\n").code == 6
    assert oint("refusals", "ingest", "no-such-file").code == 2
