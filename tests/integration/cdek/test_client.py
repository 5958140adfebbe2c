"""The two real clients against a real server: one token for all, idle connections, cancelled tasks."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from cdek_sandbox import running_sandbox
from oint.cdek import Account, AsyncClient, Client, OutcomeUnknown, StaticToken, Timeouts, auth
from tests.support.fake_session import UUID
from tests.support.raw_server import Server, sized


@pytest.fixture(scope="module")
def running():
    with running_sandbox(seed=11) as box:
        yield box


@pytest.fixture
def box(running, monkeypatch):
    running.reset()
    monkeypatch.setattr(auth, "_shared", {})
    return running


def token_calls(box):
    return sum(call["operation"] == "token" for call in box.calls())


def test_many_threads_with_clients_of_their_own_get_one_token_together(box):
    uuid = box.order()

    def read(_):
        with Client(Account(box.account, box.password), url=box.url) as client:
            return client.orders.get(uuid).order.uuid

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(read, range(48))) == {uuid}
    assert token_calls(box) == 1


def test_many_tasks_and_a_thread_get_one_token_together(box):
    uuid = box.order()
    account = Account(box.account, box.password)

    def in_a_thread():
        with Client(account, url=box.url) as client:
            return client.orders.get(uuid).order.uuid

    async def main():
        async with AsyncClient(account, url=box.url) as client:
            reads = [client.orders.get(uuid) for _ in range(50)]
            thread, *answers = await asyncio.gather(asyncio.to_thread(in_a_thread), *reads)
            return {thread, *(answer.order.uuid for answer in answers)}

    assert asyncio.run(main()) == {uuid}
    assert token_calls(box) == 1


def test_when_a_token_dies_under_many_threads_it_is_renewed_once(box):
    uuid = box.order()
    with Client(Account(box.account, box.password), url=box.url, connections=16) as client:
        client.orders.get(uuid)
        box.pass_time(4000)  # by CDEK's clock the token is over, by ours it is fresh
        with ThreadPoolExecutor(16) as pool:
            answers = pool.map(lambda _: client.orders.get(uuid).order.uuid, range(32))
            assert set(answers) == {uuid}
    assert token_calls(box) == 2


def test_cancelled_token_fetch_is_taken_over_by_another_task(box):
    uuid = box.order()
    box.fault("hang", operation="token", times=1)

    async def main():
        async with AsyncClient(Account(box.account, box.password), url=box.url) as client:
            first = asyncio.create_task(client.orders.get(uuid))
            while not (token_calls(box) or first.done()):  # noqa: ASYNC110 - the event is in another process
                await asyncio.sleep(0.01)
            second = asyncio.create_task(client.orders.get(uuid))
            await asyncio.sleep(0)
            first.cancel()
            return (await second).order.uuid

    assert asyncio.run(main()) == uuid
    assert token_calls(box) == 2


ACCEPTED = b'{"entity":{"uuid":"%s"},"requests":[{"type":"CREATE_REFUSAL","state":"ACCEPTED"}]}' % UUID.encode()
PATIENT = Timeouts(total=10)


def test_refusal_is_not_sent_into_a_closed_connection():
    with Server(*[sized(ACCEPTED)] * 5) as server, Client(StaticToken("t"), url=server.url, timeouts=PATIENT) as client:
        for _ in range(5):
            assert client.orders.refuse(UUID).state == "ACCEPTED"
            assert server.closed.acquire(timeout=10)
        assert server.requests == 5


def test_asyncio_refusal_is_not_sent_into_a_closed_connection():
    async def main(server):
        async with AsyncClient(StaticToken("t"), url=server.url, timeouts=PATIENT) as client:
            for _ in range(5):
                assert (await client.orders.refuse(UUID)).state == "ACCEPTED"
                assert await asyncio.to_thread(server.closed.acquire, timeout=10)

    with Server(*[sized(ACCEPTED)] * 5) as server:
        asyncio.run(main(server))
        assert server.requests == 5


@pytest.mark.parametrize("operation", ["refuse", "delete"])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_transport_never_resends_a_change_after_a_broken_connection(kind, operation):
    async def main(server):
        client = kind(StaticToken("t"), url=server.url, timeouts=PATIENT)
        method = getattr(client.orders, operation)
        answer = method(UUID)
        answer = await answer if asyncio.iscoroutine(answer) else answer
        assert answer.state == "ACCEPTED"
        with pytest.raises(OutcomeUnknown):
            await method(UUID)
        closing = client.close()
        if closing is not None:
            await closing

    with Server(sized(ACCEPTED, b"X-Keep: keep"), None, sized(ACCEPTED)) as server:
        asyncio.run(main(server))
        assert server.requests == 2


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_that_was_closed_works_again(box, kind):
    uuid = box.order()

    async def main():
        client = kind(Account(box.account, box.password), url=box.url)
        for _ in range(2):
            answer = client.orders.get(uuid)
            answer = await answer if asyncio.iscoroutine(answer) else answer
            assert answer.order.uuid == uuid
            closing = client.close()
            if closing is not None:
                await closing

    asyncio.run(main())


def test_methods_carry_the_name_and_the_words_of_their_operation():
    client = Client(StaticToken("t"))
    assert client.orders.refuse.__name__ == "refuse"
    assert "A refusal is irreversible" in client.orders.refuse.__doc__
    assert "A refusal is irreversible" in type(client.orders).refuse.__doc__


def test_a_client_that_two_threads_close_at_once_is_closed_once(monkeypatch):
    client, closed = Client(StaticToken("t")), []

    class Transport:
        def close(self):
            closed.append(self)
            other = threading.Thread(target=client.close)  # in the very middle of the first one's closing
            other.start()
            other.join()

    monkeypatch.setattr(client, "_transport", Transport())
    client.close()
    assert len(closed) == 1


def test_an_asyncio_client_works_in_one_event_loop_after_the_other():
    with Server(*[sized(ACCEPTED, b"X-Keep: keep")] * 4) as server:
        client = AsyncClient(StaticToken("t"), url=server.url, timeouts=PATIENT)

        async def refuse():
            state = (await client.orders.refuse(UUID)).state
            await client.close()
            return state

        assert [asyncio.run(refuse()) for _ in range(2)] == ["ACCEPTED"] * 2
        assert server.requests == 2
