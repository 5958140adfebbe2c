"""The course of a call as steps, without I/O: a flow yields what is to be done and receives the result.

One definition drives `Client`, `AsyncClient` and every test. A client performs `Send`, `Sleep`, `AwaitToken`,
`SendStreaming` and `ReadChunk`; it knows nothing of tokens, retries or CDEK.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import msgspec

from oint.cdek._http import AnyResponseStream, Failure, HttpRequest, HttpResponse, Timeouts
from oint.cdek._protocol import build_authentication_error, build_request, parse_response
from oint.cdek.api.oauth import token as token_request
from oint.cdek.auth import Account, StaticToken, TokenCache, shared_token_cache
from oint.cdek.errors import AuthenticationError, CdekError, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Future

    from oint.cdek._retry import Retry
    from oint.cdek.api._request import Request
    from oint.cdek.api._response import ApiResponse
    from oint.cdek.auth import Credentials

    R = TypeVar("R", bound=ApiResponse)
T = TypeVar("T")


class Send(msgspec.Struct, frozen=True):
    """Send the request; the result is the whole response or a failure, by `deadline` of the context's clock."""

    request: HttpRequest
    deadline: float


class SendStreaming(msgspec.Struct, frozen=True):
    """Send the request; the result is the response with an unread body or a failure, by `deadline`."""

    request: HttpRequest
    deadline: float


class ReadChunk(msgspec.Struct, frozen=True):
    """Read the next bytes of a body; the result is empty at its end, or a failure, by `deadline`."""

    body: AnyResponseStream
    deadline: float


class Sleep(msgspec.Struct, frozen=True):
    """Wait for `seconds`; the result is None."""

    seconds: float


class AwaitToken(msgspec.Struct, frozen=True):
    """Wait for a token that another call fetches; the result is its future when done, None after `seconds`."""

    pending: Future[str | CdekError]
    seconds: float


Step = Send | Sleep | AwaitToken | SendStreaming | ReadChunk
if TYPE_CHECKING:
    Flow = Generator[Step, Any, T]


class Items(msgspec.Struct, Generic[T], frozen=True):
    """Items that a stream yields to its reader, between its steps."""

    items: list[T]


if TYPE_CHECKING:
    Stream = Generator[Step | Items[T], Any, None]


class HttpExchange(msgspec.Struct, frozen=True):
    """One HTTP exchange as `--debug` prints it: no header, no body, no secret."""

    method: str
    url: str
    attempt: int
    seconds: float
    status: int | None
    failure: str | None


class CallContext:
    """What the calls of one client share.

    Args:
        base_url: address of the API
        tokens: source of tokens; None: only calls that need none
        timeouts: see `Timeouts`
        retry: see `Retry`
        trace: called after every exchange
        clock: monotonic seconds; deadlines are of this clock
        wall_clock: Unix time; the lifetime of a token is of this clock
        rng: random numbers in [0, 1)
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenCache | StaticToken | None,
        *,
        timeouts: Timeouts,
        retry: Retry,
        trace: Callable[[HttpExchange], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        rng: Callable[[], float] = random.random,
    ) -> None:
        self.base_url = base_url
        self.tokens = tokens
        self.timeouts = timeouts
        self.retry = retry
        self.trace = trace
        self.clock = clock
        self.wall_clock = wall_clock
        self.rng = rng

    @classmethod
    def create(
        cls,
        credentials: Credentials | None,
        base_url: str,
        timeouts: Timeouts,
        retry: Retry,
        trace: Callable[[HttpExchange], None] | None,
    ) -> CallContext:
        """Create the context of a client; all clients of an account share one token in the process."""
        tokens = shared_token_cache(base_url, credentials) if isinstance(credentials, Account) else credentials
        return cls(base_url, tokens, timeouts=timeouts, retry=retry, trace=trace)


@overload
def call(context: CallContext, request: Request[R]) -> Flow[R]: ...
@overload
def call(context: CallContext, request: Request[Any], step: type[SendStreaming]) -> Flow[AnyResponseStream]: ...
def call(context: CallContext, request: Request[Any], step: type[Send | SendStreaming] = Send) -> Flow[Any]:
    """Call the API: from the token to the typed response, or with `SendStreaming` to the body of a 2xx response.

    A 401 for a renewable token renews it once and sends the request again: a 401 proves that nothing was done.

    Raises:
        CdekError: see `oint.cdek.errors`
    """
    deadline = context.clock() + context.timeouts.total
    if not request.authorized:
        return (yield from _send_with_retries(context, request, None, deadline, step))
    token = yield from _obtain_token(context, deadline)
    try:
        return (yield from _send_with_retries(context, request, token, deadline, step))
    except AuthenticationError:
        if not isinstance(context.tokens, TokenCache):
            raise
    token = yield from _obtain_token(context, deadline, refused=token)
    return (yield from _send_with_retries(context, request, token, deadline, step))


def ensure_token(context: CallContext) -> Flow[None]:
    """Fetch a token if none is valid, so that the next call is sent at once.

    Raises:
        CdekError: see `oint.cdek.errors`
    """
    if context.tokens is not None:
        yield from _obtain_token(context, context.clock() + context.timeouts.total)


def _send_with_retries(
    context: CallContext,
    request: Request[Any],
    token: str | None,
    deadline: float,
    step: type[Send | SendStreaming] = Send,
) -> Flow[Any]:
    """Send, and repeat where `Retry` allows it, until there is a response or an error."""
    http_request = build_request(request, context.base_url, token)
    attempt = 0
    while True:
        attempt += 1
        started = context.clock()
        result = yield step(http_request, deadline)
        if context.trace is not None:
            context.trace(_to_exchange(http_request, result, attempt, context.clock() - started))
        if step is SendStreaming and not isinstance(result, Failure):
            if 200 <= result.status < 300:  # noqa: PLR2004 - the 2xx class of HTTP
                return result
            result = yield from _read_all(result, deadline)
        try:
            return parse_response(request, result, context.wall_clock())
        except CdekError as error:
            wait = context.retry.delay(error, attempt, deadline - context.clock(), context.rng)
            if wait is None:
                raise
        yield Sleep(wait)


def _read_all(body: AnyResponseStream, deadline: float) -> Flow[HttpResponse | Failure]:
    """Read the body of an error response to its end: it is short."""
    chunks: list[bytes] = []
    try:
        while True:
            chunk: bytes | Failure = yield ReadChunk(body, deadline)
            if isinstance(chunk, Failure):
                return chunk
            if not chunk:
                return HttpResponse(body.status, body.headers, b"".join(chunks))
            chunks.append(chunk)
    finally:
        body.close()


def _obtain_token(context: CallContext, deadline: float, refused: str | None = None) -> Flow[str]:
    """Return a token to send: the static one, the cached one, the one that another call fetches, or a new one.

    Where the call that was fetching the token ran out of time first, this call retries and usually becomes the fetcher.
    """
    tokens = context.tokens
    if tokens is None:
        raise build_authentication_error("no_credentials")
    if isinstance(tokens, StaticToken):
        return tokens.token
    failed_waits = 0
    while True:
        lookup = tokens.look_up(context.wall_clock(), refused)
        if lookup.token is not None:
            return lookup.token
        if lookup.pending is None:
            return (yield from _fetch_token(context, tokens, deadline))
        pending = yield AwaitToken(lookup.pending, max(0.0, deadline - context.clock()))
        if pending is None:
            raise ServiceUnavailable("token")
        if pending.cancelled():
            continue
        result: str | CdekError = pending.result()
        if isinstance(result, str):
            return result
        wait = context.retry.delay(result, failed_waits, deadline - context.clock(), context.rng)
        if wait is None:
            from copy import copy  # noqa: PLC0415 - few calls come here

            raise copy(result)  # others may raise it at the same time: a traceback belongs to one of them
        failed_waits += 1
        yield Sleep(wait)


def _fetch_token(context: CallContext, tokens: TokenCache, deadline: float) -> Flow[str]:
    """Fetch a token for all calls that wait for it; whatever ends this call ends their waiting."""
    account = tokens.credentials
    try:
        request = token_request(account.account, account.password)
        response = yield from _send_with_retries(context, request, None, deadline)
    except CdekError as error:
        tokens.fail_refresh(error)
        raise
    except BaseException:
        tokens.cancel_refresh()
        raise
    return tokens.set_token(response, context.wall_clock())


def _to_exchange(
    request: HttpRequest, result: HttpResponse | AnyResponseStream | Failure, attempt: int, seconds: float
) -> HttpExchange:
    status = None if isinstance(result, Failure) else result.status
    failure = _describe_failure(result) if isinstance(result, Failure) else None
    return HttpExchange(request.method, request.url, attempt, seconds, status, failure)


def _describe_failure(failure: Failure) -> str:
    return f"{failure.reason} ({failure.detail})" if failure.detail else failure.reason
