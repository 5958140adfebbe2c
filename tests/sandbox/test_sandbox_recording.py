"""A session recorded and played back."""

import json

import pytest

from cdek_sandbox import SandboxError, running_sandbox
from tests.support.sandbox_api import Api


def _session(sandbox):
    """One order made, refused and read; an answer that is lost, and a route that is not there."""
    api = Api(sandbox.url, sandbox.account, sandbox.password)
    uuid = api.create()
    answers = [api.refuse(uuid), api.card(uuid), api.call("GET", f"/orders?im_number=shop-1&t={api.token}")]
    sandbox.fault("close", operation="order_get", times=1)
    with pytest.raises(ConnectionError):
        api.card(uuid)
    return api, uuid, [*answers, api.call("GET", "/nothing")]


def test_recording_has_every_call_and_no_secret(tmp_path):
    file = tmp_path / "session.jsonl"
    with running_sandbox(seed=1, record=file, account="shop-account", password="shop-password") as sandbox:
        api, uuid, answers = _session(sandbox)
        api.raw("GET", "/v2/orders?access_token=in-the-query", None, {"Authorization": f"Bearer {api.token}x"})
        sandbox.settings(token_life=0)
        old = api.login().body["access_token"]
        api.call("GET", f"/orders/{uuid}")
    text = file.read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(row["method"], row.get("status")) for row in lines[:7]] == [
        ("POST", 200),
        ("POST", 202),
        ("POST", 202),
        ("GET", 200),
        ("GET", 200),
        ("GET", None),
        ("GET", 404),
    ]
    assert lines[5]["fault"] == "close"
    assert json.loads(lines[3]["body"]) == answers[1].body
    assert "v2_token_expired" in text
    for secret in (api.token, old, "shop-password", "shop-account", "in-the-query"):
        assert secret not in text


def test_replay_sends_recorded_responses_in_order_and_404_otherwise(tmp_path):
    file = tmp_path / "session.jsonl"
    with running_sandbox(seed=1, record=file) as sandbox:
        _, uuid, answers = _session(sandbox)
    with running_sandbox(replay=file) as sandbox:
        api = Api(sandbox.url, "anybody", "anything")
        for _ in range(2):
            again = [api.call("POST", f"/orders/{uuid}/refusal"), api.card(uuid)]
            assert [row.body for row in again] == [row.body for row in answers[:2]]
            assert again[0].headers["content-type"] == answers[0].headers["content-type"]
            with pytest.raises(ConnectionError):
                api.card(uuid)
            rest = api.card(uuid)
            assert (rest.status, rest.body["error"]) == (404, "Not Found")
            sandbox.reset()


def test_invalid_recording_prevents_the_start(tmp_path):
    file = tmp_path / "session.jsonl"
    file.write_text("{}", "utf-8")
    for path in (file, tmp_path / "nothing"):
        with pytest.raises(SandboxError, match=path.name), running_sandbox(replay=path):
            pass


def test_unwritable_recording_prevents_the_start(tmp_path):
    with pytest.raises(SandboxError, match="session"), running_sandbox(record=tmp_path / "no" / "session"):
        pass
