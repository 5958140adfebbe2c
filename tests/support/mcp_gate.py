"""A relay before the sandbox that holds answers back until the test lets them through."""

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Gate:
    """Passes each call on to the sandbox at once, and its answer back when the gate is open.

    The answers to token calls always pass. `held` counts the answers that have come: the call was carried out.
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
            threading.Thread(target=self._answer, args=(box, client, calls), daemon=True).start()
            while call := client.recv(65536):
                calls.append(call.partition(b"\r\n")[0])
                box.sendall(call)

    def _answer(self, box, client, calls):
        """One answer after the other: the client sends no call on a connection before it has the last answer."""
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
