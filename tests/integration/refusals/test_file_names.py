"""File names that are not UTF-8 work, and are shown with replacement characters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oint.refusals.input import InputFileError, open_input
from oint.refusals.input.files import get_shown_name
from oint.refusals.input.open_input import ReadOptions

OINT = Path(sys.executable).with_name("oint")
NAME = os.fsdecode(b"\xee\xf2\xea\xe0\xe7.csv")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / NAME
    try:
        path.write_text("Номер заказа;Имя\nA-1;Анна\n", "utf-8")
    except OSError:
        pytest.skip("the file system takes UTF-8 alone")
    return path


def test_file_with_any_name_is_read(path):
    with open_input(path) as source:
        assert source.name == "\ufffd\ufffd\ufffd\ufffd\ufffd.csv"
        assert [row.im_number for row in source.rows()] == ["A-1"]
        assert source.reading.encode()
        assert source.fingerprint


def test_missing_file_with_any_name_is_an_error(tmp_path):
    with pytest.raises(InputFileError) as caught:
        open_input(tmp_path / NAME)
    assert caught.value.code == "input_missing"
    assert str(caught.value).encode()


@pytest.mark.parametrize(
    ("name", "shown"), [("отказы.csv", "отказы.csv"), ("\udcee.csv", "\ufffd.csv"), ("\ud83d.csv", "?.csv"), ("/", "/")]
)
def test_shown_name_is_always_text(name, shown):
    assert get_shown_name(name) == shown


def test_options_with_any_bytes_can_be_stored():
    assert ReadOptions(sheet="\udcff", columns={"uuid": "\udcfe"}).to_json("csv").encode()


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_planned_file_with_any_name_is_listed(path, tmp_path, locale):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OINT_", "LC_", "LANG"))}
    env |= {"LC_ALL": locale, "HOME": str(tmp_path), "OINT_LANG": "en", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    env |= {"OINT_CDEK_ACCOUNT": "account", "OINT_CDEK_PASSWORD": "password", "OINT_CDEK_URL": "http://127.0.0.1:9/v2"}
    ledger = ["--ledger", tmp_path / "ledger.sqlite"]
    planned = subprocess.run(
        [OINT, "refusals", "plan", path, "--no-cards", *ledger], env=env, capture_output=True, check=False
    )
    assert planned.returncode == 0, planned.stderr
    listed = subprocess.run([OINT, "refusals", "list", *ledger], env=env, capture_output=True, check=True)
    assert "\ufffd\ufffd\ufffd\ufffd\ufffd.csv" in listed.stdout.decode()
    status = subprocess.run([OINT, "refusals", "status", path, *ledger], env=env, capture_output=True, check=False)
    assert b"Batch 1" in status.stdout, status.stderr
