"""A client of CDEK that knows nothing but HTTP, and sandboxes in poorer interpreters."""

import json
import socket
import struct
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from cdek_sandbox import Sandbox

SHOP_ORDER: dict[str, Any] = {
    "type": 1,
    "number": "shop-1",
    "tariff_code": 139,
    "recipient": {"name": "Иванов Иван", "phones": [{"number": "+79134637228"}]},
    "from_location": {"code": 44, "address": "пр. Ленинградский, д.4"},
    "to_location": {"code": 270, "address": "ул. Блюхера, 32"},
    "packages": [
        {
            "number": "1",
            "weight": 1000,
            "items": [{"name": "Т", "ware_key": "1", "payment": {"value": 0}, "cost": 300, "weight": 700, "amount": 2}],
        }
    ],
}


class Answer(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def entry(self):
        return self.body["requests"][0]

    @property
    def code(self):
        return self.entry["errors"][0]["code"]

    @property
    def uuid(self):
        return self.body["entity"]["uuid"]


class Api:
    """A client of CDEK that knows nothing but HTTP."""

    def __init__(self, url: str, account: str, password: str) -> None:
        self.netloc = urlsplit(url).netloc
        self.pair = {"grant_type": "client_credentials", "client_id": account, "client_secret": password}
        self.token: str | None = None

    def exchange(
        self, method: str, path: str, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        with closing(HTTPConnection(self.netloc, timeout=30)) as connection:
            connection.request(method, path, data, headers or {})
            with connection.getresponse() as response:
                body = response.read()
        return response.status, body, {name.lower(): value for name, value in response.getheaders()}

    def raw(self, method: str, path: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        status, body, found = self.exchange(method, path, data, headers)
        return Answer(status, json.loads(body), found)

    def login(self) -> Answer:
        answer = self.raw("POST", "/v2/oauth/token", urlencode(self.pair).encode())
        self.token = answer.body.get("access_token")
        return answer

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        if self.token is None:
            self.login()
        data = None if body is None else json.dumps(body).encode()
        return self.raw(method, f"/v2{path}", data, {"Authorization": f"Bearer {self.token}"})

    def card(self, uuid: str) -> Answer:
        return self.call("GET", f"/orders/{uuid}")

    def refuse(self, uuid: str) -> Answer:
        return self.call("POST", f"/orders/{uuid}/refusal")

    def create(self, **changes: Any) -> str:
        answer = self.call("POST", "/orders", SHOP_ORDER | changes)
        assert answer.status == 202, answer
        return answer.uuid


class Raw:
    """A bare socket to the sandbox, for calls that no HTTP client makes."""

    def __init__(self, api: Api) -> None:
        if api.token is None:
            api.login()
        where = urlsplit(f"//{api.netloc}")
        self.socket = socket.create_connection((where.hostname, where.port), 30)
        self._token = api.token

    def send(
        self, method: str, path: str, body: bytes = b"", *, promised: int | None = None, root: str = "/v2"
    ) -> None:
        """Send a call; `promised` is another length than that of the body."""
        head = [f"{method} {root}{path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self._token}"]
        head += [f"Content-Length: {len(body) if promised is None else promised}", "", ""]
        self.socket.sendall("\r\n".join(head).encode() + body)

    def answer(self) -> Answer:
        """The next whole answer; the connection stays open."""
        with closing(HTTPResponse(self.socket)) as response:
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, json.loads(response.read()), headers)

    def everything(self) -> bytes:
        """All that comes until the sandbox closes."""
        data = b""
        while chunk := self.socket.recv(65536):
            data += chunk
        self.socket.close()
        return data

    def reset(self) -> None:
        """Close with an RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def until(condition) -> None:
    """Wait for what the sandbox does next; a sandbox that never does it fails the test."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline


@contextmanager
def sandbox_without(*packages: str, arguments: tuple[str, ...] = (), first: str = "pass"):
    """A sandbox in an interpreter that has none of these packages."""
    hidden = "".join(f"sys.modules[{name!r}] = None; " for name in packages)
    code = f"import sys; {first}; {hidden}from oint.cli.sandbox import group; group(['start', *{arguments!r}])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield Sandbox(**json.loads(process.stdout.readline()), process=process)
        finally:
            process.terminate()
            process.wait(30)
