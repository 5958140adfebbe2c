"""Which certificates https trusts: the environment's, the system's, those of a known file."""

import asyncio
import ssl
import sys
import time
from types import SimpleNamespace

import pytest
import trustme
import truststore

from oint.cdek import InvalidArgument
from oint.cdek._http import HttpRequest, Timeouts
from oint.cdek.transports import tls
from oint.cdek.transports.asyncio import AsyncioTransport
from oint.cdek.transports.sync import SocketTransport
from oint.cdek.transports.tls import create_tls_context


@pytest.fixture(autouse=True)
def _no_certificates_of_the_environment(monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def ca_file(tmp_path):
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return path


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_the_system_verifies_where_truststore_is_installed(platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    plain = ssl.SSLContext
    assert isinstance(create_tls_context(), truststore.SSLContext)
    assert ssl.SSLContext is plain, "truststore is not injected"


@pytest.mark.parametrize("platform", ["darwin", "linux"])
def test_openssl_verifies_without_truststore(platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setitem(sys.modules, "truststore", None)
    context = create_tls_context()
    assert type(context) is ssl.SSLContext
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_openssl_verifies_on_linux_although_truststore_is_installed(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    assert type(create_tls_context()) is ssl.SSLContext


@pytest.mark.skipif(sys.platform == "win32", reason="Windows adds its own store")
@pytest.mark.parametrize("platform", ["darwin", "linux"])
def test_the_file_of_the_environment_overrules_the_system(platform, monkeypatch, ca_file):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    [certificate] = create_tls_context().get_ca_certs()
    assert "trustme" in str(certificate["issuer"])


def find_nothing(monkeypatch, folder=None):
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *_: None)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: SimpleNamespace(cafile=None, capath=folder))


def test_a_python_without_certificates_takes_the_first_known_file_that_exists(monkeypatch, ca_file):
    find_nothing(monkeypatch)
    monkeypatch.setattr(tls, "_CA_FILES", ("/nowhere/cert.pem", str(ca_file), "/nowhere/other.pem"))
    assert len(create_tls_context().get_ca_certs()) == 1


def test_a_folder_of_certificates_is_enough(monkeypatch, ca_file):
    find_nothing(monkeypatch, str(ca_file.parent))
    monkeypatch.setattr(tls, "_CA_FILES", (str(ca_file),))
    assert create_tls_context().get_ca_certs() == []


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("kind", [SocketTransport, AsyncioTransport])
def test_a_path_of_certificates_that_does_not_exist_is_named(name, kind, monkeypatch, tmp_path):
    monkeypatch.setenv(name, str(tmp_path / "missing"))

    async def main():
        url = "https://127.0.0.1:1"
        result = kind(url).send(HttpRequest("GET", f"{url}/x", {}), Timeouts(), time.monotonic() + 5)
        await result

    with pytest.raises(InvalidArgument, match=name) as caught:
        asyncio.run(main())
    assert "missing" in str(caught.value)
