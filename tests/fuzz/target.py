"""Describe a running sandbox as a target, with some orders in it."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from tests.fuzz.invalid_requests import Route, Target, list_field_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cdek_sandbox import Sandbox

_PAGES = (
    Route("GET", "/"),
    Route("GET", "/v3"),
    Route("GET", "/_sandbox/ui/orders/{uuid}"),
    Route("POST", "/_sandbox/ui/orders"),
    Route("POST", "/_sandbox/ui/orders/{uuid}/status"),
)
_EXCLUDED = ("/_sandbox/reset", "/_sandbox/scenarios")


def build_target(box: Sandbox, orders: int = 20) -> Target:
    """Create orders and return a target with the routes of the API, of the control API and of the pages."""
    document = box.control("GET", "/openapi.json")
    controls = [Route(row["method"], row["path"]) for row in box.control("GET", "/")["routes"]]
    routes = [*_list_operations(document), *(row for row in controls if not row.path.startswith(_EXCLUDED)), *_PAGES]
    names = [
        *list_field_names(document),
        *box.settings(),
        "advance",
        "steps",
        "code",
        "action",
        "type",
        "count",
        "body",
    ]
    return Target(box.url, routes, names, issue_token(box), box.order_batch(orders))


def _list_operations(document: dict[str, Any]) -> Iterator[Route]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            yield Route(method.upper(), path, content.get("application/json", {}).get("schema"))


def issue_token(box: Sandbox) -> str:
    """Return a token of the main account."""
    pair = {"grant_type": "client_credentials", "client_id": box.account, "client_secret": box.password}
    connection = HTTPConnection(urlsplit(box.url).netloc, timeout=30)
    connection.request("POST", "/v2/oauth/token", urlencode(pair))
    content = json.loads(connection.getresponse().read())
    connection.close()
    return str(content["access_token"])
