"""One sandbox a session, put back to a fresh start before each test."""

import pytest
from sandbox_api import Api

from oint.sandbox import running_sandbox


@pytest.fixture(scope="session")
def session_box():
    with running_sandbox(seed=1) as box:
        yield box


@pytest.fixture
def box(session_box):
    session_box.reset(seed=1)
    return session_box


@pytest.fixture
def api(box):
    return Api(box.url, box.account, box.password)


@pytest.fixture
def other_api(box):
    return Api(box.url, box.other_account, box.other_password)
