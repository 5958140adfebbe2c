"""One sandbox process for all tests of batches, and workers that can be killed as in `make chaos`."""

import pytest

from cdek_sandbox import running_sandbox
from oint.cdek import auth
from tests.chaos.driver import Job
from tests.chaos.worker_pool import WorkerPool


@pytest.fixture(scope="session")
def batch_sandbox():
    with running_sandbox(seed=4) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(batch_sandbox, monkeypatch):
    batch_sandbox.reset()
    batch_sandbox.settings(refusal={"mode": "after_seconds", "value": 0.1})
    monkeypatch.setattr(auth, "_shared", {})
    return batch_sandbox


@pytest.fixture
def worker_pool(tmp_path):
    with (tmp_path / "stderr").open("wb") as stderr_file, WorkerPool(stderr_file) as worker_pool:
        yield worker_pool
    output = (tmp_path / "stderr").read_text("utf-8")
    assert output == "", output


@pytest.fixture
def build_job(sandbox):
    """Return a function that builds a worker's job on a batch."""

    def build(name, workload, **more):
        return Job(name, sandbox.url, sandbox.account, sandbox.password, workload.ledger, workload.batch, **more)

    return build
