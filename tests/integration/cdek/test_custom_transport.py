"""`transport=` of the clients takes any object that keeps the promises of `oint.cdek.transports`."""

import asyncio
import inspect
import json

import pytest

from oint.cdek import AsyncClient, Client, InvalidArgument, OutcomeUnknown, Retry, ServiceUnavailable, StaticToken
from oint.cdek._http import Failure, HttpResponse
from oint.cdek.api import deliverypoints

UUID = "72753033-a2e0-43e3-95e5-57c4c2e9bf4a"
CARD = json.dumps({"entity": {"uuid": UUID}}).encode()
OFFICES = [b'[{"code": "MSK1"}', b', {"code": "MSK2"}]', b""]


class Stream:
    status, headers = 200, {"content-type": "application/json"}

    def __init__(self):
        self.pieces = iter(OFFICES)
        self.is_closed = False

    def read(self, _):
        return next(self.pieces)

    def close(self):
        self.is_closed = True


class Scripted:
    """Answers each request with the next of its answers, as a transport of somebody else's would."""

    def __init__(self, *answers):
        self.answers = iter(answers)
        self.requests, self.closings = [], 0
        self.stream = Stream()

    def send(self, request, timeouts, deadline):
        assert deadline > timeouts.connect
        self.requests.append(request)
        return next(self.answers)

    def open(self, request, *_):
        self.requests.append(request)
        return self.stream

    def close(self):
        self.closings += 1


class AsyncStream(Stream):
    async def read(self, deadline):
        return super().read(deadline)


class AsyncScripted(Scripted):
    def __init__(self, *answers):
        super().__init__(*answers)
        self.stream = AsyncStream()

    async def send(self, request, timeouts, deadline):
        return super().send(request, timeouts, deadline)

    async def open(self, request, *_):
        return super().open(request)

    async def close(self):
        super().close()


both = pytest.mark.parametrize(("client_class", "kind"), [(Client, Scripted), (AsyncClient, AsyncScripted)])


async def came(value):
    return await value if inspect.isawaitable(value) else value


def run(client_class, transport, work):
    async def main():
        client = client_class(
            StaticToken("tok"), url="http://cdek.test/v2", transport=transport, retry=Retry(first_delay=0.0001)
        )
        try:
            return await came(work(client))
        finally:
            await came(client.close())

    return asyncio.run(main())


@both
def test_calls_go_through_a_custom_transport_which_the_client_closes(client_class, kind):
    transport = kind(HttpResponse(200, {}, CARD))
    got = run(client_class, transport, lambda client: client.orders.get(UUID))
    assert got.order.uuid == UUID
    [request] = transport.requests
    assert (request.method, request.url) == ("GET", f"http://cdek.test/v2/orders/{UUID}")
    assert request.headers["Authorization"] == "Bearer tok"
    assert transport.closings == 1


@both
def test_a_closed_client_uses_its_custom_transport_again(client_class, kind):
    transport = kind(HttpResponse(200, {}, CARD), HttpResponse(200, {}, CARD))

    async def twice(client):
        await came(client.orders.get(UUID))
        await came(client.close())
        return await came(client.orders.get(UUID))

    assert run(client_class, transport, twice).order.uuid == UUID
    assert (len(transport.requests), transport.closings) == (2, 2)


@both
@pytest.mark.parametrize(("sent", "error", "sendings"), [(True, OutcomeUnknown, 1), (False, ServiceUnavailable, 4)])
def test_a_change_is_repeated_only_where_a_custom_transport_sent_nothing(client_class, kind, sent, error, sendings):
    transport = kind(*[Failure("reset", sent=sent)] * 9)
    with pytest.raises(error):
        run(client_class, transport, lambda client: client.orders.refuse(UUID))
    assert len(transport.requests) == sendings


@both
def test_a_list_is_streamed_from_a_custom_transport(client_class, kind):
    async def codes(client):
        items = client.stream(deliverypoints.stream())
        return [office.code async for office in items] if hasattr(items, "__aiter__") else [each.code for each in items]

    transport = kind()
    assert run(client_class, transport, codes) == ["MSK1", "MSK2"]
    assert transport.stream.is_closed


@both
@pytest.mark.parametrize("setting", [{"proxy": "http://127.0.0.1:1"}, {"connections": 3}])
def test_settings_of_own_transports_are_refused_beside_another(client_class, kind, setting):
    with pytest.raises(InvalidArgument, match="transport"):
        client_class(transport=kind(), **setting)


@both
def test_a_transport_of_the_other_client_is_refused_before_sending(client_class, kind):
    other = AsyncClient if client_class is Client else Client
    for transport in (kind(), object()):
        with pytest.raises(InvalidArgument, match="AsyncHttpx2Transport"):
            other(transport=transport)
