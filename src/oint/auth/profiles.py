"""Profiles of credentials in the user's config folder, and the system's keyring behind them.

[profiles."default"]
account = "..."
password = "..."   # or keyring = true
test = true        # --testapi for those who do not say otherwise
"""

from __future__ import annotations

import os
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from oint.auth.secure_files import config_folder, is_readable_by_others, write_private
from oint.cdek.errors import AuthenticationError, InvalidArgument
from oint.i18n import Message

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = "oint"
KEYRING_TIMEOUT_SECONDS = 5.0
"""Seconds that the keyring may take: on a server without a desktop some of them wait for ever."""


class Profile(NamedTuple):
    """One profile. `keyring`: the password is in the system's keyring; `test`: the test host by default."""

    account: str | None = None
    password: str | None = None
    keyring: bool = False
    test: bool = False


def profile_name(name: str | None = None) -> str:
    """Return the name of the profile in force: the argument, otherwise `OINT_PROFILE`, otherwise "default"."""
    return name or os.environ.get("OINT_PROFILE") or "default"


def profiles_file() -> Path:
    """Return the path of the profiles' file."""
    return config_folder() / "credentials.toml"


def read_profile(name: str) -> Profile | None:
    """Read a profile; None: there is none.

    Raises:
        InvalidArgument: the file is there and cannot be read as profiles
    """
    profile = _all_profiles().get(name)
    if profile is None:
        return None
    account, password = profile.get("account"), profile.get("password")
    if not (isinstance(account, str | None) and isinstance(password, str | None)):
        raise _unreadable("account, password")
    return Profile(account, password, profile.get("keyring") is True, profile.get("test") is True)


def write_profile(name: str, profile: Profile | None) -> None:
    """Keep a profile, or forget it where it is None; the file is private.

    Raises:
        InvalidArgument: the file is there and cannot be read as profiles
        OSError: it could not be written
    """
    profiles = _all_profiles()
    profiles.pop(name, None)
    if profile is not None:
        profiles[name] = {field: value for field, value in profile._asdict().items() if value}
    write_private(profiles_file(), "\n".join(_toml(each, fields) for each, fields in profiles.items()).encode())


def permission_warning() -> Message | None:
    """Return a warning where others may read the file of profiles."""
    path = profiles_file()
    if not path.exists() or not is_readable_by_others(path.stat()):
        return None
    return Message(f"{path} могут читать другие: chmod 600 {path}", f"others can read {path}: chmod 600 {path}")


def keyring_load(name: str) -> tuple[str, str] | None:
    """Account and password of a profile out of the system's keyring; None where it has none, or does not answer."""
    stored = _in_time(lambda keyring: keyring.get_password(SERVICE, _entry(name)))
    account, colon, password = (stored or "").partition(":")
    return (account, password) if colon else None


def keyring_save(name: str, account: str, password: str) -> bool:
    """Put account and password into the system's keyring; whether they are really there then."""

    def save(keyring: Any) -> bool:
        keyring.set_password(SERVICE, _entry(name), f"{account}:{password}")
        return bool(keyring.get_password(SERVICE, _entry(name)) == f"{account}:{password}")

    return _in_time(save) is True


def keyring_forget(name: str) -> None:
    """Take a profile out of the system's keyring, where it is there."""
    _in_time(lambda keyring: keyring.delete_password(SERVICE, _entry(name)))


def _entry(name: str) -> str:
    return f"cdek:{name}"


def _in_time(action: Any) -> Any:
    """Call the keyring within its time; None: it is absent, fails or hangs."""
    import threading  # noqa: PLC0415 - only where the keyring is asked at all

    answers: list[Any] = []

    def ask() -> None:
        try:
            import keyring  # noqa: PLC0415 - an extra, and slow to load

            answers.append(action(keyring))
        except Exception:  # noqa: BLE001 - backends raise whatever they like; without a keyring there is the file
            answers.append(None)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(KEYRING_TIMEOUT_SECONDS)
    return answers[0] if answers else None


def _all_profiles() -> dict[str, dict[str, Any]]:
    try:
        profiles = tomllib.loads(profiles_file().read_text("utf-8-sig")).get("profiles", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable(type(error).__name__) from None
    if isinstance(profiles, dict) and all(isinstance(fields, dict) for fields in profiles.values()):
        return profiles
    raise _unreadable("profiles")


def _unreadable(why: str) -> InvalidArgument:
    path = profiles_file()
    return InvalidArgument(
        "profile",
        Message(f"файл профилей {path} не читается ({why})", f"the file of profiles {path} cannot be read ({why})"),
        Message(
            "Исправьте или удалите его и повторите oint credentials save",
            "Mend or remove it, and repeat oint credentials save",
        ),
    )


def _toml(name: str, fields: dict[str, Any]) -> str:
    lines = [f"[profiles.{_quote(name)}]"]
    lines += [f"{field} = {'true' if value is True else _quote(str(value))}" for field, value in fields.items()]
    return "\n".join(lines) + "\n"


def _quote(text: str) -> str:
    """Quote a TOML string; nothing that is saved has control characters."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def checked_profile_name(name: str) -> str:
    """Check that a file and a keyring can both hold a name."""
    if name and name.isprintable() and ":" not in name:
        return name
    raise InvalidArgument(
        "--profile",
        Message("имя профиля не подходит", "the profile's name does not fit"),
        Message("Возьмите буквы, цифры, дефис", "Take letters, digits, hyphens"),
    )


def missing_profile(name: str) -> AuthenticationError:
    """Make the error about a profile that does not exist."""
    return AuthenticationError(
        Message(f"профиля {name!r} нет", f"there is no profile {name!r}"),
        Message(
            f"Сохраните его: oint credentials save --profile {name}", f"Save it: oint credentials save --profile {name}"
        ),
        code="no_credentials",
    )


NO_ACCOUNT = Message("аккаунта", "account")
NO_PASSWORD = Message("пароля", "password")


def half_profile(name: str, missing: Message) -> AuthenticationError:
    """Make the error of a profile with one half of its pair.

    Args:
        name: the profile's name
        missing: the half that neither the file nor the keyring has: `NO_ACCOUNT` or `NO_PASSWORD`
    """
    return AuthenticationError(
        Message(f"в профиле {name!r} нет {missing.ru}", f"the profile {name!r} has no {missing.en}"),
        Message(
            f"Сохраните его заново: oint credentials save --profile {name}",
            f"Save it again: oint credentials save --profile {name}",
        ),
        code="half_credentials",
    )
