"""The pinned sets of packages fit each other and pyproject.toml."""

import re
import tomllib

import pytest

from tests.support.paths import ROOT

while not (ROOT / "pyproject.toml").is_file():
    ROOT = ROOT.parent


def pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize(("smaller", "larger"), [("demo", "run"), ("run", "dev")])
def test_smaller_set_has_the_pins_of_the_larger_one(smaller, larger):
    assert pins(smaller).items() <= pins(larger).items()


def test_demo_has_core_sandbox_and_build_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]["sandbox"]
    wanted = [*project["project"]["dependencies"], *extras, *project["dependency-groups"]["build"]]
    assert names(wanted) <= pins("demo").keys()
