"""Every run prints its seed. `make test SEED=…` repeats the run."""

import os
import secrets
import signal

import pytest
from hypothesis import settings

from tests.support.postgres_server import running_postgres

settings.register_profile("oint", deadline=None, print_blob=True)  # no test is timed
settings.load_profile("oint")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = os.environ.get("OINT_TEST_SEED") or str(secrets.randbelow(10**9))
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # a background job of a shell: its commands would ignore Ctrl-C too
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter, config):
    seed = config.option.hypothesis_seed
    terminalreporter.write_line(f"seed {seed}: make test SEED={seed} plays this run again")


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch):
    """Remove the settings of `oint` of this machine from the environment."""
    for name in [name for name in os.environ if name.startswith("OINT_") and name != "OINT_TEST_SEED"]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres():
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    try:
        with running_postgres() as server:
            yield server
    except ImportError:
        pytest.skip("no wheel with PostgreSQL for this machine")
