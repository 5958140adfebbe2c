"""A relay between a client and the sandbox: it passes requests on when the test says so, whatever the client does meanwhile."""

import json
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PATIENCE = 60
HOP_BY_HOP = {"connection", "host", "transfer-encoding", "content-length", "accept-encoding"}


class Held:
    """One request on its way: it has left the client, and reaches CDEK once `release` is called."""

    def __init__(self, *, reset):
        self.reset = reset
        self._arrived, self._released, self._answered = (threading.Event() for _ in range(3))

    def wait_until_sent(self):
        """Wait until the client has sent it."""
        assert self._arrived.wait(PATIENCE)

    def release(self):
        """Let it reach CDEK, and wait until CDEK has answered."""
        self._released.set()
        assert self._answered.wait(PATIENCE)

    def pass_through(self, handler):
        """Keep it on its way until it is released."""
        self._arrived.set()
        if self.reset:
            handler.reset()
        self._released.wait()

    def end(self):
        """Note that CDEK has answered, or that nobody will ask it."""
        self._answered.set()


class Relay:
    """Between clients and one sandbox.

    `before` is called with method and path before a request is passed on; `rewrite` with the JSON of each answer, and
    returns what the client gets instead.
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
        """Hold the next refusal that is sent; the client's connection is broken off, or stays without an answer."""
        held = Held(reset=reset)
        self._held.append(held)
        return held

    def take_held(self, method, path):
        """Find what holds this request."""
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
        """A client that has gone is part of the test."""


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
            status, headers, answer = self._ask(body)
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

    def _ask(self, body):
        connection = HTTPConnection(self.server.relay.target.netloc, timeout=PATIENCE)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def reset(self):
        """Break the client's connection off (RST)."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.wfile.close()
        self.connection.close()
        self.reset_sent = True

    def log_message(self, *_):
        """Nothing is logged."""


@contextmanager
def running_relay(box):
    """A relay before a sandbox, gone at the end of the block."""
    relay = Relay(box)
    try:
        yield relay
    finally:
        relay.close()
