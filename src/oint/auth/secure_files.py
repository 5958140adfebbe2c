"""Files that nobody but their owner can read: saved credentials, and the tokens got with them."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import time
from pathlib import Path

import msgspec

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
OTHERS = 0o077
MAX_FILE_BYTES = 64 * 1024
"""Bytes; many times a token."""


def config_folder() -> Path:
    """Return the folder of profiles: `OINT_CONFIG_DIR`, otherwise the user's folder for configuration."""
    folder = os.environ.get("OINT_CONFIG_DIR")
    if folder:
        return Path(folder)
    from platformdirs import user_config_path  # noqa: PLC0415 - slow to load, and often not needed

    return user_config_path("oint", appauthor=False)


def cache_folder() -> Path:
    """Return the folder of tokens: `OINT_CACHE_DIR`, otherwise the user's folder for caches."""
    folder = os.environ.get("OINT_CACHE_DIR")
    if folder:
        return Path(folder)
    from platformdirs import user_cache_path  # noqa: PLC0415 - slow to load, and often not needed

    return user_cache_path("oint", appauthor=False)


def write_private(path: Path, data: bytes) -> None:
    """Write a file that is its owner's alone from its first byte on, whole or not at all.

    Raises:
        OSError: it could not be written
    """
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    temp_path = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(temp_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temp_path.replace(path)
    except OSError:
        temp_path.unlink(missing_ok=True)
        raise


def is_readable_by_others(status: os.stat_result) -> bool:
    """Return whether another user owns a file or may read it. Windows keeps that elsewhere, in the user's own folders."""
    return os.name == "posix" and (status.st_uid != os.geteuid() or bool(status.st_mode & OTHERS))


class FileTokenStore:
    """Tokens between processes, one private file each, for as long as they live. It never raises."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def load(self, key: str) -> tuple[str, float] | None:
        """Load the token and its end (Unix time); None: there is none, or its file is invalid, foreign or too open."""
        try:
            stored = msgspec.json.decode(_read_private(self._path(key)), type=dict[str, str | float])
        except (OSError, ValueError):
            return None
        token, expires_at = stored.get("token"), stored.get("expires_at")
        if isinstance(token, str) and token.isascii() and token.isprintable() and isinstance(expires_at, float | int):
            return (token, float(expires_at)) if expires_at > time.time() else None
        return None

    def save(self, key: str, token: str, expires_at: float) -> None:
        """Keep a token until its end (Unix time), where that is possible."""
        with contextlib.suppress(OSError):
            write_private(self._path(key), msgspec.json.encode({"token": token, "expires_at": expires_at}))

    def clear(self) -> None:
        """Forget every token."""
        with contextlib.suppress(OSError):
            for path in self._path("").parent.glob("*.json"):
                path.unlink()

    def _path(self, key: str) -> Path:
        folder = self._folder if self._folder is not None else cache_folder()
        return folder / "tokens" / f"{key}.json"


def _read_private(path: Path) -> bytes:
    """Read a file that is really the user's own.

    Raises:
        OSError: it cannot be read, or somebody else may have written or read it
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or is_readable_by_others(status):
            raise PermissionError(path)
        return file.read(MAX_FILE_BYTES)
