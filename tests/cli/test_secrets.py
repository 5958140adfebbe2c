"""No secret in any output, error, process list or file of ours but the private one, however it is given."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint import redaction

ACCOUNT, PASSWORD = "the-account", "pa55-w0rd'\"\\secret"
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights elsewhere")


@pytest.fixture(scope="module")
def running():
    from oint.sandbox import running_sandbox  # noqa: PLC0415 - a sandbox of another account than the other tests'

    with running_sandbox(seed=41, account=ACCOUNT, password=PASSWORD) as box:
        yield box


@pytest.fixture
def by_environment(stranger):
    stranger.env |= {"OINT_CDEK_ACCOUNT": ACCOUNT, "OINT_CDEK_PASSWORD": PASSWORD}
    return stranger


@pytest.fixture
def by_profile(stranger):
    done = stranger("credentials", "save", "--account", ACCOUNT, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert done.code == 0
    assert "credentials.toml" in done.err
    assert PASSWORD not in done.out + done.err
    return stranger


@pytest.fixture
def by_keyring(stranger):
    stranger.env["PYTHON_KEYRING_BACKEND"] = "fake_keyring.InFile"
    done = stranger("credentials", "save", "--account", ACCOUNT, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (done.code, "keyring" in done.err) == (0, True)
    return stranger


def secrets_in(home):
    """Files below a home that hold the password or a token, as text."""
    found = {}
    for path in home.rglob("*"):
        if path.is_file() and path.name != "keyring.json":
            text = path.read_text("utf-8", "replace")
            if "secret" in text or "eyJ" in text:
                found[path.name.partition(".")[2]] = path.stat().st_mode & 0o777
    return found


@posix_only
@pytest.mark.parametrize("way", ["by_environment", "by_profile", "by_keyring"])
def test_neither_password_nor_token_is_seen_in_output_or_in_an_open_file(request, way, box, order):
    box.settings(refusal={"mode": "never"})
    oint = request.getfixturevalue(way)
    ended = [
        oint("cdek", "CreateRefusal", "-u", order, "--debug"),
        oint("cdek", "CreateRefusal", "-u", order, "--debug"),
        oint("cdek", "GetOrder", "-u", "x", "--debug"),
        oint("cdek", "GetOrder", "-u", order, "--test", "--debug"),
        oint("refusals", "register", order, "--json", "--debug", "--wait", "0"),
        oint("refusals", "register", "x", "--debug"),
    ]
    assert [done.code for done in ended] == [0, 3, 2, 0, 8, 3]
    for done in ended:
        assert PASSWORD not in done.out + done.err
        assert "eyJ" not in done.out + done.err
    assert set(secrets_in(oint.home).values()) == {0o600}


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the process list is read from /proc")
@pytest.mark.parametrize("way", ["by_environment", "by_profile", "by_keyring"])
def test_the_process_list_shows_no_secret(request, way, box, order):
    oint = request.getfixturevalue(way)
    box.fault({"type": "delay", "seconds": 0.3}, operation="order_get")
    with oint.start("cdek", "GetOrder", "-u", order, stdout=subprocess.DEVNULL) as process:
        while not any(call["operation"] == "token" for call in box.calls()):
            assert process.poll() is None
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    assert process.returncode == 0
    assert order.encode() in shown
    assert b"secret" not in shown
    assert b"eyJ" not in shown


@pytest.mark.parametrize("kind", ["json", "html", "rejected"])
def test_a_server_that_echoes_the_secrets_does_not_get_them_shown(by_environment, box, order, kind):
    token = by_environment("cdek", "GetToken", "-t", "true").json["access_token"]
    text = f"{token} {PASSWORD} Bearer {token}"
    error = {"code": "v2_token_expired", "message": f"Access token is expired: {text}"}
    envelope = {"requests": [{"type": "AUTH", "state": "INVALID", "errors": [error]}]}
    action = {
        "json": {"type": "answer", "status": 401, "body": envelope},
        "html": {"type": "answer", "status": 500, "text": text, "content_type": "text/html"},
        "rejected": {"type": "answer", "status": 400, "body": envelope},
    }[kind]
    box.fault(action, operation="refusal")
    for words in (["-t", token], []):
        done = by_environment("cdek", "CreateRefusal", "-u", order, "--debug", *words)
        assert done.code in {3, 4, 5}
        shown = done.out + done.err
        assert token not in shown
        assert "w0rd" not in shown
    done = by_environment(
        "refusals", "register", order, "--json", "--debug", "--wait", "0", "--settle", "100ms", "--poll", "50ms"
    )
    assert token not in done.out + done.err
    assert "w0rd" not in done.out + done.err


@pytest.mark.parametrize("typed", ["{}", "{}\r\n", "\ufeff{}\n", "{}\nsecond line"])
def test_a_password_is_saved_whatever_a_shell_puts_around_it(stranger, order, typed):
    words = ["--account", ACCOUNT, "--password-stdin"]
    assert stranger("credentials", "save", *words, stdin=typed.format(PASSWORD)).code == 0
    assert stranger("cdek", "GetOrder", "-u", order).code == 0


def test_showing_and_forgetting_a_profile(by_profile):
    shown = by_profile("credentials", "show")
    assert shown.json["account"] == ACCOUNT
    assert shown.json["password"] == "***"
    assert PASSWORD not in shown.out
    assert by_profile("credentials", "forget").code == 0
    assert secrets_in(by_profile.home) == {}
    assert by_profile("credentials", "show").code == 4
    assert by_profile("credentials", "forget").code == 4


def test_showing_and_forgetting_what_is_in_the_keyring(by_keyring):
    assert PASSWORD in (by_keyring.home / "keyring.json").read_text().replace('\\"', '"').replace("\\\\", "\\")
    assert secrets_in(by_keyring.home) == {}
    assert by_keyring("credentials", "show").json["kept_in"] == "keyring"
    assert by_keyring("credentials", "forget").code == 0
    assert (by_keyring.home / "keyring.json").read_text() == "{}"


def test_a_profile_is_chosen_by_name_and_may_mean_the_test_host(stranger, order):
    words = ["--profile", "shop", "--account", ACCOUNT, "--password-stdin", "--testapi"]
    assert stranger("credentials", "save", *words, stdin=PASSWORD).code == 0
    assert stranger("cdek", "GetOrder", "-u", order).code == 4
    assert stranger("cdek", "GetOrder", "-u", order, OINT_PROFILE="shop").code == 0
    assert stranger("credentials", "show", "--profile", "shop").json["test"] is True


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (["--account", "a", "--password-stdin"], ""),
        (["--password-stdin"], "secret"),
        (["--account", "a"], "secret"),
        (["--account", "a:b", "--password-stdin"], "secret"),
        (["--account", "a", "--password-stdin"], "se\x01cret"),
        (["--account", "a", "--password-stdin", "--profile", "a:b"], "secret"),
    ],
)
def test_what_cannot_be_saved_is_refused_and_not_repeated(stranger, words, stdin):
    done = stranger("credentials", "save", *words, stdin=stdin)
    assert (done.code, done.out) == (2, "")
    assert "cret" not in done.err
    assert not (stranger.home / "config").exists()


@posix_only
def test_a_file_of_profiles_that_others_can_read_is_warned_of(by_profile, order):
    (by_profile.home / "config" / "credentials.toml").chmod(0o644)
    done = by_profile("cdek", "GetOrder", "-u", order)
    assert done.code == 0
    assert "chmod 600" in done.err


@given(st.text().filter(lambda text: len(text.strip()) >= redaction.MIN_SECRET_LENGTH), st.text(), st.text())
def test_a_known_secret_is_in_no_text_whatever_stands_around_it(secret, before, after):
    redaction.clear_secrets()
    redaction.add_secret(secret)
    if secret not in f"{before}{redaction.HIDDEN}{after}":
        assert secret not in redaction.redact(f"{before}{secret}{after}")
    redaction.clear_secrets()


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abc.def-ghi",
        "token eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.abc-def",
        "client_secret=abc.def&x=1",
        '{"access_token": "abc.def"}',
        "password: abc.def",
    ],
)
def test_what_looks_like_a_secret_is_hidden_even_where_it_is_not_known(text):
    assert "abc" not in redaction.redact(text)


def test_text_from_outside_moves_no_cursor():
    assert redaction.sanitize_line("a\x1b[2Jb\r\nc\u202ed") == "a [2Jb  c d"
