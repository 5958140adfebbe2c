"""Half a pair of credentials: nothing is sent, and no other contract's credentials are used."""

import subprocess
import sys

import pytest

HALVES = [("OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"), ("OINT_CDEK_PASSWORD", "OINT_CDEK_ACCOUNT")]
"""The variable that is set, and the one that is not."""


@pytest.fixture
def saved(stranger, box):
    """`oint` with the default profile saved, and nothing in the environment."""
    words = ("credentials", "save", "--account", box.account, "--password-stdin")
    assert stranger(*words, stdin=f"{box.password}\n").code == 0
    return stranger


@pytest.mark.parametrize(
    "words",
    [
        ("cdek", "CreateRefusal", "-u", "{order}"),
        ("cdek", "CreateRefusal", "-u", "{order}", "--testapi", "true"),
        ("cdek", "ПолучитьТокен", "--testapi", "false"),
        ("cdek", "GetToken", "--testapi", "true"),
        ("refusals", "register", "{order}"),
        ("refusals", "register", "{order}", "--testapi"),
        ("refusals", "run", "orders.txt", "--ledger", "refusals.sqlite"),
        ("refusals", "run", "orders.txt", "--ledger", "refusals.sqlite", "--dry-run"),
        ("refusals", "plan", "orders.txt", "--ledger", "refusals.sqlite"),
    ],
)
@pytest.mark.parametrize("half", HALVES)
def test_half_a_pair_beside_a_saved_profile_ends_with_4_and_sends_nothing(saved, box, order, words, half):
    present, missing = half
    (saved.home / "orders.txt").write_text(f"{order}\n", "utf-8")
    done = saved(*(word.format(order=order) for word in words), **{present: "another-contract"})
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith(f"oint: {present} is set, but {missing} is not (or is blank). ")
    assert f"Set {missing}" in done.err
    assert done.err.count("\n") == 1
    assert box.calls() == []
    assert not (saved.home / "refusals.sqlite").exists()


def test_half_credentials_is_the_code_of_the_error_in_json(saved, order):
    error = saved("refusals", "register", order, "--json", OINT_CDEK_ACCOUNT="another", OINT_CDEK_PASSWORD=" ").json[
        "error"
    ]
    assert (error["kind"], error["code"], error["safe_to_repeat"]) == (
        "authentication_failed",
        "half_credentials",
        False,
    )


def test_the_half_that_is_set_is_not_repeated(saved, order):
    done = saved("cdek", "CreateRefusal", "-u", order, "--debug", OINT_CDEK_PASSWORD="pa55-w0rd-secret")
    assert done.code == 4
    assert "pa55-w0rd-secret" not in done.err


def test_the_error_exists_in_russian(saved, order):
    done = saved("cdek", "CreateRefusal", "-u", order, OINT_CDEK_ACCOUNT="another", OINT_LANG="ru")
    assert done.err.startswith("oint: переменная OINT_CDEK_ACCOUNT задана, а OINT_CDEK_PASSWORD не задана или пуста. ")


@pytest.mark.parametrize("present", ["OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"])
def test_a_profile_asked_for_by_name_is_used_beside_half_a_pair(saved, box, order, present):
    done = saved("refusals", "register", order, "--profile", "default", "--wait", "0", **{present: "another-contract"})
    assert done.code == 8
    assert len(box.truth(order)["refusals"]) == 1


def test_a_complete_token_is_used_beside_half_a_pair(saved, box, order):
    token = saved("cdek", "GetToken", "--testapi", "false").json["access_token"]
    done = saved("cdek", "CreateRefusal", "-u", order, OINT_CDEK_TOKEN=token, OINT_CDEK_ACCOUNT="another-contract")
    assert done.code == 0
    assert len(box.truth(order)["refusals"]) == 1


def test_half_a_saved_profile_ends_with_4_on_the_test_host_too(stranger, box, order):
    config = stranger.home / "config"
    config.mkdir()
    (config / "credentials.toml").write_text('[profiles."default"]\naccount = "another-contract"\nkeyring = true\n')
    (config / "credentials.toml").chmod(0o600)
    for words in ([], ["--testapi", "true"]):
        done = stranger("cdek", "CreateRefusal", "-u", order, *words)
        assert (done.code, done.out) == (4, "")
        assert "the profile 'default' has no password" in done.err
        assert "oint credentials save --profile default" in done.err
    assert box.calls() == []


CALLS = """
from oint import OPI_CDEK
from oint.cdek.errors import AuthenticationFailed
for call in (lambda: OPI_CDEK.СоздатьОтказ("", {order!r}), lambda: OPI_CDEK.ПолучитьТокен("", "")):
    try:
        print(call())
    except AuthenticationFailed as error:
        print(error.code)
"""


def test_the_functions_of_1c_names_raise_it_and_send_nothing(saved, box, order):
    env = saved.env | {"OINT_CDEK_ACCOUNT": "another-contract"}
    words = [sys.executable, "-c", CALLS.format(order=order)]
    done = subprocess.run(words, env=env, capture_output=True, check=True, text=True)
    assert done.stdout.split() == ["half_credentials", "half_credentials"]
    assert box.calls() == []
