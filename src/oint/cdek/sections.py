"""The methods of a client, in sections named as CDEK names them: one definition serves both kinds of client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Self, TypeVar, overload

from oint.cdek.operations import oauth, orders

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from oint.cdek.async_client import AsyncClient
    from oint.cdek.client import Client
    from oint.cdek.models.base import Answer
    from oint.cdek.operations.base import Request

P = ParamSpec("P")
A_co = TypeVar("A_co", bound="Answer", covariant=True)
C = TypeVar("C", bound="Client | AsyncClient")


class Section(Generic[C]):
    """A group of methods of a client, named as CDEK names its sections."""

    def __init__(self, client: C) -> None:
        self._client = client


class Method(Generic[P, A_co]):
    """An operation as a method: blocking in a section of `Client`, awaitable in one of `AsyncClient`."""

    def __init__(self, operation: Callable[P, Request[A_co]]) -> None:
        self._operation = operation
        self.__doc__ = operation.__doc__

    @overload
    def __get__(self, section: None, owner: type) -> Self: ...
    @overload
    def __get__(self, section: Section[Client], owner: type) -> Callable[P, A_co]: ...
    @overload
    def __get__(self, section: Section[AsyncClient], owner: type) -> Callable[P, Coroutine[None, None, A_co]]: ...
    def __get__(self, section: Section[Any] | None, owner: type) -> Any:
        if section is None:
            return self

        def method(*args: P.args, **kwargs: P.kwargs) -> Any:
            return section._client.call(self._operation(*args, **kwargs))  # noqa: SLF001 - of one house

        method.__doc__ = self.__doc__
        method.__name__ = self._operation.__name__
        return method


class Orders(Section[C]):
    """Orders (/v2/orders)."""

    create = Method(orders.create)
    get = Method(orders.get)
    find = Method(orders.find)
    refuse = Method(orders.refuse)
    delete = Method(orders.delete)
    client_return = Method(orders.client_return)


class OAuth(Section[C]):
    """Authorisation (/v2/oauth). Clients get their tokens by themselves; this is for those who want to see one."""

    token = Method(oauth.token)
