"""Requests that a page of another site, or a name of another machine, brings to a sandbox on the reader's machine."""

from urllib.parse import urlencode, urlsplit

import pytest

from tests.support.sandbox_api import Api, sandbox_without

ACTION = "/_sandbox/ui/clock"
FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:80",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "8.8.8.8",
    "[::2]:1",
    "a b",
    ":",
    "",
]


def test_foreign_host_is_refused_everywhere_with_the_option(api):
    for path in ("/_sandbox/orders", "/v2/orders", "/_sandbox/ui/intakes", "/nowhere"):
        answer = api.raw("GET", path, headers={"Host": "evil.example"})
        assert (answer.status, "--allowed-host evil.example" in answer.body["error"]) == (403, True), path
        assert "--allowed-host evil.example" in answer.body["error_ru"]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_host_that_only_looks_local_is_refused(api, host):
    assert api.raw("GET", "/_sandbox/clock", headers={"Host": host}).status == 403


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8000",
        "shop.localhost:1",
        "127.0.0.1:1",
        "127.9.9.9",
        "[::1]",
        "[::1]:8000",
        "localhost.",
    ],
)
def test_loopback_names_are_accepted(api, host):
    assert api.raw("GET", "/_sandbox/clock", headers={"Host": host}).status == 200


def test_allowed_host_is_accepted():
    with sandbox_without(arguments=("--allowed-host", "shop.test", "--allowed-host", "cdek.test")) as sandbox:
        api = Api(sandbox.url, sandbox.account, sandbox.password)
        for host, status in (("shop.test:8000", 200), ("CDEK.test", 200), ("other.test", 403)):
            assert api.raw("GET", "/_sandbox/clock", headers={"Host": host}).status == status


def test_sandbox_open_to_the_network_accepts_addresses_but_not_names():
    with sandbox_without(arguments=("--host", "0.0.0.0")) as sandbox:
        api = Api(sandbox.url, sandbox.account, sandbox.password)
        for host, status in (("192.168.1.5:8000", 200), ("[fd00::1]:80", 200), ("evil.example", 403)):
            assert api.raw("GET", "/_sandbox/clock", headers={"Host": host}).status == status


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", ""])
def test_foreign_origin_reaches_no_control_and_no_button(sandbox, api, origin):
    uuid = sandbox.order()
    for method, path in (("GET", "/_sandbox/orders"), ("POST", "/_sandbox/reset"), ("DELETE", "/_sandbox/calls")):
        assert api.raw(method, path, b"{}", {"Origin": origin}).status == 403
    status, _, _ = api.exchange("POST", ACTION, urlencode({"seconds": 60}).encode(), {"Origin": origin})
    assert status == 403
    assert [row["uuid"] for row in sandbox.orders()] == [uuid]
    assert sandbox.control("GET", "/clock")["offset"] == 0


@pytest.mark.parametrize("scheme", ["http", "https"])  # the latter behind a proxy
def test_own_origin_presses_buttons_and_calls_controls(sandbox, api, scheme):
    own = {"Origin": f"{scheme}://{urlsplit(sandbox.url).netloc}"}
    assert api.raw("GET", "/_sandbox/clock", headers=own).status == 200
    assert api.exchange("POST", ACTION, urlencode({"seconds": 60}).encode(), own)[0] == 303
    assert sandbox.control("GET", "/clock")["offset"] == 60


def test_operations_of_cdek_accept_any_origin(sandbox, api):
    api.login()
    headers = {"Authorization": f"Bearer {api.token}", "Origin": "https://shop.example"}
    assert api.raw("GET", f"/v2/orders/{sandbox.order()}", headers=headers).status == 200
