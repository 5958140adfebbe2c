"""A document that an option names by its URL is downloaded within limits of time and size."""

import socketserver
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler

import pytest

from oint.cdek.errors import InvalidArgument
from oint.parsing import documents
from oint.parsing.documents import read_object


@contextmanager
def serve(status, body, *, endless=False):
    stopped = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)
            with suppress(OSError):
                while endless and not stopped.wait(0.01):
                    self.wfile.write(body)

        def log_message(self, *_):
            pass

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/order.json"
        finally:
            stopped.set()
            server.shutdown()
            thread.join()


def test_object_is_downloaded():
    with serve(200, '{"comment": "да"}'.encode()) as url:
        assert read_object("--order", url) == {"comment": "да"}


@pytest.mark.parametrize(("status", "body"), [(404, b"{}"), (200, b"<html>"), (200, b'{"a": "%s"}' % (b"x" * 200))])
def test_download_rejects_errors_pages_and_large_bodies(status, body, monkeypatch):
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 100)
    with serve(status, body) as url, pytest.raises(InvalidArgument, match="--order"):
        read_object("--order", url)


def test_download_times_out_on_endless_body(monkeypatch):
    monkeypatch.setattr(documents, "DOWNLOAD_TIMEOUT_SECONDS", 0.5)
    with serve(200, b" ", endless=True) as url, pytest.raises(InvalidArgument, match="--order"):
        read_object("--order", url)


def test_unreachable_address_is_an_invalid_argument():
    with pytest.raises(InvalidArgument, match="--order"):
        read_object("--order", "http://127.0.0.1:1/")
