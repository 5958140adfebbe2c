"""Each ledger test runs on a file and on PostgreSQL."""

import pytest
from chaos.postgres_server import running_postgres


@pytest.fixture(scope="session")
def postgres():
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    try:
        with running_postgres() as server:
            yield server
    except ImportError:
        pytest.skip("no wheel with PostgreSQL for this machine")


@pytest.fixture(params=["sqlite", "postgres"])
def ledger_address(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "ledger.sqlite")
    return request.getfixturevalue("postgres").database()
