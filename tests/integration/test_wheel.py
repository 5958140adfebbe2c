"""The wheel, which users install: it holds every file that the packages read at run time."""

import subprocess
import sys
from zipfile import ZipFile

from tests.support.paths import ROOT

SOURCE = ROOT / "src"


def test_wheel_has_templates_and_data_files(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    files = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*") if path.is_file()}
    data = {name for name in files if not name.endswith((".py", ".pyc"))}
    assert {"cdek_sandbox/ui/templates/home.html", "cdek_sandbox/reference_data/cities.csv"} <= data
    assert data - set(ZipFile(wheel).namelist()) == set()
