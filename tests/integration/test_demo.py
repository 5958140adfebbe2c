"""`make demo` works: its script ends well, in both languages."""

import os
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
