"""What a ledger's address may be: a file, or a database whose scheme is known; else it is told, and no password is."""

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
def test_an_address_with_a_scheme_that_is_not_known_is_refused_and_not_repeated(tmp_path, monkeypatch, address):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidLedgerUrl) as caught:
        open_ledger(address)
    told = [*caught.value.text, *caught.value.hint]
    assert all(told)
    assert "word-of-mine" not in "".join(told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["POSTGRESQL://u@h/base", "Postgres://u@h/base", "postgresql://u@h/base"])
def test_the_scheme_of_a_database_may_be_written_in_letters_of_any_size(address):
    assert parse_file_path(address) is None


def test_a_ledger_in_memory_is_refused_because_it_would_be_lost(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidLedgerUrl):
        open_ledger(":memory:")
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_user_who_does_not_exist_is_told():
    with pytest.raises(InvalidLedgerUrl) as caught:
        open_ledger("~no-such-user-here/ledger.sqlite")
    assert "no-such-user-here" in caught.value.text.en


def test_a_file_is_named_by_any_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for address in ("a b.sqlite", "~/c.sqlite", str(tmp_path / "d:e" / "f.sqlite")):
        open_ledger(address).close()
        with closing(sqlite3.connect(Path(address).expanduser())) as file:
            assert file.execute("SELECT count(*) FROM batch").fetchone() == (0,)
