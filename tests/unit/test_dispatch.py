"""Find the credentials and the host of a call."""

import pytest

from oint import dispatch
from oint.catalog import CDEK
from oint.cdek.auth import Account, StaticToken
from oint.cdek.errors import AuthenticationError

GET, TOKEN = CDEK.find("GetOrder"), CDEK.find("GetToken")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("OINT_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return tmp_path


@pytest.fixture
def profile(home):
    text = '[profiles."default"]\naccount = "an-account"\npassword = "a-password"\ntest = true\n'
    (home / "credentials.toml").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("profile")
def test_given_token_counts_before_a_profile():
    resolved = dispatch.find_credentials(GET, {"token": "t0ken", "testapi": False})
    assert resolved.credentials == StaticToken("t0ken")


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize(("requested", "expected"), [(None, True), (False, False), (True, True)])
@pytest.mark.parametrize("method", [GET, TOKEN])
def test_profile_chooses_the_host_unless_the_call_does(method, requested, expected):
    resolved = dispatch.find_credentials(method, {"token": "", "account": "", "pass": "", "testapi": requested})
    assert isinstance(resolved.credentials, Account)
    assert resolved.test is expected


@pytest.mark.usefixtures("profile")
def test_account_with_its_password_needs_no_credentials():
    assert dispatch.find_credentials(TOKEN, {"account": "a", "pass": "b", "testapi": False}) is None


def test_missing_credentials_raise_before_any_call():
    with pytest.raises(AuthenticationError):
        dispatch.find_credentials(GET, {"token": "", "testapi": False})
