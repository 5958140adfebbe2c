"""Whose credentials a call with values is made with, and at which host."""

import pytest

from oint import dispatch
from oint.catalog import CDEK
from oint.cdek.errors import AuthenticationFailed
from oint.cdek.tokens import Account, FixedToken

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
def test_a_token_that_is_given_counts_before_a_profile():
    found = dispatch.find_credentials(GET, {"token": "t0ken", "testapi": False})
    assert found.credentials == FixedToken("t0ken")


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize(("said", "meant"), [(None, True), (False, False), (True, True)])
@pytest.mark.parametrize("method", [GET, TOKEN])
def test_a_profile_chooses_the_host_where_nobody_said_which(method, said, meant):
    found = dispatch.find_credentials(method, {"token": "", "account": "", "pass": "", "testapi": said})
    assert isinstance(found.credentials, Account)
    assert found.test is meant


@pytest.mark.usefixtures("profile")
def test_an_account_given_with_its_password_needs_none():
    assert dispatch.find_credentials(TOKEN, {"account": "a", "pass": "b", "testapi": False}) is None


def test_without_any_credentials_nothing_is_called():
    with pytest.raises(AuthenticationFailed):
        dispatch.find_credentials(GET, {"token": "", "testapi": False})
