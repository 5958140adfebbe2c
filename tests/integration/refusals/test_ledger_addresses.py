"""A ledger's address is a file or a PostgreSQL URL. Other addresses are rejected without showing a password."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from oint.refusals.ledger import InvalidLedgerUrl, open_ledger, parse_file_path


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://user:word-of-mine@127.0.0.1:1/base",
        "POSTGRESQL+ASYNCPG://user:word-of-mine@127.0.0.1:1/base",
        " postgresql://user:word-of-mine@127.0.0.1:1/base",
        "mysql://user:word-of-mine@127.0.0.1/base",
        "://word-of-mine",
    ],
)
def test_address_with_unknown_scheme_is_rejected_and_not_repeated(tmp_path, monkeypatch, address):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidLedgerUrl) as error_info:
        open_ledger(address)
    texts = [*error_info.value.text, *error_info.value.hint]
    assert all(texts)
    assert "word-of-mine" not in "".join(texts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["POSTGRESQL://u@h/base", "Postgres://u@h/base", "postgresql://u@h/base"])
def test_scheme_of_a_database_ignores_letter_case(address):
    assert parse_file_path(address) is None


def test_in_memory_ledger_is_rejected(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidLedgerUrl):
        open_ledger(":memory:")
    assert list(tmp_path.iterdir()) == []


def test_home_folder_of_an_unknown_user_is_rejected():
    with pytest.raises(InvalidLedgerUrl) as error_info:
        open_ledger("~no-such-user-here/ledger.sqlite")
    assert "no-such-user-here" in error_info.value.text.en


def test_ledger_file_may_have_any_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for address in ("a b.sqlite", "~/c.sqlite", str(tmp_path / "d:e" / "f.sqlite")):
        open_ledger(address).close()
        with closing(sqlite3.connect(Path(address).expanduser())) as file:
            assert file.execute("SELECT count(*) FROM batch").fetchone() == (0,)
