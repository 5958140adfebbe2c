"""One sandbox process for all tests of the batch; workers that can be killed, as `make chaos` has them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from chaos.driver import Job
from chaos.garage import Garage

from oint.cdek import tokens
from oint.sandbox import running_sandbox


@pytest.fixture(scope="session")
def batch_sandbox():
    with running_sandbox(seed=4) as box:
        yield box


@pytest.fixture
def box(batch_sandbox, monkeypatch):
    batch_sandbox.reset()
    batch_sandbox.settings(refusal={"mode": "after_seconds", "value": 0.1})
    monkeypatch.setattr(tokens, "_shared", {})
    return batch_sandbox


@pytest.fixture
def garage(tmp_path):
    with (tmp_path / "stderr").open("wb") as words, Garage(words) as garage:
        yield garage
    said = (tmp_path / "stderr").read_text("utf-8")
    assert said == "", said


@pytest.fixture
def job_of(box):
    """A worker's job on a field."""

    def made(name, field, **more):
        return Job(name, box.url, box.account, box.password, field.ledger, field.batch, **more)

    return made
