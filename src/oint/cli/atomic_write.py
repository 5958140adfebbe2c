"""The file of --out: checked before anything is sent, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oint.cli.usage_error import UsageError
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Iterator


def check(path: str, option: str = "--out") -> None:
    """Find out before anything is sent whether a result can be written there.

    Raises:
        UsageError: it cannot
    """
    if not path.strip() or not _can_be_written(Path(path)):
        raise UsageError(
            Message(f"{option}: в {path!r} нельзя записать файл", f"{option}: no file can be written at {path!r}"),
            Message("Проверьте, что папка есть и открыта для записи", "Check that the folder exists and is writable"),
        )


def save(path: str, result: str | bytes) -> dict[str, Any]:
    """Write a result to a file.

    Returns:
        the file's place and its size in bytes
    Raises:
        OSError: it could not be written; what was there before is still there
    """
    data = result if isinstance(result, bytes) else f"{result}\n".encode()
    with atomic_write(path) as temp_path:
        temp_path.write_bytes(data)
    return {"file": str(resolve_target(Path(path))), "size": len(data)}


def _can_be_written(path: Path) -> bool:
    target = resolve_target(path)
    if _is_device(target):
        return os.access(target, os.W_OK)
    return not target.is_dir() and target.parent.is_dir() and os.access(target.parent, os.W_OK)


def resolve_target(path: Path) -> Path:
    """Resolve symlinks, except for pipes and devices such as /dev/stdout, whose targets have no path."""
    return path if _is_device(path) else path.resolve()


def _is_device(target: Path) -> bool:
    """Return whether it is a pipe or a device, which no file can replace."""
    return target.exists() and not target.is_file() and not target.is_dir()


@contextmanager
def atomic_write(path: str) -> Iterator[Path]:
    """Write a file piece by piece: it takes its place when all is written; otherwise nothing is left of it.

    Raises:
        OSError: it could not be written; what was there before is still there
    """
    target = resolve_target(Path(path))
    if _is_device(target):
        yield target
        return
    temp_path = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        yield temp_path
        temp_path.replace(target)
    except BaseException:
        temp_path.unlink(missing_ok=True)
        raise
