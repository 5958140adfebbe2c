"""An account and its password, saved where no command line shows them: carries out `oint credentials`."""

from __future__ import annotations

import sys

import click

from oint import redaction
from oint.auth import profiles
from oint.auth.secure_files import FileTokenStore
from oint.cdek.errors import InvalidArgument
from oint.cli import codes, output
from oint.cli.usage_error import UsageError
from oint.i18n import Message


def save_credentials(profile: str | None, account: str | None, *, password_stdin: bool, testapi: bool) -> int:
    """Save an account and its password."""
    name = profiles.checked_profile_name(profiles.profile_name(profile))
    if sys.stdin is None or not (password_stdin or sys.stdin.isatty()):
        raise UsageError(
            Message(
                "нет терминала, на котором можно спросить пароль",
                "there is no terminal to ask for the password on",
            ),
            Message("Подайте его на ввод с --password-stdin", "Pipe it in with --password-stdin"),
        )
    account = _check_storable(
        "--account", account or _ask(Message("Аккаунт", "Account"), password_stdin=password_stdin)
    )
    if password_stdin:
        password = sys.stdin.buffer.readline().decode("utf-8-sig", "replace")
    else:
        password = click.prompt(_password_prompt(), hide_input=True, err=True)
    password = _check_storable("password", password)
    redaction.add_secret(password)
    in_keyring = profiles.keyring_save(name, account, password)
    profiles.write_profile(
        name, profiles.Profile(account, None if in_keyring else password, keyring=in_keyring, test=testapi)
    )
    output.print_status(_describe_saved(name, in_keyring=in_keyring))
    return codes.OK


def show_credentials(profile: str | None) -> int:
    """Show a profile without its password."""
    name = profiles.profile_name(profile)
    stored = profiles.read_profile(name)
    if stored is None:
        pair = profiles.keyring_load(name)
        if pair is None:
            raise profiles.missing_profile(name)
        stored = profiles.Profile(pair[0], keyring=True)
    warning = profiles.permission_warning()
    if warning is not None:
        output.print_status(f"oint: {warning}")
    place = "keyring" if stored.password is None else str(profiles.profiles_file())
    fields = {
        "profile": name,
        "account": stored.account,
        "password": redaction.HIDDEN,
        "kept_in": place,
        "test": stored.test,
    }
    output.print_result(output.pretty(fields))
    return codes.OK


def forget_credentials(profile: str | None) -> int:
    """Forget a profile, in the file and in the keyring."""
    name = profiles.profile_name(profile)
    in_keyring = profiles.keyring_load(name) is not None
    if not in_keyring and profiles.read_profile(name) is None:
        raise profiles.missing_profile(name)
    if in_keyring:
        profiles.keyring_forget(name)
    profiles.write_profile(name, None)
    FileTokenStore().clear()
    output.print_status(Message(f"профиль {name} забыт", f"profile {name} is forgotten"))
    return codes.OK


def _ask(what: Message, *, password_stdin: bool) -> str:
    if password_stdin:
        raise UsageError(
            Message("с --password-stdin аккаунт задаётся опцией", "with --password-stdin the account is an option"),
            Message("Добавьте --account ИДЕНТИФИКАТОР", "Add --account IDENTIFIER"),
        )
    answer: str = click.prompt(str(what), err=True)
    return answer


def _password_prompt() -> str:
    return str(Message("Пароль (не виден при вводе)", "Password (not shown)"))


def _check_storable(option: str, value: str) -> str:
    """Check that a file and a keyring can both hold a value; it is never repeated, it may be the password."""
    text = value.strip()
    if text and text.isprintable() and not (option == "--account" and ":" in text):
        return text
    raise InvalidArgument(
        option,
        Message(
            f"{option}: пусто или есть посторонние знаки", f"{option}: empty, or with characters that do not belong"
        ),
        Message(
            "Скопируйте значение из договора или личного кабинета", "Copy the value from the contract or the cabinet"
        ),
    )


def _describe_saved(name: str, *, in_keyring: bool) -> Message:
    if in_keyring:
        return Message(f"профиль {name} сохранён в хранилище ключей", f"profile {name} is saved in the keyring")
    path = profiles.profiles_file()
    return Message(
        f"хранилища ключей нет: профиль {name} сохранён в {path}, файл открыт только вам",
        f"there is no keyring: profile {name} is saved in {path}, which only you can read",
    )
