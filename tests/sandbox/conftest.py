"""One sandbox a session, put back to a fresh start before each test."""

import pytest

from cdek_sandbox import running_sandbox
from tests.support.sandbox_api import Api, sandbox_without
from tests.support.webhook_receiver import receiving


@pytest.fixture(scope="session")
def session_sandbox():
    with running_sandbox(seed=1) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(session_sandbox):
    session_sandbox.reset(seed=1)
    return session_sandbox


@pytest.fixture(scope="session")
def plain_session_sandbox():
    with sandbox_without("uvloop", "httptools", arguments=("--seed", "1")) as sandbox:
        yield sandbox


@pytest.fixture(params=["fast", "plain"])
def each_sandbox(request):
    """On the fast parts (uvloop, httptools), and on the plain ones (asyncio, h11)."""
    chosen = request.getfixturevalue("session_sandbox" if request.param == "fast" else "plain_session_sandbox")
    chosen.reset(seed=1)
    return chosen


@pytest.fixture
def api(sandbox):
    return Api(sandbox.url, sandbox.account, sandbox.password)


@pytest.fixture
def other_api(sandbox):
    return Api(sandbox.url, sandbox.other_account, sandbox.other_password)


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture
def subscribe(api, receiver):
    def subscribe(kind="ORDER_STATUS", url=None):
        answer = api.call("POST", "/webhooks", {"type": kind, "url": url or receiver.url})
        assert answer.status == 200, answer
        return answer.uuid

    return subscribe
