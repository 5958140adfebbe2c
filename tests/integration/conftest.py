"""One sandbox process for the tests of the command, of ledgers and of faults. Each of their fixtures resets it."""

import pytest

from cdek_sandbox import running_sandbox


@pytest.fixture(scope="session")
def session_sandbox():
    with running_sandbox(seed=31) as sandbox:
        yield sandbox
