"""Whole lists by both real clients against the sandbox: a stream, pages, and how a stream ends before its time."""

import asyncio
import itertools
import json

import pytest
from raw_server import Server, sized

from oint.cdek import Account, AsyncClient, Client, FixedToken, Unavailable
from oint.sandbox import running_sandbox


@pytest.fixture(scope="module")
def box():
    with running_sandbox(seed=12) as box:
        yield box


def account(box):
    return Account(box.account, box.password)


READS = {
    "stream": lambda client: client.deliverypoints.stream({"country_code": "RU"}),
    "pages": lambda client: client.deliverypoints.all({"country_code": "RU"}, size=300),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_stream_and_pages_hold_the_offices_of_the_list_for_both_clients(box, read):
    async def with_asyncio():
        async with AsyncClient(account(box), url=box.url) as client:
            return [office async for office in read(client)]

    with Client(account(box), url=box.url) as client:
        listed = client.deliverypoints.list({"country_code": "RU"}).items
        assert len(listed) > 300
        assert list(read(client)) == listed
    assert asyncio.run(with_asyncio()) == listed


def test_all_regions_and_cities_come_page_after_page_for_both_clients(box):
    async def with_asyncio():
        async with AsyncClient(account(box), url=box.url) as client:
            regions = [region async for region in client.location.all_regions("RU", size=20)]
            return regions, [city async for city in client.location.all_cities({"country_codes": "RU"}, size=50)]

    with Client(account(box), url=box.url) as client:
        regions = client.location.regions("RU", size=1000).items
        cities = client.location.cities({"country_codes": "RU", "size": 1000}).items
        assert len(regions) > 20
        assert len(cities) > 50
        assert list(client.location.all_regions("RU", size=20)) == regions
        assert list(client.location.all_cities({"country_codes": "RU"}, size=50)) == cities
    assert asyncio.run(with_asyncio()) == (regions, cities)


def test_a_stream_may_be_left_early_and_other_calls_go_on_within_it(box):
    async def with_asyncio():
        async with AsyncClient(account(box), url=box.url, connections=1) as client:
            stream = client.deliverypoints.stream()
            async for office in stream:
                found = await client.deliverypoints.list({"code": office.code})
                assert found.items == [office]
                break
            await stream.aclose()

    with Client(account(box), url=box.url, connections=1) as client:
        for office in itertools.islice(client.deliverypoints.stream(), 3):
            assert client.deliverypoints.list({"code": office.code}).items == [office]
    asyncio.run(with_asyncio())


def test_offers_between_two_cities_come_the_cheapest_first(box):
    with Client(account(box), url=box.url) as client:
        offers = client.calculator.offers(44, "630099", 1500, length=20, width=10, height=10).offers
    assert len(offers) > 1
    assert [offer.delivery_sum for offer in offers] == sorted(offer.delivery_sum for offer in offers)


def test_a_subscription_lives_from_its_creation_to_its_end(box):
    with Client(account(box), url=box.url) as client:
        uuid = client.webhooks.create("ORDER_STATUS", "https://shop.example/cdek").uuid
        assert client.webhooks.get(uuid).entity.type == "ORDER_STATUS"
        assert [row.uuid for row in client.webhooks.list()] == [uuid]
        assert client.webhooks.delete(uuid).uuid == uuid
        assert client.webhooks.list().items == []


ANSWER = sized(json.dumps([{"code": f"NSK{n}", "note": "x" * 1000} for n in range(1000)]).encode())


def gather(found, stream):
    """What came is kept, whatever comes of the rest."""
    for office in stream:
        found.append(office.code)


async def gather_awaited(found, stream):
    """The same of the asyncio client."""
    async for office in stream:
        found.append(office.code)


def test_an_answer_that_breaks_off_gives_its_offices_and_then_the_error_to_both_clients():
    def check(found, error):
        assert len(found) > 100
        assert found == [f"NSK{n}" for n in range(len(found))]
        assert (error.value.reason, error.value.safe_to_repeat) == ("cut", True)

    found = []
    with Client(FixedToken("tok"), url=Server(ANSWER[:600_000]).url) as client, pytest.raises(Unavailable) as error:
        gather(found, client.deliverypoints.stream())
    check(found, error)

    async def with_asyncio():
        found = []
        async with AsyncClient(FixedToken("tok"), url=Server(ANSWER[:600_000]).url) as client:
            with pytest.raises(Unavailable) as error:
                await gather_awaited(found, client.deliverypoints.stream())
        check(found, error)

    asyncio.run(with_asyncio())


def test_a_stream_that_is_closed_early_closes_its_connection_for_both_clients():
    server = Server(*[ANSWER[:900_000].replace(b"200 OK", b"200 keep")] * 2)
    with Client(FixedToken("tok"), url=server.url) as client:
        stream = client.deliverypoints.stream()
        assert next(stream).code == "NSK0"
        stream.close()
        assert server.closed.acquire(timeout=10)

    async def with_asyncio():
        async with AsyncClient(FixedToken("tok"), url=server.url) as client:
            stream = client.deliverypoints.stream()
            assert (await anext(stream)).code == "NSK0"
            await stream.aclose()
        assert await asyncio.to_thread(server.closed.acquire, timeout=10)

    asyncio.run(with_asyncio())
