"""The file of --out: checked before anything is sent, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from oint.cli.misuse import Misuse
from oint.language import Text


def check(path: str) -> None:
    """Find out before anything is sent whether a result can be written there.

    Raises:
        Misuse: it cannot
    """
    if not path.strip() or not _can_be_written(Path(path).resolve()):
        raise Misuse(
            Text(f"--out: в {path!r} нельзя записать файл", f"--out: no file can be written at {path!r}"),
            Text("Проверьте, что папка есть и открыта для записи", "Check that the folder exists and is writable"),
        )


def save(path: str, text: str) -> dict[str, Any]:
    """Write a result to a file.

    Returns:
        the file's place and its size in bytes
    Raises:
        OSError: it could not be written; what was there before is still there
    """
    data = f"{text}\n".encode()
    target = Path(path).resolve()
    if _is_device(target):
        target.write_bytes(data)
    else:
        _replace(target, data)
    return {"file": str(target), "size": len(data)}


def _can_be_written(target: Path) -> bool:
    if _is_device(target):
        return os.access(target, os.W_OK)
    return not target.is_dir() and target.parent.is_dir() and os.access(target.parent, os.W_OK)


def _is_device(target: Path) -> bool:
    """Whether it is written to as it is: a pipe or a device, in whose place no file can be put."""
    return target.exists() and not target.is_file() and not target.is_dir()


def _replace(target: Path, data: bytes) -> None:
    beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
