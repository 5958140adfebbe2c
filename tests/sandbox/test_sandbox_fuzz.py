"""Raw garbage: whatever comes in, no 5xx that was not asked for, and the sandbox goes on."""

import pytest

from tests.fuzz.garbage import throw, told
from tests.fuzz.target import target_of
from tests.support.sandbox_api import Api


@pytest.mark.parametrize("seed", [1, 2])
def test_garbage_brings_no_5xx_and_leaves_the_sandbox_answering(box, seed):
    thrown = throw(target_of(box), 1500, seed)
    assert thrown.broken == [], "\n".join(told(thrown))
    assert {200, 400, 401, 404, 405} <= set(thrown.statuses)
    box.reset(seed=1)
    api = Api(box.url, box.account, box.password)
    assert api.refuse(box.order()).status == 202


def test_same_seed_sends_the_same_garbage(box):
    first = throw(target_of(box), 200, 3)
    box.reset(seed=1)
    assert throw(target_of(box), 200, 3).statuses == first.statuses
