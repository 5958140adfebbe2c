"""`oint credentials`: an account and its password, kept where no command line shows them."""

from __future__ import annotations

import click

from oint.i18n import Message

_GROUP = Message("учётные данные СДЭК", "CDEK credentials")
_SAVE = Message(
    "Спросить аккаунт и пароль и сохранить их: в хранилище ключей системы, а если его нет, в файле, открытом только вам.",
    "Ask for an account and its password and save them: in the system's keyring, else in a file that only you can read.",
)
_SHOW = Message("Показать, что сохранено, без пароля.", "Show what is saved, without the password.")
_FORGET = Message("Забыть сохранённое и полученные токены.", "Forget what is saved, and the tokens got with it.")
_PROFILE = Message("имя профиля", "name of the profile")
_ACCOUNT = Message("идентификатор аккаунта", "the account's identifier")
_STDIN = Message("прочитать пароль из стандартного ввода", "read the password from standard input")
_TESTAPI = Message("это аккаунт тестового контура", "it is an account of the test host")

_profile = click.option("--profile", metavar="NAME", help=str(_PROFILE))


@click.group("credentials", help=str(_GROUP))
def group() -> None:
    """Manage saved credentials."""


@group.command("save", help=str(_SAVE))
@_profile
@click.option("--account", metavar="ACCOUNT", help=str(_ACCOUNT))
@click.option("--password-stdin", is_flag=True, help=str(_STDIN))
@click.option("--testapi", is_flag=True, help=str(_TESTAPI))
def save(profile: str | None, account: str | None, *, password_stdin: bool, testapi: bool) -> int:
    """Save an account and its password."""
    from oint.cli.saved_credentials import save_credentials  # noqa: PLC0415 - help loads the parse half alone

    return save_credentials(profile, account, password_stdin=password_stdin, testapi=testapi)


@group.command("show", help=str(_SHOW))
@_profile
def show(profile: str | None) -> int:
    """Show a profile without its password."""
    from oint.cli.saved_credentials import show_credentials  # noqa: PLC0415 - help loads the parse half alone

    return show_credentials(profile)


@group.command("forget", help=str(_FORGET))
@_profile
def forget(profile: str | None) -> int:
    """Forget a profile, in the file and in the keyring."""
    from oint.cli.saved_credentials import forget_credentials  # noqa: PLC0415 - help loads the parse half alone

    return forget_credentials(profile)
