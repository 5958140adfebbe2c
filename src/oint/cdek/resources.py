"""The methods of a client, in sections named as CDEK names them: one definition serves both kinds of client."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, overload

from oint.cdek import _streaming, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator

    from oint.cdek._engine import Source
    from oint.cdek.api._request import Request
    from oint.cdek.api._response import Answer

P = ParamSpec("P")
A_co = TypeVar("A_co", bound="Answer", covariant=True)
I_co = TypeVar("I_co", covariant=True)


class Blocking:
    """The way of `Client`: a method answers."""


class Awaited:
    """The way of `AsyncClient`: a method is awaited."""


W = TypeVar("W", Blocking, Awaited)


class Section(Generic[W]):
    """A group of methods of a client.

    Args:
        client: performs the requests
    """

    def __init__(self, client: Resources[W]) -> None:
        self._client: Resources[W] = client


class Method(Generic[P, A_co]):
    """An operation as a method: what it is called with goes to the operation, what that makes goes to the client.

    Args:
        operation: gives the operation, and loads its module, where the method is first used
    """

    def __init__(self, operation: Callable[[], Callable[P, Request[A_co]]]) -> None:
        self._operation = operation

    @overload
    def __get__(self, section: None, owner: type) -> Self: ...
    @overload
    def __get__(self, section: Section[Blocking], owner: type) -> Callable[P, A_co]: ...
    @overload
    def __get__(self, section: Section[Awaited], owner: type) -> Callable[P, Coroutine[None, None, A_co]]: ...
    def __get__(self, section: Section[Any] | None, owner: type) -> Any:
        operation = self._operation()
        if section is None:
            self.__doc__ = operation.__doc__
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return section._client.call(operation(*args, **kwargs))  # noqa: SLF001 - of one house

        method.__doc__ = operation.__doc__
        method.__name__ = operation.__name__
        method.__wrapped__ = operation  # type: ignore[attr-defined] # help() and inspect show what it takes
        return method


class Orders(Section[W]):
    """Orders (/v2/orders)."""

    create = Method(lambda: api.orders.create)
    get = Method(lambda: api.orders.get)
    find = Method(lambda: api.orders.find)
    refuse = Method(lambda: api.orders.refuse)
    delete = Method(lambda: api.orders.delete)
    client_return = Method(lambda: api.orders.client_return)
    update = Method(lambda: api.orders.update)
    intakes = Method(lambda: api.orders.intakes)


class Reverse(Section[W]):
    """Reverses: the recipient hands goods back on the spot (/v2/reverse)."""

    availability = Method(lambda: api.reverse.availability)


class Intakes(Section[W]):
    """Couriers that fetch parcels (/v2/intakes)."""

    create = Method(lambda: api.intakes.create)
    update = Method(lambda: api.intakes.update)
    get = Method(lambda: api.intakes.get)
    delete = Method(lambda: api.intakes.delete)
    available_days = Method(lambda: api.intakes.available_days)


class Delivery(Section[W]):
    """Delivery agreements (/v2/delivery)."""

    create = Method(lambda: api.delivery.create)
    get = Method(lambda: api.delivery.get)
    intervals = Method(lambda: api.delivery.intervals)
    estimated_intervals = Method(lambda: api.delivery.estimated_intervals)


class Print(Section[W]):
    """Waybills and labels (/v2/print)."""

    create_waybill = Method(lambda: api.print_forms.create_waybill)
    waybill = Method(lambda: api.print_forms.waybill)
    waybill_pdf = Method(lambda: api.print_forms.waybill_pdf)
    create_barcode = Method(lambda: api.print_forms.create_barcode)
    barcode = Method(lambda: api.print_forms.barcode)
    barcode_pdf = Method(lambda: api.print_forms.barcode_pdf)


class Prealert(Section[W]):
    """Orders announced to the office that will take them (/v2/prealert)."""

    create = Method(lambda: api.prealerts.create)
    get = Method(lambda: api.prealerts.get)


class PhotoDocument(Section[W]):
    """Photos of documents (/v2/photoDocument)."""

    create = Method(lambda: api.photos.create)
    get = Method(lambda: api.photos.get)


class Passport(Section[W]):
    """Whether passport data suffice (/v2/passport)."""

    get = Method(lambda: api.passport.get)


class OAuth(Section[W]):
    """Authorisation (/v2/oauth). Clients get their tokens by themselves; this is for those who want to see one."""

    token = Method(lambda: api.oauth.token)


class Calculator(Section[W]):
    """Prices (/v2/calculator)."""

    tariff_list = Method(lambda: api.calculator.tariff_list)
    tariff = Method(lambda: api.calculator.tariff)
    tariff_and_service = Method(lambda: api.calculator.tariff_and_service)
    all_tariffs = Method(lambda: api.calculator.all_tariffs)
    offers = Method(lambda: api.calculator.offers)


class Each(Generic[P, I_co]):
    """A stream as a method: it gives an iterator, of the client's kind."""

    def __init__(self, source: Callable[P, Source[I_co]]) -> None:
        self._source = source
        self.__doc__ = source.__doc__

    @overload
    def __get__(self, section: None, owner: type) -> Self: ...
    @overload
    def __get__(self, section: Section[Blocking], owner: type) -> Callable[P, Generator[I_co, None, None]]: ...
    @overload
    def __get__(self, section: Section[Awaited], owner: type) -> Callable[P, AsyncGenerator[I_co, None]]: ...
    def __get__(self, section: Any, owner: type) -> Any:
        if section is None:
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return section._client.each(self._source(*args, **kwargs))  # noqa: SLF001 - of one house

        method.__doc__ = self.__doc__
        method.__name__ = self._source.__name__
        return method


class DeliveryPoints(Section[W]):
    """Offices and parcel lockers (/v2/deliverypoints)."""

    list = Method(lambda: api.deliverypoints.list)
    by_polygons = Method(lambda: api.deliverypoints.by_polygons)
    stream = Each(_streaming.offices)
    all = Each(_streaming.offices_by_page)


class Location(Section[W]):
    """Regions, cities, postal codes (/v2/location)."""

    regions = Method(lambda: api.location.regions)
    cities = Method(lambda: api.location.cities)
    postal_codes = Method(lambda: api.location.postal_codes)
    coordinates = Method(lambda: api.location.coordinates)
    suggest_cities = Method(lambda: api.location.suggest_cities)
    all_regions = Each(_streaming.regions)
    all_cities = Each(_streaming.cities)


class Check(Section[W]):
    """Fiscal receipts (/v2/check)."""

    get = Method(lambda: api.receipts.get)


class Registries(Section[W]):
    """Registries of cash on delivery (/v2/registries)."""

    get = Method(lambda: api.registries.get)


class Payment(Section[W]):
    """Orders whose money was paid out (/v2/payment): gone at CDEK."""

    get = Method(lambda: api.payments.get)


class International(Section[W]):
    """Parcels abroad (/v2/international)."""

    restrictions = Method(lambda: api.international.restrictions)


class Webhooks(Section[W]):
    """Webhook subscriptions (/v2/webhooks)."""

    list = Method(lambda: api.webhooks.list)
    create = Method(lambda: api.webhooks.create)
    get = Method(lambda: api.webhooks.get)
    delete = Method(lambda: api.webhooks.delete)


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
        """Perform any operation of `oint.cdek.api`; each kind of client in its own way."""

    @abstractmethod
    def each(self, source: Source[Any]) -> Any:
        """Read the items of a stream; each kind of client in its own way."""
