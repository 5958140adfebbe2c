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
    folder = Path(path).resolve().parent
    if not path.strip() or Path(path).is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
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
    if target.exists() and not target.is_file():  # a pipe or a device: nothing to put in its place
        target.write_bytes(data)
    else:
        _replace(target, data)
    return {"file": str(target), "size": len(data)}


def _replace(target: Path, data: bytes) -> None:
    beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        beside.write_bytes(data)
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
