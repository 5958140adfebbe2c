"""Whose credentials a call is made with, found in this order.

1. a token given with the call itself
2. `OINT_CDEK_TOKEN`
3. `OINT_CDEK_ACCOUNT` and `OINT_CDEK_PASSWORD`
4. a profile in the user's config folder (`--profile`, `OINT_PROFILE`, else "default")
5. the system's keyring
6. on the test host only: the account that CDEK publishes for it

A profile that is asked for by name (`--profile`) comes before 2 and 3, whatever the environment holds.

Half a pair is an error where it is found: the sources after it may be of another contract. So one of the two variables
of 3 without the other (blank: not set) ends the search. So does a profile with an account or a password alone, where
the keyring does not hold the password of that account.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from oint.cdek.auth import Account, StaticToken
from oint.cdek.errors import AuthenticationError
from oint.i18n import Message

if TYPE_CHECKING:
    from oint.auth.profiles import Profile

PUBLISHED_ACCOUNT = "wqGwiQx0gg8mLtiEKsUinjVSICCjtTEP"
PUBLISHED_PASSWORD = "RmAmgvSgSl1yirlz9QupbzOJVqhCxcP5"  # noqa: S105 - CDEK publishes it for its shared test account

PAIR = ("OINT_CDEK_ACCOUNT", "OINT_CDEK_PASSWORD")
"""The variables that count only together."""

SHORT_ACCOUNT = 8
"""Characters of an account up to which its label shows only the first two: longer ends would show all of it."""


class ResolvedCredentials(NamedTuple):
    """Credentials, and where they come from.

    Args:
        credentials: for `oint.cdek.Client`
        test: whether the test host is meant
        source: where they were found
        warning: what the user should correct
        profile: name of the profile that was used; None where none was
    """

    credentials: StaticToken | Account
    test: bool
    source: Message
    warning: Message | None = None
    profile: str | None = None

    @property
    def secret(self) -> str:
        """Return what must never be shown."""
        credentials = self.credentials
        return credentials.token if isinstance(credentials, StaticToken) else credentials.password

    @property
    def label(self) -> Message:
        """Name the account to a person: the profile, else the account's first and last characters; never a secret."""
        return label_credentials(self.credentials) if self.profile is None else Message(self.profile, self.profile)


def label_credentials(credentials: StaticToken | Account) -> Message:
    """Name an account by its first and last characters; never a secret."""
    if isinstance(credentials, StaticToken):
        return Message("токен", "token")
    account = credentials.account
    ends = f"{account[:4]}…{account[-4:]}" if len(account) > SHORT_ACCOUNT else f"{account[:2]}…"
    return Message(ends, ends)


def resolve(token: str | None = None, *, test: bool | None = None, profile: str | None = None) -> ResolvedCredentials:
    """Resolve the credentials of a call.

    Args:
        token: the one given with the call; None or empty: look further
        test: whether the test host is meant; None: as the profile says, else the production one
        profile: name of a profile; None: `OINT_PROFILE`, else "default"

    Raises:
        AuthenticationError: there are none (code `no_credentials`), or half a pair (`half_credentials`); nothing was sent
        InvalidArgument: some are there, but cannot be right; or the profile's name is empty
    """
    if token and token.strip():
        return ResolvedCredentials(StaticToken(token.strip()), test is True, Message("параметр", "argument"))
    from_environment = os.environ.get("OINT_CDEK_TOKEN", "").strip()
    if profile is None and from_environment:
        name = "OINT_CDEK_TOKEN"
        return ResolvedCredentials(StaticToken(from_environment), test is True, Message(name, name))
    return find_account(test=test, profile=profile)


def find_account(*, test: bool | None = None, profile: str | None = None) -> ResolvedCredentials:
    """Find the same, where only an account and its password will do; `credentials` is an `Account`."""
    if profile is None:
        account, password = (os.environ.get(name, "").strip() for name in PAIR)
        if account and password:
            return ResolvedCredentials(_account(account, password), test is True, Message(PAIR[0], PAIR[0]))
        if account or password:
            raise _half(*(PAIR if account else reversed(PAIR)))
    return _from_profile(profile, test=test)


def test_by_default() -> bool:
    """Return whether a call that names neither host nor token goes to the test host: as the profile says, where it counts."""
    if any(os.environ.get(name, "").strip() for name in ("OINT_CDEK_TOKEN", *PAIR)):
        return False
    from oint.auth import profiles  # noqa: PLC0415 - reads TOML, which few calls have a use for

    profile = profiles.read_profile(profiles.profile_name())
    return profile is not None and profile.test


def _from_profile(requested: str | None, *, test: bool | None) -> ResolvedCredentials:
    from oint.auth import profiles  # noqa: PLC0415 - reads TOML, which a call with a token has no use for

    if (
        requested == ""
    ):  # an unset variable of a script names no profile, and the default one may be of another contract
        profiles.checked_profile_name(requested)
    name = profiles.profile_name(requested)
    profile = profiles.read_profile(name)
    is_test = test if test is not None else profile is not None and profile.test
    pair = _pair(name, profile)
    if pair is not None:
        return ResolvedCredentials(
            _account(*pair), is_test, Message(f"профиль {name}", f"profile {name}"), profiles.permission_warning(), name
        )
    if requested is not None or os.environ.get("OINT_PROFILE"):
        raise profiles.missing_profile(name)
    if is_test:
        source = Message("тестовый аккаунт, опубликованный СДЭК", "the test account that CDEK publishes")
        return ResolvedCredentials(_account(PUBLISHED_ACCOUNT, PUBLISHED_PASSWORD), test=True, source=source)
    raise _nothing()


def _pair(name: str, profile: Profile | None) -> tuple[str, str] | None:
    """Read account and password of a profile: its own, or those in the keyring; None where there are none.

    Raises:
        AuthenticationError: one half is missing
    """
    from oint.auth import profiles  # noqa: PLC0415 - see _from_profile

    account, password = (profile.account, profile.password) if profile is not None else (None, None)
    if _is_blank(password):
        account, password = profiles.keyring_load(name) or (None, None)
        if profile is not None and not _is_blank(profile.account) and account != profile.account:
            raise profiles.half_profile(name, profiles.NO_PASSWORD)  # the keyring's is of another account
    if account is None and password is None:
        return None
    if account is None or _is_blank(account):
        raise profiles.half_profile(name, profiles.NO_ACCOUNT)
    if password is None or _is_blank(password):
        raise profiles.half_profile(name, profiles.NO_PASSWORD)
    return (account, password)


def _is_blank(text: str | None) -> bool:
    return text is None or not text.strip()


def _account(account: str, password: str) -> Account:
    """Make an account whose tokens are stored between processes."""
    from oint.auth.secure_files import FileTokenStore  # noqa: PLC0415 - a call with a token keeps none

    return Account(account, password, FileTokenStore())


def _half(present: str, missing: str) -> AuthenticationError:
    return AuthenticationError(
        Message(
            f"переменная {present} задана, а {missing} не задана или пуста",
            f"{present} is set, but {missing} is not (or is blank)",
        ),
        Message(
            f"Задайте {missing} или уберите {present}, если нужен сохранённый профиль",
            f"Set {missing}, or unset {present} where a saved profile is meant",
        ),
        code="half_credentials",
    )


def _nothing() -> AuthenticationError:
    return AuthenticationError(
        Message("нет учётных данных СДЭК", "there are no CDEK credentials"),
        Message(
            "Задайте --token, или OINT_CDEK_TOKEN, или OINT_CDEK_ACCOUNT и OINT_CDEK_PASSWORD, "
            "или сохраните их: oint credentials save",
            "Give --token, or OINT_CDEK_TOKEN, or OINT_CDEK_ACCOUNT and OINT_CDEK_PASSWORD, "
            "or save them: oint credentials save",
        ),
        code="no_credentials",
    )


def account_and_password(resolved: ResolvedCredentials) -> tuple[str, str]:
    """Account and password out of what `find_account` found."""
    account = resolved.credentials
    if isinstance(account, Account):
        return (account.account, account.password)
    raise _nothing()
