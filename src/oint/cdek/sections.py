"""The methods of a client, in sections named as CDEK names them: one definition serves both kinds of client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, overload

from oint.cdek.operations import (
    calculator,
    checks,
    deliverypoints,
    international,
    location,
    oauth,
    orders,
    payments,
    registries,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from oint.cdek.models.base import Answer
    from oint.cdek.operations.base import Request

P = ParamSpec("P")
A_co = TypeVar("A_co", bound="Answer", covariant=True)


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
    """An operation as a method: what it is called with goes to the operation, what that makes goes to the client."""

    def __init__(self, operation: Callable[P, Request[A_co]]) -> None:
        self._operation = operation
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, section: None, owner: type) -> Self: ...
    @overload
    def __get__(self, section: Section[Blocking], owner: type) -> Callable[P, A_co]: ...
    @overload
    def __get__(self, section: Section[Awaited], owner: type) -> Callable[P, Coroutine[None, None, A_co]]: ...
    def __get__(self, section: Section[Any] | None, owner: type) -> Any:
        if section is None:
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return section._call(self._operation(*args, **kwargs))  # noqa: SLF001 - of one house

        method.__doc__ = self.__doc__
        method.__name__ = self._operation.__name__
        return method


class Orders(Section[W]):
    """Orders (/v2/orders)."""

    create = Method(orders.create)
    get = Method(orders.get)
    find = Method(orders.find)
    refuse = Method(orders.refuse)
    delete = Method(orders.delete)
    client_return = Method(orders.client_return)


class OAuth(Section[W]):
    """Authorisation (/v2/oauth). Clients get their tokens by themselves; this is for those who want to see one."""

    token = Method(oauth.token)


class Calculator(Section[W]):
    """Prices (/v2/calculator)."""

    tariff_list = Method(calculator.tariff_list)
    tariff = Method(calculator.tariff)
    tariff_and_service = Method(calculator.tariff_and_service)
    all_tariffs = Method(calculator.all_tariffs)
    offers = Method(calculator.offers)


class DeliveryPoints(Section[W]):
    """Offices and parcel lockers (/v2/deliverypoints)."""

    list = Method(deliverypoints.list)
    by_polygons = Method(deliverypoints.by_polygons)


class Location(Section[W]):
    """Regions, cities, postal codes (/v2/location)."""

    regions = Method(location.regions)
    cities = Method(location.cities)
    postal_codes = Method(location.postal_codes)
    coordinates = Method(location.coordinates)
    suggest_cities = Method(location.suggest_cities)


class Check(Section[W]):
    """Fiscal receipts (/v2/check)."""

    get = Method(checks.get)


class Registries(Section[W]):
    """Registries of cash on delivery (/v2/registries)."""

    get = Method(registries.get)


class Payment(Section[W]):
    """Orders whose money was paid out (/v2/payment): gone at CDEK."""

    get = Method(payments.get)


class International(Section[W]):
    """Parcels abroad (/v2/international)."""

    restrictions = Method(international.restrictions)


class Webhooks(Section[W]):
    """Webhook subscriptions (/v2/webhooks)."""

    list = Method(webhooks.list)
    create = Method(webhooks.create)
    get = Method(webhooks.get)
    delete = Method(webhooks.delete)
