"""`oint mcp`: the methods as tools for agents, with OInt's own commands and options."""

from __future__ import annotations

import sys

import click

from oint.cli import codes, output
from oint.cli.usage_error import UsageError
from oint.i18n import Message

_GROUP = Message("методы oint как инструменты для агентов (MCP)", "the methods of oint as tools for agents (MCP)")
_START = Message(
    "Запустить сервер MCP на стандартном вводе и выводе; его запускает программа с агентом. Методы, которые меняют "
    "данные, стоят денег или необратимы, выполняются, только если названы в поле allow файла настроек.",
    "Start the MCP server on standard input and output; the program with the agent starts it. Methods that change "
    "data, cost money or cannot be undone run only if the field allow of the config file names them.",
)
_CONFIG = Message("Показать образец файла настроек.", "Show a template of the config file.")
_FILE = Message(
    "файл настроек JSON; default: mcp.json в папке настроек, если он есть",
    "the config file, JSON; default: mcp.json in the config folder, where there is one",
)
_LOG = Message(
    "файл, куда дописывать вызовы и их исходы, без значений",
    "a file that takes the calls and how they ended, without values",
)
_EMPTY = Message("true: без примеров, false: с пояснениями", "true: without examples, false: with explanations")
_OUT = Message("записать образец в файл", "write the template to a file")


@click.group("mcp", help=str(_GROUP))
def group() -> None:
    """Tools for agents."""


@group.command("start", help=str(_START))
@click.option("--config", "-c", "where", metavar="FILE", default="default", help=str(_FILE))
@click.option("--log", "-l", metavar="FILE", help=str(_LOG))
def start(where: str, log: str | None) -> int:
    """Serve one agent."""
    if sys.stdin is None or sys.stdout is None:
        raise UsageError(
            Message("стандартный ввод или вывод закрыт", "standard input or output is closed"),
            Message("Запускайте сервер из программы с агентом", "Let the program with the agent start the server"),
        )
    from oint.mcp.audit_log import AuditLog  # noqa: PLC0415 - the same
    from oint.mcp.config import read_config  # noqa: PLC0415 - help pages need none of it

    config = read_config(where)
    if config.warning is not None:
        output.print_status(f"oint: {config.warning}")
    try:
        from oint.mcp.server import serve  # noqa: PLC0415 - needs an extra, and is slow to load
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    try:
        audit_log = AuditLog(log)
    except OSError as error:
        raise UsageError(
            Message(f"--log: файл не открыть: {error.strerror}", f"--log: the file cannot be opened: {error.strerror}"),
            Message("Проверьте папку и права", "Check the folder and its rights"),
        ) from None
    serve(config, audit_log)
    return codes.OK


@group.command("config", help=str(_CONFIG))
@click.option("--empty", "-e", metavar="BOOL", default="true", help=str(_EMPTY))
@click.option("--out", metavar="FILE", help=str(_OUT))
def config(empty: str, out: str | None) -> int:
    """Print a template of the config file."""
    from oint.cli import atomic_write  # noqa: PLC0415 - see start
    from oint.mcp.config import build_template  # noqa: PLC0415 - see start
    from oint.parsing.values import parse_bool  # noqa: PLC0415 - the same

    text = output.pretty(build_template(empty=parse_bool("--empty", empty)))
    if out is None:
        output.print_result(text)
        return codes.OK
    atomic_write.check(out)
    output.print_result(output.pretty(atomic_write.save(out, text)))
    return codes.OK


def _missing(error: ModuleNotFoundError) -> Exception:
    """Return the error where the SDK is not installed; any other missing module is a defect of oint."""
    if (error.name or "").partition(".")[0] not in {"anyio", "mcp", "mcp_types"}:
        return error
    return UsageError(
        Message("для агентов нужен дополнительный пакет", "agents need an extra package"),
        Message("Установите: pip install 'oint[mcp]'", "Install it: pip install 'oint[mcp]'"),
    )
