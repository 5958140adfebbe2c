"""A relay between a client and the sandbox that holds requests back until the test releases them."""

import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60
HOP_BY_HOP = {"connection", "host", "transfer-encoding", "content-length", "accept-encoding"}


class HeldRequest:
    """A request that the client has sent. It reaches the sandbox when `release` is called."""

    def __init__(self, *, reset):
        self.reset = reset
        self._arrived, self._released, self._answered = (threading.Event() for _ in range(3))

    def wait_until_sent(self):
        """Wait until the client has sent the request."""
        assert self._arrived.wait(TIMEOUT_SECONDS)

    def release(self):
        """Pass the request on and wait for the response of the sandbox."""
        self._released.set()
        assert self._answered.wait(TIMEOUT_SECONDS)

    def pass_through(self, handler):
        """Wait until the request is released."""
        self._arrived.set()
        if self.reset:
            handler.reset()
        self._released.wait()

    def end(self):
        """Mark the request as done."""
        self._answered.set()


class Relay:
    """Passes the requests of clients on to a sandbox.

    `before` is called with the method and the path before a request is passed on. `rewrite` gets the JSON of each
    response and returns the JSON for the client.
    """

    def __init__(self, box):
        self.target = urlsplit(box.url)
        self.posts = 0
        self._held = []
        self.before = lambda *_: None
        self.rewrite = lambda *parts: parts[-1]
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.relay = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{self.target.path}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def hold_refusal(self, *, reset=True):
        """Hold the next refusal. The connection of the client is reset, or stays open without a response."""
        held = HeldRequest(reset=reset)
        self._held.append(held)
        return held

    def take_held(self, method, path):
        """Return the hold on this request, if any."""
        if method == "POST" and path.endswith("/refusal"):
            self.posts += 1
            return self._held.pop(0) if self._held else None
        return None

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Ignore clients that have disconnected: it is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    reset_sent = False

    def _pass_on(self):
        relay, path = self.server.relay, self.path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        held = relay.take_held(self.command, path)
        try:
            if held is not None:
                held.pass_through(self)
            relay.before(self.command, path)
            status, headers, answer = self._forward(body)
        finally:
            if held is not None:
                held.end()
        if self.reset_sent:
            self.close_connection = True
            return
        with suppress(ValueError):
            answer = json.dumps(relay.rewrite(self.command, path, json.loads(answer))).encode()
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PATCH = do_DELETE = _pass_on  # noqa: N815 - the standard library's names

    def _forward(self, body):
        connection = HTTPConnection(self.server.relay.target.netloc, timeout=TIMEOUT_SECONDS)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def reset(self):
        """Reset the connection of the client (RST)."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.reset_sent = True

    def log_message(self, *_):
        """Log nothing."""


@contextmanager
def running_relay(box):
    """Run a relay until the end of the block."""
    relay = Relay(box)
    try:
        yield relay
    finally:
        relay.close()
