"""Run each ledger test on a file and on PostgreSQL. Batches have a sandbox."""

import pytest


@pytest.fixture
def sandbox(session_sandbox):
    """Return a reset sandbox that decides at once."""
    session_sandbox.reset()
    session_sandbox.settings(refusal={"mode": "at_once"})
    return session_sandbox


@pytest.fixture(params=["sqlite", "postgres"])
def ledger_address(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    return request.getfixturevalue("postgres").create_database()
