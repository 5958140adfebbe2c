"""A home and an order for each test, and one real sandbox behind them all."""

import pytest

from cdek_sandbox import running_sandbox
from tests.support.mcp_home import ACCOUNT, PASSWORD, Home


@pytest.fixture(scope="session")
def running():
    with running_sandbox(seed=51, account=ACCOUNT, password=PASSWORD) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    return running


@pytest.fixture
def home(box, tmp_path):
    return Home(tmp_path, box)


@pytest.fixture
def order(box):
    return box.order(status="ACCEPTED_AT_PICK_UP_POINT")
