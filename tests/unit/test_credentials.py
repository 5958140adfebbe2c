"""Sources of credentials, their order, and what is stored."""

import os
import stat

import keyring
import pytest
from keyring.backends.null import Keyring as NoKeyring

from oint.auth import credentials, profiles
from oint.auth.profiles import Profile, read_profile, write_profile
from oint.auth.secure_files import FileTokenStore
from oint.cdek.auth import Account, StaticToken
from oint.cdek.errors import AuthenticationError, InvalidArgument
from tests.support.fake_keyring import Broken, Hanging, InFile

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no permission bits")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("TOKEN", "ACCOUNT", "PASSWORD"):
        monkeypatch.delenv(f"OINT_CDEK_{name}", raising=False)
    monkeypatch.delenv("OINT_PROFILE", raising=False)
    monkeypatch.setenv("OINT_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("OINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FAKE_KEYRING", str(tmp_path / "keyring.json"))
    use_keyring(NoKeyring())
    return tmp_path


def use_keyring(backend):
    keyring.set_keyring(backend)


def set_every_source(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_TOKEN", "environment-token")
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", "environment-account")
    monkeypatch.setenv("OINT_CDEK_PASSWORD", "environment-password")
    write_profile("default", Profile("profile-account", "profile-password"))
    use_keyring(InFile())
    profiles.keyring_save("default", "keyring-account", "keyring-password")


def test_each_source_counts_only_without_the_earlier_ones(monkeypatch):
    set_every_source(monkeypatch)
    assert credentials.resolve(" given ").credentials == StaticToken("given")
    assert credentials.resolve("").credentials == StaticToken("environment-token")
    monkeypatch.delenv("OINT_CDEK_TOKEN")
    assert credentials.resolve().secret == "environment-password"
    monkeypatch.delenv("OINT_CDEK_ACCOUNT")
    monkeypatch.delenv("OINT_CDEK_PASSWORD")
    assert credentials.resolve().secret == "profile-password"
    write_profile("default", None)
    assert credentials.resolve().secret == "keyring-password"
    profiles.keyring_forget("default")
    with pytest.raises(AuthenticationError):
        credentials.resolve()


def test_named_profile_overrides_the_environment(monkeypatch):
    set_every_source(monkeypatch)
    write_profile("second", Profile("second-account", "second-password"))
    assert credentials.resolve(profile="second").secret == "second-password"


def test_oint_profile_chooses_the_profile(monkeypatch):
    write_profile("default", Profile("a", "first-password"))
    write_profile("second", Profile("a", "second-password"))
    monkeypatch.setenv("OINT_PROFILE", "second")
    assert credentials.resolve().secret == "second-password"


def test_missing_named_profile_is_an_error_even_on_the_test_host():
    with pytest.raises(AuthenticationError, match="second"):
        credentials.resolve(test=True, profile="second")


def test_only_the_test_host_has_a_published_account():
    assert isinstance(credentials.resolve(test=True).credentials, Account)
    for test in (False, None):
        with pytest.raises(AuthenticationError) as error_info:
            credentials.resolve(test=test)
        assert error_info.value.code == "no_credentials"
        for source in ("--token", "OINT_CDEK_TOKEN", "OINT_CDEK_ACCOUNT", "oint credentials save"):
            assert source in error_info.value.hint.ru
            assert source in error_info.value.hint.en


def test_call_may_override_the_host_of_a_profile():
    write_profile("default", Profile("a", "password", test=True))
    assert credentials.resolve().test is True
    assert credentials.resolve(test=False).test is False


@pytest.mark.parametrize("token", ["Bearer abc", "abc\r\nX: y", "токен", "a b"])
def test_invalid_token_is_rejected_and_not_repeated(token):
    with pytest.raises(InvalidArgument) as error_info:
        credentials.resolve(token)
    assert token not in str(error_info.value)


def test_repr_never_shows_a_secret(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", "account")
    monkeypatch.setenv("OINT_CDEK_PASSWORD", "very-secret")
    assert "very-secret" not in repr(credentials.resolve())
    assert "very-secret" not in repr(credentials.resolve("very-secret"))


@pytest.mark.parametrize("password", ["simple", 'quo"te', "back\\slash", "пароль", "'single'", "#[x]=1"])
def test_saved_profile_round_trips(password):
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
def test_invalid_profile_file_is_an_error_that_names_it(home, content):
    (home / "config").mkdir()
    (home / "config" / "credentials.toml").write_text(content)
    with pytest.raises(InvalidArgument, match=r"credentials\.toml"):
        credentials.resolve()


@posix_only
def test_saved_profile_is_private_and_a_readable_one_causes_a_warning():
    write_profile("default", Profile("a", "password"))
    path = profiles.profiles_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert credentials.resolve().warning is None
    path.chmod(0o644)
    assert "chmod 600" in credentials.resolve().warning.ru


@pytest.mark.parametrize("backend", [Hanging, Broken])
def test_hanging_or_broken_keyring_is_ignored(backend, monkeypatch):
    monkeypatch.setattr(profiles, "KEYRING_TIMEOUT_SECONDS", 0.2)
    use_keyring(backend())
    assert profiles.keyring_load("default") is None
    assert profiles.keyring_save("default", "a", "b") is False


def test_keyring_that_does_not_save_is_detected():
    assert profiles.keyring_save("default", "a", "b") is False


def test_password_with_colons_round_trips_through_the_keyring():
    use_keyring(InFile())
    assert profiles.keyring_save("default", "account", "a:b:c") is True
    assert profiles.keyring_load("default") == ("account", "a:b:c")


FAR_FUTURE = 4_000_000_000.0
"""Unix time, in 2096."""


def test_stored_token_is_loaded_by_another_process_until_it_expires():
    FileTokenStore().save("key", "token", FAR_FUTURE)
    assert FileTokenStore().load("key") == ("token", FAR_FUTURE)
    FileTokenStore().save("key", "token", 1.0)
    assert FileTokenStore().load("key") is None
    assert FileTokenStore().load("another") is None


@posix_only
def test_stored_token_is_private(home):
    FileTokenStore().save("key", "token", FAR_FUTURE)
    folder = home / "cache" / "tokens"
    assert [path.name for path in folder.iterdir()] == ["key.json"]
    assert stat.S_IMODE((folder / "key.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@posix_only
def test_token_file_accessible_to_others_is_replaced(home):
    FileTokenStore().save("key", "token", FAR_FUTURE)
    path = home / "cache" / "tokens" / "key.json"
    path.chmod(0o644)
    assert FileTokenStore().load("key") is None
    FileTokenStore().save("key", "new", FAR_FUTURE)
    assert FileTokenStore().load("key") == ("new", FAR_FUTURE)


@posix_only
def test_symlink_in_place_of_a_token_is_not_followed(home):
    FileTokenStore().save("key", "token", FAR_FUTURE)
    path = home / "cache" / "tokens" / "key.json"
    path.rename(home / "elsewhere.json")
    path.symlink_to(home / "elsewhere.json")
    assert FileTokenStore().load("key") is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"token": 1}', b'{"token": "a b\\n", "expires_at": 4e9}', b'{"token": "t"}', b"\xff"],
)
def test_invalid_token_file_is_ignored(home, content):
    FileTokenStore().save("key", "token", FAR_FUTURE)
    (home / "cache" / "tokens" / "key.json").write_bytes(content)
    assert FileTokenStore().load("key") is None


def test_unwritable_cache_folder_stops_no_call(home, monkeypatch):
    (home / "file").write_text("")
    monkeypatch.setenv("OINT_CACHE_DIR", str(home / "file"))
    FileTokenStore().save("key", "token", FAR_FUTURE)
    assert FileTokenStore().load("key") is None
    FileTokenStore().clear()


def test_clear_deletes_every_token():
    FileTokenStore().save("one", "token", FAR_FUTURE)
    FileTokenStore().save("two", "token", FAR_FUTURE)
    FileTokenStore().clear()
    assert FileTokenStore().load("one") is FileTokenStore().load("two") is None


def test_default_folders_belong_to_the_user(monkeypatch):
    monkeypatch.delenv("OINT_CONFIG_DIR")
    monkeypatch.delenv("OINT_CACHE_DIR")
    from oint.auth.secure_files import cache_folder, config_folder  # noqa: PLC0415 - imported in this environment

    assert config_folder().name == "oint"
    assert cache_folder().name == "oint"


@pytest.mark.parametrize(
    ("account", "label"),
    [(credentials.PUBLISHED_ACCOUNT, "wqGw…tTEP"), ("123456789", "1234…6789"), ("12345678", "12…"), ("123", "12…")],
)
def test_label_of_an_account_shows_only_its_ends(account, label, monkeypatch):
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", account)
    monkeypatch.setenv("OINT_CDEK_PASSWORD", "secret")
    assert str(credentials.resolve().label) == label


def test_label_of_the_published_account_shows_its_ends():
    assert str(credentials.resolve(test=True).label) == "wqGw…tTEP"


def test_label_of_a_profile_is_its_name_wherever_its_password_is():
    write_profile("default", Profile("profile-account", "password"))
    assert str(credentials.resolve().label) == "default"
    use_keyring(InFile())
    profiles.keyring_save("second", "keyring-account", "password")
    assert str(credentials.resolve(profile="second").label) == "second"


@pytest.mark.parametrize(("language", "label"), [("ru", "токен"), ("en", "token")])
def test_label_of_a_token_shows_nothing_of_it(language, label, monkeypatch):
    monkeypatch.setenv("OINT_LANG", language)
    assert str(credentials.resolve("abcdefgh12345678").label) == label


HALVES = [("OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"), ("OINT_CDEK_PASSWORD", "OINT_CDEK_ACCOUNT")]
"""The variable that is set, and the missing one."""


def read_half_error(call, **options):
    """Return the error of a call with half a pair."""
    with pytest.raises(AuthenticationError) as error_info:
        call(**options)
    assert error_info.value.code == "half_credentials"
    return error_info.value


@pytest.mark.parametrize("blank", [None, "", " \t\n"])
@pytest.mark.parametrize(("present", "missing"), HALVES)
def test_half_a_pair_names_the_missing_half_and_blocks_other_sources(present, missing, blank, monkeypatch):
    set_every_source(monkeypatch)
    monkeypatch.delenv("OINT_CDEK_TOKEN")
    monkeypatch.delenv(missing) if blank is None else monkeypatch.setenv(missing, blank)
    for call in (credentials.resolve, credentials.find_account):
        for test in (None, False, True):
            error = read_half_error(call, test=test)
            for text in (error.text, error.hint):
                for sentence in text:
                    assert present in sentence
                    assert missing in sentence
            assert "environment-" not in str(error)


@pytest.mark.parametrize(("present", "missing"), HALVES)
def test_half_a_pair_blocks_the_published_account(present, missing, monkeypatch):
    monkeypatch.setenv(present, "something")
    assert missing in read_half_error(credentials.resolve, test=True).text.en


@pytest.mark.parametrize("present", ["OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"])
def test_half_a_pair_counts_before_the_profile_of_the_environment(present, monkeypatch):
    monkeypatch.setenv(present, "something")
    monkeypatch.setenv("OINT_PROFILE", "second")
    write_profile("second", Profile("second-account", "second-password"))
    read_half_error(credentials.resolve)


@pytest.mark.parametrize("present", ["OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD"])
def test_complete_token_or_named_profile_counts_before_half_a_pair(present, monkeypatch):
    monkeypatch.setenv(present, "something")
    write_profile("second", Profile("second-account", "second-password"))
    assert credentials.resolve("given").secret == "given"
    assert credentials.resolve(profile="second").secret == "second-password"
    assert credentials.find_account(profile="second").secret == "second-password"
    monkeypatch.setenv("OINT_CDEK_TOKEN", "environment-token")
    assert credentials.resolve().secret == "environment-token"
    read_half_error(credentials.find_account)


def test_two_blank_halves_are_ignored(monkeypatch):
    monkeypatch.setenv("OINT_CDEK_ACCOUNT", "")
    monkeypatch.setenv("OINT_CDEK_PASSWORD", " ")
    write_profile("default", Profile("profile-account", "profile-password"))
    assert credentials.resolve().secret == "profile-password"


def test_empty_profile_name_is_rejected(monkeypatch):
    set_every_source(monkeypatch)
    for call in (credentials.resolve, credentials.find_account):
        with pytest.raises(InvalidArgument) as error_info:
            call(profile="")
        assert error_info.value.field == "--profile"


HALF_PROFILES = [
    (Profile("profile-account"), "password"),
    (Profile("profile-account", " \t"), "password"),
    (Profile("profile-account", keyring=True), "password"),
    (Profile(None, "profile-password"), "account"),
    (Profile("  ", "profile-password"), "account"),
]


@pytest.mark.parametrize("profile_name", [None, "default"])
@pytest.mark.parametrize(("profile", "missing"), HALF_PROFILES)
def test_half_a_profile_names_the_missing_half_and_blocks_other_sources(profile, missing, profile_name):
    write_profile("default", profile)
    for test in (None, False, True):
        error = read_half_error(credentials.resolve, test=test, profile=profile_name)
        assert error.text.en == f"the profile 'default' has no {missing}"
        assert "oint credentials save --profile default" in error.hint.en
        assert "oint credentials save --profile default" in error.hint.ru
        assert "profile-password" not in str(error)


@pytest.mark.parametrize("profile", [Profile("profile-account", keyring=True), Profile(None, "profile-password")])
def test_half_a_profile_is_not_completed_from_another_keyring_account(profile):
    write_profile("default", profile)
    use_keyring(InFile())
    profiles.keyring_save("default", "keyring-account", "keyring-password")
    read_half_error(credentials.resolve)


def test_profile_with_its_account_in_the_keyring_is_complete():
    write_profile("default", Profile("profile-account", keyring=True))
    use_keyring(InFile())
    profiles.keyring_save("default", "profile-account", "keyring-password")
    assert credentials.resolve().secret == "keyring-password"


@pytest.mark.parametrize("pair", ["account:", ":password", " : "])
def test_half_a_pair_in_the_keyring_is_half_a_profile(pair):
    use_keyring(InFile())
    keyring.set_password(profiles.SERVICE, "cdek:default", pair)
    read_half_error(credentials.resolve, test=True)


def test_profile_with_only_the_test_host_uses_the_published_account():
    write_profile("default", Profile(test=True))
    assert credentials.resolve().secret == credentials.PUBLISHED_PASSWORD
