"""Errors, answers and events that are copied, or sent to another process."""

import copy
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from oint.cdek import errors
from oint.cdek._http import HttpRequest, HttpResponse, Timeouts
from oint.cdek._protocol import parse_response
from oint.cdek.api import deliverypoints, orders, print_forms
from oint.cdek.events import parse
from oint.cdek.transports.sync import SocketTransport
from oint.i18n import Message
from tests.support.fake_session import UUID
from tests.support.raw_server import BODY, Server, sized

WAYS = {
    "copied": copy.copy,
    "copied with all that is in it": copy.deepcopy,
    **{
        f"pickled by protocol {protocol}": lambda it, protocol=protocol: pickle.loads(pickle.dumps(it, protocol))
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}
every_way = pytest.mark.parametrize("again", WAYS.values(), ids=WAYS)
SENTENCE, NEXT_STEP = Message("что", "what"), Message("дальше", "next")
ERRORS = [
    errors.CdekError(SENTENCE, NEXT_STEP, code="x", safe_to_repeat=True),
    errors.InvalidArgument("uuid", SENTENCE, NEXT_STEP),
    errors.AuthenticationError(SENTENCE, NEXT_STEP, code="no_credentials"),
    errors.RequestRejected((errors.ApiError("v2_x", "no", "0x1"), errors.ApiError("v2_y", "no")), "r-1"),
    errors.RateLimited(7.0),
    errors.ServiceUnavailable("status", "HTTP 502"),
    errors.OutcomeUnknown("cut"),
    errors.InvalidResponse("HTTP 200"),
    errors.StillPending("r-1", "ACCEPTED"),
]


def test_every_kind_of_error_is_checked_at_here():
    def kinds(kind):
        return {kind}.union(*map(kinds, kind.__subclasses__()))

    ours = {kind for kind in kinds(errors.CdekError) if kind.__module__ == errors.__name__}
    assert {type(error) for error in ERRORS} == ours


@every_way
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.kind)
def test_a_copy_of_an_error_says_all_that_the_error_says(again, error):
    error.with_response(HttpResponse(400, {"content-type": "application/json"}, b"{}"))
    made = again(error)
    assert made is not error
    assert type(made) is type(error)
    assert (str(made), made.args) == (str(error), error.args)
    assert vars(made) == vars(error)
    assert (made.status, made.body) == (400, b"{}")


def asked(url):
    raise errors.OutcomeUnknown("reset", url)


def test_an_error_comes_out_of_a_pool_of_processes_as_itself():
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
        pytest.raises(errors.OutcomeUnknown) as caught,
    ):
        pool.submit(asked, "there").result()
    assert (caught.value.reason, caught.value.safe_to_repeat) == ("reset", False)


def answered(body=BODY):
    """An answer as the blocking transport gives it, its headers those of the standard library."""
    with Server(sized(body, b"X-Keep: keep")) as server:
        transport = SocketTransport(server.url)
        got = transport.send(HttpRequest("GET", f"{server.url}/x", {}), Timeouts(), time.monotonic() + 20)
        transport.close()
    return got


@every_way
def test_the_answer_that_an_error_keeps_is_copied_with_it(again):
    made = again(errors.ServiceUnavailable("status").with_response(answered()))
    assert (made.status, made.body, made.http.headers["x-keep"]) == (200, BODY, "keep")


CARD = b'{"entity": {"uuid": "u-1", "number": 7}, "requests": [], "new": [1]}'


@every_way
def test_a_copy_of_an_answer_keeps_what_cdek_sent(again):
    got = parse_response(orders.get(UUID), answered(CARD))
    made = again(got)
    assert made is not got
    assert (made, made.raw, made.drift) == (got, got.raw, got.drift)
    assert (made.http.status, made.http.headers["x-keep"], made.order.number) == (200, "keep", "7")


@every_way
def test_a_copy_of_a_list_and_of_a_file_keeps_what_cdek_sent(again):
    listed = again(parse_response(deliverypoints.list(), answered(b'[{"code": "MSK1", "new": 1}]')))
    assert ([office.code for office in listed], listed.raw) == (["MSK1"], [{"code": "MSK1", "new": 1}])
    assert again(parse_response(print_forms.waybill_pdf(UUID), answered(b"%PDF-1.4"))).content == b"%PDF-1.4"


@every_way
def test_a_copy_of_an_event_keeps_what_cdek_sent(again):
    event = parse(b'{"type": "ORDER_STATUS", "uuid": "x", "attributes": {"code": 5, "new": 1}}')
    made = again(event)
    assert made is not event
    assert (type(made), made, made.raw, made.drift) == (type(event), event, event.raw, event.drift)


def test_copy_shares_values_and_deepcopy_copies_them():
    event = parse({"type": "ORDER_STATUS", "attributes": {}})
    assert copy.copy(event).attributes is event.attributes
    assert copy.deepcopy(event).attributes is not event.attributes
