"""A running sandbox as a target, with some orders in it."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from fuzz.garbage import Target, field_names

if TYPE_CHECKING:
    from oint.sandbox import Sandbox

_SPARED = ("/_sandbox/reset", "/_sandbox/scenarios")


def target_of(box: Sandbox, orders: int = 20) -> Target:
    """Its paths, API and controls, the names of its fields, and uuids of orders made for it."""
    document = box.control("GET", "/openapi.json")
    controls = [row["path"] for row in box.control("GET", "/")["routes"] if not row["path"].startswith(_SPARED)]
    names = [*field_names(document), *box.settings(), "advance", "steps", "code", "action", "type", "count", "body"]
    return Target(box.url, [*document["paths"], *controls, "/", "/v3"], names, token(box), box.order_batch(orders))


def token(box: Sandbox) -> str:
    """A token of the main client."""
    pair = {"grant_type": "client_credentials", "client_id": box.account, "client_secret": box.password}
    connection = HTTPConnection(urlsplit(box.url).netloc, timeout=30)
    connection.request("POST", "/v2/oauth/token", urlencode(pair))
    content = json.loads(connection.getresponse().read())
    connection.close()
    return str(content["access_token"])
