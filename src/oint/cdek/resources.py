"""The methods of a client, grouped by resource under CDEK's own names: one definition serves both kinds of client.

A method is one line: a function of `oint.cdek.api`. Its module is loaded when the method is first used.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, overload

from oint.cdek import api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator

    from oint.cdek.api._request import ItemSource, Request
    from oint.cdek.api._response import ApiResponse

P = ParamSpec("P")
R_co = TypeVar("R_co", bound="ApiResponse", covariant=True)
I_co = TypeVar("I_co", covariant=True)


class Sync:
    """Marks the resources of `Client`: a method returns the response."""


class Async:
    """Marks the resources of `AsyncClient`: a method returns an awaitable."""


W = TypeVar("W", Sync, Async)


class Resource(Generic[W]):
    """A group of methods of a client.

    Args:
        client: sends the requests
    """

    def __init__(self, client: Resources[W]) -> None:
        self.client: Resources[W] = client


class _ApiMethod(Generic[P]):
    """A function of `oint.cdek.api` as a method of a resource.

    Args:
        load: returns the function; its module is loaded then
    """

    def __init__(self, load: Callable[[], Callable[P, Any]]) -> None:
        self._load = load

    def _bind(self, resource: Resource[Any] | None, perform: str) -> Any:
        """Return the function bound to a client: its result goes to the client's method named `perform`."""
        function = self._load()
        if resource is None:
            self.__doc__ = function.__doc__
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return getattr(resource.client, perform)(function(*args, **kwargs))

        method.__doc__ = function.__doc__
        method.__name__ = function.__name__
        method.__wrapped__ = function  # type: ignore[attr-defined] # help() and inspect show its parameters
        return method


class OperationMethod(_ApiMethod[P], Generic[P, R_co]):
    """An operation as a method: it returns the response."""

    def __init__(self, load: Callable[[], Callable[P, Request[R_co]]]) -> None:
        super().__init__(load)

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: Resource[Sync], owner: type) -> Callable[P, R_co]: ...
    @overload
    def __get__(self, resource: Resource[Async], owner: type) -> Callable[P, Coroutine[None, None, R_co]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type) -> Any:
        return self._bind(resource, "call")


class StreamMethod(_ApiMethod[P], Generic[P, I_co]):
    """A list as a method: it returns an iterator of the client's kind over the items."""

    def __init__(self, load: Callable[[], Callable[P, ItemSource[I_co]]]) -> None:
        super().__init__(load)

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: Resource[Sync], owner: type) -> Callable[P, Generator[I_co, None, None]]: ...
    @overload
    def __get__(self, resource: Resource[Async], owner: type) -> Callable[P, AsyncGenerator[I_co, None]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type) -> Any:
        return self._bind(resource, "stream")


class Orders(Resource[W]):
    """Orders (/v2/orders)."""

    create = OperationMethod(lambda: api.orders.create)
    get = OperationMethod(lambda: api.orders.get)
    find = OperationMethod(lambda: api.orders.find)
    refuse = OperationMethod(lambda: api.orders.refuse)
    delete = OperationMethod(lambda: api.orders.delete)
    client_return = OperationMethod(lambda: api.orders.client_return)
    update = OperationMethod(lambda: api.orders.update)
    intakes = OperationMethod(lambda: api.orders.intakes)


class Reverse(Resource[W]):
    """Reverses: the recipient hands goods back on the spot (/v2/reverse)."""

    availability = OperationMethod(lambda: api.reverse.availability)


class Intakes(Resource[W]):
    """Couriers that fetch parcels (/v2/intakes)."""

    create = OperationMethod(lambda: api.intakes.create)
    update = OperationMethod(lambda: api.intakes.update)
    get = OperationMethod(lambda: api.intakes.get)
    delete = OperationMethod(lambda: api.intakes.delete)
    available_days = OperationMethod(lambda: api.intakes.available_days)


class Delivery(Resource[W]):
    """Delivery agreements (/v2/delivery)."""

    create = OperationMethod(lambda: api.delivery.create)
    get = OperationMethod(lambda: api.delivery.get)
    intervals = OperationMethod(lambda: api.delivery.intervals)
    estimated_intervals = OperationMethod(lambda: api.delivery.estimated_intervals)


class Print(Resource[W]):
    """Waybills and labels (/v2/print)."""

    create_waybill = OperationMethod(lambda: api.print_forms.create_waybill)
    waybill = OperationMethod(lambda: api.print_forms.waybill)
    waybill_pdf = OperationMethod(lambda: api.print_forms.waybill_pdf)
    create_barcode = OperationMethod(lambda: api.print_forms.create_barcode)
    barcode = OperationMethod(lambda: api.print_forms.barcode)
    barcode_pdf = OperationMethod(lambda: api.print_forms.barcode_pdf)


class Prealert(Resource[W]):
    """Orders announced to the office that will take them (/v2/prealert)."""

    create = OperationMethod(lambda: api.prealerts.create)
    get = OperationMethod(lambda: api.prealerts.get)


class PhotoDocument(Resource[W]):
    """Photos of documents (/v2/photoDocument)."""

    create = OperationMethod(lambda: api.photos.create)
    get = OperationMethod(lambda: api.photos.get)


class Passport(Resource[W]):
    """Checks of passport data (/v2/passport)."""

    get = OperationMethod(lambda: api.passport.get)


class OAuth(Resource[W]):
    """Authorisation (/v2/oauth). Clients get their tokens by themselves; this is for those who want to see one."""

    token = OperationMethod(lambda: api.oauth.token)


class Calculator(Resource[W]):
    """Prices (/v2/calculator)."""

    tariff_list = OperationMethod(lambda: api.calculator.tariff_list)
    tariff = OperationMethod(lambda: api.calculator.tariff)
    tariff_and_service = OperationMethod(lambda: api.calculator.tariff_and_service)
    all_tariffs = OperationMethod(lambda: api.calculator.all_tariffs)
    offers = OperationMethod(lambda: api.calculator.offers)


class DeliveryPoints(Resource[W]):
    """Offices and parcel lockers (/v2/deliverypoints)."""

    list = OperationMethod(lambda: api.deliverypoints.list)
    by_polygons = OperationMethod(lambda: api.deliverypoints.by_polygons)
    stream = StreamMethod(lambda: api.deliverypoints.stream)
    all = StreamMethod(lambda: api.deliverypoints.all)


class Location(Resource[W]):
    """Regions, cities, postal codes (/v2/location)."""

    regions = OperationMethod(lambda: api.location.regions)
    cities = OperationMethod(lambda: api.location.cities)
    postal_codes = OperationMethod(lambda: api.location.postal_codes)
    coordinates = OperationMethod(lambda: api.location.coordinates)
    suggest_cities = OperationMethod(lambda: api.location.suggest_cities)
    all_regions = StreamMethod(lambda: api.location.all_regions)
    all_cities = StreamMethod(lambda: api.location.all_cities)


class Check(Resource[W]):
    """Fiscal receipts (/v2/check)."""

    get = OperationMethod(lambda: api.receipts.get)


class Registries(Resource[W]):
    """Registries of cash on delivery (/v2/registries)."""

    get = OperationMethod(lambda: api.registries.get)


class Payment(Resource[W]):
    """Orders whose money was paid out (/v2/payment): gone at CDEK."""

    get = OperationMethod(lambda: api.payments.get)


class International(Resource[W]):
    """Parcels abroad (/v2/international)."""

    restrictions = OperationMethod(lambda: api.international.restrictions)


class Webhooks(Resource[W]):
    """Webhook subscriptions (/v2/webhooks)."""

    list = OperationMethod(lambda: api.webhooks.list)
    create = OperationMethod(lambda: api.webhooks.create)
    get = OperationMethod(lambda: api.webhooks.get)
    delete = OperationMethod(lambda: api.webhooks.delete)


class Resources(Generic[W]):
    """Every resource, as an attribute of a client."""

    def __init__(self) -> None:
        self.orders: Orders[W] = Orders(self)
        self.reverse: Reverse[W] = Reverse(self)
        self.intakes: Intakes[W] = Intakes(self)
        self.delivery: Delivery[W] = Delivery(self)
        self.print: Print[W] = Print(self)
        self.prealert: Prealert[W] = Prealert(self)
        self.photo_document: PhotoDocument[W] = PhotoDocument(self)
        self.passport: Passport[W] = Passport(self)
        self.calculator: Calculator[W] = Calculator(self)
        self.deliverypoints: DeliveryPoints[W] = DeliveryPoints(self)
        self.location: Location[W] = Location(self)
        self.check: Check[W] = Check(self)
        self.registries: Registries[W] = Registries(self)
        self.payment: Payment[W] = Payment(self)
        self.international: International[W] = International(self)
        self.webhooks: Webhooks[W] = Webhooks(self)
        self.oauth: OAuth[W] = OAuth(self)

    @abstractmethod
    def call(self, request: Request[Any]) -> Any:
        """Send a request; each kind of client in its own way."""

    @abstractmethod
    def stream(self, source: ItemSource[Any]) -> Any:
        """Read the items of a stream; each kind of client in its own way."""
