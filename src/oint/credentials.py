"""Whose credentials a call is made with, found in this order.

1. a token given with the call itself
2. `OINT_CDEK_TOKEN`
3. `OINT_CDEK_ACCOUNT` and `OINT_CDEK_PASSWORD`
4. a profile in the user's config folder (`--profile`, `OINT_PROFILE`, else "default")
5. the system's keyring
6. on the test host only: the account that CDEK publishes for it
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from oint.cdek.errors import AuthenticationFailed
from oint.cdek.tokens import Account, FixedToken
from oint.language import Text

if TYPE_CHECKING:
    from oint.profiles import Profile

PUBLISHED_ACCOUNT = "wqGwiQx0gg8mLtiEKsUinjVSICCjtTEP"
PUBLISHED_PASSWORD = "RmAmgvSgSl1yirlz9QupbzOJVqhCxcP5"  # noqa: S105 - CDEK publishes it for its shared test account

SHORT_ACCOUNT = 8
"""Characters of an account up to which its label shows only the first two: longer ends would show all of it."""


class Found(NamedTuple):
    """Credentials, and where they come from.

    Args:
        credentials: for `oint.cdek.Client`
        test: whether the test host is meant
        source: where they were found
        warning: what the user should correct
        profile: name of the profile that was used; None where none was
    """

    credentials: FixedToken | Account
    test: bool
    source: Text
    warning: Text | None = None
    profile: str | None = None

    @property
    def secret(self) -> str:
        """What must never be shown."""
        found = self.credentials
        return found.token if isinstance(found, FixedToken) else found.password

    @property
    def label(self) -> Text:
        """Name the account to a person: the profile, else the account's first and last characters; never a secret."""
        if self.profile is not None:
            return Text(self.profile, self.profile)
        if isinstance(self.credentials, FixedToken):
            return Text("токен", "token")
        account = self.credentials.account
        ends = f"{account[:4]}…{account[-4:]}" if len(account) > SHORT_ACCOUNT else f"{account[:2]}…"
        return Text(ends, ends)


def find(token: str | None = None, *, test: bool | None = None, profile: str | None = None) -> Found:
    """The credentials of a call.

    Args:
        token: the one given with the call; None or empty: look further
        test: whether the test host is meant; None: as the profile says, else the production one
        profile: name of a profile; None: `OINT_PROFILE`, else "default"

    Raises:
        AuthenticationFailed: there are none; nothing was sent
        BadArgument: some are there, but cannot be right
    """
    if token and token.strip():
        return Found(FixedToken(token.strip()), test is True, Text("параметр", "argument"))
    from_environment = os.environ.get("OINT_CDEK_TOKEN", "").strip()
    if profile is None and from_environment:
        name = "OINT_CDEK_TOKEN"
        return Found(FixedToken(from_environment), test is True, Text(name, name))
    return find_account(test=test, profile=profile)


def find_account(*, test: bool | None = None, profile: str | None = None) -> Found:
    """The same, where only an account and its password will do; `credentials` is an `Account`."""
    account = os.environ.get("OINT_CDEK_ACCOUNT", "").strip()
    password = os.environ.get("OINT_CDEK_PASSWORD", "").strip()
    if profile is None and account and password:
        name = "OINT_CDEK_ACCOUNT"
        return Found(_account(account, password), test is True, Text(name, name))
    return _from_profile(profile, test=test)


def test_by_default() -> bool:
    """Whether a call that names neither host nor token goes to the test host: as the profile says, where it counts."""
    if any(os.environ.get(name, "").strip() for name in ("OINT_CDEK_TOKEN", "OINT_CDEK_ACCOUNT")):
        return False
    from oint import profiles  # noqa: PLC0415 - reads TOML, which few calls have a use for

    profile = profiles.read_profile(profiles.profile_name())
    return profile is not None and profile.test


def _from_profile(named: str | None, *, test: bool | None) -> Found:
    from oint import profiles  # noqa: PLC0415 - reads TOML, which a call with a token has no use for

    name = profiles.profile_name(named)
    profile = profiles.read_profile(name)
    meant = test if test is not None else profile is not None and profile.test
    pair = _pair(name, profile)
    if pair is not None:
        return Found(_account(*pair), meant, Text(f"профиль {name}", f"profile {name}"), profiles.too_open(), name)
    if named is not None or os.environ.get("OINT_PROFILE"):
        raise profiles.missing_profile(name)
    if meant:
        source = Text("тестовый аккаунт, опубликованный СДЭК", "the test account that CDEK publishes")
        return Found(_account(PUBLISHED_ACCOUNT, PUBLISHED_PASSWORD), test=True, source=source)
    raise _nothing()


def _pair(name: str, profile: Profile | None) -> tuple[str, str] | None:
    """Account and password of a profile: its own, or those in the keyring."""
    from oint import profiles  # noqa: PLC0415 - see _from_profile

    if profile is not None and profile.account and profile.password:
        return (profile.account, profile.password)
    return profiles.keyring_load(name)


def _account(account: str, password: str) -> Account:
    """An account whose tokens are kept between processes."""
    from oint.private_files import FileTokenStore  # noqa: PLC0415 - a call with a token keeps none

    return Account(account, password, FileTokenStore())


def _nothing() -> AuthenticationFailed:
    return AuthenticationFailed(
        Text("нет учётных данных СДЭК", "there are no CDEK credentials"),
        Text(
            "Задайте --token, или OINT_CDEK_TOKEN, или OINT_CDEK_ACCOUNT и OINT_CDEK_PASSWORD, "
            "или сохраните их: oint credentials save",
            "Give --token, or OINT_CDEK_TOKEN, or OINT_CDEK_ACCOUNT and OINT_CDEK_PASSWORD, "
            "or save them: oint credentials save",
        ),
        code="no_credentials",
    )


def pair(found: Found) -> tuple[str, str]:
    """Account and password out of what `find_account` found."""
    account = found.credentials
    if isinstance(account, Account):
        return (account.account, account.password)
    raise _nothing()
