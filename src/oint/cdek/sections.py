"""The methods of a client, in sections named as CDEK names them: one definition serves both kinds of client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, overload

from oint.cdek import operations, streams

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator

    from oint.cdek.flow import Source
    from oint.cdek.models.base import Answer
    from oint.cdek.operations.base import Request

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
        call: how the client performs a request
    """

    def __init__(self, call: Callable[[Request[Any]], Any]) -> None:
        self._call = call


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
            return section._call(operation(*args, **kwargs))  # noqa: SLF001 - of one house

        method.__doc__ = operation.__doc__
        method.__name__ = operation.__name__
        method.__wrapped__ = operation  # type: ignore[attr-defined] # help() and inspect show what it takes
        return method


class Orders(Section[W]):
    """Orders (/v2/orders)."""

    create = Method(lambda: operations.orders.create)
    get = Method(lambda: operations.orders.get)
    find = Method(lambda: operations.orders.find)
    refuse = Method(lambda: operations.orders.refuse)
    delete = Method(lambda: operations.orders.delete)
    client_return = Method(lambda: operations.orders.client_return)
    update = Method(lambda: operations.orders.update)
    intakes = Method(lambda: operations.orders.intakes)


class Reverse(Section[W]):
    """Reverses: the recipient hands goods back on the spot (/v2/reverse)."""

    availability = Method(lambda: operations.reverse.availability)


class Intakes(Section[W]):
    """Couriers that fetch parcels (/v2/intakes)."""

    create = Method(lambda: operations.intakes.create)
    update = Method(lambda: operations.intakes.update)
    get = Method(lambda: operations.intakes.get)
    delete = Method(lambda: operations.intakes.delete)
    available_days = Method(lambda: operations.intakes.available_days)


class Delivery(Section[W]):
    """Delivery agreements (/v2/delivery)."""

    create = Method(lambda: operations.delivery.create)
    get = Method(lambda: operations.delivery.get)
    intervals = Method(lambda: operations.delivery.intervals)
    estimated_intervals = Method(lambda: operations.delivery.estimated_intervals)


class Print(Section[W]):
    """Waybills and labels (/v2/print)."""

    create_waybill = Method(lambda: operations.printing.create_waybill)
    waybill = Method(lambda: operations.printing.waybill)
    waybill_pdf = Method(lambda: operations.printing.waybill_pdf)
    create_barcode = Method(lambda: operations.printing.create_barcode)
    barcode = Method(lambda: operations.printing.barcode)
    barcode_pdf = Method(lambda: operations.printing.barcode_pdf)


class Prealert(Section[W]):
    """Orders announced to the office that will take them (/v2/prealert)."""

    create = Method(lambda: operations.prealert.create)
    get = Method(lambda: operations.prealert.get)


class PhotoDocument(Section[W]):
    """Photos of documents (/v2/photoDocument)."""

    create = Method(lambda: operations.photos.create)
    get = Method(lambda: operations.photos.get)


class Passport(Section[W]):
    """Whether passport data suffice (/v2/passport)."""

    get = Method(lambda: operations.passport.get)


class OAuth(Section[W]):
    """Authorisation (/v2/oauth). Clients get their tokens by themselves; this is for those who want to see one."""

    token = Method(lambda: operations.oauth.token)


class Calculator(Section[W]):
    """Prices (/v2/calculator)."""

    tariff_list = Method(lambda: operations.calculator.tariff_list)
    tariff = Method(lambda: operations.calculator.tariff)
    tariff_and_service = Method(lambda: operations.calculator.tariff_and_service)
    all_tariffs = Method(lambda: operations.calculator.all_tariffs)
    offers = Method(lambda: operations.calculator.offers)


class Streaming(Section[W]):
    """A section some of whose methods give out items one by one.

    Args:
        call: how the client performs a request
        each: how the client reads a stream
    """

    def __init__(self, call: Callable[[Request[Any]], Any], each: Callable[[Source[Any]], Any]) -> None:
        super().__init__(call)
        self._each = each


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
            return section._each(self._source(*args, **kwargs))  # noqa: SLF001 - of one house

        method.__doc__ = self.__doc__
        method.__name__ = self._source.__name__
        return method


class DeliveryPoints(Streaming[W]):
    """Offices and parcel lockers (/v2/deliverypoints)."""

    list = Method(lambda: operations.deliverypoints.list)
    by_polygons = Method(lambda: operations.deliverypoints.by_polygons)
    stream = Each(streams.offices)
    all = Each(streams.offices_by_page)


class Location(Streaming[W]):
    """Regions, cities, postal codes (/v2/location)."""

    regions = Method(lambda: operations.location.regions)
    cities = Method(lambda: operations.location.cities)
    postal_codes = Method(lambda: operations.location.postal_codes)
    coordinates = Method(lambda: operations.location.coordinates)
    suggest_cities = Method(lambda: operations.location.suggest_cities)
    all_regions = Each(streams.regions)
    all_cities = Each(streams.cities)


class Check(Section[W]):
    """Fiscal receipts (/v2/check)."""

    get = Method(lambda: operations.checks.get)


class Registries(Section[W]):
    """Registries of cash on delivery (/v2/registries)."""

    get = Method(lambda: operations.registries.get)


class Payment(Section[W]):
    """Orders whose money was paid out (/v2/payment): gone at CDEK."""

    get = Method(lambda: operations.payments.get)


class International(Section[W]):
    """Parcels abroad (/v2/international)."""

    restrictions = Method(lambda: operations.international.restrictions)


class Webhooks(Section[W]):
    """Webhook subscriptions (/v2/webhooks)."""

    list = Method(lambda: operations.webhooks.list)
    create = Method(lambda: operations.webhooks.create)
    get = Method(lambda: operations.webhooks.get)
    delete = Method(lambda: operations.webhooks.delete)
