"""The pytest fixture `cdek_sandbox`: a CDEK sandbox on this computer for each test.

    def test_a_refusal_is_registered(cdek_sandbox):
        uuid = cdek_sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
        ...  # a client of cdek_sandbox.url with cdek_sandbox.account and cdek_sandbox.password
        assert cdek_sandbox.truth(uuid)["refusals"]

pytest finds it by itself where `oint[sandbox]` is installed; nothing is started for tests that do not ask for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox import Sandbox


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--cdek-sandbox-seed`: it determines the uuids and numbers that each test gets."""
    group = parser.getgroup("cdek_sandbox", "CDEK sandbox")
    group.addoption(
        "--cdek-sandbox-seed",
        type=int,
        default=1,
        metavar="N",
        help="seed of the CDEK sandbox: each test gets the same uuids and numbers again (1)",
    )


@pytest.fixture(scope="session")
def cdek_sandbox_session(pytestconfig: pytest.Config) -> Iterator[Sandbox]:
    """Start the sandbox process of the session, on a free port; tests use `cdek_sandbox`."""
    from cdek_sandbox import running_sandbox  # noqa: PLC0415 - loaded on first use

    with running_sandbox(seed=pytestconfig.getoption("cdek_sandbox_seed")) as sandbox:
        yield sandbox


@pytest.fixture
def cdek_sandbox(cdek_sandbox_session: Sandbox, pytestconfig: pytest.Config) -> Sandbox:
    """Provide a fresh sandbox for the test: no orders, no faults, default settings, real time.

    Has `url`, `account` and `password` for the client, and the controls of `cdek_sandbox.Sandbox`.
    """
    cdek_sandbox_session.reset(seed=pytestconfig.getoption("cdek_sandbox_seed"))
    return cdek_sandbox_session
