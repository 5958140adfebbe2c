"""Where credentials come from, in which order, and what is kept of them."""

import os
import stat

import keyring
import pytest
from fake_keyring import Broken, Hanging, InFile
from keyring.backends.null import Keyring as NoKeyring

from oint.auth import credentials, profiles
from oint.auth.profiles import Profile, read_profile, write_profile
from oint.auth.secure_files import FileTokenStore
from oint.cdek.errors import AuthenticationFailed, BadArgument
from oint.cdek.tokens import Account, FixedToken

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows keeps rights elsewhere")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("TOKEN", "ACCOUNT", "PASSWORD"):
        monkeypatch.delenv(f"OINT_CDEK_{name}", raising=False)
    monkeypatch.delenv("OINT_PROFILE", raising=False)
    monkeypatch.setenv("OINT_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("OINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FAKE_KEYRING", str(tmp_path / "keyring.json"))
    use(NoKeyring())
    return tmp_path


def use(backend):
    keyring.set_keyring(backend)


def every_source(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_TOKEN", "environment-token")
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", "environment-account")
    monkeypatch.setenv("OINT_CDEK_PASSWORD", "environment-password")
    write_profile("default", Profile("profile-account", "profile-password"))
    use(InFile())
    profiles.keyring_save("default", "keyring-account", "keyring-password")


def test_each_source_counts_only_where_those_before_it_are_silent(monkeypatch):
    every_source(monkeypatch)
    assert credentials.resolve(" given ").credentials == FixedToken("given")
    assert credentials.resolve("").credentials == FixedToken("environment-token")
    monkeypatch.delenv("OINT_CDEK_TOKEN")
    assert credentials.resolve().secret == "environment-password"
    monkeypatch.delenv("OINT_CDEK_ACCOUNT")
    monkeypatch.delenv("OINT_CDEK_PASSWORD")
    assert credentials.resolve().secret == "profile-password"
    write_profile("default", None)
    assert credentials.resolve().secret == "keyring-password"
    profiles.keyring_forget("default")
    with pytest.raises(AuthenticationFailed):
        credentials.resolve()


def test_a_profile_asked_for_by_name_beats_the_environment(monkeypatch):
    every_source(monkeypatch)
    write_profile("second", Profile("second-account", "second-password"))
    assert credentials.resolve(profile="second").secret == "second-password"


def test_oint_profile_chooses_the_profile(monkeypatch):
    write_profile("default", Profile("a", "first-password"))
    write_profile("second", Profile("a", "second-password"))
    monkeypatch.setenv("OINT_PROFILE", "second")
    assert credentials.resolve().secret == "second-password"


def test_a_profile_asked_for_and_absent_is_an_error_even_on_the_test_host():
    with pytest.raises(AuthenticationFailed, match="second"):
        credentials.resolve(test=True, profile="second")


def test_only_the_test_host_has_an_account_that_needs_no_saving():
    assert isinstance(credentials.resolve(test=True).credentials, Account)
    for test in (False, None):
        with pytest.raises(AuthenticationFailed) as caught:
            credentials.resolve(test=test)
        assert caught.value.code == "no_credentials"
        for way in ("--token", "OINT_CDEK_TOKEN", "OINT_CDEK_ACCOUNT", "oint credentials save"):
            assert way in caught.value.hint.ru
            assert way in caught.value.hint.en


def test_a_profile_may_mean_the_test_host_and_the_call_may_overrule_it():
    write_profile("default", Profile("a", "password", test=True))
    assert credentials.resolve().test is True
    assert credentials.resolve(test=False).test is False


@pytest.mark.parametrize("token", ["Bearer abc", "abc\r\nX: y", "токен", "a b"])
def test_a_token_that_cannot_be_one_is_refused_and_not_repeated(token):
    with pytest.raises(BadArgument) as caught:
        credentials.resolve(token)
    assert token not in str(caught.value)


def test_no_representation_shows_a_secret(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", "account")
    monkeypatch.setenv("OINT_CDEK_PASSWORD", "very-secret")
    assert "very-secret" not in repr(credentials.resolve())
    assert "very-secret" not in repr(credentials.resolve("very-secret"))


@pytest.mark.parametrize("password", ["simple", 'quo"te', "back\\slash", "пароль", "'single'", "#[x]=1"])
def test_a_profile_comes_back_as_it_was_saved(password):
    write_profile('на"ме', Profile("account", password, test=True))
    write_profile("other", Profile("account", None, keyring=True))
    assert read_profile('на"ме') == Profile("account", password, test=True)
    assert read_profile("other") == Profile("account", None, keyring=True)
    write_profile('на"ме', None)
    assert read_profile('на"ме') is None
    assert read_profile("other") is not None


@pytest.mark.parametrize(
    "content", ["not toml [", "profiles = 1", "[profiles]\ndefault = 1", "[profiles.default]\naccount = 1"]
)
def test_a_broken_file_of_profiles_is_named_not_ignored(home, content):
    (home / "config").mkdir()
    (home / "config" / "credentials.toml").write_text(content)
    with pytest.raises(BadArgument, match=r"credentials\.toml"):
        credentials.resolve()


@posix_only
def test_a_saved_profile_is_private_and_an_open_one_is_warned_of():
    write_profile("default", Profile("a", "password"))
    path = profiles.profiles_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert credentials.resolve().warning is None
    path.chmod(0o644)
    assert "chmod 600" in credentials.resolve().warning.ru


@pytest.mark.parametrize("backend", [Hanging, Broken])
def test_a_keyring_that_hangs_or_breaks_counts_as_none(backend, monkeypatch):
    monkeypatch.setattr(profiles, "KEYRING_TIMEOUT_SECONDS", 0.2)
    use(backend())
    assert profiles.keyring_load("default") is None
    assert profiles.keyring_save("default", "a", "b") is False


def test_a_keyring_that_only_pretends_to_save_is_found_out():
    assert profiles.keyring_save("default", "a", "b") is False


def test_a_password_with_colons_survives_the_keyring():
    use(InFile())
    assert profiles.keyring_save("default", "account", "a:b:c") is True
    assert profiles.keyring_load("default") == ("account", "a:b:c")


FAR = 4_000_000_000.0
"""Unix time, in 2096."""


def test_a_kept_token_comes_back_to_another_process_until_its_end():
    FileTokenStore().save("key", "token", FAR)
    assert FileTokenStore().load("key") == ("token", FAR)
    FileTokenStore().save("key", "token", 1.0)
    assert FileTokenStore().load("key") is None
    assert FileTokenStore().load("another") is None


@posix_only
def test_a_kept_token_is_its_owners_alone(home):
    FileTokenStore().save("key", "token", FAR)
    folder = home / "cache" / "tokens"
    assert [path.name for path in folder.iterdir()] == ["key.json"]
    assert stat.S_IMODE((folder / "key.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@posix_only
def test_a_token_that_others_may_have_read_or_written_is_replaced(home):
    FileTokenStore().save("key", "token", FAR)
    path = home / "cache" / "tokens" / "key.json"
    path.chmod(0o644)
    assert FileTokenStore().load("key") is None
    FileTokenStore().save("key", "new", FAR)
    assert FileTokenStore().load("key") == ("new", FAR)


@posix_only
def test_a_link_in_place_of_a_token_is_not_followed(home):
    FileTokenStore().save("key", "token", FAR)
    path = home / "cache" / "tokens" / "key.json"
    path.rename(home / "elsewhere.json")
    path.symlink_to(home / "elsewhere.json")
    assert FileTokenStore().load("key") is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"token": 1}', b'{"token": "a b\\n", "expires_at": 4e9}', b'{"token": "t"}', b"\xff"],
)
def test_a_broken_token_file_is_ignored(home, content):
    FileTokenStore().save("key", "token", FAR)
    (home / "cache" / "tokens" / "key.json").write_bytes(content)
    assert FileTokenStore().load("key") is None


def test_a_folder_that_cannot_be_written_breaks_no_call(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("OINT_CACHE_DIR", str(home / "file"))
    FileTokenStore().save("key", "token", FAR)
    assert FileTokenStore().load("key") is None
    FileTokenStore().clear()


def test_clearing_forgets_every_token():
    FileTokenStore().save("one", "token", FAR)
    FileTokenStore().save("two", "token", FAR)
    FileTokenStore().clear()
    assert FileTokenStore().load("one") is FileTokenStore().load("two") is None


def test_the_folders_are_the_users_own_where_nothing_is_said(monkeypatch):
    monkeypatch.delenv("OINT_CONFIG_DIR")
    monkeypatch.delenv("OINT_CACHE_DIR")
    from oint.auth.secure_files import cache_folder, config_folder  # noqa: PLC0415 - asked in this environment

    assert config_folder().name == "oint"
    assert cache_folder().name == "oint"


@pytest.mark.parametrize(
    ("account", "label"),
    [(credentials.PUBLISHED_ACCOUNT, "wqGw…tTEP"), ("123456789", "1234…6789"), ("12345678", "12…"), ("123", "12…")],
)
def test_label_of_an_account_is_its_two_ends_and_never_all_of_it(account, label, monkeypatch):
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", account)
    monkeypatch.setenv("OINT_CDEK_PASSWORD", "secret")
    assert str(credentials.resolve().label) == label


def test_label_of_the_published_account_is_its_two_ends():
    assert str(credentials.resolve(test=True).label) == "wqGw…tTEP"


def test_label_of_a_profile_is_its_name_wherever_its_password_is_stored():
    write_profile("default", Profile("profile-account", "password"))
    assert str(credentials.resolve().label) == "default"
    use(InFile())
    profiles.keyring_save("second", "keyring-account", "password")
    assert str(credentials.resolve(profile="second").label) == "second"


@pytest.mark.parametrize(("language", "label"), [("ru", "токен"), ("en", "token")])
def test_label_of_a_token_holds_nothing_of_it(language, label, monkeypatch):
    monkeypatch.setenv("OINT_LANG", language)
    assert str(credentials.resolve("abcdefgh12345678").label) == label


HALVES = [("OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"), ("OINT_CDEK_PASSWORD", "OINT_CDEK_ACCOUNT")]
"""The variable that is set, and the one that is not."""


def half_of(call, **options):
    """The error of a call with half a pair."""
    with pytest.raises(AuthenticationFailed) as caught:
        call(**options)
    assert caught.value.code == "half_credentials"
    return caught.value


@pytest.mark.parametrize("blank", [None, "", " \t\n"])
@pytest.mark.parametrize(("present", "missing"), HALVES)
def test_half_a_pair_in_the_environment_names_the_missing_half_and_no_other_source_counts(
    present, missing, blank, monkeypatch
):
    every_source(monkeypatch)
    monkeypatch.delenv("OINT_CDEK_TOKEN")
    monkeypatch.delenv(missing) if blank is None else monkeypatch.setenv(missing, blank)
    for call in (credentials.resolve, credentials.find_account):
        for test in (None, False, True):
            error = half_of(call, test=test)
            for text in (error.text, error.hint):
                for sentence in text:
                    assert present in sentence
                    assert missing in sentence
            assert "environment-" not in str(error)


@pytest.mark.parametrize(("present", "missing"), HALVES)
def test_half_a_pair_keeps_the_published_account_of_the_test_host_away(present, missing, monkeypatch):
    monkeypatch.setenv(present, "something")
    assert missing in half_of(credentials.resolve, test=True).text.en


@pytest.mark.parametrize("present", ["OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"])
def test_half_a_pair_counts_before_a_profile_that_the_environment_names(present, monkeypatch):
    monkeypatch.setenv(present, "something")
    monkeypatch.setenv("OINT_PROFILE", "second")
    write_profile("second", Profile("second-account", "second-password"))
    half_of(credentials.resolve)


@pytest.mark.parametrize("present", ["OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"])
def test_what_is_complete_or_asked_for_by_name_counts_before_half_a_pair(present, monkeypatch):
    monkeypatch.setenv(present, "something")
    write_profile("second", Profile("second-account", "second-password"))
    assert credentials.resolve("given").secret == "given"
    assert credentials.resolve(profile="second").secret == "second-password"
    assert credentials.find_account(profile="second").secret == "second-password"
    monkeypatch.setenv("OINT_CDEK_TOKEN", "environment-token")
    assert credentials.resolve().secret == "environment-token"
    half_of(credentials.find_account)


def test_two_blank_halves_are_as_absent_as_none(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", "")
    monkeypatch.setenv("OINT_CDEK_PASSWORD", " ")
    write_profile("default", Profile("profile-account", "profile-password"))
    assert credentials.resolve().secret == "profile-password"


def test_an_empty_name_of_a_profile_chooses_no_profile(monkeypatch):
    every_source(monkeypatch)
    for call in (credentials.resolve, credentials.find_account):
        with pytest.raises(BadArgument) as caught:
            call(profile="")
        assert caught.value.field == "--profile"


HALF_PROFILES = [
    (Profile("profile-account"), "password"),
    (Profile("profile-account", " \t"), "password"),
    (Profile("profile-account", keyring=True), "password"),
    (Profile(None, "profile-password"), "account"),
    (Profile("  ", "profile-password"), "account"),
]


@pytest.mark.parametrize("named", [None, "default"])
@pytest.mark.parametrize(("profile", "missing"), HALF_PROFILES)
def test_half_a_profile_names_the_missing_half_and_the_published_account_stays_away(profile, missing, named):
    write_profile("default", profile)
    for test in (None, False, True):
        error = half_of(credentials.resolve, test=test, profile=named)
        assert error.text.en == f"the profile 'default' has no {missing}"
        assert "oint credentials save --profile default" in error.hint.en
        assert "oint credentials save --profile default" in error.hint.ru
        assert "profile-password" not in str(error)


@pytest.mark.parametrize("profile", [Profile("profile-account", keyring=True), Profile(None, "profile-password")])
def test_half_a_profile_is_not_completed_by_another_account_of_the_keyring(profile):
    write_profile("default", profile)
    use(InFile())
    profiles.keyring_save("default", "keyring-account", "keyring-password")
    half_of(credentials.resolve)


def test_a_profile_whose_keyring_holds_its_own_account_is_complete():
    write_profile("default", Profile("profile-account", keyring=True))
    use(InFile())
    profiles.keyring_save("default", "profile-account", "keyring-password")
    assert credentials.resolve().secret == "keyring-password"


@pytest.mark.parametrize("pair", ["account:", ":password", " : "])
def test_half_a_pair_in_the_keyring_is_half_a_profile(pair):
    use(InFile())
    keyring.set_password(profiles.SERVICE, "cdek:default", pair)
    half_of(credentials.resolve, test=True)


def test_a_profile_that_only_means_the_test_host_leaves_the_published_account():
    write_profile("default", Profile(test=True))
    assert credentials.resolve().secret == credentials.PUBLISHED_PASSWORD
