"""Half a pair of credentials sends nothing and uses no other contract's credentials."""

import subprocess
import sys

import pytest

HALVES = [("OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"), ("OINT_CDEK_PASSWORD", "OINT_CDEK_ACCOUNT")]
"""The variable that is set, and the missing one."""


@pytest.fixture
def oint_with_profile(anonymous_oint, sandbox):
    """Return `oint` with a saved default profile and nothing in the environment."""
    words = ("credentials", "save", "--account", sandbox.account, "--password-stdin")
    assert anonymous_oint(*words, stdin=f"{sandbox.password}\n").code == 0
    return anonymous_oint


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
def test_half_a_pair_beside_a_profile_ends_with_4_and_sends_nothing(oint_with_profile, sandbox, order, words, half):
    present, missing = half
    (oint_with_profile.home / "orders.txt").write_text(f"{order}\n", "utf-8")
    result = oint_with_profile(*(word.format(order=order) for word in words), **{present: "another-contract"})
    assert (result.code, result.out) == (4, "")
    assert result.err.startswith(f"oint: {present} is set, but {missing} is not (or is blank). ")
    assert f"Set {missing}" in result.err
    assert result.err.count("\n") == 1
    assert sandbox.calls() == []
    assert not (oint_with_profile.home / "refusals.sqlite").exists()


def test_half_credentials_is_the_error_code_in_json(oint_with_profile, order):
    error = oint_with_profile(
        "refusals", "register", order, "--json", OINT_CDEK_ACCOUNT="another", OINT_CDEK_PASSWORD=" "
    ).json["error"]
    assert (error["kind"], error["code"], error["safe_to_repeat"]) == (
        "authentication_failed",
        "half_credentials",
        False,
    )


def test_value_of_the_set_half_is_not_repeated(oint_with_profile, order):
    result = oint_with_profile("cdek", "CreateRefusal", "-u", order, "--debug", OINT_CDEK_PASSWORD="pa55-w0rd-secret")
    assert result.code == 4
    assert "pa55-w0rd-secret" not in result.err


def test_half_credentials_error_has_russian_text(oint_with_profile, order):
    result = oint_with_profile("cdek", "CreateRefusal", "-u", order, OINT_CDEK_ACCOUNT="another", OINT_LANG="ru")
    assert result.err.startswith(
        "oint: переменная OINT_CDEK_ACCOUNT задана, а OINT_CDEK_PASSWORD не задана или пуста. "
    )


@pytest.mark.parametrize("present", ["OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"])
def test_named_profile_is_used_beside_half_a_pair(oint_with_profile, sandbox, order, present):
    result = oint_with_profile(
        "refusals", "register", order, "--profile", "default", "--wait", "0", **{present: "another-contract"}
    )
    assert result.code == 8
    assert len(sandbox.truth(order)["refusals"]) == 1


def test_token_is_used_beside_half_a_pair(oint_with_profile, sandbox, order):
    token = oint_with_profile("cdek", "GetToken", "--testapi", "false").json["access_token"]
    result = oint_with_profile(
        "cdek", "CreateRefusal", "-u", order, OINT_CDEK_TOKEN=token, OINT_CDEK_ACCOUNT="another-contract"
    )
    assert result.code == 0
    assert len(sandbox.truth(order)["refusals"]) == 1


def test_half_a_profile_ends_with_4_on_the_test_host_too(anonymous_oint, sandbox, order):
    config = anonymous_oint.home / "config"
    config.mkdir()
    (config / "credentials.toml").write_text('[profiles."default"]\naccount = "another-contract"\nkeyring = true\n')
    (config / "credentials.toml").chmod(0o600)
    for words in ([], ["--testapi", "true"]):
        result = anonymous_oint("cdek", "CreateRefusal", "-u", order, *words)
        assert (result.code, result.out) == (4, "")
        assert "the profile 'default' has no password" in result.err
        assert "oint credentials save --profile default" in result.err
    assert sandbox.calls() == []


CALLS = """
from oint import OPI_CDEK
from oint.cdek.errors import AuthenticationError
for call in (lambda: OPI_CDEK.СоздатьОтказ("", {order!r}), lambda: OPI_CDEK.ПолучитьТокен("", "")):
    try:
        print(call())
    except AuthenticationError as error:
        print(error.code)
"""


def test_functions_of_1c_names_raise_half_credentials(oint_with_profile, sandbox, order):
    env = oint_with_profile.env | {"OINT_CDEK_ACCOUNT": "another-contract"}
    words = [sys.executable, "-c", CALLS.format(order=order)]
    result = subprocess.run(words, env=env, capture_output=True, check=True, text=True)
    assert result.stdout.split() == ["half_credentials", "half_credentials"]
    assert sandbox.calls() == []
