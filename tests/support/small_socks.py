"""A small real SOCKS5 proxy: a pair of credentials, and every name leads to one port of this machine."""

import contextlib
import socket
import threading

from tests.support.small_proxy import pump


class SmallSocks:
    """Leads every name to `port`; `hosts` are the names that it was asked for; `reply` 5 refuses each connection."""

    def __init__(self, port, pair="", reply=0):
        self.port, self.pair, self.reply = port, pair, reply
        self.hosts = []
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
            file = connection.makefile("rb")
            file.read(file.read(2)[1])
            connection.sendall(b"\x05\x02" if self.pair else b"\x05\x00")
            if self.pair and not self._has_pair(file, connection):
                return
            kind = file.read(4)[3]
            length = 4 if kind == 1 else file.read(1)[0]
            host = file.read(length)
            self.hosts.append(host.decode() if kind == 3 else socket.inet_ntoa(host))
            file.read(2)
            connection.sendall(bytes([5, self.reply, 0, 1, 0, 0, 0, 0, 0, 0]))
            if not self.reply:
                with socket.create_connection(("127.0.0.1", self.port)) as server:
                    back = threading.Thread(target=pump, args=(server, connection), daemon=True)
                    back.start()
                    pump(connection, server)
                    back.join()

    def _has_pair(self, file, connection):
        file.read(1)
        user, password = (file.read(file.read(1)[0]).decode() for _ in range(2))
        is_right = f"{user}:{password}" == self.pair
        connection.sendall(b"\x01\x00" if is_right else b"\x01\x01")
        return is_right

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
