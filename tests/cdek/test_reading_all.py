"""Whole lists by both real clients against the sandbox: a stream, pages, and how a stream ends before its time."""

import asyncio
import itertools

import pytest

from oint.cdek import Account, AsyncClient, Client
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
