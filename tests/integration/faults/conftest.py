"""One sandbox process for the whole drill, made anew for each test; tokens are not carried over."""

import pytest

from cdek_sandbox import running_sandbox
from oint.cdek import auth


@pytest.fixture(scope="session")
def drill_sandbox():
    with running_sandbox(seed=7) as box:
        yield box


@pytest.fixture
def box(drill_sandbox, monkeypatch):
    drill_sandbox.reset()
    drill_sandbox.settings(refusal={"mode": "at_once"})
    monkeypatch.setattr(auth, "_shared", {})
    return drill_sandbox
