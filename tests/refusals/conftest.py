"""Each ledger test runs on a file and on PostgreSQL; batches have a sandbox."""

import pytest
from chaos.postgres_server import running_postgres

from oint.sandbox import running_sandbox


@pytest.fixture(scope="session")
def postgres():
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    try:
        with running_postgres() as server:
            yield server
    except ImportError:
        pytest.skip("no wheel with PostgreSQL for this machine")


@pytest.fixture(scope="session")
def running():
    with running_sandbox(seed=43) as box:
        yield box


@pytest.fixture
def box(running):
    """A sandbox as it was at the beginning, whose CDEK decides at once."""
    running.reset()
    running.settings(refusal={"mode": "at_once"})
    return running


@pytest.fixture(params=["sqlite", "postgres"])
def ledger_address(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    return request.getfixturevalue("postgres").database()
