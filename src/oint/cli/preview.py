"""What --test shows: the request that would be sent, without any secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from oint import redaction
from oint.auth import credentials
from oint.cdek.hosts import base_url
from oint.cdek.protocol import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oint.catalog.model import Method
    from oint.cdek.operations.base import Request
    from oint.cdek.wire import HttpRequest


def preview(method: Method, values: Mapping[str, Any]) -> dict[str, Any]:
    """Show what would be sent, without any secret."""
    if method.offline:
        return {"note": method.call}
    request = method.request({"token": "", "account": redaction.HIDDEN, "pass": redaction.HIDDEN} | dict(values))
    test: bool | None = values["testapi"]
    if test is None:
        test = not values.get("token") and credentials.test_by_default()
    rendered = render(request, base_url(test=test), redaction.HIDDEN if request.authorized else None)
    shown = {
        "method": rendered.method,
        "url": rendered.url,
        "headers": rendered.headers,
        "body": _body(request, rendered),
    }
    return {name: value for name, value in shown.items() if value is not None}


def _body(request: Request[Any], rendered: HttpRequest) -> Any:
    """Return the body as an object, whether it is JSON or a form."""
    if rendered.body is None:
        return None
    if request.secret:
        return dict(parse_qsl(rendered.body.decode())) | {"client_secret": redaction.HIDDEN}
    return msgspec.json.decode(rendered.body)
