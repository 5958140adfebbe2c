"""A relay between a client and the sandbox that holds responses back until the test releases them."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class HoldingRelay:
    """Passes each request on at once, and holds the responses until `open` is called.

    Responses to token requests are not held. `held` counts the responses of the sandbox that are held.
    """

    def __init__(self, url):
        split = urlsplit(url)
        self._target = (split.hostname, split.port)
        self._open = threading.Event()
        self.held = threading.Semaphore(0)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = split._replace(netloc=f"127.0.0.1:{self._listener.getsockname()[1]}").geturl()
        threading.Thread(target=self._serve, daemon=True).start()

    def open(self):
        self._open.set()

    def _serve(self):
        with contextlib.suppress(OSError):  # the test has closed the listener
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client):
        with contextlib.suppress(OSError), client, socket.create_connection(self._target) as box:
            calls = []
            threading.Thread(target=self._pass_responses, args=(box, client, calls), daemon=True).start()
            while call := client.recv(65536):
                calls.append(call.partition(b"\r\n")[0])
                box.sendall(call)

    def _pass_responses(self, box, client, calls):
        """Pass responses on one after the other. A client has one request at a time on a connection."""
        held = 0
        with contextlib.suppress(OSError):
            while answer := box.recv(65536):
                if b"/oauth/token" not in calls[-1]:
                    if held < len(calls):
                        held = len(calls)
                        self.held.release()
                    self._open.wait()
                client.sendall(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._open.set()
        self._listener.close()
