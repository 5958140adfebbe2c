"""Whole lists by both real clients against the sandbox: a stream, pages, and how a stream ends before its time."""

import asyncio
import itertools
import json

import pytest

from cdek_sandbox import running_sandbox
from oint.cdek import Account, AsyncClient, Client, RequestRejected, ServiceUnavailable, StaticToken
from tests.support.raw_server import Server, sized


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


def test_cut_response_gives_its_offices_then_the_error():
    def check(found, error):
        assert len(found) > 100
        assert found == [f"NSK{n}" for n in range(len(found))]
        assert (error.value.reason, error.value.safe_to_repeat) == ("cut", True)

    found = []
    with (
        Client(StaticToken("tok"), url=Server(ANSWER[:600_000]).url) as client,
        pytest.raises(ServiceUnavailable) as error,
    ):
        gather(found, client.deliverypoints.stream())
    check(found, error)

    async def with_asyncio():
        found = []
        async with AsyncClient(StaticToken("tok"), url=Server(ANSWER[:600_000]).url) as client:
            with pytest.raises(ServiceUnavailable) as error:
                await gather_awaited(found, client.deliverypoints.stream())
        check(found, error)

    asyncio.run(with_asyncio())


def test_stream_closed_early_closes_its_connection():
    server = Server(*[ANSWER[:900_000].replace(b"200 OK", b"200 keep")] * 2)
    with Client(StaticToken("tok"), url=server.url) as client:
        stream = client.deliverypoints.stream()
        assert next(stream).code == "NSK0"
        stream.close()
        assert server.closed.acquire(timeout=10)

    async def with_asyncio():
        async with AsyncClient(StaticToken("tok"), url=server.url) as client:
            stream = client.deliverypoints.stream()
            assert (await anext(stream)).code == "NSK0"
            await stream.aclose()
        assert await asyncio.to_thread(server.closed.acquire, timeout=10)

    asyncio.run(with_asyncio())


ROUTE = {"from_location": {"code": 44}, "to_location": {"code": 270}, "packages": [{"weight": 1000}]}
CORNERS = {
    "latitude_left_bottom": 55,
    "longitude_left_bottom": 37,
    "latitude_right_top": 56,
    "longitude_right_top": 38,
}
READ = {
    "tariff_list": (lambda c: c.calculator.tariff_list(ROUTE), lambda a: a.tariff_codes),
    "tariff": (lambda c: c.calculator.tariff(ROUTE | {"tariff_code": 136}), lambda a: a.delivery_sum > 0),
    "tariff_and_service": (
        lambda c: c.calculator.tariff_and_service(ROUTE),
        lambda a: any(row.is_available for row in a.tariff_codes),
    ),
    "all_tariffs": (lambda c: c.calculator.all_tariffs("eng"), lambda a: a.tariff_codes[0].delivery_modes),
    "by_polygons": (lambda c: c.deliverypoints.by_polygons(CORNERS), lambda a: a.items[0].location.city_code),
    "postal_codes": (lambda c: c.location.postal_codes(44), lambda a: a.postal_codes),
    "coordinates": (lambda c: c.location.coordinates(55.75, 37.62), lambda a: a.code == 44),
    "suggest_cities": (lambda c: c.location.suggest_cities("Моск"), lambda a: a.items[0].code == 44),
    "check": (lambda c: c.check.get(date="2026-08-04"), lambda a: a.check_info == []),
    "registries": (lambda c: c.registries.get("2026-08-04"), lambda a: a.registries == []),
    "restrictions": (
        lambda c: c.international.restrictions(ROUTE | {"packages": [{"package_id": "1", "items": [{"name": "x"}]}]}),
        lambda a: a.packages,
    ),
}


@pytest.mark.parametrize(("ask", "holds"), READ.values(), ids=READ)
def test_both_clients_read_the_same_responses_as_documented(box, ask, holds):
    async def with_asyncio():
        async with AsyncClient(account(box), url=box.url) as client:
            return await ask(client)

    with Client(account(box), url=box.url) as client:
        answer = ask(client)
    assert holds(answer)
    assert answer.drift == ()
    assert asyncio.run(with_asyncio()) == answer


def test_the_method_that_cdek_removed_says_that_it_is_gone(box):
    with Client(account(box), url=box.url) as client, pytest.raises(RequestRejected) as error:
        client.payment.get("2026-08-04")
    assert (error.value.code, error.value.status) == ("http_404", 404)
    assert "GET /v2/payment" in error.value.hint.en
