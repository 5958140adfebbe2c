"""A reset sandbox for each test of faults, without tokens of the test before."""

import pytest

from oint.cdek import auth


@pytest.fixture
def box(session_sandbox, monkeypatch):
    session_sandbox.reset()
    session_sandbox.settings(refusal={"mode": "at_once"})
    monkeypatch.setattr(auth, "_shared", {})
    return session_sandbox
