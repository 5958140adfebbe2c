"""How a call goes, step by step, without doing any of it: a flow yields what is to be done and is sent what came of it.

One definition drives the blocking client, the asyncio client and every test: a driver performs `Send`, `Sleep`, `Wait`,
`Open` and `Read`, and knows nothing of tokens, retries or CDEK.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import msgspec

from oint.cdek._http import Body, Failure, HttpRequest, HttpResponse, Timeouts
from oint.cdek._protocol import build_authentication_error, read, render
from oint.cdek.api.oauth import token as token_request
from oint.cdek.auth import Account, StaticToken, TokenCache, shared
from oint.cdek.errors import AuthenticationError, CdekError, ServiceUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Future

    from oint.cdek._retry import Retry
    from oint.cdek.api._request import Request
    from oint.cdek.api._response import Answer
    from oint.cdek.auth import Credentials

    A = TypeVar("A", bound=Answer)
T = TypeVar("T")


class Send(msgspec.Struct, frozen=True):
    """Send this and give back the whole answer or the failure, by `deadline` (of the session's clock) at the latest."""

    request: HttpRequest
    deadline: float


class Open(msgspec.Struct, frozen=True):
    """Send this and give back the answer with its body still to be read, or the failure, by `deadline`."""

    request: HttpRequest
    deadline: float


class Read(msgspec.Struct, frozen=True):
    """Give back the next bytes of a body, none at its end, or the failure, by `deadline`."""

    body: Body
    deadline: float


class Sleep(msgspec.Struct, frozen=True):
    """Do nothing for so many seconds."""

    seconds: float


class Wait(msgspec.Struct, frozen=True):
    """Wait for a token that another call is fetching; give back its future when it is done, None when time is out."""

    coming: Future[str | CdekError]
    seconds: float


Step = Send | Sleep | Wait | Open | Read
if TYPE_CHECKING:
    Flow = Generator[Step, Any, T]


class Emit(msgspec.Struct, Generic[T], frozen=True):
    """What a stream yields between its steps: items for whoever reads it."""

    items: list[T]


if TYPE_CHECKING:
    Stream = Generator[Step | Emit[T], Any, None]
    Source = Callable[["Session"], Stream[T]]


class Trace(msgspec.Struct, frozen=True):
    """One HTTP exchange as `--debug` shows it: no header, no body, no secret."""

    method: str
    url: str
    attempt: int
    seconds: float
    status: int | None
    failure: str | None


class Session:
    """What the calls of one client share.

    Args:
        base_url: where the API is
        tokens: where tokens come from; None: only calls that need none
        timeouts: see `Timeouts`
        retry: see `Retry`
        trace: told of every exchange
        clock: seconds that never jump; deadlines are of this clock
        wall: Unix time; a token's life is of this clock
        dice: numbers in [0, 1)
    """

    def __init__(
        self,
        base_url: str,
        tokens: TokenCache | StaticToken | None,
        *,
        timeouts: Timeouts,
        retry: Retry,
        trace: Callable[[Trace], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self.base_url = base_url
        self.tokens = tokens
        self.timeouts = timeouts
        self.retry = retry
        self.trace = trace
        self.clock = clock
        self.wall = wall
        self.dice = dice

    @classmethod
    def open(
        cls,
        credentials: Credentials | None,
        base_url: str,
        timeouts: Timeouts,
        retry: Retry,
        trace: Callable[[Trace], None] | None,
    ) -> Session:
        """The session of a client: an account's token is the process's one."""
        tokens = shared(base_url, credentials) if isinstance(credentials, Account) else credentials
        return cls(base_url, tokens, timeouts=timeouts, retry=retry, trace=trace)


@overload
def call(session: Session, request: Request[A]) -> Flow[A]: ...
@overload
def call(session: Session, request: Request[Any], step: type[Open]) -> Flow[Body]: ...
def call(session: Session, request: Request[Any], step: type[Send | Open] = Send) -> Flow[Any]:
    """One call of the API, from the token to the typed answer, or with `Open` to a good answer's body.

    A 401 to a token that can be renewed renews it, once, and sends again: a 401 proves that nothing was done.

    Raises:
        CdekError: see `oint.cdek.errors`
    """
    deadline = session.clock() + session.timeouts.total
    if not request.authorized:
        return (yield from _exchange(session, request, None, deadline, step))
    token = yield from _token(session, deadline)
    try:
        return (yield from _exchange(session, request, token, deadline, step))
    except AuthenticationError:
        if not isinstance(session.tokens, TokenCache):
            raise
    token = yield from _token(session, deadline, refused=token)
    return (yield from _exchange(session, request, token, deadline, step))


def authorize(session: Session) -> Flow[None]:
    """Have a token at hand, so that the next call goes out at once.

    Raises:
        CdekError: see `oint.cdek.errors`
    """
    if session.tokens is not None:
        yield from _token(session, session.clock() + session.timeouts.total)


def _exchange(
    session: Session, request: Request[Any], token: str | None, deadline: float, step: type[Send | Open] = Send
) -> Flow[Any]:
    """Send, and send again where the policy allows, until there is an answer or an error."""
    prepared = render(request, session.base_url, token)
    attempt = 0
    while True:
        attempt += 1
        began = session.clock()
        got = yield step(prepared, deadline)
        if session.trace is not None:
            session.trace(_traced(prepared, got, attempt, session.clock() - began))
        if step is Open and not isinstance(got, Failure):
            if 200 <= got.status < 300:  # noqa: PLR2004 - HTTP's own line between yes and no
                return got
            got = yield from _whole(got, deadline)
        try:
            return read(request, got, session.wall())
        except CdekError as error:
            wait = session.retry.delay(error, attempt, deadline - session.clock(), session.dice)
            if wait is None:
                raise
        yield Sleep(wait)


def _whole(body: Body, deadline: float) -> Flow[HttpResponse | Failure]:
    """The whole answer: it is no good one, so it is short."""
    chunks: list[bytes] = []
    try:
        while True:
            got: bytes | Failure = yield Read(body, deadline)
            if isinstance(got, Failure):
                return got
            if not got:
                return HttpResponse(body.status, body.headers, b"".join(chunks))
            chunks.append(got)
    finally:
        body.close()


def _token(session: Session, deadline: float, refused: str | None = None) -> Flow[str]:
    """A token to send with: the fixed one, the one at hand, the one that is coming, or a new one.

    Who waited in vain for a call with less patience tries again, and then is most often the one who fetches.
    """
    tokens = session.tokens
    if tokens is None:
        raise build_authentication_error("no_credentials")
    if isinstance(tokens, StaticToken):
        return tokens.token
    in_vain = 0
    while True:
        lease = tokens.lease(session.wall(), refused)
        if lease.token is not None:
            return lease.token
        if lease.coming is None:
            return (yield from _fetch(session, tokens, deadline))
        coming = yield Wait(lease.coming, max(0.0, deadline - session.clock()))
        if coming is None:
            raise ServiceUnavailable("token")
        if coming.cancelled():
            continue
        got: str | CdekError = coming.result()
        if isinstance(got, str):
            return got
        wait = session.retry.delay(got, in_vain, deadline - session.clock(), session.dice)
        if wait is None:
            from copy import copy  # noqa: PLC0415 - few calls come here

            raise copy(got)  # others raise it too, maybe in this moment: a traceback belongs to one of them
        in_vain += 1
        yield Sleep(wait)


def _fetch(session: Session, tokens: TokenCache, deadline: float) -> Flow[str]:
    """Fetch a token for everybody; whatever ends this call ends the waiting of the others."""
    account = tokens.credentials
    try:
        answer = yield from _exchange(session, token_request(account.account, account.password), None, deadline)
    except CdekError as error:
        tokens.fail(error)
        raise
    except BaseException:
        tokens.abandon()
        raise
    return tokens.settle(answer, session.wall())


def _traced(sent: HttpRequest, got: HttpResponse | Body | Failure, attempt: int, seconds: float) -> Trace:
    status = None if isinstance(got, Failure) else got.status
    failure = got.reason if isinstance(got, Failure) else None
    return Trace(sent.method, sent.url, attempt, seconds, status, failure)
