"""A small proxy: CONNECT for https, absolute requests for http, and optional credentials."""

import contextlib
import socket
import threading
from base64 import b64encode
from urllib.parse import urlsplit


class SmallProxy:
    """Connects every host name to one port of this machine.

    `heads` are the heads of the requests that came; `pair` is user:password, which each of them has to show;
    `instead` is answered to each of them instead of doing anything; `tail` comes after the answer to CONNECT.
    """

    def __init__(self, port, pair="", instead=b"", tail=b""):
        self.port, self.instead, self.tail = port, instead, tail
        self.expected = f"Basic {b64encode(pair.encode()).decode()}" if pair else None
        self.heads = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):  # the test has closed the listener
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection):
        with contextlib.suppress(OSError), connection:
            while head := self._head(connection):
                self.heads.append(head)
                if self.instead:
                    connection.sendall(self.instead)
                    return
                if self.expected and f"Proxy-Authorization: {self.expected}" not in head.split("\r\n"):
                    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                    return
                if head.startswith("CONNECT "):
                    self._tunnel(connection)
                    return
                self._pass_on(connection, head)

    def _head(self, connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = connection.recv(1)
            if not piece:
                return ""
            head += piece
        return head.decode()

    def _tunnel(self, connection):
        with socket.create_connection(("127.0.0.1", self.port)) as server:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\nX-Via: small\r\n\r\n" + self.tail)
            back = threading.Thread(target=pump, args=(server, connection), daemon=True)
            back.start()
            pump(connection, server)
            back.join()

    def _pass_on(self, connection, head):
        """One request on a connection of its own, and all that comes back; the client's connection is kept."""
        lines = head.split("\r\n")
        method, url, version = lines[0].split(" ")
        parts = urlsplit(url)
        lines[0] = f"{method} {parts.path}{'?' if parts.query else ''}{parts.query} {version}"
        own = [line for line in lines if not line.lower().startswith("proxy-")]
        length = next((int(line[16:]) for line in lines if line.lower().startswith("content-length: ")), 0)
        with socket.create_connection(("127.0.0.1", self.port)) as server:
            server.sendall("\r\n".join(own).encode() + (connection.recv(length, socket.MSG_WAITALL) if length else b""))
            answer = server.recv(65536)
            while b"\r\n\r\n" not in answer or not _whole(answer):
                answer += server.recv(65536)
            connection.sendall(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


def _whole(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: "))
    return len(body) >= int(length[16:])


def pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
