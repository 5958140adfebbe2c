"""What the README shows first works: the demo, in both languages, and the recipe for Python."""

import os
import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT


@pytest.mark.parametrize(("language", "end"), [("ru", "отказов: 1. Готово."), ("en", "by the sandbox: 1. Done.")])
def test_demo_refuses_one_order(language, end):
    process = subprocess.run(
        [sys.executable, ROOT / "demo" / "demo.py"],
        env=os.environ | {"OINT_LANG": language},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.rstrip().endswith(end)


def test_python_recipe_refuses_an_order(cdek_sandbox, monkeypatch, capsys):
    uuid = cdek_sandbox.order(status="ACCEPTED_AT_PICK_UP_POINT")
    cdek_sandbox.settings(refusal={"mode": "at_once"})
    readme = (ROOT / "README.md").read_text("utf-8")
    recipe = re.search(r"^    from oint\.cdek import .*?(?=^\S)", readme, re.MULTILINE | re.DOTALL)[0]
    for shown, real in (
        ("1106625424", cdek_sandbox.truth(uuid)["cdek_number"]),
        ('"account"', repr(cdek_sandbox.account)),
        ('"password"', repr(cdek_sandbox.password)),
    ):
        assert shown in recipe
        recipe = recipe.replace(shown, real)
    monkeypatch.setenv("OINT_CDEK_URL", cdek_sandbox.url)
    exec("\n".join(line[4:] for line in recipe.splitlines()), {})
    assert capsys.readouterr().out.startswith("confirmed None ")
