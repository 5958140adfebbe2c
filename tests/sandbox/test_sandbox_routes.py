"""Spelling of addresses that makes no difference: a slash at the end, parameters that nobody knows."""

import pytest

from cdek_sandbox.resources.registry import OPERATIONS

UNKNOWN = "00000000-0000-4000-8000-000000000000"
CALLS = [
    (method, operation.path.removeprefix("/v2").replace("{uuid}", UNKNOWN))
    for operation in OPERATIONS
    for method in operation.methods
]


def _told(answer):
    """What does not change from call to call."""
    body = answer.body
    if not isinstance(body, dict):
        return answer.status, len(body), body[:1]
    rows = body.get("requests", [{}])
    errors = [row.get("errors") for row in rows] if "requests" in body else body.get("errors")
    return answer.status, sorted(body), errors


@pytest.mark.parametrize(("method", "path"), CALLS, ids=lambda part: part.replace("/", "_"))
def test_a_slash_at_the_end_and_an_unknown_parameter_make_no_difference(api, method, path):
    plain = _told(api.call(method, path))
    for other in (f"{path}/", f"{path}?unknown=1", f"{path}/?unknown=1&unknown=2"):
        assert _told(api.call(method, other)) == plain, other
