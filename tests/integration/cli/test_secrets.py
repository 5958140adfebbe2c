"""No secret appears in an output, an error, the process list or a file, except the private profile file."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oint import redaction

ACCOUNT, PASSWORD = "the-account", "pa55-w0rd'\"\\secret"
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no permission bits")


@pytest.fixture(scope="module")
def session_sandbox():
    from cdek_sandbox import running_sandbox  # noqa: PLC0415 - a sandbox with another account

    with running_sandbox(seed=41, account=ACCOUNT, password=PASSWORD) as sandbox:
        yield sandbox


@pytest.fixture
def environment_oint(anonymous_oint):
    anonymous_oint.env |= {"OINT_CDEK_ACCOUNT": ACCOUNT, "OINT_CDEK_PASSWORD": PASSWORD}
    return anonymous_oint


@pytest.fixture
def profile_oint(anonymous_oint):
    result = anonymous_oint("credentials", "save", "--account", ACCOUNT, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert result.code == 0
    assert "credentials.toml" in result.err
    assert PASSWORD not in result.out + result.err
    return anonymous_oint


@pytest.fixture
def keyring_oint(anonymous_oint):
    anonymous_oint.env["PYTHON_KEYRING_BACKEND"] = "tests.support.fake_keyring.InFile"
    result = anonymous_oint("credentials", "save", "--account", ACCOUNT, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (result.code, "keyring" in result.err) == (0, True)
    return anonymous_oint


def find_secrets(home):
    """Return the permissions of the files below a home that contain the password or a token."""
    modes = {}
    for path in home.rglob("*"):
        if path.is_file() and path.name != "keyring.json":
            text = path.read_text("utf-8", "replace")
            if "secret" in text or "eyJ" in text:
                modes[path.name.partition(".")[2]] = path.stat().st_mode & 0o777
    return modes


@posix_only
@pytest.mark.parametrize("source", ["environment_oint", "profile_oint", "keyring_oint"])
def test_password_and_token_appear_in_no_output_or_open_file(request, source, sandbox, order):
    sandbox.settings(refusal={"mode": "never"})
    oint = request.getfixturevalue(source)
    results = [
        oint("cdek", "CreateRefusal", "-u", order, "--debug"),
        oint("cdek", "CreateRefusal", "-u", order, "--debug"),
        oint("cdek", "GetOrder", "-u", "x", "--debug"),
        oint("cdek", "GetOrder", "-u", order, "--test", "--debug"),
        oint("refusals", "register", order, "--json", "--debug", "--wait", "0"),
        oint("refusals", "register", "x", "--debug"),
    ]
    assert [result.code for result in results] == [0, 3, 2, 0, 8, 3]
    for result in results:
        assert PASSWORD not in result.out + result.err
        assert "eyJ" not in result.out + result.err
    assert set(find_secrets(oint.home).values()) == {0o600}


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the process list is read from /proc")
@pytest.mark.parametrize("source", ["environment_oint", "profile_oint", "keyring_oint"])
def test_process_list_shows_no_secret(request, source, sandbox, order):
    oint = request.getfixturevalue(source)
    sandbox.fault({"type": "delay", "seconds": 0.3}, operation="order_get")
    with oint.start("cdek", "GetOrder", "-u", order, stdout=subprocess.DEVNULL) as process:
        while not any(call["operation"] == "token" for call in sandbox.calls()):
            assert process.poll() is None
        command_line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
    assert process.returncode == 0
    assert order.encode() in command_line
    assert b"secret" not in command_line
    assert b"eyJ" not in command_line


@pytest.mark.parametrize("kind", ["json", "html", "rejected"])
def test_secrets_echoed_by_the_server_are_not_shown(environment_oint, sandbox, order, kind):
    token = environment_oint("cdek", "GetToken", "-t", "true").json["access_token"]
    text = f"{token} {PASSWORD} Bearer {token}"
    error = {"code": "v2_token_expired", "message": f"Access token is expired: {text}"}
    envelope = {"requests": [{"type": "AUTH", "state": "INVALID", "errors": [error]}]}
    action = {
        "json": {"type": "answer", "status": 401, "body": envelope},
        "html": {"type": "answer", "status": 500, "text": text, "content_type": "text/html"},
        "rejected": {"type": "answer", "status": 400, "body": envelope},
    }[kind]
    sandbox.fault(action, operation="refusal")
    for words in (["-t", token], []):
        result = environment_oint("cdek", "CreateRefusal", "-u", order, "--debug", *words)
        assert result.code in {3, 4, 5}
        output = result.out + result.err
        assert token not in output
        assert "w0rd" not in output
    result = environment_oint(
        "refusals", "register", order, "--json", "--debug", "--wait", "0", "--settle", "100ms", "--poll", "50ms"
    )
    assert token not in result.out + result.err
    assert "w0rd" not in result.out + result.err


@pytest.mark.parametrize("template", ["{}", "{}\r\n", "\ufeff{}\n", "{}\nsecond line"])
def test_password_is_saved_without_what_a_shell_adds(anonymous_oint, order, template):
    words = ["--account", ACCOUNT, "--password-stdin"]
    assert anonymous_oint("credentials", "save", *words, stdin=template.format(PASSWORD)).code == 0
    assert anonymous_oint("cdek", "GetOrder", "-u", order).code == 0


def test_profile_can_be_shown_and_forgotten(profile_oint):
    profile = profile_oint("credentials", "show")
    assert profile.json["account"] == ACCOUNT
    assert profile.json["password"] == "***"
    assert PASSWORD not in profile.out
    assert profile_oint("credentials", "forget").code == 0
    assert find_secrets(profile_oint.home) == {}
    assert profile_oint("credentials", "show").code == 4
    assert profile_oint("credentials", "forget").code == 4


def test_keyring_profile_can_be_shown_and_forgotten(keyring_oint):
    assert PASSWORD in (keyring_oint.home / "keyring.json").read_text().replace('\\"', '"').replace("\\\\", "\\")
    assert find_secrets(keyring_oint.home) == {}
    assert keyring_oint("credentials", "show").json["kept_in"] == "keyring"
    assert keyring_oint("credentials", "forget").code == 0
    assert (keyring_oint.home / "keyring.json").read_text() == "{}"


def test_profile_is_chosen_by_name_and_may_select_the_test_host(anonymous_oint, order):
    words = ["--profile", "shop", "--account", ACCOUNT, "--password-stdin", "--testapi"]
    assert anonymous_oint("credentials", "save", *words, stdin=PASSWORD).code == 0
    assert anonymous_oint("cdek", "GetOrder", "-u", order).code == 4
    assert anonymous_oint("cdek", "GetOrder", "-u", order, OINT_PROFILE="shop").code == 0
    assert anonymous_oint("credentials", "show", "--profile", "shop").json["test"] is True


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
def test_invalid_credentials_are_rejected_and_not_repeated(anonymous_oint, words, stdin):
    result = anonymous_oint("credentials", "save", *words, stdin=stdin)
    assert (result.code, result.out) == (2, "")
    assert "cret" not in result.err
    assert not (anonymous_oint.home / "config").exists()


@posix_only
def test_profile_file_readable_by_others_causes_a_warning(profile_oint, order):
    (profile_oint.home / "config" / "credentials.toml").chmod(0o644)
    result = profile_oint("cdek", "GetOrder", "-u", order)
    assert result.code == 0
    assert "chmod 600" in result.err


@given(st.text().filter(lambda text: len(text.strip()) >= redaction.MIN_SECRET_LENGTH), st.text(), st.text())
def test_known_secret_is_redacted_in_any_context(secret, before, after):
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
def test_probable_secret_is_redacted_even_if_unknown(text):
    assert "abc" not in redaction.redact(text)


def test_text_from_outside_cannot_move_the_cursor():
    assert redaction.sanitize_line("a\x1b[2Jb\r\nc\u202ed") == "a [2Jb  c d"
