"""The wire protocol: a Request becomes an HTTP request, an HTTP response becomes a typed response or an error. No I/O."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from oint import __version__
from oint.cdek._http import Failure, HttpRequest, HttpResponse
from oint.cdek.api._response import ApiResponse, decode_or_none
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
    """Build the HTTP request of a call; the token is in a header and nowhere else."""
    headers = {"Accept": request.response_type.MEDIA_TYPE, "User-Agent": USER_AGENT, **request.headers}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if request.body is not None:
        headers["Content-Type"] = request.content_type
    return HttpRequest(request.method, base_url + request.path, headers, request.body)


def parse_response(request: Request[T], result: HttpResponse | Failure, now: float = 0.0) -> T:
    """Parse the result of a call.

    Args:
        request: the call
        result: the HTTP response, or the failure
        now: Unix time, for a Retry-After that is a date
    Returns:
        the typed response; `http` is the HTTP response
    Raises:
        CdekError: see `oint.cdek.errors`
    """
    if isinstance(result, Failure):
        if result.sent and request.changes:
            raise OutcomeUnknown(result.reason, result.detail)
        raise ServiceUnavailable(result.reason, result.detail, will_recur=result.will_recur)
    try:
        return _parse_http_response(request, result, now)
    except MemoryError:
        reason: Reason = "no_memory"
    except OSError:  # the module for lenient decoding could not be opened
        reason = "no_descriptors"
    raise OutcomeUnknown(reason) if request.changes else ServiceUnavailable(reason)


def _parse_http_response(request: Request[T], response: HttpResponse, now: float) -> T:
    """Return the typed response, or raise the error that the response means."""
    if 200 <= response.status < 300:  # noqa: PLR2004 - the 2xx class of HTTP
        return _parse_success(request, response)
    raise _parse_error(request, response, now).with_response(response)


def _parse_success(request: Request[T], response: HttpResponse) -> T:
    """Parse a 2xx response. It must be complete; otherwise a change has an unknown outcome."""
    typed, drift = request.response_type.decode(response.body)
    if typed is None or not typed.is_complete:
        errors = parse_errors(response.body)
        error = RequestRejected(errors) if errors else _build_foreign_response_error(request, response)
        raise error.with_response(response)
    typed.__dict__["http"] = response
    typed.__dict__["drift"] = drift
    return typed


def _parse_error(request: Request[Any], response: HttpResponse, now: float) -> CdekError:
    """Return the error of a response that is not 2xx."""
    if response.status == TOO_MANY:
        return RateLimited(parse_retry_after(response, now))
    errors = parse_errors(response.body)
    if response.status == UNAUTHORIZED or (
        errors and request.response_type is Token and response.status < SERVER_ERROR
    ):
        return build_authentication_error(errors[0].code if errors else AuthenticationError.kind)
    if response.status >= SERVER_ERROR:
        detail = f"HTTP {response.status}"
        return OutcomeUnknown("status", detail) if request.changes else ServiceUnavailable("status", detail)
    return RequestRejected(errors) if errors else _build_foreign_response_error(request, response)


def _build_foreign_response_error(request: Request[Any], response: HttpResponse) -> CdekError:
    """Build the error of a response that is not from CDEK's API; a change may have been done."""
    detail = f"HTTP {response.status}"
    return OutcomeUnknown("foreign", detail) if request.changes else InvalidResponse(detail)


def build_authentication_error(code: str) -> AuthenticationError:
    """Build the error of a token, or of an account and password, that CDEK did not accept."""
    shown_code = redact(code)
    return AuthenticationError(
        Message(f"СДЭК не принял учётные данные ({shown_code})", f"CDEK did not accept the credentials ({shown_code})"),
        Message(
            "Проверьте аккаунт, пароль, срок действия токена и контур (тестовый или боевой)",
            "Check the account, the password, the expiry of the token, and the host (test or production)",
        ),
        code=code,
    )


def parse_retry_after(response: HttpResponse, now: float) -> float | None:
    """Parse Retry-After, a number of seconds or a date, into seconds; None where it is absent or invalid."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        seconds = float(value)
        return seconds if math.isfinite(seconds) else None
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def parse_errors(body: bytes) -> tuple[ApiError, ...]:
    """Parse all errors of a body in every form: `requests[].errors`, `errors`, OAuth's, Spring's; () without errors."""
    document = decode_or_none(body)
    if not isinstance(document, dict):
        return ()
    rows = [error for entry in _list_objects(document.get("requests")) for error in _list_objects(entry.get("errors"))]
    rows += _list_objects(document.get("errors"))
    errors = tuple(ApiError(*_read_error_fields(error, "code", "message", "additional_code")) for error in rows)
    return errors or _parse_oauth_or_spring_error(document)


def _parse_oauth_or_spring_error(document: dict[str, Any]) -> tuple[ApiError, ...]:
    """Parse OAuth's `error`, `error_description` or Spring's `status`, `error`, `path`."""
    error = document.get("error")
    if not isinstance(error, str):
        return ()
    if "path" in document and "status" in document:
        return (ApiError(f"http_{document['status']}", f"{error}: {document['path']}"),)
    return (ApiError(error, str(document.get("error_description") or error)),)


def _list_objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of what should be a list of them: one object counts as a list, other items are left out."""
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
