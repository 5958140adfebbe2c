"""What both clients are before they differ in how they wait: their settings, their session, their sections."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from oint.cdek.errors import BadArgument
from oint.cdek.flow import Session
from oint.cdek.hosts import base_url
from oint.cdek.policy import RETRY
from oint.cdek.sections import (
    Calculator,
    Check,
    Delivery,
    DeliveryPoints,
    Intakes,
    International,
    Location,
    OAuth,
    Orders,
    Passport,
    Payment,
    PhotoDocument,
    Prealert,
    Print,
    Registries,
    Reverse,
    W,
    Webhooks,
)
from oint.cdek.wire import TIMEOUTS
from oint.i18n import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from oint.cdek.flow import Source, Trace
    from oint.cdek.operations.base import Request
    from oint.cdek.policy import Retry
    from oint.cdek.tokens import Credentials
    from oint.cdek.wire import Timeouts

X = TypeVar("X")
"""The kind of transport: `Transport` or `AsyncTransport`."""

_TWO_SETTINGS = Message(
    "proxy и connections вместе с transport не действуют", "proxy and connections have no effect beside transport"
)
_SET_IN_TRANSPORT = Message(
    "Задайте их самому транспорту: Httpx2Transport(proxy=…)",
    "Set them in the transport itself: Httpx2Transport(proxy=…)",
)


class BaseClient(Generic[W, X]):
    """Settings that every client takes.

    Args:
        credentials: `Account` (its tokens are got, shared and renewed), `FixedToken`, or None for calls without a token
        test: CDEK's test host instead of the production one
        url: another base URL; without it `OINT_CDEK_URL` counts, where set
        timeouts: see `Timeouts`; seconds
        retry: see `Retry`; changes are never repeated blindly, whatever it says
        trace: told of every HTTP exchange, without secrets
        connections: kept open at the most
        proxy: the address of an HTTP proxy on the way, `http://user:password@host:port`; "" none; None: as the
            environment says (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY). This machine is reached without one
        transport: sends the requests in place of the client's own; see `oint.cdek.transports`. The client closes it
    Raises:
        BadArgument: `url` or `OINT_CDEK_URL` is no address, or a transport has come with settings of the client's own
    """

    CONNECTIONS: ClassVar[int]

    def __init__(  # noqa: PLR0913 - the settings of a client; all but the first by name
        self,
        credentials: Credentials | None = None,
        *,
        test: bool = False,
        url: str | None = None,
        timeouts: Timeouts = TIMEOUTS,
        retry: Retry = RETRY,
        trace: Callable[[Trace], None] | None = None,
        connections: int | None = None,
        proxy: str | None = None,
        transport: X | None = None,
    ) -> None:
        if transport is not None and (proxy is not None or connections is not None):
            raise BadArgument("transport", _TWO_SETTINGS, _SET_IN_TRANSPORT)
        self.session = Session.open(credentials, base_url(url, test=test), timeouts, retry, trace)
        self._external_transport = transport
        self._proxy = proxy
        self._connections = self.CONNECTIONS if connections is None else connections
        self.orders: Orders[W] = Orders(self.call)
        self.reverse: Reverse[W] = Reverse(self.call)
        self.intakes: Intakes[W] = Intakes(self.call)
        self.delivery: Delivery[W] = Delivery(self.call)
        self.print: Print[W] = Print(self.call)
        self.prealert: Prealert[W] = Prealert(self.call)
        self.photo_document: PhotoDocument[W] = PhotoDocument(self.call)
        self.passport: Passport[W] = Passport(self.call)
        self.calculator: Calculator[W] = Calculator(self.call)
        self.deliverypoints: DeliveryPoints[W] = DeliveryPoints(self.call, self.each)
        self.location: Location[W] = Location(self.call, self.each)
        self.check: Check[W] = Check(self.call)
        self.registries: Registries[W] = Registries(self.call)
        self.payment: Payment[W] = Payment(self.call)
        self.international: International[W] = International(self.call)
        self.webhooks: Webhooks[W] = Webhooks(self.call)
        self.oauth: OAuth[W] = OAuth(self.call)

    @abstractmethod
    def call(self, request: Request[Any]) -> Any:
        """Perform any operation of `oint.cdek.operations`; each kind of client in its own way."""

    @abstractmethod
    def each(self, source: Source[Any]) -> Any:
        """The items of a stream of `oint.cdek.streams`; each kind of client in its own way."""
