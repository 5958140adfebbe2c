"""A receiver of webhooks: an HTTP server on loopback that gives configured responses and records events."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, host):
        super().__init__((host, 0), _Handler)
        self.answers: list[int | str] = []  # for the next calls; "close" breaks off, "hang" waits; then 200
        self.events: list[dict] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.came = threading.Condition()
        self.left = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook?secret=1"

    def wait_for(self, count):
        """Wait for a number of events and return them."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.events) >= count, timeout=30), self.events
            return list(self.events)

    @property
    def codes(self):
        return [event["attributes"]["code"] for event in self.events]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with server.came:
            server.events.append(body)
            server.requests.append((self.path, dict(self.headers)))
            answer = server.answers.pop(0) if server.answers else 200
            server.came.notify_all()
        if answer == "hang":
            server.left.wait(30)
        elif answer != "close":
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def receiving(host="127.0.0.1"):
    server = Receiver(host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.left.set()
        server.shutdown()
        server.server_close()
        thread.join(30)
