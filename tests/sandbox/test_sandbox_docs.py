"""The two pages about the sandbox against what there is: settings with all their fields, options, faults."""

import re
from typing import get_args, get_type_hints

import msgspec
import pytest

from cdek_sandbox.core.settings import Contract, RateLimit, Settings, Transition, Webhooks
from cdek_sandbox.faults.actions import Action, SchemaDrift
from oint.cli.sandbox import start
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
PAGES = [DOCS / "en" / "sandbox.md", DOCS / "ru" / "sandbox.md"]


@pytest.fixture(params=PAGES, ids=lambda path: path.name)
def words(request):
    """Whatever stands in code type on the page."""
    text = re.sub(r"```.*?```", "", request.param.read_text("utf-8"), flags=re.DOTALL)
    return set(re.findall(r"[A-Za-z_][\w-]*", " ".join(re.findall(r"`([^`]+)`", text))))


def test_every_setting_is_named(words):
    assert set(msgspec.to_builtins(Settings())) - words == set()


@pytest.mark.parametrize("part", [Transition, RateLimit, Webhooks, Contract])
def test_every_field_of_a_setting_is_named(words, part):
    assert {field for field in part.__struct_fields__ if field not in {"value", "mode"}} - words == set()


def test_every_fault_and_every_drift_is_named(words):
    assert {action.__struct_config__.tag for action in get_args(Action)} - words == set()
    assert set(get_args(get_type_hints(SchemaDrift)["kind"])) - words == set()


def test_every_option_of_the_start_is_named():
    for path in PAGES:
        text = path.read_text("utf-8")
        shown = [option for option in start.params if not getattr(option, "hidden", False)]
        names = {name for option in shown for name in option.opts} - {"--host", "--account", "--password"}
        assert [name for name in names if name not in text] == [], path


@pytest.mark.parametrize("example", re.findall(r"```python\n(def test_.*?)```", PAGES[0].read_text("utf-8"), re.DOTALL))
def test_the_examples_for_test_suites_hold(sandbox, api, example):
    names: dict = {}
    exec(example.replace("...  # your client", "refuse(uuid)  # your client"), {"refuse": _refuser(api)}, names)
    (test,) = names.values()
    test(sandbox)


def _refuser(api):
    def refuse(uuid):
        """A client whose answers get lost."""
        with pytest.raises(ConnectionError):
            api.refuse(uuid)

    return refuse
