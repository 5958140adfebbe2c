"""Bytes <-> meaning: a Request becomes an HTTP request, an HTTP answer becomes a typed answer or an error. No I/O."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from oint import __version__
from oint.cdek._http import Failure, HttpRequest, HttpResponse
from oint.cdek.api._response import ApiResponse, json_or_none
from oint.cdek.api.oauth import Token
from oint.cdek.errors import (
    ApiError,
    AuthenticationError,
    CdekError,
    InvalidResponse,
    OutcomeUnknown,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
)
from oint.i18n import Message
from oint.redaction import redact

if TYPE_CHECKING:
    from oint.cdek._http import Reason
    from oint.cdek.api._request import Request

T = TypeVar("T", bound=ApiResponse)

USER_AGENT = f"oint/{__version__}"
UNAUTHORIZED = 401
TOO_MANY = 429
SERVER_ERROR = 500


def build_request(request: Request[Any], base_url: str, token: str | None) -> HttpRequest:
    """The HTTP request of a call: the token goes into a header, and nowhere else."""
    headers = {"Accept": request.response_type.MEDIA_TYPE, "User-Agent": USER_AGENT, **request.headers}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if request.body is not None:
        headers["Content-Type"] = request.content_type
    return HttpRequest(request.method, base_url + request.path, headers, request.body)


def parse_response(request: Request[T], got: HttpResponse | Failure, now: float = 0.0) -> T:
    """What came of a call.

    Args:
        request: the call
        got: the HTTP answer, or how it failed to come
        now: Unix time, to read a Retry-After that names a date
    Returns:
        the typed answer, with the HTTP answer kept behind it
    Raises:
        CdekError: of the kind that fits; see `oint.cdek.errors`
    """
    if isinstance(got, Failure):
        raise OutcomeUnknown(got.reason) if got.sent and request.changes else ServiceUnavailable(got.reason)
    try:
        return _parse_http_response(request, got, now)
    except MemoryError:
        reason: Reason = "no_memory"
    except OSError:  # a module that reads what has drifted could not be opened
        reason = "no_descriptors"
    raise OutcomeUnknown(reason) if request.changes else ServiceUnavailable(reason)


def _parse_http_response(request: Request[T], response: HttpResponse, now: float) -> T:
    """The typed answer, or the error that an answer comes to."""
    if 200 <= response.status < 300:  # noqa: PLR2004 - HTTP's own line between yes and no
        return _parse_success(request, response)
    raise _parse_error(request, response, now).with_response(response)


def _parse_success(request: Request[T], response: HttpResponse) -> T:
    """A 2xx: typed and usable, or an error; for a change an unusable one leaves the outcome unknown."""
    answer, drift = request.response_type.decode(response.body)
    if answer is None or not answer.is_complete:
        problems = parse_errors(response.body)
        error = RequestRejected(problems) if problems else _build_foreign_response_error(request, response)
        raise error.with_response(response)
    answer.__dict__["http"] = response
    answer.__dict__["drift"] = drift
    return answer


def _parse_error(request: Request[Any], response: HttpResponse, now: float) -> CdekError:
    """The error of an answer that is not 2xx."""
    if response.status == TOO_MANY:
        return RateLimited(parse_retry_after(response, now))
    problems = parse_errors(response.body)
    if response.status == UNAUTHORIZED or (
        problems and request.response_type is Token and response.status < SERVER_ERROR
    ):
        return build_authentication_error(problems[0].code if problems else AuthenticationError.kind)
    if response.status >= SERVER_ERROR:
        detail = f"HTTP {response.status}"
        return OutcomeUnknown("status", detail) if request.changes else ServiceUnavailable("status", detail)
    return RequestRejected(problems) if problems else _build_foreign_response_error(request, response)


def _build_foreign_response_error(request: Request[Any], response: HttpResponse) -> CdekError:
    """What answered is not CDEK's API: a change may have been done all the same."""
    detail = f"HTTP {response.status}"
    return OutcomeUnknown("foreign", detail) if request.changes else InvalidResponse(detail)


def build_authentication_error(code: str) -> AuthenticationError:
    """CDEK did not take the token, or the account and password."""
    said = redact(code)
    return AuthenticationError(
        Message(f"СДЭК не принял учётные данные ({said})", f"CDEK did not take the credentials ({said})"),
        Message(
            "Проверьте аккаунт и пароль, срок токена и то, боевой это контур или тестовый",
            "Check the account and password, the token's age, and whether they are for the test or the production host",
        ),
        code=code,
    )


def parse_retry_after(response: HttpResponse, now: float) -> float | None:
    """Seconds to wait by Retry-After, given in seconds or as a date; None where it is absent or no such number."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value)
        return seconds if math.isfinite(seconds) else None
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def parse_errors(body: bytes) -> tuple[ApiError, ...]:
    """Every error in a body, whichever form it has: `requests[].errors`, `errors`, OAuth's, Spring's; () where none."""
    found = json_or_none(body)
    if not isinstance(found, dict):
        return ()
    errors = [error for entry in _list_objects(found.get("requests")) for error in _list_objects(entry.get("errors"))]
    errors += _list_objects(found.get("errors"))
    problems = tuple(ApiError(*_read_error_fields(error, "code", "message", "additional_code")) for error in errors)
    return problems or _parse_oauth_or_spring_error(found)


def _parse_oauth_or_spring_error(found: dict[str, Any]) -> tuple[ApiError, ...]:
    """OAuth's `error`, `error_description` or Spring's `status`, `error`, `path`."""
    error = found.get("error")
    if not isinstance(error, str):
        return ()
    if "path" in found and "status" in found:
        return (ApiError(f"http_{found['status']}", f"{error}: {found['path']}"),)
    return (ApiError(error, str(found.get("error_description") or error)),)


def _list_objects(value: Any) -> list[dict[str, Any]]:
    """A list of objects out of what should be one: a lone object counts, foreign items do not."""
    rows = value if isinstance(value, list) else [value]
    return [row for row in rows if isinstance(row, dict)]


def _read_error_fields(error: dict[str, Any], *names: str) -> tuple[str, str, str | None]:
    code, message, additional = (error.get(name) for name in names)
    text = str(message if message is not None else code)
    return (
        str(code if code is not None else RequestRejected.kind),
        text,
        None if additional is None else str(additional),
    )
