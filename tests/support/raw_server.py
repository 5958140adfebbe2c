"""A server that sends exactly the given bytes."""

import contextlib
import socket
import threading

BODY = b'{"entity": {"uuid": "x"}}'
OK = b"HTTP/1.1 200 OK\r\n"


class Server:
    """Gives each request the next of the scripted answers, and closes the connection behind one without the word keep.

    None closes without an answer. An answer in pieces is sent as far as the client takes it: `sent` counts its bytes, and
    only the client closes behind it. `closed` counts the connections that are closed.
    """

    def __init__(self, *answers, context=None):
        self.answers = iter(answers)
        self.context = context
        self.connections = self.requests = self.sent = 0
        self.closed = threading.Semaphore(0)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{'https' if context else 'http'}://localhost:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):  # the test has closed the listener
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with contextlib.suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection:
                while connection.recv(65536):
                    self.requests += 1
                    answer = next(self.answers, None)
                    if answer is None:
                        break
                    if isinstance(answer, bytes):
                        connection.sendall(answer)
                        if b"keep" not in answer:
                            break
                    else:
                        self._send_pieces(connection, answer)
        self.closed.release()

    def _send_pieces(self, connection, pieces):
        for piece in pieces:
            connection.sendall(piece)
            self.sent += len(piece)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def endless(start: bytes, piece: bytes, most: int = 67_108_864):
    """An answer in pieces that has no end of its own; after `most` bytes it falls silent."""
    yield start
    large = piece * max(1, 65_536 // len(piece))
    for _ in range(most // len(large)):
        yield large


def sized(body: bytes, *headers: bytes) -> bytes:
    """A whole answer; a header with the word keep keeps the connection."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return OK + lines + b"Content-Length: %d\r\n\r\n" % len(body) + body
