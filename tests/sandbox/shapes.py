"""The recorded samples beside the repository, and what "the same shape" means."""

import json
from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "cdek" / "samples"


def sample(name):
    """A recorded answer; the test is skipped where the samples are absent."""
    if not SAMPLES.is_dir():
        pytest.skip("the recorded samples are not beside the repository")
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def shape(value):
    """Keys in their order and types, as text that a failed test shows well."""
    return json.dumps(_types(value), indent=1)


def _types(value):
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_types(row) for row in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
