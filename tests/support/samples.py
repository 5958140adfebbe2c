"""The recorded samples beside the repository, and what "the same shape" means."""

import json

import pytest

from tests.support.paths import SAMPLES


def sample(name):
    """A recorded answer; the test is skipped where the samples are absent."""
    if not SAMPLES.is_dir():
        pytest.skip("the recorded samples are not beside the repository")
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


HIDDEN = "***"  # what stands in a recording in place of a value that its author hid


def shape(value):
    """Keys in their order and types, as text that a failed test shows well."""
    return json.dumps(_types(value), indent=1)


def seen(answer, recorded):
    """The answer with the values hidden that the recording hides."""
    if recorded == HIDDEN:
        return HIDDEN
    if isinstance(answer, dict) and isinstance(recorded, dict):
        return {name: seen(value, recorded.get(name)) for name, value in answer.items()}
    if isinstance(answer, list) and isinstance(recorded, list) and len(answer) == len(recorded):
        return [seen(*pair) for pair in zip(answer, recorded, strict=True)]
    return answer


def _types(value):
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_types(row) for row in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
