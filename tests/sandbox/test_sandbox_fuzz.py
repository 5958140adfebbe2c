"""The sandbox answers invalid requests without a 5xx and continues."""

import pytest

from tests.fuzz.invalid_requests import format_result, send_invalid_requests
from tests.fuzz.target import build_target
from tests.support.sandbox_api import Api


@pytest.mark.parametrize("seed", [1, 2])
def test_garbage_brings_no_5xx_and_leaves_the_sandbox_answering(sandbox, seed):
    result = send_invalid_requests(build_target(sandbox), 1500, seed)
    assert result.server_errors == [], "\n".join(format_result(result))
    assert {200, 400, 401, 404, 405} <= set(result.statuses)
    sandbox.reset(seed=1)
    api = Api(sandbox.url, sandbox.account, sandbox.password)
    assert api.refuse(sandbox.order()).status == 202


def test_same_seed_sends_the_same_garbage(sandbox):
    first = send_invalid_requests(build_target(sandbox), 200, 3)
    sandbox.reset(seed=1)
    assert send_invalid_requests(build_target(sandbox), 200, 3).statuses == first.statuses
