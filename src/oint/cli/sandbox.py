"""`oint sandbox`: CDEK on the laptop."""

from __future__ import annotations

import sys

import click

from oint.i18n import Message

_GROUP = Message("Песочница СДЭК на этой машине.", "A CDEK sandbox on this machine.")
_START = Message(
    "Запустить песочницу и напечатать одну строку JSON с её адресом и учётными данными; остановить - Ctrl-C.",
    "Start a sandbox; prints one line of JSON with its address and account; Ctrl-C stops it.",
)
_HOST = Message("Адрес, на котором слушать.", "The address to listen on.")
_PORT = Message("Порт; 0 - любой свободный.", "The port; 0 takes a free one.")
_DB = Message(
    "Файл SQLite для состояния; без него состояние хранится в памяти.",
    "A SQLite file that keeps the state; without it the state is in memory.",
)
_SEED = Message(
    "Начальное число: с ним UUID и номера повторяются.", "The seed: the same one gives the same uuids and numbers."
)
_SCENARIO = Message(
    "Создать заказ по сценарию; можно указать несколько раз.", "Create an order by a scenario; may be repeated."
)
_FAULTS = Message("Файл JSON со списком сбоев.", "A JSON file with a list of faults.")
_RECORD = Message("Файл для записи обращений и ответов.", "A file for every call and its response.")
_REPLAY = Message("Отвечать по записи, сделанной с --record.", "Respond from a recording made with --record.")
_ACCOUNT = Message("Аккаунт (client_id).", "The account (client_id).")
_PASSWORD = Message("Пароль (client_secret).", "The password (client_secret).")

_WEBHOOKS = Message(
    "Слать вебхуки на любые адреса, а не только на эту машину.",
    "Send webhooks to any address, not only to this machine.",
)
_ALLOWED_HOST = Message(
    "Имя, под которым песочница ещё отвечает (заголовок Host); можно несколько раз.",
    "A further name under which the sandbox answers (the Host header); may be repeated.",
)


@click.group("sandbox", help=str(_GROUP))
def group() -> None:
    """Group the commands of the sandbox."""


@group.command("start", help=str(_START))
@click.option("--host", default="127.0.0.1", show_default=True, help=str(_HOST))
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help=str(_PORT))
@click.option("--db", metavar="FILE", type=click.Path(dir_okay=False), help=str(_DB))
@click.option("--seed", type=click.IntRange(-(2**63), 2**63 - 1), help=str(_SEED))
@click.option("--account", envvar="OINT_SANDBOX_ACCOUNT", show_envvar=True, help=str(_ACCOUNT))
@click.option("--password", envvar="OINT_SANDBOX_PASSWORD", show_envvar=True, help=str(_PASSWORD))
@click.option("--scenario", multiple=True, metavar="NAME", help=str(_SCENARIO))
@click.option("--faults", metavar="FILE", type=click.Path(dir_okay=False), help=str(_FAULTS))
@click.option("--record", metavar="FILE", type=click.Path(dir_okay=False), help=str(_RECORD))
@click.option("--replay", metavar="FILE", type=click.Path(dir_okay=False), help=str(_REPLAY))
@click.option("--webhooks-anywhere", is_flag=True, help=str(_WEBHOOKS))
@click.option("--allowed-host", multiple=True, metavar="NAME", help=str(_ALLOWED_HOST))
@click.option("--until-stdin-ends", is_flag=True, hidden=True)
def start(**options: str | int | bool | tuple[str, ...] | None) -> None:
    """Start a sandbox."""
    from cdek_sandbox.errors import StartupError  # noqa: PLC0415 - the same
    from cdek_sandbox.main import start as run  # noqa: PLC0415 - the same
    from cdek_sandbox.options import Options  # noqa: PLC0415 - heavy parts load where they are used

    try:
        run(Options(**{name: value for name, value in options.items() if value is not None}))  # type: ignore[arg-type]
    except StartupError as error:
        click.echo(str(error.message), err=True)
        sys.exit(2)
