"""The TLS settings of https: which certificates are trusted."""

from __future__ import annotations

import os
import ssl
import sys
from pathlib import Path

from oint.cdek.errors import InvalidArgument
from oint.i18n import Message

_CA_FILES = (
    "/etc/ssl/cert.pem",  # Alpine, Arch, Fedora up to 43, BSD, macOS
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora and RHEL of today
    "/etc/pki/tls/cert.pem",  # those of before
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu
    "/etc/ssl/ca-bundle.pem",  # SUSE
)
"""Where systems keep their certificates; the list of truststore."""


def create_tls_context() -> ssl.SSLContext:
    """Return the settings that verify a server's certificate.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` come first; Windows adds its own store to them. Without these, on Windows and macOS
    the system itself verifies where the extra `truststore` is installed. Otherwise OpenSSL does, with the certificates
    that it finds. A Python that was built for another system finds none, and gets the first file of `_CA_FILES`. On Linux
    truststore is not used: it reads that file anew in each handshake, 32 ms against 1.3.

    Raises:
        InvalidArgument: `SSL_CERT_FILE` or `SSL_CERT_DIR` names a path that does not exist
        OSError: there is no file descriptor to read the certificates by
    """
    if not _check_environment() and sys.platform in {"win32", "darwin"}:
        try:
            import truststore  # noqa: PLC0415 - an extra
        except ImportError:
            pass
        else:
            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    _require_descriptor()  # OpenSSL passes over certificates that it cannot open
    if not _has_certificates(context) and (path := next(filter(os.path.isfile, _CA_FILES), None)):
        context.load_verify_locations(path)
    return context


def _require_descriptor() -> None:
    """Check that one more file can be opened.

    Raises:
        OSError: no file can be opened
    """
    os.close(os.open(os.devnull, os.O_RDONLY))


def _check_environment() -> bool:
    """Return whether the environment says which certificates to trust.

    Raises:
        InvalidArgument: it names a path that does not exist, which OpenSSL would pass over
    """
    paths = {name: path for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if (path := os.environ.get(name))}
    for name, path in paths.items():
        if not all(Path(part).exists() for part in path.split(os.pathsep if name == "SSL_CERT_DIR" else "\0")):
            raise InvalidArgument(
                name,
                Message(f"{name}: такого пути нет: {path}", f"{name}: there is no such path: {path}"),
                Message(
                    f"Укажите в {name} существующий файл с корневыми сертификатами (PEM) или уберите переменную",
                    f"Name an existing file of root certificates (PEM) in {name}, or unset the variable",
                ),
            )
    return bool(paths)


def _has_certificates(context: ssl.SSLContext) -> bool:
    """Return whether OpenSSL has found certificates in its own places; those of a folder are read when they are needed."""
    folder = ssl.get_default_verify_paths().capath
    return context.cert_store_stats()["x509"] > 0 or bool(folder and any(Path(folder).iterdir()))
